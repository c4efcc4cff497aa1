"""One trial in the terminal: a waterfall on the trial's own clock, then what was said.

Every text comes from a stranger and is shown harmless and capped. As in the page, what the simulated
model drew stays out of sight.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from harness.gateway.admin_api import CallRecord, ToolRecord
from harness.trace.visible import capped, visible
from harness.trial.record import TrialRecord

BAR = 24
"""Columns of the time bar."""
EVENTS = 200
TEXT = 1_200
"""Characters of one message or result."""
WHOLE = 100_000
"""The same with `full`."""


@dataclass(frozen=True, slots=True)
class _Limits:
    text: int
    lines: int


def lines(record: TrialRecord, *, full: bool = False, verdict: str = "") -> Iterator[Text]:
    """The trial, line by line, for a console that wraps softly; `verdict` in words, where it is known."""
    limits = _Limits(WHOLE, 10_000) if full else _Limits(TEXT, 14)
    gateway = record.gateway
    yield _line(f"trial {record.scenario}:{record.replay}", "bold")
    if verdict:
        yield _line(f"verdict: {verdict}", "bold")
    yield _line(_facts(record))
    span = max(gateway.virtual_seconds, 1e-9)
    events: list[CallRecord | ToolRecord] = sorted([*gateway.calls, *gateway.tools], key=lambda e: e.seq)
    seen: set[str] = set()
    for event in events[:EVENTS]:
        yield from _event(event, span)
        if isinstance(event, CallRecord):
            yield from _said(event, gateway.contents, seen, limits)
        else:
            yield from _block("→", _json(event.arguments) if event.arguments else "", limits)
            lost = "" if event.delivered else " (never reached the program)"
            yield from _block(f"←{lost}", _json(event.result), limits)
    if len(events) > EVENTS:
        yield _line(f"{len(events) - EVENTS} further events are not shown; `--json` has them", "dim")
    yield from _block("the world at the end:", _json(gateway.end), limits)
    for finding in gateway.findings:
        yield _line(f"finding: {finding.kind}: {finding.detail}", "yellow")
    yield from _block("stdout:", record.process.stdout, limits)
    yield from _block("stderr:", record.process.stderr, limits)


def _facts(record: TrialRecord) -> str:
    gateway, process = record.gateway, record.process
    code = "" if process.exit_code is None else f" with code {process.exit_code}"
    refused = f" ({gateway.refused} refused)" if gateway.refused else ""
    return (
        f"{process.ended.replace('_', ' ')}{code}; {gateway.virtual_seconds:.1f} virtual seconds; "
        f"{len(gateway.calls)} model calls{refused}, {len(gateway.tools)} tool calls; "
        f"{gateway.charge.input:,} tokens in, {gateway.charge.output:,} out; ${gateway.charge.usd:.4f}"
    )


def _event(event: CallRecord | ToolRecord, span: float) -> Iterator[Text]:
    if isinstance(event, CallRecord):
        start, end = event.start, event.end
        name = f"{event.role or event.model} model"
        tokens = f"{event.charge.input:,}→{event.charge.output:,} tokens"
        rest = f"{tokens} ${event.charge.usd:.4f} {event.operation} {event.decision}".rstrip()
        unclear = "" if event.understood or event.guessed else f" NOT UNDERSTOOD: {event.why_not}"
        unclear += f" GUESSED: {', '.join(event.guessed)}" if event.guessed else ""
    else:
        start = end = event.at
        name, rest, unclear = event.tool, "", ""
    bad = f" {event.status} {event.fault or ''}".rstrip() if event.status >= 400 or event.fault else ""
    text = _line(f"{start:7.2f}s {_bar(start, end, span)} {name:<16} {rest}", "bold")
    if bad or unclear:
        text.append(_harmless(bad + unclear, 400), style="bold red")
    yield text


def _bar(start: float, end: float, span: float) -> str:
    first = min(BAR - 1, int(BAR * max(0.0, start) / span))
    last = min(BAR, max(first + 1, round(BAR * max(0.0, end) / span)))
    body = "█" * (last - first) if end > start else "│"
    return ("·" * first + body).ljust(BAR, "·")


def _said(call: CallRecord, contents: dict[str, Any], seen: set[str], limits: _Limits) -> Iterator[Text]:
    """What this request said that no request before it did, then the reply."""
    said = [contents.get(digest) for digest in call.messages]
    old = sum(_key(content) in seen for content in said)
    if old:
        yield _line(f"    ({old} earlier messages again)", "dim")
    reply = contents.get(call.reply or "")
    choices = reply.get("choices", [reply]) if isinstance(reply, dict) else []
    for content in (*said, *choices):
        if _key(content) not in seen or content in choices:
            yield from _message(content, limits)
        seen.add(_key(content))


def _key(content: Any) -> str:
    """A reply that comes back as a turn is the same message."""
    if isinstance(content, dict) and "parts" in content:
        content = [content.get("role"), content["parts"]]
    return json.dumps(content, sort_keys=True)


def _message(content: Any, limits: _Limits) -> Iterator[Text]:
    if not isinstance(content, dict) or not isinstance(content.get("parts"), list):
        yield from _block("message:", _json(content), limits)
        return
    role = str(content.get("role", "?"))
    for part in content["parts"]:
        if "arguments" in part:
            yield from _block(f"{role} calls {part.get('name')}:", str(part["arguments"]), limits)
        elif "call_id" in part:
            wrong = " (error)" if part.get("is_error") else ""
            yield from _block(f"tool result{wrong}:", str(part.get("content")), limits)
        else:
            yield from _block(f"{role}:", str(part.get("text", "")), limits)


def _block(heading: str, text: str, limits: _Limits) -> Iterator[Text]:
    rows = capped(text.strip(), limits.text).split("\n") if text.strip() else []
    for number, row in enumerate(rows[: limits.lines]):
        yield _line(f"    {heading if number == 0 else ' ' * 2} {row}", limit=limits.text + 200)
    if len(rows) > limits.lines:
        yield _line(f"      … {len(rows) - limits.lines} further lines; `--full` shows them", "dim")


def _line(text: str, style: str = "", limit: int = 2_000) -> Text:
    return Text(_harmless(text, limit), style=style)


def _harmless(text: str, limit: int) -> str:
    return visible(capped(text, limit))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
