from __future__ import annotations

import io

from rich.console import Console

from harness.trace.terminal import BAR, EVENTS, lines
from harness.trial.record import TrialRecord


def shown(record: TrialRecord, *, full: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=200, highlight=False, color_system=None)
    for line in lines(record, full=full):
        console.print(line, soft_wrap=True)
    return out.getvalue()


def test_the_waterfall_tells_the_trial_in_order(trial: TrialRecord) -> None:
    text = shown(trial)
    wanted = [
        "late-01:1",
        "task",
        "large model",
        "You answer",
        "assistant calls refund",
        "504 lost_ack",
        "529",
    ]
    places = [text.index(word) for word in wanted]
    assert places == sorted(places)
    assert "$0.0084" in text
    assert "never reached the program" in text
    assert "Traceback" in text


def test_messages_are_said_once(trial: TrialRecord) -> None:
    text = shown(trial)
    assert text.count("You answer support mail.") == 1
    assert "3 earlier messages again" in text
    assert text.count("assistant calls refund") == 1


def test_hostile_text_cannot_reach_the_terminal(trial: TrialRecord) -> None:
    text = shown(trial, full=True)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\u{1b}" in text


def test_markup_is_not_read(trial: TrialRecord) -> None:
    contents = {**trial.gateway.contents, "m1": {"role": "system", "parts": [{"text": "[bold]x[/nope]"}]}}
    gateway = trial.gateway.model_copy(update={"contents": contents})
    assert "[bold]x[/nope]" in shown(trial.model_copy(update={"gateway": gateway}))


def test_what_the_simulated_model_drew_is_not_shown(trial: TrialRecord) -> None:
    assert "wrong_amount" not in shown(trial, full=True)


def test_long_things_are_capped_and_said(trial: TrialRecord) -> None:
    process = trial.process.model_copy(update={"stdout": "line\n" * 100 + "x" * 50_000})
    tools = tuple(trial.gateway.tools[0].model_copy(update={"seq": n}) for n in range(EVENTS + 7))
    gateway = trial.gateway.model_copy(update={"tools": tools, "calls": ()})
    text = shown(trial.model_copy(update={"process": process, "gateway": gateway}))
    assert "7 further events" in text
    assert "further lines" in text
    assert "x" * 1_000 not in text


def test_a_call_that_was_not_understood_stands_out(trial: TrialRecord) -> None:
    call = trial.gateway.calls[0].model_copy(update={"understood": False, "why_not": "no mail"})
    gateway = trial.gateway.model_copy(update={"calls": (call,)})
    assert "NOT UNDERSTOOD: no mail" in shown(trial.model_copy(update={"gateway": gateway}))


def test_bars_have_one_width(trial: TrialRecord) -> None:
    rows = [line for line in shown(trial).splitlines() if "s " in line and ("█" in line or "│" in line)]
    assert len(rows) == 4
    assert {len(row.split("s ", 1)[1][:BAR].strip()) for row in rows} == {BAR}


def test_a_program_that_did_nothing(trial: TrialRecord) -> None:
    gateway = trial.gateway.model_copy(update={"calls": (), "tools": (), "virtual_seconds": 0.0})
    assert "0 model calls" in shown(trial.model_copy(update={"gateway": gateway}))
