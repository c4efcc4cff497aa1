"""Attacks on the intake: zips that nobody packed with our command, and files aimed at who opens them."""

from __future__ import annotations

import io
import json
import stat
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from graders.attacks.arena import Arena
from graders.attacks.attack import Attack, NotTried
from harness.errors import SubmissionError, TakehomeError
from harness.workspace.members import Caps
from harness.workspace.packing import pack
from harness.workspace.start import start
from harness.workspace.submission import unpack

Members = list[tuple[zipfile.ZipInfo, bytes]]
Change = Callable[[Members], bytes]
ABSOLUTE = "/tmp/takehome-attack-escaped.txt"  # noqa: S108
SMALL = Caps(total=2 * 2**20, members=400)
"""Caps low enough that a bomb need not be large."""


def honest(arena: Arena) -> bytes:
    """A submission of the starter, made as a candidate makes one."""
    kept = arena.folder / "honest.zip"
    if not kept.exists():
        name = (
            arena.exercise.id
            if arena.exercise.package.startswith("exercises.")
            else str(arena.exercise.folder)
        )
        workspace = start(arena.exercise, name, arena.folder / "workspace")
        pack(workspace, kept)
    return kept.read_bytes()


def read(data: bytes) -> Members:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info, archive.read(info)) for info in archive.infolist()]


