"""Tools and steps that a program offers, and what their results say. Knows how a schema is filled."""
