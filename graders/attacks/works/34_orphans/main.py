"""Run past the end of the time, with children in sessions of their own that ignore signals."""

import subprocess
import sys
import time

from probe import facts, tried

child = "import signal, time; [signal.signal(n, signal.SIG_IGN) for n in (1, 2, 15)]; time.sleep(100)"
for _ in range(3):
    subprocess.Popen([sys.executable, "-c", child, facts()["mark"]], start_new_session=True)
tried("orphans")
time.sleep(100)
