"""Attacks on the grader that can be run, each with what must be seen for it to count as stopped."""
