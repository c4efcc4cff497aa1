from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from harness.errors import EnvironmentFailure
from harness.sandbox import engine, fleet
from harness.sandbox.base import Job, Kind, Ran
from harness.sandbox.choose import Sandboxes, interpreter_digest, make_sandboxes, resolution, resolve

GOOD = {
    "OSType": "linux",
    "SecurityOptions": ["name=seccomp,profile=default"],
    "MemoryLimit": True,
    "SwapLimit": True,
    "PidsLimit": True,
}
VERSION = {"Version": "24.0", "ApiVersion": "1.43"}


class Counted:
    """A sandbox that only counts."""

    kind: Kind = "process"
    description = "fake"

    def __init__(self, *, fails: bool = False) -> None:
        self.closed = 0
        self.fails = fails

    def base_url(self, gateway: str) -> str:
        return gateway

    def run(self, job: Job) -> Ran:
        raise NotImplementedError

    def close(self) -> None:
        self.closed += 1
        if self.fails:
            raise EnvironmentFailure("it stays")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def no_engine(*, must_build: bool = False) -> str:
    raise EnvironmentFailure("no container engine answers")


def test_process_is_taken_when_asked_for() -> None:
    assert resolve("process") == "process"


def test_auto_falls_back_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "look", no_engine)
    assert resolution("auto") == ("process", "no container engine answers")
    with make_sandboxes("auto", intake=None) as sandboxes:
        assert sandboxes.kind == "process"
        assert "no container engine answers" in sandboxes.description
        assert sandboxes.image == interpreter_digest()


def test_docker_that_is_not_there_is_an_environments_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "look", no_engine)
    with pytest.raises(EnvironmentFailure):
        resolve("docker")


def test_auto_takes_docker_when_an_engine_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "look", lambda *, must_build=False: "engine 24.0")
    assert resolution("auto") == ("docker", "engine 24.0")


def test_every_sandbox_is_closed_though_one_fails() -> None:
    ended = []
    waiting = [Counted(), Counted(fails=True), Counted()]
    made = list(waiting)
    sandboxes = Sandboxes("process", "d", "i", waiting.pop, lambda: ended.append(True))
    for _ in made:
        sandboxes.open()
    with pytest.raises(EnvironmentFailure, match="it stays"):
        sandboxes.close()
    sandboxes.close()
    assert [one.closed for one in made] == [1, 1, 1]
    assert ended


@pytest.mark.parametrize(
    ("version", "info"),
    [
        ({**VERSION, "ApiVersion": "1.40"}, GOOD),
        (VERSION, {**GOOD, "OSType": "windows"}),
        (VERSION, {**GOOD, "SecurityOptions": []}),
        (VERSION, {**GOOD, "SwapLimit": False}),
        (VERSION, {**GOOD, "PidsLimit": None}),
        (VERSION, {**GOOD, "OperatingSystem": "Docker Desktop"}),
    ],
)
def test_an_engine_that_cannot_harden_is_refused(version: dict[str, object], info: dict[str, object]) -> None:
    with pytest.raises(EnvironmentFailure):
        engine.check(version, info)


def test_an_engine_that_can_is_named() -> None:
    assert engine.check(VERSION, GOOD) == "engine 24.0"
    assert not engine.remapped(GOOD)
    assert engine.remapped({"SecurityOptions": ["name=rootless"]})


def test_vocabularies_are_where_programs_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAKEHOME_CACHE", str(tmp_path))
    from harness.vocabulary import VOCABULARIES, vocabulary_cache, write_vocabularies

    folder = vocabulary_cache()
    assert folder == tmp_path / "tiktoken"
    assert sorted(path.name for path in folder.iterdir()) == sorted(one.file_name for one in VOCABULARIES)
    (folder / VOCABULARIES[0].file_name).write_bytes(b"torn")
    assert write_vocabularies(folder) == ["cl100k_base", "o200k_base"]
    assert (folder / VOCABULARIES[0].file_name).stat().st_size > 1_000_000
