"""What a piece of a context says by itself: mails, orders, clauses, calls, drafts. Knows the shop."""
