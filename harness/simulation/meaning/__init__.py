"""What a field means, by its name and by what is said of it: the slots. Knows what was read."""
