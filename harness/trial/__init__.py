"""One run of a work on one scenario, and its record."""
