"""One warm sandbox of each kind for all contract tests; what it leaves is counted at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import EnvironmentFailure
from harness.sandbox.base import Sandbox
from harness.sandbox.choose import Sandboxes, make_sandboxes


@pytest.fixture(scope="session")
def docker_sandboxes() -> Iterator[Sandboxes]:
    try:
        sandboxes = make_sandboxes("docker", intake=None)
    except EnvironmentFailure as error:
        pytest.skip(f"no container engine: {error.message}")
    with sandboxes:
        yield sandboxes


@pytest.fixture(scope="session")
def process_sandboxes() -> Iterator[Sandboxes]:
    with make_sandboxes("process", intake=None) as sandboxes:
        yield sandboxes


@pytest.fixture(scope="session")
def warm() -> Iterator[dict[str, Sandbox]]:
    opened: dict[str, Sandbox] = {}
    yield opened
    for sandbox in opened.values():
        sandbox.close()


@pytest.fixture(params=["process", pytest.param("docker", marks=pytest.mark.docker)])
def sandbox(request: pytest.FixtureRequest, warm: dict[str, Sandbox]) -> Sandbox:
    kind = str(request.param)
    sandboxes: Sandboxes = request.getfixturevalue(f"{kind}_sandboxes")
    if kind not in warm:
        warm[kind] = sandboxes.open()
    return warm[kind]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder
