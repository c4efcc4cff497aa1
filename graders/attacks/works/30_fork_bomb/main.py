"""Fork until nothing can fork any more, and stay."""

import os
import time

from probe import tried

tried("bomb")
first = os.getpid()
end = time.monotonic() + 1.5
while time.monotonic() < end:
    try:
        os.fork()
    except OSError:
        time.sleep(0.01)
if os.getpid() != first:
    time.sleep(30)
