"""The next trial: look for the message."""

import ctypes
import os
import socket

from probe import gained, tried

for folder in ("/trial", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", os.environ.get("HOME", "/")):
    if os.path.exists(f"{folder}/takehome-left"):
        gained(f"a file in {folder}")
tried("files")
try:
    socket.socket(socket.AF_UNIX).connect("\0takehome-left")
    gained("an abstract socket")
except OSError:
    pass
tried("abstract socket")
with open("/proc/net/tcp") as file:
    seen = file.read()
    if ":2328 " in seen or ":2329 " in seen:
        gained("a port, open or in TIME_WAIT")
tried("ports")
libc = ctypes.CDLL(None, use_errno=True)
for name, arguments in (("shmget", (0x7A4E, 4096, 0)), ("msgget", (0x7A4E, 0)), ("semget", (0x7A4E, 1, 0))):
    if getattr(libc, name)(*arguments) >= 0:
        gained(f"System V memory, messages or semaphores ({name})")
tried("ipc")
for pid in [p for p in os.listdir("/proc") if p.isdigit()]:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            if int(pid) != os.getpid() and b"takehome-attack" in file.read():
                gained(f"process {pid}")
    except OSError:
        pass
tried("process")
