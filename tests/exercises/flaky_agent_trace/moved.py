"""Which recorded requests the simulated model answers otherwise today: what a change of it moves.

`python -m tests.exercises.flaky_agent_trace.moved signal/flaky_agent_trace` puts every model request of kept
records (folders of `grade`, or of `signal --fresh`) to today's model, with the tool results, the
model's own words and the draws that it met then. It prints for each work how many are answered otherwise, a
few of them, and what is not understood or guessed. The prompts, not the programs, are run again: of a work
whose requests are all answered alike, a new grading could tell nothing new. No test: records of a
whole panel are large.

A record does not hold `tool_choice`, `stop` and `parallel_tools`, so one call and the same with further calls
count as alike. `--not-in FILE` leaves out what another run wrote with `--keys FILE`: what the very model that
was recorded answers otherwise, for want of these. Where the bank was edited since, `--vault FOLDER` is the
vault as it was then, and `--bank DIGEST` that bank's digest: names, numbers and draws depend on them. Starter
and reference are in every grade, and looked at once.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, cast

from graders.vault_files import open_vault
from harness.exchange import Message, OutputFormat, Part, Reply, Request, Text, ToolCall, ToolResult, ToolSpec
from harness.exercise.parts import Served, TrialView, Turn
from harness.exercise.registry import find_exercise
from harness.exercise.spec import Role
from harness.gateway.backends.simulated import LONGEST, shape
from harness.gateway.ledger import Ledger, parts_json
from harness.rng import Draws
from harness.trial.record import TrialRecord, read_trials

Json = Any
SHOWN = 3
"""Examples for each work."""


class Moved(NamedTuple):
    """A request with another answer than the recorded one."""

    key: str
    """Work, scenario, replay, epoch and number of the request."""
    asked: str
    was: str
    now: str


class Again(NamedTuple):
    """What became of one file of records."""

    asked: int
    moved: list[Moved]
    lost: int
    """Requests that are not understood, whatever was guessed."""
    guessed: Counter[str]
    """In how many requests each field was guessed."""


def main() -> None:
    """Print a line for each file of records, and examples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each so manyth trial")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--vault", type=Path, help="the vault that was graded with; by default today's")
    parser.add_argument("--bank", default="", help="digest of the bank that was graded on")
    parser.add_argument("--keys", type=Path, help="where the keys of what differs go")
    parser.add_argument("--not-in", type=Path, help="a file of keys to leave out")
    wanted = parser.parse_args()
    known = set(wanted.not_in.read_text().splitlines()) if wanted.not_in else set()
    files = list(chosen(wanted.folders))
    keys, asked = [], 0
    look = partial(again, every=wanted.every, vault=wanted.vault, bank=wanted.bank)
    with ProcessPoolExecutor(wanted.jobs) as pool:
        for file, found in zip(files, pool.map(look, files), strict=True):
            moved = [one for one in found.moved if one.key not in known]
            asked += found.asked
            keys += [one.key for one in found.moved]
            guessed = f"; guessed {dict(found.guessed.most_common(5))}" if found.guessed else ""
            say(f"{file}: {len(moved)} of {found.asked}; {found.lost} not understood{guessed}")
            for one in moved[:SHOWN]:
                say(f"  {one.key}\n    asked {one.asked}\n    was   {one.was}\n    now   {one.now}")
    say(f"{sum(key not in known for key in keys)} of {asked} requests are answered otherwise")
    if wanted.keys:
        wanted.keys.write_text("".join(f"{key}\n" for key in keys))


def chosen(folders: Sequence[Path]) -> Iterator[Path]:
    """The files of records; those of the anchors once for each epoch."""
    seen = set()
    for folder in folders:
        for file in sorted(folder.rglob("*.trials.jsonl.gz")):
            name = file.name.split(".")[0], file.parent.parent.name
            if name[0] in {"starter", "reference"}:
                if name in seen:
                    continue
                seen.add(name)
            yield file


