"""Runs a candidate's program, and trusts nothing that it says."""
