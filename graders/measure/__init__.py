"""Trial records to measurements."""