def again(file: Path, every: int = 1, vault: Path | None = None, bank: str = "") -> Again:
    """The requests of one file of records, put again."""
    exercise = find_exercise("flaky_agent_trace")
    assessment = open_vault(vault, exercise).assessment
    model = exercise.model(assessment.card)
    scenarios = {scenario.id: scenario.public() for scenario in assessment.bank}
    specs = exercise.spec.models
    count, moved, lost = 0, [], 0
    guessed: Counter[str] = Counter()
    for number, record in enumerate(read_trials(file)):
        scenario = scenarios.get(record.scenario)
        if number % every or scenario is None:
            continue
        gateway, ledger = record.gateway, Ledger()
        scope = (
            bank or assessment.bank.digest,
            gateway.simulator,
            record.scenario,
            record.replay,
            record.epoch,
        )
        served = list(results(record))
        for call in gateway.calls:
            if call.reply is None or call.role is None:
                continue
            role = cast("Role", call.role)
            count += 1
            request = rebuilt(call, gateway.contents)
            view = TrialView(
                scenario, tuple(s for s in served if s.seq < call.seq), ledger.said, role, call.snapshot
            )
            reading = model.read(request, view)
            was = replies(gateway.contents[call.reply])
            now = []
            for choice in range(len(was)):
                turn = Turn(
                    Draws(assessment.secret, scope), reading.decision, reading.subject, call.attempt + choice
                )
                thought = model.answer(reading, turn)
                reply, _ = shape(thought.reply, request, specs[role], LONGEST)
                now.append(reply)
            guessed.update(thought.guessed)
            lost += bool(reading.why_not or thought.why_not) and not thought.guessed
            if not all(map(alike, was, now)):
                work = "/".join((*file.parts[-4:-3], file.name.split(".")[0]))
                key = f"{work} {record.scenario} {record.replay} {record.epoch} {call.seq}"
                last = request.messages[-1].text or str(request.messages[-1].parts)
                moved.append(Moved(key, brief(last), brief(spoken(was[0])), brief(spoken(now[0]))))
            ledger.replies(was)
    return Again(count, moved, lost, guessed)


def results(record: TrialRecord) -> Iterator[Served]:
    """What the gateway served to a trial, in order."""
    for tool in record.gateway.tools:
        if tool.status == 200 and tool.result is not None:
            yield Served(tool.seq, tool.tool, tool.arguments, tool.result, tool.delivered)


def rebuilt(call: Any, contents: Mapping[str, Json]) -> Request:
    """The request as far as the record holds it."""
    tools = contents[call.tools]["tools"] if call.tools else ()
    output = contents[call.output] if call.output else None
    return Request(
        call.model,
        tuple(
            Message(m["role"], tuple(map(part, m["parts"]))) for m in map(contents.__getitem__, call.messages)
        ),
        tuple(ToolSpec(t["name"], t["description"], t["schema"], t["strict"]) for t in tools),
        output=OutputFormat(output["name"], output["schema"], output["strict"]) if output else None,
        max_tokens=call.max_tokens,
        temperature=call.temperature,
    )


def part(data: Mapping[str, Json]) -> Part:
    """A part of a message from a record's `contents`."""
    if "text" in data:
        return Text(data["text"])
    if "name" in data:
        return ToolCall(data["id"], data["name"], data["arguments"])
    return ToolResult(data["call_id"], data["content"], data["is_error"])


def replies(content: Mapping[str, Json]) -> list[Reply]:
    """What a request was answered with."""
    return [
        Reply(tuple(map(part, one["parts"])), one["stop"])  # type: ignore[arg-type]
        for one in content.get("choices", [content])
    ]


def alike(was: Reply, now: Reply) -> bool:
    """Whether the program heard the same, or would have but for its wish for one call at a time."""
    one = len(now.parts) > len(was.parts) and bool(was.parts) and isinstance(was.parts[-1], ToolCall)
    return spoken(was) == spoken(Reply(now.parts[: len(was.parts)], now.stop) if one else now)


def spoken(reply: Reply) -> str:
    """A reply without the names that the gateway gives to calls."""
    data = parts_json("assistant", reply.parts)["parts"]
    return "\n".join(one["text"] if "text" in one else f"{one['name']} {one['arguments']}" for one in data)


def brief(text: str) -> str:
    """On one line, and no longer than one looks at."""
    line = " ".join(text.split())
    return line if len(line) <= 400 else f"{line[:200]} … {line[-200:]}"


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
