"""A container that is waited for and given up."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from harness.errors import EnvironmentFailure
from harness.exercise.spec import Limits
from harness.sandbox.docker import START_SECONDS, DockerSandbox


class Silent(DockerSandbox):
    """Its container never reports back."""

    def __init__(self) -> None:
        nothing: Any = None
        super().__init__(nothing, nothing, intake=None)
        self.made = threading.Event()

    def _make(self, limits: Limits, folder: Path, own: Path | None) -> None:
        del limits, folder, own
        self.made.set()


@pytest.mark.timeout(START_SECONDS / 2)
def test_a_sandbox_that_is_closed_waits_for_no_container() -> None:
    sandbox = Silent()
    said: list[str] = []

    def begin() -> None:
        with pytest.raises(EnvironmentFailure) as failure:
            sandbox._start(Limits(), None)
        said.append(str(failure.value))

    starting = threading.Thread(target=begin)
    starting.start()
    assert sandbox.made.wait(10)
    sandbox.close()
    starting.join()
    assert "closed while its container started" in said[0]
