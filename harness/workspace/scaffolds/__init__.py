"""What `takehome new` copies: small exercises that work."""
