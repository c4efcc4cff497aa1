"""One trial as a page: what it asked of the models and of the world, on the trial's own clock.

`page` is a whole document, `fragment` a part of one that also needs `STYLE`. Everything from the
record is a text node, and nothing is fetched or run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from harness.gateway.admin_api import CallRecord, ToolRecord
from harness.trace.visible import capped, visible, visible_code
from harness.trial.record import TrialRecord

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
ROWS = 150
"""A trial's rows beyond these are counted, not shown."""
TEXT = 4_000
"""Characters of one message, result or output shown."""
REPEATED = 600
"""So long a text of a tool's result is shown once, where the program hands it on as well."""
LINE = 120
"""Characters of a name or a one-line remark shown."""

STYLE = r"""
.trace{--tr-model:#1f5fa8;--tr-tool:#5b6470;--tr-bad:#b8400e;--tr-rule:#d9dde2;--tr-soft:#f4f6f8;
 font-variant-numeric:tabular-nums;line-height:1.45}
.trace dl{display:flex;flex-wrap:wrap;gap:.3rem 1.6rem;margin:.4rem 0 1rem}
.trace dl div{min-width:0}.trace dt{font-size:.78rem;color:#5b6470}
.trace dd{margin:0;overflow-wrap:anywhere}
.trace .tr-row,.trace .tr-axis{display:grid;grid-template-columns:minmax(9rem,17rem) 1fr 4.6rem;gap:0 .8rem;
 align-items:center}
.trace details{border-top:1px solid var(--tr-rule)}.trace details[open]{background:var(--tr-soft)}
.trace summary{cursor:pointer;list-style:none;padding:.22rem .3rem;font-size:.86rem}
.trace summary::-webkit-details-marker{display:none}
.trace summary:focus-visible{outline:2px solid var(--tr-model);outline-offset:-2px}
.trace .tr-name{overflow-wrap:anywhere}
.trace .tr-name::before{content:"\25b8";color:#8a939d;margin-right:.4em}
.trace details[open]>summary .tr-name::before{content:"\25be"}
.trace .tr-name small{display:block;padding-left:1em;color:#5b6470;font-size:.78rem}
.trace .tr-bad,.trace .tr-name small.tr-bad{color:var(--tr-bad);font-weight:600}
.trace .tr-track{position:relative;height:1.1rem;min-width:0}
.trace .tr-bar{position:absolute;top:.2rem;height:.7rem;min-width:3px;
 background:var(--tr-model);border-radius:1px}
.trace .tr-bar.tr-failed{background:#fff;border:2px solid var(--tr-bad);box-sizing:border-box}
.trace .tr-bar.tr-erred{background:var(--tr-bad)}
.trace .tr-mark{position:absolute;top:.2rem;width:.62rem;height:.62rem;margin-left:-.31rem;
 background:#fff;border:2px solid var(--tr-tool);border-radius:50%;box-sizing:border-box}
.trace .tr-mark.tr-failed{border-color:var(--tr-bad);background:var(--tr-bad);border-radius:0}
.trace .tr-cost{text-align:right;color:#5b6470;font-size:.8rem;white-space:nowrap}
.trace .tr-axis{padding:0 .3rem;font-size:.75rem;color:#5b6470}
.trace .tr-scale{display:flex;justify-content:space-between;border-bottom:1px solid #8a939d}
.trace .tr-body{padding:.2rem .3rem .9rem 1.2rem}
.trace .tr-body h4{margin:.7rem 0 .15rem;font-size:.78rem;font-weight:600;color:#5b6470}
.trace pre{margin:0;font:.78rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;
 white-space:pre-wrap;overflow-wrap:anywhere;border-left:2px solid var(--tr-rule);padding-left:.7rem}
.trace .tr-note{font-size:.82rem;color:#5b6470}
.trace *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
@media(max-width:40rem){.trace .tr-row,.trace .tr-axis{grid-template-columns:1fr 4.6rem}
 .trace .tr-track,.trace .tr-scale{grid-column:1/-1;grid-row:2}.trace .tr-axis>:first-child{display:none}}
"""
"""What `fragment` needs; every rule stands under `.trace`."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title}</title>
<style>body{{margin:2rem auto;max-width:64rem;padding:0 1.2rem;color:#1b1f24;
font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}}
h1{{font-size:1.3rem;font-weight:600}}{style}</style></head>
<body><main><h1>{title}</h1>
{body}</main></body></html>
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the waterfall, every text still unescaped."""

    seq: int
    name: str
    remark: str
    bad: str
    """What was wrong with it; empty when nothing was."""
    refused: bool
    """The program got no whole answer."""
    start: float
    end: float | None
    """`None`: a moment, not a span."""
    cost: str
    parts: tuple[tuple[str, str], ...]
    """What unfolds: (heading, text)."""


