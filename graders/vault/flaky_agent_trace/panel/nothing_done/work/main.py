"""Nothing."""

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
