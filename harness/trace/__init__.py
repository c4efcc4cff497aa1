"""Trial records as OTLP, in the terminal and as a page."""