def page(record: TrialRecord, *, verdict: str = "") -> str:
    """The trial as a self-contained document; `verdict` in words, where it is known."""
    title = f"Trial {record.scenario}, replay {record.replay}"
    said = f"<p><strong>verdict: {_safe(verdict)}</strong></p>\n" if verdict else ""
    return _PAGE.format(policy=POLICY, title=_safe(title), style=STYLE, body=said + fragment(record))


def fragment(record: TrialRecord, *, modes: bool = False, text: int = TEXT) -> str:
    """The trial as a part of a page, each message shown up to `text` characters.

    `modes` also shows which ways to err the simulated model drew: for reviewers, since in practice
    that would hand over the cause which the candidate is to find.
    """
    rows = _rows(record, modes=modes)
    span = max([record.gateway.virtual_seconds, *(row.end or row.start for row in rows)], default=0.0) or 1.0
    lines = [_facts(record), _axis(span), *(_line(row, span, text) for row in rows[:ROWS])]
    if len(rows) > ROWS:
        lines.append(f'<p class="tr-note">{len(rows) - ROWS:,} further rows are not shown.</p>')
    if not rows:
        lines.append('<p class="tr-note">The program asked nothing of the gateway.</p>')
    lines += _rest(record, text)
    return '<div class="trace">\n' + "\n".join(lines) + "\n</div>\n"


def _rows(record: TrialRecord, *, modes: bool) -> list[_Row]:
    seen: set[str] = set()
    contents = record.gateway.contents
    events: list[CallRecord | ToolRecord] = [*record.gateway.calls, *record.gateway.tools]
    long: dict[str, str] = {}
    rows = []
    for event in sorted(events, key=lambda event: event.seq):
        row = _call(event, contents, seen, modes=modes) if isinstance(event, CallRecord) else _tool(event)
        rows.append(replace(row, parts=tuple((name, _once(text, long)) for name, text in row.parts)))
        if isinstance(event, ToolRecord):
            for text in _long(event.result):
                for form in (text, json.dumps(text, ensure_ascii=False)[1:-1], json.dumps(text)[1:-1]):
                    long.setdefault(
                        form, f"[{len(text):,} characters, as in the result of {event.tool} above]"
                    )
    return rows


def _once(text: str, long: dict[str, str]) -> str:
    for form, said in long.items():
        text = text.replace(form, said)
    return text


def _long(value: Any) -> Iterable[str]:
    """The long texts of a tool's result."""
    if isinstance(value, str):
        if len(value) >= REPEATED:
            yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _long(inner)


