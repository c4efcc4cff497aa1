"""Reach the container engine, a device, or a right that a container should not have."""

import os
import socket

from probe import gained, tried

for path in (
    "/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock",
    "/run/crio/crio.sock", "/run/user/0/docker.sock", "/.dockerenv.sock",
):  # fmt: skip
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        gained(f"connected to {path}")
    except OSError:
        pass
tried("sockets")
with open("/proc/self/status") as file:
    status = dict(line.split(":", 1) for line in file)
for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
    if int(status[name], 16):
        gained(f"{name} is {status[name].strip()}")
if status["NoNewPrivs"].strip() != "1" or status["Seccomp"].strip() != "2":
    gained("no-new-privileges or seccomp is off")
if os.getuid() == 0 or int(status["CapBnd"], 16) & ~0xC0:
    gained("more rights can be had than the supervisor's two")
tried("rights")
PLAIN = {
    "core",
    "fd",
    "full",
    "mqueue",
    "null",
    "ptmx",
    "pts",
    "random",
    "shm",
    "stderr",
    "stdin",
    "stdout",
    "tty",
    "urandom",
    "zero",
}
for name in set(os.listdir("/dev")) - PLAIN:
    gained(f"there is a device {name}")
tried("devices")
for path in (
    "/",
    "/etc",
    "/usr",
    "/opt",
    "/proc/sys/kernel/core_pattern",
    "/proc/sysrq-trigger",
    "/sys/fs/cgroup",
    "/sys/kernel",
):
    if os.access(path, os.W_OK):
        gained(f"{path} can be written")
tried("read-only")
