"""A live gateway, and what is asked of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anthropic import Anthropic
from openai import OpenAI

from harness.exercise.registry import Exercise
from harness.gateway.admin_api import GatewayConfig, GatewayRecord, OpenedTrial, OpenTrial
from harness.gateway.process import GatewayProcess

MAIL = "I am Ada Stone. My card was stolen last night, please stop all payments."
TURNS: Any = [{"role": "user", "content": MAIL}]
FIND: Any = {
    "type": "function",
    "function": {
        "name": "find_account",
        "parameters": {"type": "object", "properties": {"name": {"type": "string"}}},
    },
}
ROLES = ("large", "medium", "small", "judge")


@dataclass
class Live:
    """A live gateway and its one trial, as a program sees it."""

    process: GatewayProcess
    opened: OpenedTrial
    record: GatewayRecord | None = None

    def openai(self) -> OpenAI:
        return OpenAI(base_url=f"{self.process.base_url}/v1", api_key=self.opened.token, max_retries=0)

    def anthropic(self) -> Anthropic:
        return Anthropic(base_url=self.process.base_url, api_key=self.opened.token, max_retries=0)

    def close(self) -> GatewayRecord:
        if self.record is None:
            self.record = self.process.close(self.opened.trial)
        return self.record


@contextmanager
def live_gateway(
    tiny: Exercise,
    url: str,
    *,
    dialect: str = "openai",
    changes: Any = None,
    model: Any = None,
    trial: Any = None,
    **config: Any,
) -> Iterator[Live]:
    base = f"{url}/v1" if dialect == "openai" else url
    practice = tiny.practice
    with tempfile.TemporaryDirectory(prefix="th-") as folder:
        live = {
            role: {
                "dialect": dialect,
                "base_url": base,
                "model": f"tiny-{role}",
                "key_variable": "TH_UPSTREAM_KEY",
                "input_usd": 2.5,
                "output_usd": 10.0,
                **(model or {}),
            }
            for role in ROLES
        }
        wanted = {
            "exercise": str(tiny.folder),
            "secret": practice.secret.hex(),
            "bank_digest": practice.bank.digest,
            "card": practice.card,
            "admin_socket": str(Path(folder) / "admin.sock"),
            "backend": "live",
            "live": live,
            **config,
        }
        log = Path(folder) / "gateway.log"
        with GatewayProcess(GatewayConfig.model_validate(wanted), log) as process:
            scenario = practice.bank["stolen_card_1"].public()
            data = {**scenario.model_dump(), **(changes or {})}
            opening = {"scenario": data, "replay": 0, "epoch": 0, **(trial or {})}
            found = Live(process, process.open(OpenTrial.model_validate(opening)))
            yield found
            found.close()
        assert os.environ.get("TH_UPSTREAM_KEY", "none") not in log.read_text()
