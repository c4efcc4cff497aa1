"""System calls and socket families that have opened kernels before."""

import ctypes
import os
import platform
import socket

from probe import gained, tried

NUMBERS = {
    "unshare": (272, 97, 0x10000000), "ptrace": (101, 117, 0), "mount": (165, 40, 0), "keyctl": (250, 219, 0),
    "add_key": (248, 217, 0), "request_key": (249, 218, 0), "bpf": (321, 280, 0), "perf_event_open": (298, 241, 0),
    "userfaultfd": (323, 282, 0), "io_uring_setup": (425, 425, 1), "io_uring_enter": (426, 426, 0),
    "setns": (308, 268, 0), "process_vm_readv": (310, 270, 0), "process_vm_writev": (311, 271, 0),
    "kcmp": (312, 272, 0), "open_by_handle_at": (304, 265, 0), "pivot_root": (155, 41, 0), "init_module": (175, 105, 0),
    "kexec_load": (246, 104, 0), "fsopen": (430, 430, 0), "move_mount": (429, 429, 0), "pidfd_getfd": (438, 438, 0),
    "clone3": (435, 435, 0),
}  # fmt: skip
column = {"x86_64": 0, "aarch64": 1}.get(platform.machine())
libc = ctypes.CDLL(None, use_errno=True)
if column is not None:
    for name, row in NUMBERS.items():
        ctypes.set_errno(0)
        done = libc.syscall(row[column], row[2], 0, 0, 0, 0)
        if done != -1 or ctypes.get_errno() not in (1, 38):
            gained(f"{name} reached the kernel: {done}, errno {ctypes.get_errno()}")
    tried("calls")
    ctypes.set_errno(0)
    done = libc.syscall(56 if column == 0 else 220, 0x10000000 | 17, 0, 0, 0, 0)
    if done == 0:
        os._exit(0)
    if done != -1:
        gained("made a user namespace by clone")
    tried("user namespace")
for family in (3, 9, 15, 16, 17, 21, 29, 31, 38, 40, 44):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        try:
            socket.socket(family, kind).close()
            gained(f"made a socket of family {family}")
        except OSError:
            pass
for family in (socket.AF_INET, socket.AF_INET6):
    try:
        socket.socket(family, socket.SOCK_RAW, 1).close()
        gained("made a raw socket")
    except OSError:
        pass
tried("families")
