"""What the model believes and would do, mistakes included. Knows what was read; words nothing."""