def _call(call: CallRecord, contents: dict[str, Any], seen: set[str], *, modes: bool) -> _Row:
    parts: list[tuple[str, str]] = []
    fresh = [contents.get(digest) for digest in call.messages]
    fresh = [content for content in fresh if _first_time(content, seen)]
    if len(fresh) < len(call.messages):
        parts.append(("Earlier messages", f"{len(call.messages) - len(fresh)} as shown further up"))
    for content in fresh:
        parts += _content(content)
    for digest in filter(None, (call.tools, call.output)):
        offered = contents.get(digest)
        if _first_time(offered, seen):
            parts.append(("Offered", _offer(offered)))
    if call.reply:
        reply = contents.get(call.reply)
        _first_time(reply, seen)
        parts += [(f"Reply: {heading}", text) for heading, text in _content(reply)]
    asked = " · ".join(filter(None, [call.operation, call.decision, call.subject]))
    fired = [mode for mode in call.modes if mode.fired] if modes else []
    if fired:
        parts.append(
            (
                "The simulated model erred here",
                "\n".join(f"{m.mode}: probability {m.p:.2f}, drawn {m.u:.2f}" for m in fired),
            )
        )
    failed = call.status >= 400 or call.fault is not None
    bad = [f"{call.status} {call.fault or ''}".strip()] if failed else []
    bad += [] if call.understood or call.guessed else [f"not understood: {call.why_not}"]
    bad += [f"guessed: {', '.join(call.guessed)}"] if call.guessed else []
    bad += [f"erred: {', '.join(m.mode for m in fired)}"] if fired else []
    tokens = f"{call.charge.input:,} in ({call.charge.cache_read:,} cached), {call.charge.output:,} out"
    parts.append(("Tokens", tokens + (f"; stopped by {call.stop}" if call.stop else "")))
    return _Row(
        call.seq,
        f"{call.role or call.model} model",
        asked,
        "; ".join(bad),
        failed,
        call.start,
        call.end,
        f"${call.charge.usd:.4f}",
        tuple(parts),
    )


def _tool(tool: ToolRecord) -> _Row:
    parts = [("Arguments", _json(tool.arguments))] if tool.arguments else []
    parts.append(
        ("Result" if tool.delivered else "Result, which did not reach the program", _json(tool.result))
    )
    failed = tool.status >= 400 or tool.fault is not None
    bad = f"{tool.status} {tool.fault or ''}".strip() if failed else ""
    first = ", ".join(f"{name}={_short(value)}" for name, value in tool.arguments.items())
    return _Row(tool.seq, tool.tool, first, bad, failed, tool.at, None, "", tuple(parts))


def _first_time(content: Any, seen: set[str]) -> bool:
    """Whether it was not shown yet. A reply comes again as a message, without why it stopped."""
    same = content
    if isinstance(content, dict):
        same = {name: value for name, value in content.items() if name != "stop"}
    key = json.dumps(same, sort_keys=True)
    if key in seen:
        return False
    seen.add(key)
    return True


def _offer(content: Any) -> str:
    """Tools by their signatures; a schema as it is."""
    tools = content.get("tools") if isinstance(content, dict) else content
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        return _json(content)
    return "\n".join(f"{tool.get('name', '')}({', '.join(_fields(tool.get('schema')))})" for tool in tools)


def _fields(schema: Any) -> list[str]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return [str(name) for name in properties] if isinstance(properties, dict) else []


def _content(content: Any) -> list[tuple[str, str]]:
    """A message, part by part."""
    if not isinstance(content, dict):
        return [("Message", content if isinstance(content, str) else _json(content))]
    heading = str(content.get("role", "")).capitalize() or "Message"
    parts = content.get("parts", content.get("content"))
    if isinstance(parts, str):
        return [(heading, parts)]
    if not isinstance(parts, list):
        return [(heading, _json(content))]
    return [_part(heading, part) for part in parts]


def _part(heading: str, part: Any) -> tuple[str, str]:
    if isinstance(part, dict):
        if "arguments" in part:
            return f"{heading} calls {part.get('name', '')}", _pretty(part["arguments"])
        if "text" in part:
            return heading, str(part["text"])
        if "content" in part:
            wrong = " (error)" if part.get("is_error") else ""
            return f"{heading} gives a tool's result{wrong}", _pretty(part["content"])
    return heading, part if isinstance(part, str) else _json(part)


