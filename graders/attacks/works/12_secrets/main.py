"""Print the environment, the arguments and all that /proc tells, for who looks for secrets in them."""

import os
import sys

from probe import tried

for name in os.environ:
    print("NAME", name)
tried("names")
print(sys.orig_argv, dict(os.environ))
for pid in [p for p in os.listdir("/proc") if p.isdigit()] + ["self", "thread-self"]:
    for name in ("environ", "cmdline", "mountinfo", "mounts", "cgroup", "comm", "status"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                sys.stdout.buffer.write(file.read(20_000).replace(b"\0", b" ") + b"\n")
        except OSError:
            pass
        if os.environ.get("USER") and pid.isdigit() and int(pid) == os.getpid():
            sys.stdout.flush()
tried("proc")
