"""The starter and the panel as programs, run against a fake gateway: the real world, a scripted model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from exercises.flaky_agent_trace.judge import judge
from exercises.flaky_agent_trace.world import Shop, create
from graders.panel import materialise
from graders.vault_files import open_vault
from harness.exercise.parts import ToolProblem, Verdict
from harness.exercise.registry import find_exercise
from harness.rng import Draws
from harness.workspace import claims

EXERCISE = find_exercise("flaky_agent_trace")
VAULT = open_vault(None, EXERCISE)
MEMBERS = sorted(VAULT.members)
LOOPS = ["starter", "partial_retry_keys", "partial_context", "harmful_retry_everything"]


Script = list[list[tuple[str, dict[str, Any]]]]


@dataclass
class Service:
    """A world and a model that follows a script, over HTTP: what the gateway is, as a fake."""

    shop: Shop
    script: Script
    lost: set[str] = field(default_factory=set)
    """Tools whose first answer is lost after the fact."""
    seen: list[Any] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    """What the model answers when it is asked for structured output."""

    def tool(self, name: str, arguments: dict[str, Any]) -> tuple[int, Any]:
        try:
            result = self.shop.call(name, arguments, now=0.0)
        except ToolProblem as problem:
            return problem.status, {"error": {"code": problem.code, "message": problem.message}}
        if name in self.lost:
            self.lost.discard(name)
            return 504, {"error": {"code": "gateway_timeout", "message": "lost"}}
        return 200, result

    def chunks(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        self.seen.append(body)
        turn = self.script.pop(0) if self.script else []
        calls = [
            {
                "index": index,
                "id": f"call_{len(self.seen)}_{index}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for index, (name, arguments) in enumerate(turn)
        ]
        delta = {"role": "assistant", "content": None, "tool_calls": calls} if calls else {"content": "hm"}
        return [self._chunk(delta, None), self._chunk({}, "tool_calls" if calls else "stop")]

    def whole(self, body: dict[str, Any]) -> dict[str, Any]:
        self.seen.append(body)
        message = {"role": "assistant", "content": json.dumps(self.facts), "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}

    def _chunk(self, delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


class Handler(BaseHTTPRequestHandler):
    """Serves a `Service` that the server carries."""

    service: Service

    def do_GET(self) -> None:
        self._send(200, json.dumps(self.service.shop.task()).encode())

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if "/tools/" in self.path:
            status, result = self.service.tool(self.path.rsplit("/", 1)[1], body)
            self._send(status, json.dumps(result).encode())
        elif body.get("stream"):
            events = [f"data: {json.dumps(chunk)}\n\n" for chunk in self.service.chunks(body)]
            self._send(200, "".join([*events, "data: [DONE]\n\n"]).encode(), "text/event-stream")
        else:
            self._send(200, json.dumps(self.service.whole(body)).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def built(member: str, into: Path) -> Path:
    return materialise(VAULT, EXERCISE, member, into)


@pytest.fixture
def serve() -> Iterator[Any]:
    servers: list[ThreadingHTTPServer] = []

    def start(service: Service) -> str:
        handler = type("Bound", (Handler,), {"service": service})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def run(member: str, service: Service, serve: Any, folder: Path, scenario: str) -> Verdict:
    url = serve(service)
    work = built(member, folder / "work")
    env = {
        "PATH": os.environ["PATH"],
        "OPENAI_BASE_URL": f"{url}/v1",
        "OPENAI_API_KEY": "key",
        "TAKEHOME_WORLD_URL": url,
        **{f"TAKEHOME_MODEL_{role}": role.lower() for role in ("LARGE", "MEDIUM", "SMALL", "JUDGE")},
    }
    done = subprocess.run(
        [sys.executable, "main.py"], cwd=work, env=env, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return judge(EXERCISE.bank[scenario], service.shop.end_state())


def shop(scenario: str) -> Shop:
    return create(EXERCISE.bank[scenario].public(), Draws(b"secret", ("test",)))


LOOK: list[tuple[str, dict[str, Any]]] = [
    ("search_orders", {"email": "aoife.brennan@example.ie"}),
    ("get_policy", {"topic": "all"}),
]
PAY = ("refund", {"order_id": "HL-204173", "amount": 64.0, "reason": "R-1"})
TELL = ("reply", {"order_id": "HL-204173", "outcome": "refunded", "amount": 64.0, "body": "Done."})
GLASSES = ("refund", {"order_id": "HL-206330", "amount": 46.8, "reason": "D-1"})
TOLD = ("reply", {"order_id": "HL-206330", "outcome": "refunded", "amount": 46.8, "body": "Done."})


@pytest.mark.parametrize("member", LOOPS)
def test_with_a_model_that_errs_not_the_loops_succeed(member: str, serve: Any, tmp_path: Path) -> None:
    script: Script = [LOOK, [("get_order", {"order_id": "HL-204173"})], [PAY], [TELL]]
    if member == "partial_context":
        script[0] = LOOK[:1]
    verdict = run(member, Service(shop("p-return-01"), script), serve, tmp_path, "p-return-01")
    assert verdict.label == "ok"


@pytest.mark.parametrize(
    ("member", "label"),
    [
        ("starter", "double_refund"),
        ("harmful_retry_everything", "double_refund"),
        ("partial_context", "double_refund"),
        ("partial_retry_keys", "ok"),
    ],
)
def test_a_lost_acknowledgement(member: str, label: str, serve: Any, tmp_path: Path) -> None:
    service = Service(shop("p-monday-01"), [[GLASSES], [TOLD]], lost={"refund"})
    verdict = run(member, service, serve, tmp_path, "p-monday-01")
    assert (verdict.label, verdict.harm) == (label, label != "ok")


FACTS = {
    "order_id": "HL-206330",
    "order_unclear": False,
    "orders_concerned": ["HL-206330"],
    "asks": [
        {"issue": "wrong_item", "items": [{"sku": "KG-4415", "quantity": None}], "opened": False}
        | {"first_reported": None}
    ],
    "legal": False,
    "wants": "refund",
    "language": "en",
}
DECISION = {
    "reasoning": "",
    "order_id": "HL-206330",
    "issue": "wrong item",
    "sku": "KG-4415",
    "opened": None,
    "first_reported": None,
    "legal": False,
    "wants": "refund",
    "action": "refund",
    "amount": 46.8,
    "clauses": ["D-1"],
    "body": "Done.",
}


@pytest.mark.parametrize("member", ["reference", "good_repair", "extract_then_decide"])
def test_strong_repairs_pay_once_whatever_is_lost(member: str, serve: Any, tmp_path: Path) -> None:
    service = Service(shop("p-monday-01"), [[GLASSES], [TOLD]], lost={"refund", "reply", "get_order"})
    service.facts = {**FACTS, **DECISION} if member == "good_repair" else FACTS
    verdict = run(member, service, serve, tmp_path, "p-monday-01")
    assert verdict.label == "ok"
    assert verdict.metrics["refunds"] == 1


def test_the_reference_lets_no_sum_through_that_does_not_follow(serve: Any, tmp_path: Path) -> None:
    wrong = ("refund", {"order_id": "HL-206330", "amount": 120.6, "reason": "D-1"})
    service = Service(shop("p-monday-01"), [[wrong], [wrong], [TOLD]], facts=FACTS)
    assert run("reference", service, serve, tmp_path, "p-monday-01").label == "ok"


def test_the_starter_takes_a_refused_refund_for_a_paid_one(serve: Any, tmp_path: Path) -> None:
    much = ("refund", {"order_id": "HL-204173", "amount": 640.0, "reason": "R-1"})
    service = Service(shop("p-return-01"), [[much], [TELL]])
    verdict = run("starter", service, serve, tmp_path, "p-return-01")
    assert verdict.label == "contradicting_reply"
    assert [m["content"] for m in service.seen[1]["messages"] if m["role"] == "tool"] == ["done"]


@pytest.mark.parametrize(("member", "whole"), [("starter", False), ("partial_context", True)])
def test_the_end_of_a_long_mail(member: str, whole: bool, serve: Any, tmp_path: Path) -> None:
    service = Service(shop("p-thread-01"), [[("reply", {"outcome": "denied", "body": "No."})]])
    run(member, service, serve, tmp_path, "p-thread-01")
    assert ("rocks like a boat" in json.dumps(service.seen[0]["messages"])) == whole


def test_the_starter_mends_cut_arguments_into_another_sum(tmp_path: Path) -> None:
    code = 'from llm import tidy; print(tidy(\'{"order_id": "HL-1", "amount": 12\'))'
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=EXERCISE.starter, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout)["amount"] == 12


@pytest.mark.parametrize("member", MEMBERS)
def test_claims_of_the_panel_can_be_replayed(member: str, tmp_path: Path) -> None:
    folder = VAULT.folder / "panel" / member
    found = claims.load(folder)
    work = built(member, tmp_path / "work")
    assert claims.problems(found, folder, starter=EXERCISE.starter, work=work) == []


def test_some_members_make_claims() -> None:
    assert [m for m in MEMBERS if claims.load(VAULT.folder / "panel" / m)] == [
        "blind_five",
        "blind_four",
        "blind_one",
        "blind_seven",
        "blind_six",
        "blind_three",
        "blind_two",
        "good_repair",
        "partial_context",
        "partial_retry_keys",
        "reference",
        "reviewed_once",
    ]
