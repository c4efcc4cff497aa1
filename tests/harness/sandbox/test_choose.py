from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from docker.errors import DockerException

from harness.errors import EnvironmentFailure, UsageError
from harness.exercise.spec import Limits
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


def test_a_runtime_without_an_engine_is_refused() -> None:
    with pytest.raises(UsageError, match=r"`runsc`.*process"):
        make_sandboxes("process", intake=None, runtime="runsc")


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
        (VERSION, {**GOOD, "OperatingSystem": "Docker Desktop", "KernelVersion": "6.12.5-linuxkit"}),
    ],
)
def test_an_engine_that_cannot_harden_is_refused(version: dict[str, object], info: dict[str, object]) -> None:
    with pytest.raises(EnvironmentFailure):
        engine.check(version, info, kernel="6.1.0")


def test_an_engine_that_can_is_named() -> None:
    assert engine.check(VERSION, GOOD, kernel="6.1.0") == "engine 24.0"
    desktop = {**GOOD, "OperatingSystem": "Docker Desktop", "KernelVersion": "6.12.5-linuxkit"}
    assert engine.check(VERSION, desktop, kernel="6.12.5-linuxkit") == "engine 24.0", "run inside its machine"
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


def test_the_engine_s_own_runtime_is_named_where_none_is_asked_for() -> None:
    info = {"Runtimes": {"runc": {}, "runsc": {}}, "DefaultRuntime": "runc"}
    assert engine.runtime(info) == "runc"
    assert engine.runtime(info, "runsc") == "runsc"


def test_a_runtime_that_the_engine_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(EnvironmentFailure, match="`kata`") as caught:
        engine.runtime({"Runtimes": {"runc": {}, "runsc": {}}}, "kata")
    assert "`runc`, `runsc`" in caught.value.hint


@pytest.mark.docker
def test_another_name_of_the_runtime_runs_and_is_told(files: Path) -> None:
    limits = Limits(wall_seconds=20, memory_mb=256, processes=32, disk_mb=16, output_bytes=1_000)
    (files / "main.py").write_text("print('ran')")
    with make_sandboxes("docker", intake=None, runtime="io.containerd.runc.v2") as sandboxes:
        assert sandboxes.runtime == "io.containerd.runc.v2"
        assert "runtime io.containerd.runc.v2" in sandboxes.description
        with sandboxes.open() as sandbox:
            ran = sandbox.run(Job(files, ("python", "main.py"), {}, limits, "none"))
    assert ran.stdout == b"ran\n"


@pytest.mark.docker
def test_a_runtime_that_is_not_there_is_the_environment_s() -> None:
    with pytest.raises(EnvironmentFailure, match="no runtime `nothing`") as caught:
        make_sandboxes("docker", intake=None, runtime="nothing")
    assert "`runc`" in caught.value.hint


@pytest.mark.parametrize("error", [ConnectionRefusedError("gone"), DockerException("odd")])
def test_an_engine_that_dies_between_two_calls_is_the_environments_failure(error: Exception) -> None:
    with pytest.raises(EnvironmentFailure, match="engine failed to answer") as caught, engine.answering():
        raise error
    assert caught.value.hint
