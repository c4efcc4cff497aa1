"""Attacks on who reads a submission on the host: code that waits to be run, texts that mislead or swamp."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graders.attacks.arena import Arena
from graders.attacks.attack import Attack, NotTried
from graders.attacks.intake import honest, member, read, write
from graders.attacks.terminal import control_characters
from graders.difference import Changes, compare
from graders.report.page import environment
from harness.cli.output import harmless
from harness.errors import EnvironmentFailure
from harness.exercise.spec import Limits
from harness.sandbox import hardening
from harness.workspace import tree
from harness.workspace.submission import unpack

PAGE_BYTES = 5_000_000
"""A page of changes that a browser still opens at once."""
WAITING = (
    "setup.py", "conftest.py", "sitecustomize.py", "usercustomize.py", "__init__.py", "main.py", "judge.py",
    "world.py", "json.py", "graders/__init__.py", "harness/__init__.py", "trojan.pth", "noxfile.py",
)  # fmt: skip
"""Files that some tool or other runs when it meets them."""
SOFTER: dict[str, Any] = {
    "Privileged": True,
    "Binds": ["/var/run/docker.sock:/var/run/docker.sock"],
    "CapAdd": ["SETGID", "SETUID", "SYS_ADMIN"],
    "CapDrop": [],
    "SecurityOpt": ["no-new-privileges", "seccomp=unconfined"],
    "NetworkMode": "host",
    "PidMode": "host",
    "IpcMode": "host",
    "UsernsMode": "host",
    "ReadonlyRootfs": False,
    "Memory": 0,
    "MemorySwap": -1,
    "PidsLimit": 0,
    "Devices": [{"PathOnHost": "/dev/kvm", "PathInContainer": "/dev/kvm", "CgroupPermissions": "rwm"}],
    "Tmpfs": {},
}
"""What an engine could make instead of what it was asked."""
DISGUISED = {
    "right to left": "allowed = True  # \u202e } \u2066 if admin \u2069 \u2066 begin\n",
    "look-alikes": "\u0430dmin = p\u0430ssword = 1\n",
    "invisible": "x\u200b = 1\u2060\n\ufeffy = 2\n",
    "escapes": "print('\x1b[2J\x1b]0;owned\x07')\r\x08\x9b31m\n",
    "a formula": "=cmd|' /C calc'!A0\n",
    "a page": "</div><script>alert(1)</script>{{ 7*7 }}\n",
}
ABSURD: dict[str, Callable[[Path], object]] = {
    "a line of 50 MB": lambda folder: (folder / "line.py").write_bytes(b"x" * (50 << 20)),
    "a million lines": lambda folder: (folder / "lines.py").write_bytes(b"a = 1\n" * 1_000_000),
    "lines without end": lambda folder: (folder / "wide.py").write_bytes((b"y" * 99_000 + b"\n") * 4),
    "no text": lambda folder: (folder / "text.py").write_bytes(bytes(range(256)) * 40),
    "text that is none": lambda folder: (folder / "utf.py").write_bytes(b"\xff\xfe\xed\xa0\x80" * 900),
    "a thousand files": lambda folder: [(folder / f"f{n}.py").write_text("a = 1\n") for n in range(1_000)],
    "a name of many marks": lambda folder: (folder / ("Z" + "\u0301" * 100 + ".py")).write_text("a = 1\n"),
    "a name that is a page": lambda folder: (folder / "<img src=x onerror=alert(1)>.py").write_text("a\n"),
    "a name that turns": lambda folder: (folder / "\u202eyp.exe\n+++ b").write_text("a = 1\n"),
    "a formula for a name": lambda folder: (folder / "=cmd|'!A0").write_text("a = 1\n"),
}  # fmt: skip


def page(changes: Changes) -> str:
    """The changes as the report shows them."""
    show = environment().get_template("parts.html.j2").module.file  # type: ignore[attr-defined]
    return changes.note + "".join(str(show(change)) for change in changes.files)


def _at_intake(arena: Arena) -> list[str]:
    """Files that run when a tool meets them: unpack, digest and compare, and see whether any did."""
    room = arena.folder / "waiting"
    room.mkdir()
    ran = room / "ran.txt"
    code = f"open({str(ran)!r}, 'a').write(__file__ if '__file__' in globals() else 'pth')\n".encode()
    members = [(info, data) for info, data in read(honest(arena)) if info.filename != "work/main.py"]
    (room / "w.zip").write_bytes(write([*members, *(member(f"work/{name}", code) for name in WAITING)]))
    taken = unpack(room / "w.zip", room / "submission")
    if not (taken.work / "setup.py").is_file():
        raise NotTried("the files were not unpacked")
    tree.digest(taken.work)
    page(compare(arena.exercise.starter, taken.work))
    return [f"code of the submission ran on this machine: {ran.read_text()}"] if ran.exists() else []


def _softer(arena: Arena) -> list[str]:
    """An engine that makes a softer container than asked: nothing may be run in it."""
    del arena
    wish = hardening.Wish("sha256:1", Limits(), "/folder", {}, {})
    honestly: dict[str, Any] = {
        "Image": wish.image,
        "HostConfig": hardening.host_config(wish),
        "Mounts": [{"Source": wish.control, "RW": False}],
    }
    try:
        hardening.check_made(wish, honestly)
    except EnvironmentFailure as error:
        raise NotTried(f"a container as asked was refused: {error.message}") from error
    softened = {name: {**honestly, "HostConfig": {**copy.deepcopy(honestly["HostConfig"]), name: value}}
                for name, value in SOFTER.items()}  # fmt: skip
    softened["another image"] = {**honestly, "Image": "sha256:2"}
    softened["a mount"] = {**honestly, "Mounts": [{"Source": "/", "RW": True}]}
    found = []
    for name, made in softened.items():
        try:
            hardening.check_made(wish, made)
            found.append(f"{name}: the container would have been used")
        except EnvironmentFailure:
            pass
    return found


def _shown(arena: Arena, what: str, put: Callable[[Path], object]) -> list[str]:
    """What is wrong with how a work is shown that something was put into."""
    starter = arena.folder / "shown" / what.replace(" ", "-") / "starter"
    work = starter.with_name("work")
    for folder in (starter, work):
        folder.mkdir(parents=True)
    put(work)
    if not any(work.iterdir()):
        raise NotTried(f"{what}: nothing was put there")
    changes = compare(starter, work)
    shown = page(changes)
    terminal = "\n".join(harmless(change.path + change.note) for change in changes.files)
    found = []
    if not changes.files:
        found.append(f"{what}: the change is not shown at all")
    if len(shown) > PAGE_BYTES:
        found.append(f"{what}: {len(shown)} characters are shown")
    for where, text in (("page", shown), ("terminal", terminal)):
        if characters := control_characters(text):
            found.append(f"{what}: the {where} holds {', '.join(characters)}")
    if "<script>alert" in shown or "<img src" in shown:
        found.append(f"{what}: markup of the submission stands in the page")
    found += [f"{what}: {char!a} is shown as it is" for char in "\u0430\u200b\u2060\ufeff" if char in shown]
    return found


def _disguised(arena: Arena) -> list[str]:
    return [
        line
        for what, text in DISGUISED.items()
        for line in _shown(arena, what, lambda work, text=text: (work / "code.py").write_text(text))  # type: ignore[misc]
    ]


def _absurd(arena: Arena) -> list[str]:
    return [line for what, put in ABSURD.items() for line in _shown(arena, what, put)]


ATTACKS: tuple[Attack, ...] = (
    Attack("28_code_at_intake", "code that runs when a tool meets it: set-up files, hooks, shadowed modules",
           "nothing of a submission is built, imported or run outside the sandbox", _at_intake, ("host",)),
    Attack("40_softer_container", f"an engine that makes a softer container: {len(SOFTER) + 2} ways",
           "what was made is compared with what was asked before it starts", _softer, ("host",)),
    Attack("53_disguised_code", "code that reads otherwise than it runs: direction, look-alikes, escapes",
           "such characters are written out in page and terminal", _disguised, ("host",)),
    Attack("54_absurd_files", f"{len(ABSURD)} files to swamp or mislead who reads the change",
           "bytes, lines and files are capped, and the cut is said", _absurd, ("host",)),
)  # fmt: skip
