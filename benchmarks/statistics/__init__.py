"""Simulation studies of our statistics, and of what they are better than."""
