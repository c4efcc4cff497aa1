"""Pure functions: records in, numbers and intervals out."""
