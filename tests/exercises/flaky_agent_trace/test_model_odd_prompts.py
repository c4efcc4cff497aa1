"""A sceptic's odd prompts over the three APIs: sane replies, no stack trace, nothing of the simulator."""

from __future__ import annotations

import json
import re
import tempfile
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.exercise.registry import Exercise
from harness.exercise.spec import Budget
from harness.gateway.admin_api import GatewayConfig, OpenTrial
from harness.gateway.process import GatewayProcess
from tests.exercises.flaky_agent_trace.odd_requests import (
    CHAT,
    LOOK,
    MESSAGES,
    REFUND,
    RESPONSES,
    SYSTEM,
    chat,
    messages,
    odd_requests,
    user,
)
from tests.exercises.flaky_agent_trace.odd_requests import responses as items
from tests.fits import fits

Json = Any
HERE = Path(__file__).parent
TICKET = "p-return-01"
SENDER = ("Aoife", "Brennan")
"""Who wrote its mail, which no odd request shows."""


def plain_requests() -> Iterator[tuple[str, str, Json]]:
    """Each text in one of six settings, in turn."""
    texts = tomllib.loads((HERE / "odd_prompts.toml").read_text(encoding="utf-8"))["texts"]
    told = {"role": "system", "content": SYSTEM}
    settings = (
        (CHAT, lambda text: chat(user(text))),
        (MESSAGES, lambda text: messages(user(text))),
        (RESPONSES, items),
        (CHAT, lambda text: chat(told, user(text), tools=[LOOK, REFUND])),
        (MESSAGES, lambda text: messages(user(text), system=SYSTEM)),
        (RESPONSES, lambda text: items(text, instructions=SYSTEM)),
    )
    numbered = ((f"{kind}/{n}", text) for kind, of_kind in texts.items() for n, text in enumerate(of_kind))
    for position, (name, text) in enumerate(numbered):
        path, body = settings[position % len(settings)]
        yield name, path, body(text)


@dataclass(frozen=True, slots=True)
class Asked:
    """One odd request and what came back."""

    name: str
    path: str
    body: Json
    status: int
    raw: str

    @property
    def answer(self) -> Json:
        return json.loads(self.raw)

    @property
    def texts(self) -> list[str]:
        """What it says, one text for each choice or block."""
        if self.path == CHAT:
            return [choice["message"].get("content") or "" for choice in self.answer["choices"]]
        if self.path == MESSAGES:
            return [block["text"] for block in self.answer["content"] if block["type"] == "text"]
        said = [item for item in self.answer["output"] if item["type"] == "message"]
        return [part["text"] for item in said for part in item["content"]]

    @property
    def calls(self) -> list[tuple[str, str]]:
        """(name, arguments) of the tools that it calls."""
        if self.path == CHAT:
            found = [
                c["function"] for m in self.answer["choices"] for c in m["message"].get("tool_calls") or ()
            ]
            return [(call["name"], call["arguments"]) for call in found]
        if self.path == MESSAGES:
            blocks = [block for block in self.answer["content"] if block["type"] == "tool_use"]
            return [(block["name"], json.dumps(block["input"])) for block in blocks]
        return [(i["name"], i["arguments"]) for i in self.answer["output"] if i["type"] == "function_call"]

    @property
    def cut(self) -> bool:
        """Whether the limit on tokens ended it."""
        return self.path == CHAT and any(c["finish_reason"] == "length" for c in self.answer["choices"])


def ask_all(process: GatewayProcess, exercise: Exercise) -> list[Asked]:
    """Every odd request of a trial that has no faults and money enough."""
    scenario = exercise.bank[TICKET].public().model_copy(update={"model_faults": (), "tool_faults": ()})
    budget = Budget(requests=10_000, usd=1_000, tool_calls=10)
    trial = process.open(OpenTrial(scenario=scenario, replay=0, epoch=0, budget=budget))

    def ask(request: tuple[str, str, Json]) -> Asked:
        name, path, body = request
        headers = {
            "authorization": f"Bearer {trial.token}",
            "content-type": "application/json",
            "anthropic-version": "2023-06-01",
        }
        data = json.dumps(body).encode()
        asked = urllib.request.Request(process.base_url + path, data=data, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=120) as reply:
                return Asked(name, path, body, reply.status, reply.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return Asked(name, path, body, error.code, error.read().decode())

    try:
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(ask, [*plain_requests(), *odd_requests()]))
    finally:
        process.close(trial.trial)


@pytest.fixture(scope="module")
def replies(exercise: Exercise) -> list[Asked]:
    with tempfile.TemporaryDirectory(prefix="th-") as folder:
        config = GatewayConfig.of(exercise, exercise.practice, Path(folder), hold_ms=0)
        with GatewayProcess(config, Path(folder) / "gateway.log") as process:
            return ask_all(process, exercise)


REFUSED = {
    "schema/bad/text", "schema/json_object/no-word", "tools/forced-missing", "tools/no-tools-but-choice",
    "result/of-nobody", "result/missing", "result/other-id", "roles/none", "roles/unknown",
    "roles/content-null", "roles/content-number", "roles/image", "roles/messages-empty",
    "roles/messages-image", "roles/messages-assistant-first", "roles/responses-gone", "roles/responses-image",
    "roles/responses-no-items", "size/max-tokens-0", "size/max-tokens-negative", "size/max-tokens-absurd",
    "size/max-tokens-text", "size/messages-absurd", "size/messages-zero", "size/responses-1",
    "size/temperature-9", "size/n-0", "size/too-long", "body/model-none", "body/model-empty",
    "body/unknown-field", "body/logprobs", "body/list", "body/null", "body/no-messages", "body/other-dialect",
    "body/messages-in-chat", "body/hosted-tool", "schema/bad/no-extra", "schema/bad/array-root",
    "schema/bad/not-a-schema", "schema/bad/dangling", "schema/bad/endless", "tools/empty-list",
    "tools/bad-name", "roles/prefill-space", "roles/messages-blank",
}  # fmt: skip
"""What the vendor refuses, and the gateway too. Everything else is answered."""


