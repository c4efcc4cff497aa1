"""A support agent whose runs end badly about one time in five."""
