from __future__ import annotations

import json
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.exercise.registry import Exercise, find_exercise
from harness.exercise.scenario import PublicScenario
from harness.gateway.admin_api import GatewayConfig, GatewayRecord, OpenedTrial, OpenTrial
from harness.gateway.process import GatewayProcess
from harness.gateway.urls import trial_env

TINY = Path(__file__).parents[2] / "fixtures" / "tiny"


@pytest.fixture(scope="session")
def tiny() -> Exercise:
    return find_exercise(str(TINY))


def make_config(tiny: Exercise, folder: Path, **more: Any) -> GatewayConfig:
    return GatewayConfig.of(tiny, tiny.practice, folder, **more)


@pytest.fixture(scope="session")
def socket_folder() -> Iterator[Path]:
    """Short enough a path for Unix sockets, whatever the name of the test."""
    with tempfile.TemporaryDirectory(prefix="th-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def gateway(tiny: Exercise, socket_folder: Path) -> Iterator[GatewayProcess]:
    config = make_config(tiny, socket_folder, intake_socket=socket_folder / "intake.sock")
    with GatewayProcess(config, socket_folder / "gateway.log") as process:
        yield process


@dataclass
class Visitor:
    """A trial that is open, as a program in it sees the gateway."""

    process: GatewayProcess
    tiny: Exercise
    opened: OpenedTrial
    record: GatewayRecord | None = None

    @property
    def env(self) -> dict[str, str]:
        return trial_env(self.process.base_url, self.opened.token, self.tiny.spec)

    def close(self) -> GatewayRecord:
        if self.record is None:
            self.record = self.process.close(self.opened.trial)
        return self.record

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], Any]:
        """Status, headers (lower case) and JSON of one request with the trial's key."""
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.process.base_url + path,
            data=data,
            method=method,
            headers={"authorization": f"Bearer {self.opened.token}", **(headers or {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                status, found, text = reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            with error:
                status, found, text = error.code, error.headers, error.read()
        lower = {name.lower(): value for name, value in found.items()}
        return status, lower, json.loads(text) if text else None


@dataclass
class Opener:
    """Opens trials of the tiny exercise; what a test leaves open is closed after it."""

    process: GatewayProcess
    tiny: Exercise
    visitors: list[Visitor]

    def __call__(self, scenario: str = "stolen_card_1", *, changes: Any = None, **more: Any) -> Visitor:
        public = self.tiny.practice.bank[scenario].public()
        if changes:
            public = PublicScenario.model_validate({**public.model_dump(), **changes})
        wanted = OpenTrial(scenario=public, **{"replay": 0, "epoch": 0, **more})
        visitor = Visitor(self.process, self.tiny, self.process.open(wanted))
        self.visitors.append(visitor)
        return visitor


@pytest.fixture
def open_trial(gateway: GatewayProcess, tiny: Exercise) -> Iterator[Opener]:
    opener = Opener(gateway, tiny, [])
    yield opener
    for visitor in opener.visitors:
        visitor.close()
