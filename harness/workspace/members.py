"""Reading a zip that nobody vouches for: every member is judged before a byte is written.

A submission is bytes from a stranger. What stands here refuses, with a reason, whatever could land
outside the folder, land twice, fill the disk, or mean something else on another file system; it
never repairs. Sizes in headers are claims: bytes are counted as they come out.
"""

from __future__ import annotations

import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from harness.errors import SubmissionError

WINDOWS = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"]
)
"""Names that Windows keeps for devices, whatever follows the first dot."""
FORBIDDEN = frozenset('<>:"|?*\\')
GIT = frozenset({".git", "git~1"})
_CHUNK = 64 * 1024
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class Caps:
    """How much a submission may be. Bytes unless said otherwise."""

    archive: int = 32 * 2**20
    total: int = 64 * 2**20
    file: int = 16 * 2**20
    ratio: int = 100
    """Bytes out per byte in, of a member past its first `slack` bytes."""
    slack: int = 2**20
    members: int = 5_000
    depth: int = 16
    """Components of a path."""
    path: int = 240
    """Bytes of a whole path in UTF-8."""


def check_name(name: str, caps: Caps) -> PurePosixPath:
    """The member's path. Raises `SubmissionError` that says which rule it breaks."""

    def refuse(why: str) -> SubmissionError:
        return SubmissionError(
            f"the member {name[:120]!a} is refused: {why}", hint="rename or leave out the file"
        )

    if not name or name.startswith("/"):
        raise refuse("its path is absolute or empty")
    if any(unicodedata.category(char)[0] == "C" for char in name):
        raise refuse("control, format or unassigned characters stand in its name")
    if found := FORBIDDEN.intersection(name):
        raise refuse(f"`{min(found)}` stands in its name")
    if len(name.encode()) > caps.path:
        raise refuse(f"its path is longer than {caps.path} bytes")
    parts = name.split("/")
    if len(parts) > caps.depth:
        raise refuse(f"it lies deeper than {caps.depth} folders")
    for part in parts:
        if part in {"", ".", ".."}:
            raise refuse("its path has an empty, `.` or `..` step")
        if part[-1] in ". " or part[0] == " ":
            raise refuse("a step of its path begins with a space, or ends in a space or a dot")
        if part.split(".")[0].rstrip(" ").casefold() in WINDOWS:
            raise refuse(f"`{part}` is a device's name on Windows")
    return PurePosixPath(unicodedata.normalize("NFC", name))


def folded(path: PurePosixPath) -> str:
    """What stays the same when a file system ignores case and Unicode composition."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", str(path)).casefold())


class Names:
    """The paths seen so far, to find those that some file system would put in one place."""

    def __init__(self) -> None:
        """None yet."""
        self._files: set[str] = set()
        self._folders: dict[str, PurePosixPath] = {}

    def add(self, path: PurePosixPath) -> None:
        """Remember a file's path. Raises `SubmissionError` when it collides with another."""
        key = folded(path)
        if key in self._files or key in self._folders:
            raise SubmissionError(
                f"the member {str(path)!a} collides with another one",
                hint="two paths may not differ by case or Unicode composition only",
            )
        for parent in path.parents[:-1]:
            above = folded(parent)
            if above in self._files or self._folders.setdefault(above, parent) != parent:
                raise SubmissionError(
                    f"the folder {str(parent)!a} collides with another member",
                    hint="two paths may not differ by case or Unicode composition only",
                )
        self._files.add(key)


