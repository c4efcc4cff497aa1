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
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, overload

from pydantic import ValidationError

from harness.errors import EnvironmentFailure, UsageError
from harness.exercise.spec import Strict
from harness.gateway.admin_api import GatewayRecord
from harness.trial.archive import Member, Shelf, read_members

FORMAT = 1
OK = 200
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


class Contrary(Strict):
    """How the same trial ended with every field that the model guessed guessed the other way."""

    end: dict[str, Any]
    requests: int
    models: dict[str, int]
    """Model → how often it answered: a guess may choose the tier, and so the cost."""
    failure: str | None = None

    @classmethod
    def of(cls, record: GatewayRecord) -> Contrary:
        """What of such a run is kept."""
        models = answered(record)
        return cls(end=record.end, requests=record.requests, models=models, failure=record.failure)


def answered(record: GatewayRecord) -> dict[str, int]:
    """Model → how often it answered."""
    return dict(Counter(call.role or call.model for call in record.calls if call.status == OK))


class TrialRecord(Strict):
    """One run of a work on one scenario."""

    scenario: str
    family: str
    replay: int
    epoch: int
    gateway: GatewayRecord
    process: Process
    contrary: Contrary | None = None
    """Of a trial in which the model had to guess."""

    @property
    def key(self) -> TrialKey:
        """Which trial this is."""
        return TrialKey(self.scenario, self.replay, self.epoch)

    def canonical(self) -> dict[str, Any]:
        """The record without wall times and process output: equal for equal behaviour.

        Requests that arrive at one virtual moment stand, and are numbered, in the order of what they say.
        Which of a program's threads is first there is for the machine to say, not for a seed.
        """
        data = self.model_dump(mode="json")
        data.pop("process")
        gateway = data["gateway"]
        gateway.pop("stalled_seconds")
        _number(gateway["calls"], gateway["tools"], gateway["findings"])
        gateway["calls"].sort(
            key=lambda call: (call["decision"], call["subject"], call["attempt"], call["seq"])
        )
        gateway["tools"].sort(key=itemgetter("seq"))
        return data


def _number(calls: list[dict[str, Any]], tools: list[dict[str, Any]], findings: list[dict[str, Any]]) -> None:
    """Give the numbers of one virtual moment out anew, in the order of what was asked."""
    moments: dict[float, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for begun, requests in (("start", calls), ("at", tools)):
        for request in requests:
            said = json.dumps({**request, "seq": 0}, sort_keys=True)
            moments[request[begun]].append((said, request))
    numbers: dict[int, int] = {}
    for moment in moments.values():
        free = sorted(request["seq"] for _, request in moment)
        for number, (_, request) in zip(free, sorted(moment, key=itemgetter(0)), strict=True):
            numbers[request["seq"]] = number
            request["seq"] = number
    for finding in findings:
        finding["seq"] = numbers.get(finding["seq"], finding["seq"])


class Kept(Sequence[TrialRecord]):
    """Records of a store, in the order asked for; each is read from its file whenever it is asked for."""

    def __init__(self, store: TrialStore, keys: Sequence[TrialKey]) -> None:
        self._store = store
        self._keys = keys

    @overload
    def __getitem__(self, index: int) -> TrialRecord: ...

    @overload
    def __getitem__(self, index: slice) -> Kept: ...

    def __getitem__(self, index: int | slice) -> TrialRecord | Kept:
        if isinstance(index, slice):
            return Kept(self._store, self._keys[index])
        found = self._store.get(self._keys[index])
        assert found is not None, "a store never loses a trial"
        return found

    def __len__(self) -> int:
        return len(self._keys)


class TrialStore:
    """The trials of one (submission, assessment) on disk; every finished trial is written at once.

    In memory it has where each of them stands, and none of them.
    """

    def __init__(self, path: Path, key: StoreKey) -> None:
        """Open or begin the store. Raises `UsageError` when it holds trials of something else."""
        self.path = path
        self.key = key
        self._lock = Lock()
        self._shelf = Shelf(path)
        self._trials: dict[TrialKey, int] = {}
        """Offsets of their members."""
        self._size = 0
        self._synced = time.monotonic()
        if path.exists():
            self._load()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._append([{"store": key.model_dump()}])

    def _load(self) -> None:
        found: StoreKey | None = None
        for member in read_members(self.path):
            if found is None:
                found = _check(self.path, member, self.key)
            self._note(member)
        if found is None:
            self._append([{"store": self.key.model_dump()}])

    def _note(self, member: Member) -> None:
        self._size = member.end
        self._shelf.note(member)
        for line in member.lines:
            if "trial" in line:
                trial = line["trial"]
                key = TrialKey(sys.intern(trial["scenario"]), trial["replay"], trial["epoch"])
                self._trials[key] = member.start

    def __contains__(self, key: TrialKey) -> bool:
        return key in self._trials

    def __len__(self) -> int:
        return len(self._trials)

    def get(self, key: TrialKey) -> TrialRecord | None:
        """The kept record of a trial, if there is one, read from the file."""
        start = self._trials.get(key)
        return None if start is None else TrialRecord.model_validate(self._shelf.trial_at(start))

    def kept(self, keys: Iterable[TrialKey]) -> Kept:
        """The records of those of the keys that there are."""
        return Kept(self, [key for key in keys if key in self._trials])

    def add(self, record: TrialRecord) -> None:
        """Keep a finished trial. Safe to call from several threads.

        Raises `EnvironmentFailure` when the disk does not take it; what stood there before stays.
        """
        slim = record.model_dump(mode="json")
        contents = record.gateway.contents
        slim["gateway"]["contents"] = sorted(contents)
        with self._lock:
            lines = [
                {"message": digest, "content": content}
                for digest, content in contents.items()
                if digest not in self._shelf
            ]
            self._append([*lines, {"trial": slim}])

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
        self._note(Member(self._size, self._size + len(member), lines))

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
    first = next(read_members(path), None)
    return None if first is None else _key(path, first)


def read_trials(path: Path) -> Iterator[TrialRecord]:
    """All whole trials of a store, contents put back. Raises `UsageError` for a foreign file."""
    shelf = Shelf(path)
    for member in read_members(path):
        shelf.note(member)
        trial = shelf.trial(member)
        if trial is not None:
            yield TrialRecord.model_validate(trial)


def _check(path: Path, first: Member, key: StoreKey) -> StoreKey:
    """The key in a store's first member. Raises `UsageError` unless it is the one that is asked for."""
    found = _key(path, first)
    if found != key:
        changed = [name for name in StoreKey.model_fields if getattr(found, name) != getattr(key, name)]
        raise UsageError(
            f"`{path}` holds trials made with another {', '.join(changed)}",
            hint="give another --out folder, or delete this one if its trials are no longer wanted",
        )
    return found


def _key(path: Path, first: Member) -> StoreKey:
    try:
        return StoreKey.model_validate(first.lines[0]["store"])
    except ValidationError:
        raise UsageError(
            f"`{path}` was written by another version of takehome",
            hint="give another --out folder",
        ) from None
