"""The candidate's folder: start, experiment, journal, claims, submission."""