def _facts(record: TrialRecord) -> str:
    process, gateway = record.process, record.gateway
    how = process.ended.replace("_", " ")
    code = "" if process.exit_code is None else f", code {process.exit_code}"
    refused = f", {gateway.refused} refused" if gateway.refused else ""
    facts = {
        "program": f"{how}{code}",
        "virtual time": f"{gateway.virtual_seconds:.1f} s",
        "model calls": f"{len(gateway.calls)}{refused}",
        "tool calls": f"{len(gateway.tools)}",
        "tokens": f"{gateway.charge.input:,} in, {gateway.charge.output:,} out",
        "cost": f"${gateway.charge.usd:.4f}",
    }
    return "<dl>" + "".join(f"<div><dt>{k}</dt><dd>{_safe(v)}</dd></div>" for k, v in facts.items()) + "</dl>"


def _axis(span: float) -> str:
    ticks = "".join(f"<span>{_seconds(span * step / 4)}</span>" for step in range(4))
    return (
        '<div class="tr-axis"><span>virtual seconds</span>'
        f'<span class="tr-scale">{ticks}<span>{_seconds(span)} s</span></span>'
        '<span class="tr-cost">cost</span></div>'
    )


def _line(row: _Row, span: float, limit: int) -> str:
    left = 100 * min(max(row.start / span, 0.0), 1.0)
    failed = " tr-failed" if row.refused else " tr-erred" if row.bad else ""
    if row.end is None:
        when, mark = (
            f"at {row.start:.1f} s",
            f'<span class="tr-mark{failed}" style="left:{left:.2f}%"></span>',
        )
    else:
        width = 100 * min(max(row.end - row.start, 0.0) / span, 1.0)
        when = f"{row.start:.1f} to {row.end:.1f} s"
        mark = f'<span class="tr-bar{failed}" style="left:{left:.2f}%;width:{width:.2f}%"></span>'
    remark = f"<small>{_safe(_cut(row.remark, LINE))}</small>" if row.remark else ""
    bad = f'<small class="tr-bad">{_safe(row.bad, LINE)}</small>' if row.bad else ""
    body = "".join(f"<h4>{_safe(name, LINE)}</h4><pre>{_code(text, limit)}</pre>" for name, text in row.parts)
    return (
        f'<details><summary class="tr-row"><span class="tr-name">{_safe(row.name, LINE)}{remark}{bad}</span>'
        f'<span class="tr-track" role="img" aria-label="{when}">{mark}</span>'
        f'<span class="tr-cost">{row.cost}</span></summary><div class="tr-body">{body}</div></details>'
    )


def _rest(record: TrialRecord, limit: int) -> Iterable[str]:
    """How the world ended, what was found, and what the program printed."""
    blocks = [("The world at the end", _json(record.gateway.end))]
    blocks += [("Finding", f"{finding.kind}: {finding.detail}") for finding in record.gateway.findings]
    blocks += [("Standard output", record.process.stdout), ("Standard error", record.process.stderr)]
    for name, text in blocks:
        if text.strip():
            body = f'<div class="tr-body"><pre>{_code(text, limit)}</pre></div>'
            yield f'<details><summary><span class="tr-name">{name}</span></summary>{body}</details>'


def _seconds(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _safe(text: str, limit: int = LINE) -> str:
    return escape(visible(capped(text, limit)))


def _code(text: str, limit: int) -> str:
    return escape(visible_code(capped(text, limit)))


def _short(value: Any) -> str:
    return _cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), 32)


def _cut(text: str, limit: int) -> str:
    """For a line whose whole text unfolds below it."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _json(value: Any) -> str:
    """On one line where it fits."""
    short = json.dumps(value, ensure_ascii=False)
    return short if len(short) <= LINE else json.dumps(value, ensure_ascii=False, indent=2)


def _pretty(text: Any) -> str:
    """JSON text laid out; anything else as it came."""
    if not isinstance(text, str):
        return _json(text)
    try:
        return _json(json.loads(text))
    except (ValueError, RecursionError):
        return text
