"""Take the trial's port, and whatever leads to the supervisor's or the gateway's sockets."""

import os
import socket

from probe import ask, gained, tried

for option in (None, socket.SO_REUSEADDR, socket.SO_REUSEPORT):
    one = socket.socket()
    if option is not None:
        one.setsockopt(socket.SOL_SOCKET, option, 1)
    try:
        one.bind(("127.0.0.1", 8080))
        one.listen()
        gained("took the gateway's port")
    except OSError:
        pass
tried("port")
for top in ("/run/takehome", "/run/takehome/control", "/opt/takehome"):
    try:
        print(os.listdir(top))
        if top.startswith("/run"):
            gained(f"{top} can be read")
    except OSError:
        pass
    for name in ("control.sock", "intake.sock"):
        try:
            socket.socket(socket.AF_UNIX).bind(f"{top}/{name}.new")
            gained(f"made a socket in {top}")
        except OSError:
            pass
        try:
            socket.socket(socket.AF_UNIX).connect(f"{top}/{name}")
            gained(f"connected to {top}/{name}")
        except OSError:
            pass
tried("sockets")
status, _ = ask("GET", "/task")
if status not in (200, 204):
    gained("the gateway is no longer reached")
tried("served")
