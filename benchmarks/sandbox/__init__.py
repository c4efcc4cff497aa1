"""What a trial costs besides the program's own work, beside others that run programs."""
