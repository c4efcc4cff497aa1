"""One module per model API: parse to the neutral exchange, render from it."""