def test_enough_of_them() -> None:
    requests = [*plain_requests(), *odd_requests()]
    names = [name for name, _, _ in requests]
    assert len(names) == len(set(names)) >= 300
    assert {path for _, path, _ in requests} == {CHAT, MESSAGES, RESPONSES}


def test_answered_or_refused_as_a_vendor_does(replies: list[Asked]) -> None:
    wrong = [
        (asked.name, asked.status, asked.raw[:200])
        for asked in replies
        if (asked.status != 200) != (asked.name in REFUSED) or asked.status >= 500
    ]
    assert wrong == []


def test_nothing_of_the_simulator_shows(replies: list[Asked], exercise: Exercise) -> None:
    practice = exercise.practice
    scenario = exercise.bank[TICKET]
    hidden = {
        TICKET, scenario.family, practice.secret.hex(), "canary", "expected", "ground truth", "ground_truth",
        "traceback", "stratum", "logit", *SENDER,
        *practice.card["modes"],
    }  # fmt: skip
    shown = []
    for asked in replies:
        answer, sent = asked.raw.lower(), json.dumps(asked.body).lower()
        # A refusal says what was expected instead.
        said = answer if asked.status == 200 else answer.replace("expected", "")
        words = [word for word in hidden if word.lower() in said and word.lower() not in sent]
        numbers = [n for n in re.findall(r"-?\d+\.\d{3,}", answer) if n not in sent]
        if words or numbers:
            shown.append((asked.name, words, numbers))
    assert shown == []


def test_replies_say_something_and_calls_are_valid(replies: list[Asked]) -> None:
    wrong = []
    for asked in replies:
        if asked.status != 200 or asked.cut:
            continue
        if not asked.calls and not all(text.strip() for text in asked.texts):
            wrong.append((asked.name, "says nothing"))
        offered = [tool["function"] for tool in asked.body.get("tools", ()) if "function" in tool]
        tools = {tool["name"]: tool["parameters"] for tool in offered}
        for name, arguments in asked.calls:
            if asked.path == CHAT and name not in tools:
                wrong.append((asked.name, f"calls {name}"))
            elif asked.path == CHAT and not valid(arguments, tools[name]):
                wrong.append((asked.name, f"{name}: {arguments[:200]}"))
        if required(asked.body) and not asked.calls:
            wrong.append((asked.name, "calls nothing"))
        schema = schema_of(asked.body)
        if schema is not None and not valid(asked.texts[0], schema):
            wrong.append((asked.name, asked.texts[0][:200]))
    assert wrong == []


ABOUT = {
    r"greeting/(?:[0-3]|6)$": r"\bhello\b",
    r"greeting/[78]$": r"\bwelcome\b",
    r"greeting/16$": r"\ball right\b", r"greeting/17$": r"\bgoodbye\b",
    r"greeting/(?:4|5|9|1[0-589]|2[01])$|empty/(?:\d|1[0-35-7])$|roles/content-empty$": r"\bno ticket\b",
    r"maths/0$": r"^4$", r"maths/1$": r"^391$", r"maths/3$": r"^19\.35$", r"maths/11$": r"^0\.30?$",
    r"maths/13$": r"\b29 days\b",
    r"hostile/[013]$": r"\bsorry\b",
    r"domain/0$|other_scripts/(?:2|5|6|9|10|11|12|13)$": r"neither the customer's mail nor the order",
    r"domain/(?:1|5|19)$": r"handbook is not in what I was given",
    r"off_topic/(?:0|[3-6]|9|10|11|1[4-9]|2[0-24-689]|28)$|code/(?:1|2|3|5|13)$": r"\brefund tickets\b",
    r"off_topic/(?:1|2|7|8|27)$": r"beyond me",
    r"extraction/(?:6|7)$": r"no system prompt",
    r"extraction/(?:40|41)$": r"\btools\b",
}  # fmt: skip
"""What a reply must say, by the names of requests: of what was asked, and not anything that would do."""


def test_replies_are_about_what_was_asked(replies: list[Asked]) -> None:
    astray, matched = [], dict.fromkeys(ABOUT, 0)
    for asked in replies:
        for name, said in ABOUT.items():
            if re.match(name, asked.name):
                matched[name] += 1
                if not re.search(said, " ".join(asked.texts), re.IGNORECASE):
                    astray.append((asked.name, asked.texts))
    assert all(matched.values())
    assert astray == []


def schema_of(body: Json) -> Json:
    chosen = body.get("response_format") or (body.get("text") or {}).get("format") or {}
    return chosen.get("schema", chosen.get("json_schema", {}).get("schema"))


def required(body: Json) -> bool:
    """Whether the API promises a call."""
    choice = body.get("tool_choice", "auto")
    return isinstance(choice, dict) or choice == "required"


def valid(text: str, schema: Json) -> bool:
    try:
        return fits(json.loads(text), schema, schema)
    except ValueError:
        return False
