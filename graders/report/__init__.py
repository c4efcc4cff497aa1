"""Draws what was computed elsewhere; computes nothing."""
