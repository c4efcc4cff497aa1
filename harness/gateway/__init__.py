"""Serves the model APIs and the world to one trial at a time, and keeps the record."""
