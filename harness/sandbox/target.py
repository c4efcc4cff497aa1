"""The Python and the machine that wheels must fit: a sandbox's, never that of whoever asks pip."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass

MACHINES = ("x86_64", "aarch64")
"""What images are made for."""
PYTHONS = ("3.11", "3.12")
"""What images may have: Debian's own Python, or the registry image's."""
_GLIBC = (36, 35, 34, 31, 28, 27, 26, 24, 17, 12, 5)


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """A CPython on a machine."""

    python: str
    """Such as `3.11`."""
    machine: str
    """As the kernel calls it."""
    system: str = "linux"
    """`linux` means Linux with glibc."""

    def __str__(self) -> str:
        """As a lock's section is headed."""
        return f"CPython {self.python} on {self.system.capitalize()} {self.machine}"

    @property
    def options(self) -> list[str]:
        """Pip's, for wheels of this target and nothing but wheels."""
        tags = [f"manylinux_2_{minor}_{self.machine}" for minor in _GLIBC] + [f"manylinux2014_{self.machine}"]
        platforms = [word for tag in tags for word in ("--platform", tag)]
        told = ["--python-version", self.python, "--implementation", "cp", *platforms]
        return ["--only-binary", ":all:", *(told if self.system == "linux" else ())]

    @property
    def markers(self) -> dict[str, str]:
        """What requirements may ask of the environment (`; sys_platform == "linux"`)."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "posix",
            "platform_machine": self.machine,
            "platform_release": "",
            "platform_system": "Darwin" if self.system == "darwin" else "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "platform_python_implementation": "CPython",
            "python_version": self.python,
            "sys_platform": self.system.partition("-")[0],
        }


def here() -> Target:
    """This interpreter's: a process sandbox runs programs with it."""
    system = sys.platform
    if system == "linux" and platform.libc_ver()[0] != "glibc":
        system = "linux-musl"
    return Target(f"{sys.version_info[0]}.{sys.version_info[1]}", platform.machine(), system)
