"""What the shop itself has: records, the handbook and what comes of it, an inbox. Knows no model."""
