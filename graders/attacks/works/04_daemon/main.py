"""Leave a daemon behind that goes on writing to the world after the program's end."""

import os
import subprocess
import sys

from probe import TOKEN, WORLD, facts, tried

told = facts()
daemon = """
import os, signal, time, urllib.request
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
if os.fork(): os._exit(0)
os.setsid()
if os.fork(): os._exit(0)
print("TRIED daemon", flush=True)
while True:
    time.sleep(0.05)
    try:
        urllib.request.urlopen(urllib.request.Request(URL, method="POST", data=b"{}",
            headers={"Authorization": "Bearer " + TOKEN}), timeout=1)
    except OSError: pass
"""
daemon = daemon.replace("URL", repr(f"{WORLD}/tools/{told['tool']}")).replace("TOKEN", repr(TOKEN))
# The list of processes shows the arguments: that is how it is found from outside.
ready, wrote = os.pipe()
child = subprocess.Popen([sys.executable, "-c", daemon, told["mark"]], start_new_session=True, stdout=wrote)
os.close(wrote)
if b"daemon" in os.read(ready, 100):
    tried("daemon")
