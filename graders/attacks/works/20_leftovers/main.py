"""Leave a message for the next trial in every place that two trials might share."""

import ctypes
import os
import socket
import subprocess
import sys

from probe import facts, tried

os.umask(0)
for folder in ("/trial", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", os.environ.get("HOME", "/")):
    try:
        with open(f"{folder}/takehome-left", "w") as file:
            file.write("left")
    except OSError:
        pass
tried("files")
abstract = socket.socket(socket.AF_UNIX)
abstract.bind("\0takehome-left")
abstract.listen()
tried("abstract socket")
server = socket.create_server(("127.0.0.1", 9000))
client = socket.create_connection(("127.0.0.1", 9000), source_address=("127.0.0.1", 9001))
accepted = server.accept()[0]
client.close()
accepted.close()
tried("ports")
libc = ctypes.CDLL(None, use_errno=True)
libc.shmget(0x7A4E, 4096, 0o1666)
libc.msgget(0x7A4E, 0o1666)
libc.semget(0x7A4E, 1, 0o1666)
tried("ipc")
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)", facts()["mark"]], start_new_session=True)
tried("process")
