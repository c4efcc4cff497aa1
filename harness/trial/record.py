"""Trial records, and the file that keeps them.

`trials.jsonl.gz` is a series of gzip members, one a trial, so that `zcat` reads it all. Each member
holds the messages that no earlier member held, one a line, then the trial's line. A killed run can
tear the last member only; reading drops it, and the next write goes where it stood.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from pydantic import ValidationError

from harness.errors import EnvironmentFailure, UsageError
from harness.exercise.spec import Strict
from harness.gateway.admin_api import GatewayRecord

FORMAT = 1
MAGIC = b"\x1f\x8b\x08"
SYNC_SECONDS = 1.0
"""What a machine that loses its power may lose of finished trials; a killed run loses none. Waiting
for the disk after every trial took a tenth of the time of a short one."""


class TrialKey(NamedTuple):
    """Which trial of a grade."""

    scenario: str
    replay: int
    epoch: int


class StoreKey(Strict):
    """What a store's trials are trials of; a store refuses to go on under another key."""

    format: int = FORMAT
    exercise: str
    """Digest."""
    simulator: str
    assessment: str
    submission: str
    image: str
    isolation: str = "fork"
    """How far trials were kept apart; stores from before this was written hold forked ones."""
    runtime: str = ""
    """The engine's OCI runtime; empty without an engine."""
    packages: str = ""
    """Digest of the work's own packages; empty for a work that has none."""


class Process(Strict):
    """What the host saw of the program: shown to people, never scored."""

    ended: str
    exit_code: int | None
    signal: int | None
    wall_seconds: float
    cpu_seconds: float | None
    stdout: str
    stderr: str
    """Capped, undecodable bytes escaped."""
    how: str
    withheld_seconds: float = 0.0
    """Of the wall time: a busy machine kept the program from running, so its limit was put off by it."""


class TrialRecord(Strict):
    """One run of a work on one scenario."""

    scenario: str
    family: str
    replay: int
    epoch: int
    gateway: GatewayRecord
    process: Process

    @property
    def key(self) -> TrialKey:
        """Which trial this is."""
        return TrialKey(self.scenario, self.replay, self.epoch)

    def canonical(self) -> dict[str, Any]:
        """The record without wall times and process output: equal for equal behaviour."""
        data = self.model_dump(mode="json")
        data.pop("process")
        data["gateway"].pop("stalled_seconds")
        data["gateway"]["calls"].sort(
            key=lambda call: (call["decision"], call["subject"], call["attempt"], call["seq"])
        )
        return data