def check_archive(path: Path, caps: Caps) -> None:
    """Refuse what is no plain zip of a sensible size, before its directory is read.

    `zipfile` would read a directory of any size and a zip behind any other file.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            first = file.read(512)
            file.seek(max(0, size - _END.size))
            last = file.read()
    except OSError as error:
        raise SubmissionError(f"`{path}` cannot be read: {error.strerror}") from None
    if first[:4] != b"PK\x03\x04":
        tar = first[257:262] == b"ustar" or first.startswith(
            (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
        )
        what = "a tar or compressed file; only zip is taken" if tar else "not a zip file"
        raise SubmissionError(f"`{path}` is {what}", hint="pack it with `takehome submit`")
    if size > caps.archive:
        raise SubmissionError(
            f"`{path}` is larger than {caps.archive} bytes", hint="leave out data and models"
        )
    if len(last) < _END.size or last[:4] != b"PK\x05\x06":
        raise SubmissionError(
            f"`{path}` is cut off, or something stands behind the zip", hint="copy the file again"
        )
    _, disk, start_disk, _, count, directory, offset, _ = _END.unpack(last)
    if disk or start_disk or count > caps.members or directory > caps.members * (caps.path + 128):
        raise SubmissionError(
            f"`{path}` has more than {caps.members} members, or spans disks",
            hint="ignore generated files in `.gitignore`",
        )
    if offset + directory + _END.size != size:
        raise SubmissionError(f"`{path}` is no plain zip: its directory is not where it says")


@dataclass(frozen=True, slots=True)
class Member:
    """One member that may be written."""

    path: PurePosixPath
    executable: bool
    info: zipfile.ZipInfo


def members(archive: zipfile.ZipFile, caps: Caps) -> list[Member]:
    """The members to write, judged one by one; git's own folders and plain folders are left out."""
    infos = archive.infolist()
    if len(infos) > caps.members:
        raise SubmissionError(f"the zip has more than {caps.members} members")
    if len({info.header_offset for info in infos}) < len(infos):
        raise SubmissionError("members of the zip share one body", hint="pack it with `takehome submit`")
    names = Names()
    kept = []
    for info in infos:
        path = check_name(info.orig_filename.removesuffix("/"), caps)
        _check_kind(info)
        if GIT.intersection(part.casefold() for part in path.parts):
            continue
        if info.is_dir():
            continue
        names.add(path)
        kept.append(Member(path, bool(info.external_attr >> 16 & stat.S_IXUSR), info))
    return kept


def _check_kind(info: zipfile.ZipInfo) -> None:
    mode = info.external_attr >> 16
    kind = stat.S_IFMT(mode)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or (kind == stat.S_IFDIR) > info.is_dir():
        raise _refused(info, "it is a link or a device")
    if mode & 0o7000:
        raise _refused(info, "it has a setuid, setgid or sticky bit")
    if info.flag_bits & (0x1 | 0x40 | 0x2000):
        raise _refused(info, "it is encrypted")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise _refused(info, "its compression is neither stored nor deflated")


def _refused(info: zipfile.ZipInfo, why: str) -> SubmissionError:
    return SubmissionError(
        f"the member {info.orig_filename[:120]!a} is refused: {why}", hint="pack with `takehome submit`"
    )


def extract(path: Path, into: Path, caps: Caps) -> list[PurePosixPath]:
    """Write a zip's members below `into`, which must be an empty folder of ours.

    Raises `SubmissionError`; the caller throws the folder away then.
    """
    check_archive(path, caps)
    written = []
    total = 0
    try:
        with zipfile.ZipFile(path) as archive:
            for member in members(archive, caps):
                target = into / member.path
                target.parent.mkdir(parents=True, exist_ok=True)
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
                descriptor = os.open(target, flags, 0o755 if member.executable else 0o644)
                with os.fdopen(descriptor, "wb") as file:
                    for chunk in _stream(archive, member.info, caps):
                        total += len(chunk)
                        if total > caps.total:
                            raise SubmissionError(f"the submission unpacks to more than {caps.total} bytes")
                        file.write(chunk)
                written.append(member.path)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        struct.error,
        RuntimeError,
        ValueError,
        LookupError,
    ) as error:
        raise SubmissionError(f"`{path}` is a damaged zip: {error}", hint="copy the file again") from None
    return written


def _stream(archive: zipfile.ZipFile, info: zipfile.ZipInfo, caps: Caps) -> Iterator[bytes]:
    count = 0
    with archive.open(info) as source:
        while chunk := source.read(_CHUNK):
            count += len(chunk)
            if count > caps.file:
                raise _refused(info, f"it unpacks to more than {caps.file} bytes")
            if count > caps.slack and count > caps.ratio * max(1, info.compress_size):
                raise _refused(info, f"it unpacks to more than {caps.ratio} times its size")
            yield chunk
