"""One submission and its undisturbed grade, and graders that must leave nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from graders import panel
from graders.vault_files import open_vault
from harness.exercise.registry import open_exercise
from harness.workspace.draft import keep
from harness.workspace.packing import pack
from harness.workspace.start import start
from tests.faults.disturbed import FIXTURES, Done, Grader
from tests.faults.engines import Engine, running_engine

FUTURE = "from __future__ import annotations\n"
SLOWLY = "import time; time.sleep(0.4)\n"
"""So that there is a middle to be disturbed in."""

Begin = Callable[..., Grader]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def submitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference's work, slowed down."""
    into = tmp_path_factory.mktemp("submitted")
    exercise = open_exercise(FIXTURES / "tiny")
    workspace = start(exercise, str(exercise.folder), into / "workspace")
    panel.overlay(open_vault(FIXTURES / "tiny_vault", exercise), "reference", workspace.root)
    main = workspace.root / "main.py"
    main.write_text(main.read_text().replace(FUTURE, FUTURE + SLOWLY, 1))
    keep(workspace, "Improve", untested=True)
    return pack(workspace, into / "slow.zip").path


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder for temporary files whose path leaves room for a socket's name."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        yield Path(folder).resolve()


@pytest.fixture
def own_engine() -> Iterator[Engine]:
    """An engine that may be killed."""
    with running_engine() as engine:
        yield engine


@pytest.fixture
def grader(submitted: Path, cache: Path, tmp_path: Path, short: Path) -> Iterator[Begin]:
    """Makes a grader; after the test nothing of it may run on."""
    made: list[Grader] = []

    def make(*, engine: str = "", out: Path | None = None, **variables: str) -> Grader:
        one = Grader(submitted, out or tmp_path / "out", short, cache, engine, variables=variables)
        made.append(one)
        return one

    yield make
    for one in made:
        if one.running is not None and one.running.poll() is None:
            one.running.kill()
            one.running.communicate()
        # An engine of the test's own is gone by now, and its containers with it.
        if one.sandbox == "docker" and not one.engine:
            with suppress(Exception):
                for container in one.containers():
                    container.remove(force=True, v=True)


@pytest.fixture(scope="session")
def undisturbed(
    submitted: Path, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Grader, Done]:
    """The grade that every disturbed one must come to."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        plain = Grader(submitted, tmp_path_factory.mktemp("plain") / "out", Path(folder).resolve(), cache)
        volumes = plain.volumes()
        done = plain.again()
        assert done.code == 0, done.err
        assert plain.left() == []
        assert plain.volumes() <= volumes
        return plain, done
