"""What stands in a whole context, and what it asks. Nothing is drawn here. Knows papers and the shop."""
