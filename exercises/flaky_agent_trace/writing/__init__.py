"""What the model puts into words: letters, grounds, retellings, translations. Knows what was decided."""
