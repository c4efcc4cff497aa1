"""A submission's files as one run of bytes: regular files only, made by us, unpacked by us.

Layout: four bytes with the size of a JSON index `[[path, executable, size], ...]`, the index, and the
contents one after the other. No links, owners, times or folders to be clever with.
"""

from __future__ import annotations

import json
import os
import stat
import struct
from pathlib import Path

_SIZE = struct.Struct(">I")
SKIPPED = frozenset({".git", "__pycache__", ".venv"})


class BadParcel(Exception):
    """The bytes are not a parcel, or a path in it leaves the folder."""


def pack(folder: Path) -> bytes:
    """All regular files below `folder`; links, devices, sockets and FIFOs are left out.

    Raises `OSError` when a file cannot be read.
    """
    index: list[tuple[str, bool, int]] = []
    contents: list[bytes] = []
    for base, folders, names in os.walk(folder, onerror=_stop, followlinks=False):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(names):
            path = os.path.join(base, name)  # noqa: PTH118  (names may be undecodable)
            data = _regular(path)
            if data is not None:
                relative = os.path.relpath(path, folder)
                index.append((relative, data[1], len(data[0])))
                contents.append(data[0])
    head = json.dumps(index, separators=(",", ":")).encode()
    return b"".join([_SIZE.pack(len(head)), head, *contents])


def _stop(error: OSError) -> None:
    """A folder that cannot be read is not an empty one."""
    raise error


def _regular(path: str) -> tuple[bytes, bool] | None:
    if not stat.S_ISREG(os.lstat(path).st_mode):
        return None
    # O_NONBLOCK: a FIFO put there after the look at it must not hold us up.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123  (a descriptor)
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return None
        return file.read(), bool(found.st_mode & stat.S_IXUSR)


def read_index(data: bytes) -> list[tuple[str, bool, int]]:
    """(path, executable, size) of each file. Raises `BadParcel`."""
    try:
        (size,) = _SIZE.unpack_from(data)
        index = json.loads(data[_SIZE.size : _SIZE.size + size])
        return [(str(path), bool(executable), int(length)) for path, executable, length in index]
    except (struct.error, ValueError, TypeError) as error:
        raise BadParcel(str(error)) from error


def content(data: bytes, wanted: str) -> bytes | None:
    """The bytes of one file, `None` when there is none of that path."""
    offset = _SIZE.size + _SIZE.unpack_from(data)[0]
    for path, _, size in read_index(data):
        if path == wanted:
            return data[offset : offset + size]
        offset += size
    return None


def unpack(data: bytes, folder: Path) -> None:
    """Write the files below `folder`, which must exist. Raises `BadParcel` or `OSError`."""
    offset = _SIZE.size + _SIZE.unpack_from(data)[0]
    view = memoryview(data)
    for path, executable, size in read_index(data):
        parts = path.split("/")
        if path.startswith("/") or any(part in {"", ".", ".."} for part in parts):
            raise BadParcel(f"path {path!r}")
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o755 if executable else 0o644
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(target, flags, mode), "wb") as file:  # noqa: PTH123
            file.write(view[offset : offset + size])
        offset += size
