"""Stop the clocks and the luck of one's own process, and take half a second."""

import random
import time

real = time.monotonic
start = real()
time.time = time.monotonic = time.perf_counter = lambda: 0.0
random.random = lambda: 0.0

from probe import chat, tried

chat()
while real() - start < 0.5:
    pass
tried("clock")
