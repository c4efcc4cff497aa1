"""Slot by slot, what the model answers, whatever form it is asked in. Knows all of a case, and no tools."""