class TrialStore:
    """The trials of one (submission, assessment) on disk; every finished trial is written at once."""

    def __init__(self, path: Path, key: StoreKey) -> None:
        """Open or begin the store. Raises `UsageError` when it holds trials of something else."""
        self.path = path
        self.key = key
        self._lock = Lock()
        self._contents: dict[str, Any] = {}
        """By digest, so that records which hold the same message share it in memory as on disk."""
        self._trials: dict[TrialKey, TrialRecord] = {}
        self._size = 0
        self._synced = time.monotonic()
        if path.exists():
            self._load()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._append([{"store": key.model_dump()}])

    def _load(self) -> None:
        found: StoreKey | None = None
        for line, end in read_lines(self.path):
            self._size = end
            if "store" in line:
                found = _key(self.path, line["store"])
        if found is None:
            self._append([{"store": self.key.model_dump()}])
        elif found != self.key:
            changed = [
                name for name in StoreKey.model_fields if getattr(found, name) != getattr(self.key, name)
            ]
            raise UsageError(
                f"`{self.path}` holds trials made with another {', '.join(changed)}",
                hint="give another --out folder, or delete this one if its trials are no longer wanted",
            )
        for record in read_trials(self.path):
            self._keep(record)

    def _keep(self, record: TrialRecord) -> None:
        contents = record.gateway.contents
        for digest, content in contents.items():
            contents[digest] = self._contents.setdefault(digest, content)
        self._trials[record.key] = record

    def __contains__(self, key: TrialKey) -> bool:
        return key in self._trials

    def __len__(self) -> int:
        return len(self._trials)

    def get(self, key: TrialKey) -> TrialRecord | None:
        """The kept record of a trial, if there is one."""
        return self._trials.get(key)

    def add(self, record: TrialRecord) -> None:
        """Keep a finished trial. Safe to call from several threads.

        Raises `EnvironmentFailure` when the disk does not take it; what stood there before stays.
        """
        with self._lock:
            fresh = {d: c for d, c in record.gateway.contents.items() if d not in self._contents}
            slim = record.model_dump(mode="json")
            slim["gateway"]["contents"] = sorted(record.gateway.contents)
            lines = [{"message": digest, "content": content} for digest, content in fresh.items()]
            self._append([*lines, {"trial": slim}])
            self._keep(record)

    def _append(self, lines: list[dict[str, Any]]) -> None:
        text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
        member = gzip.compress(text.encode("utf-8", "surrogatepass"), compresslevel=6, mtime=0)
        with self._writing(), self.path.open("r+b" if self.path.exists() else "x+b") as file:
            file.seek(self._size)
            file.truncate()
            file.write(member)
            file.flush()
            if time.monotonic() - self._synced > SYNC_SECONDS:
                self._sync(file.fileno())
        self._size += len(member)

    def sync(self) -> None:
        """Have all that was added on the disk. Raises `EnvironmentFailure`."""
        with self._lock, self._writing(), self.path.open("rb") as file:
            self._sync(file.fileno())

    def _sync(self, descriptor: int) -> None:
        os.fsync(descriptor)
        self._synced = time.monotonic()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise EnvironmentFailure(
                f"`{self.path}` could not be written: {error.strerror}",
                hint="free some disk space and run the same command again; finished trials are kept",
            ) from error


def read_store_key(path: Path) -> StoreKey | None:
    """What a store's trials are trials of; `None` for one that was torn before it said so.

    Raises `UsageError` for a foreign file.
    """
    for line, _ in read_lines(path):
        if "store" in line:
            return _key(path, line["store"])
    return None


def read_trials(path: Path) -> Iterator[TrialRecord]:
    """All whole trials of a store, contents put back. Raises `UsageError` for a foreign file."""
    contents: dict[str, Any] = {}
    for line, _ in read_lines(path):
        if "message" in line:
            contents[line["message"]] = line["content"]
        elif "trial" in line:
            data = line["trial"]
            data["gateway"]["contents"] = {digest: contents[digest] for digest in data["gateway"]["contents"]}
            yield TrialRecord.model_validate(data)


def _key(path: Path, data: Any) -> StoreKey:
    try:
        return StoreKey.model_validate(data)
    except ValidationError:
        raise UsageError(
            f"`{path}` was written by another version of takehome",
            hint="give another --out folder",
        ) from None


def read_lines(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Each line of each whole member, with the offset behind its member; a torn last one is left out.

    Raises `UsageError` for a file that is no store.
    """
    data = memoryview(path.read_bytes())
    foreign = UsageError(f"`{path}` is not a store of trials", hint="give another --out folder")
    if not MAGIC.startswith(bytes(data[: len(MAGIC)])):
        raise foreign
    offset = 0
    while offset < len(data):
        member = zlib.decompressobj(wbits=31)
        try:
            text = member.decompress(data[offset:])
            if not member.eof:
                return
            lines = [json.loads(line) for line in text.decode("utf-8", "surrogatepass").split("\n") if line]
        except zlib.error:
            return
        except ValueError:
            raise foreign from None
        if offset == 0 and not (lines and isinstance(lines[0], dict) and "store" in lines[0]):
            raise foreign
        offset = len(data) - len(member.unused_data)
        for line in lines:
            yield line, offset