def write(members: Members) -> bytes:
    """A zip of them, however odd."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)  # the same name twice is meant
        for info, data in members:
            archive.writestr(info, data)
    return buffer.getvalue()


def member(name: str, data: bytes = b"x", mode: int = stat.S_IFREG | 0o644) -> tuple[zipfile.ZipInfo, bytes]:
    """One member with a mode of its own."""
    info = zipfile.ZipInfo("placeholder", (1980, 1, 1, 0, 0, 0))
    # Set after the fact: the constructor would tidy the name.
    info.filename = info.orig_filename = name
    info.create_system = 3
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = mode << 16
    return info, data


def _with(*added: tuple[str, bytes, int]) -> Change:
    return lambda members: write([*members, *(member(*one) for one in added)])


def _file(*names: str) -> Change:
    return _with(*((name, b"x", stat.S_IFREG | 0o644) for name in names))


def _tar(members: Members) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for info, data in members:
            entry = tarfile.TarInfo(info.filename)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def _lying(members: Members) -> bytes:
    """The sizes in the directory say one byte; the stream holds a megabyte and more."""
    data = bytearray(write([*members, member("work/lie.bin", b"\0" * (3 << 20))]))
    at = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 1)
    return bytes(data)


REFUSED: Mapping[str, Change] = {
    "24 a step up": _file("work/../../escaped.txt"),
    "24 an absolute path": _file(ABSOLUTE),
    "24 a drive": _file("C:\\escaped.txt"),
    "24 a backslash": _file("work\\..\\..\\escaped.txt"),
    "24 a symbolic link": _with(("work/link", b"/etc/passwd", stat.S_IFLNK | 0o777)),
    "24 a link and a file through it": _with(
        ("work/link", b"..", stat.S_IFLNK | 0o777), ("work/link/escaped.txt", b"x", stat.S_IFREG | 0o644)
    ),
    "24 a pipe": _with(("work/pipe", b"", stat.S_IFIFO | 0o644)),
    "24 a device": _with(("work/device", b"", stat.S_IFBLK | 0o660)),
    "24 a place outside the work": _file("grade.json"),
    "25 a tar": _tar,
    "25 a zip behind a tar": lambda members: _tar(members[:1]) + write(members),
    "26 a bomb": lambda members: write([*members, member("work/bomb.bin", b"\0" * (4 << 20))]),
    "26 a bomb of many files": lambda members: write(
        [*members, *(member(f"work/{n}.bin", bytes([n]) * 300_000) for n in range(20))]
    ),
    "26 sizes that lie": _lying,
    "26 too many files": lambda members: write([*members, *(member(f"work/{n}", b"") for n in range(500))]),
    "26 too deep": _file("work/" + "a/" * 40 + "x"),
    "27 names that differ by case": _file("work/Main.py", "work/MAIN.PY"),
    "27 names that differ by composition": _file("work/caf\u00e9.py", "work/cafe\u0301.py"),
    "27 the same name twice": _file("work/same.py", "work/same.py"),
    "27 a stream of NTFS": _file("work/main.py:hidden"),
    "27 a device of Windows": _file("work/con.py"),
    "27 a trailing dot": _file("work/main.py."),
    "27 an escape in a name": _file("work/\x1b[2J.py"),
    "27 a name written backwards": _file("work/\u202eyp.exe"),
    "27 a setuid bit": _with(("work/tool", b"x", stat.S_IFREG | 0o4755)),
    "54 a very long name": _file("work/" + "n" * 5_000),
}  # fmt: skip


def _zips(arena: Arena) -> list[str]:
    """Each must be refused, leave nothing behind and write nothing outside."""
    members = read(honest(arena))
    room = arena.folder / "intake"
    room.mkdir()
    control = room / "control.zip"
    control.write_bytes(write(members))
    try:
        unpack(control, room / "control", caps=SMALL)
    except TakehomeError as error:
        raise NotTried(f"an honest submission was refused: {error.message}") from error
    before = Path(ABSOLUTE).exists()
    found = []
    for number, (name, change) in enumerate(REFUSED.items()):
        path = room / f"{number}.zip"
        path.write_bytes(change(members))
        into = room / f"into-{number}"
        try:
            unpack(path, into, caps=SMALL)
            found.append(f"{name}: it was taken")
        except SubmissionError:
            if into.exists():
                found.append(f"{name}: something was written")
        except Exception as error:
            found.append(f"{name}: {type(error).__name__}: {error}")
    if any(arena.folder.rglob("escaped.txt")) or (not before and Path(ABSOLUTE).exists()):
        found.append("a file was written outside")
    return found


def _git(arena: Arena) -> list[str]:
    """A repository inside the submission is left out: no hook, no history, no filter."""
    members = read(honest(arena))
    path, into = arena.folder / "git.zip", arena.folder / "git"
    path.write_bytes(
        write([*members, member("work/.git/hooks/post-checkout", b"#!/bin/sh\n"), member("work/.GIT/config")])
    )
    try:
        unpack(path, into)
    except SubmissionError:
        return []
    return [
        f"{found.relative_to(into)} was unpacked" for found in into.rglob("*") if ".git" in found.name.lower()
    ]


def _journal(arena: Arena) -> list[str]:
    """Editing, reordering and cutting the journal: each must be a finding."""
    members = read(honest(arena))
    at = next(n for n, (info, _) in enumerate(members) if info.filename == "journal.jsonl")
    lines = members[at][1].splitlines(keepends=True)
    first = json.loads(lines[0])
    edited = json.dumps({**first, "at": "2020-01-01T00:00:00Z"}).encode() + b"\n"
    found = []
    for name, forged in {
        "edited": [edited, *lines[1:]],
        "cut off": lines[:-1] if len(lines) > 1 else [],
        "repeated": [*lines, lines[-1]],
        "not JSON": [b"\xff\x00\n", *lines],
    }.items():
        changed = list(members)
        changed[at] = (members[at][0], b"".join(forged))
        path, into = arena.folder / f"journal-{name}.zip", arena.folder / f"journal-{name}"
        path.write_bytes(write(changed))
        try:
            taken = unpack(path, into)
        except SubmissionError:
            continue
        if not taken.findings:
            found.append(f"a journal that was {name} was believed")
    return found


ATTACKS: tuple[Attack, ...] = (
    Attack("24_hostile_zips", f"{len(REFUSED)} zips: slips, links, bombs, tars, names that collide",
           "every member is judged before a byte is written; bytes are counted as they come out", _zips,
           ("host",)),
    Attack("29_git_hooks", "a repository with hooks in the work", "git's folders are left out; nothing is "
           "built or run outside the sandbox", _git, ("host",)),
    Attack("49_forged_journal", "an edited, cut, repeated journal", "a hash chain whose head stands in the "
           "submission; self-attested, never scored", _journal, ("host",)),
)  # fmt: skip
