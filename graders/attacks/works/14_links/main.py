"""Leave links, pipes and devices where somebody may collect or wipe."""

import os

from probe import facts, gained, tried

victim = facts().get("victim") or "/etc"
os.symlink(victim, "output")
os.symlink("/etc/passwd", "result.json")
os.symlink("/dev/zero", "log.txt")
os.mkfifo("pipe")
tried("links")
# Without walls there is nothing to claim: the program has its user's rights.
walls = not facts().get("victim")
try:
    if walls:
        os.mknod("device", 0o60666, os.makedev(8, 0))
        os.open("device", os.O_RDONLY)
        gained("opened a device of its own making")
except OSError:
    pass
tried("device")
try:
    if walls:
        os.link("/etc/shadow", "shadow")
        open("shadow").read()
        gained("/etc/shadow by a hard link")
except OSError:
    pass
tried("hard link")
os.makedirs("deep/" * 30)
os.chmod("deep", 0)
tried("depth")
