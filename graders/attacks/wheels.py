"""Attacks by a work's own packages: wheels that would run outside a trial, or stand in for the sandbox's."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Mapping
from pathlib import Path

from graders.attacks.arena import Arena
from graders.attacks.attack import Attack, NotTried
from graders.attacks.intake import Members, member, write
from harness.errors import SubmissionError
from harness.sandbox.packages import reserved
from harness.workspace.wheels import unpack

DATA = "evil-1.0.data/purelib"
WHEELS: Mapping[str, Members] = {
    "a start-up file": [member("evil.pth", b"import os")],
    "a start-up file among its data": [member(f"{DATA}/evil.PTH", b"import os")],
    "sitecustomize": [member("sitecustomize.py")],
    "sitecustomize, compiled": [member(f"{DATA}/sitecustomize.pyc")],
    "usercustomize, as a package": [member("usercustomize/__init__.py")],
    "openai": [member("openai/__init__.py")],
    "openai, as one file": [member(f"{DATA}/openai.py")],
    "openai, as a library": [member("openai.cpython-311-x86_64-linux-gnu.so")],
    "openai, in wide letters": [member("\uff4fpenai.py")],
    "a module of Python": [member("json/__init__.py")],
    "the supervisor": [member("harness/sandbox/inside/child.py")],
    "a path that leaves": [member("../evil.py")],
    "a path that leaves by its data": [member(f"{DATA}/../../../evil.py")],
    "a link": [member("evil.py", b"/etc/passwd", stat.S_IFLNK | 0o777)],
    "a file that its data replace": [member("evil.py"), member(f"{DATA}/evil.py")],
    "a bomb": [member("evil/zeros.py", bytes(3 << 20))],
}


def _wheels(arena: Arena) -> list[str]:
    """Each of them must be refused, with nothing written outside; an honest one must be taken."""
    _take(arena, "honest", [member("good/__init__.py"), member(f"{DATA}/good/more.py")])
    found = []
    for name, members in WHEELS.items():
        try:
            _take(arena, name, members)
        except SubmissionError:
            continue
        except Exception as error:
            found.append(f"{name}: {type(error).__name__}: {error}")
        else:
            found.append(f"a wheel with {name} was taken")
    if not {"openai", "json", "harness"} <= reserved():
        raise NotTried("the list of names that the sandbox has is not whole")
    outside = [path for path in arena.folder.rglob("evil.py") if "site" not in path.parts]
    return [*found, *(f"{path.name} was written outside" for path in outside)]


def _take(arena: Arena, name: str, members: Members) -> None:
    folder: Path = arena.folder / "wheels" / name
    site = folder / "site"
    site.mkdir(parents=True)
    wheel = folder / "evil-1.0-py3-none-any.whl"
    wheel.write_bytes(write([*members, member("evil-1.0.dist-info/METADATA", b"Name: evil\n")]))
    unpack({wheel: hashlib.sha256(wheel.read_bytes()).hexdigest()}, site)


ATTACKS: tuple[Attack, ...] = (
    Attack("05_hostile_wheels", f"{len(WHEELS)} wheels: start-up files, the sandbox's own names, slips",
           "own packages are wheels that are judged as a submission is, for no path but the trial's", _wheels,
           ("host",)),
)  # fmt: skip
