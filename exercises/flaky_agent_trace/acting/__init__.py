"""What the model does with tools: the next call, its slips, what follows a failed one. Knows the answers."""
