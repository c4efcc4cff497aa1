"""Where a reply comes from: simulated, live or cassette."""
