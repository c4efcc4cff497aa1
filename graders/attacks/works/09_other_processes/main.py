"""Look into, trace and signal every process that is not one's own."""

import ctypes
import os
import signal

from probe import gained, tried

libc = ctypes.CDLL(None, use_errno=True)
mine = os.getpid()
for pid in [int(p) for p in os.listdir("/proc") if p.isdigit() and int(p) != mine]:
    for name in ("environ", "mem", "maps", "fd", "cwd", "root"):
        path = f"/proc/{pid}/{name}"
        try:
            if name == "fd":
                os.listdir(path)
            elif name in ("cwd", "root"):
                os.readlink(path)
            else:
                with open(path, "rb") as file:
                    if name != "mem":
                        file.read(1)
        except OSError:
            continue
        gained(f"read {path}")
    tried("look")
    if libc.ptrace(16, pid, 0, 0) == 0:
        gained(f"traced {pid}")
    tried("trace")
    try:
        os.kill(pid, signal.SIGCONT)
        gained(f"signalled {pid}")
    except OSError:
        pass
    tried("signal")
for call in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0])):
    try:
        call()
        gained("became somebody else")
    except OSError:
        pass
tried("become")
