"""What is asked and answered in plain words, besides a form. Knows the answers, and not how to act."""
