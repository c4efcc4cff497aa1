from __future__ import annotations

import json
from html.parser import HTMLParser

from harness.trace.html import POLICY, ROWS, TEXT, fragment, page
from harness.trial.record import TrialRecord


class Tags(HTMLParser):
    """The tags and attributes of a document, and whether every tag is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.attributes += attrs
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_event_stands_in_the_order_it_came(trial: TrialRecord) -> None:
    html = fragment(trial)
    places = [html.index(text) for text in (">task<", ">large model<", ">refund<", "529 overloaded")]
    assert places == sorted(places)
    assert "504 lost_ack" in html
    assert "Result, which did not reach the program" in html
    assert "$0.0084" in html


def test_a_message_is_shown_once(trial: TrialRecord) -> None:
    html = fragment(trial)
    assert html.count("You answer support mail.") == 1
    assert "3 as shown further up" in html


def test_a_long_result_that_the_program_hands_on_is_shown_once(trial: TrialRecord) -> None:
    book = 'clause "R-1"\n' * 80
    tools = (trial.gateway.tools[0].model_copy(update={"tool": "get_policy", "result": {"text": book}}),)
    mail = {"role": "user", "parts": [{"text": f"Looked up: {json.dumps({'text': book})} and decide"}]}
    contents = {**trial.gateway.contents, "m2": mail}
    gateway = trial.gateway.model_copy(update={"tools": tools, "contents": contents})
    html = fragment(trial.model_copy(update={"gateway": gateway}))
    assert html.count("R-1") == 80
    assert "[1,040 characters, as in the result of get_policy above]" in html
    assert "and decide" in html


def test_nothing_of_the_record_is_markup(trial: TrialRecord) -> None:
    document = page(trial)
    tags = Tags()
    tags.feed(document)
    assert tags.open == []
    assert not {"script", "img", "link", "iframe", "object", "svg"} & set(tags.seen)
    assert not {"src", "href", "onload", "onclick"} & {name for name, _ in tags.attributes}
    assert "\u202e" not in document
    assert "\x1b" not in document
    assert "\\u{202e}" in document
    assert POLICY in document


def test_the_verdict_stands_where_it_is_known(trial: TrialRecord) -> None:
    assert "verdict" not in page(trial)
    assert "verdict: failure, &lt;b&gt;" in page(trial, verdict="failure, <b>")


def test_drawn_errors_are_for_reviewers(trial: TrialRecord) -> None:
    assert "wrong_amount" not in page(trial)
    assert "wrong_amount: probability 0.31, drawn 0.12" in fragment(trial, modes=True)


def test_what_is_cut_is_said(trial: TrialRecord) -> None:
    tool = trial.gateway.tools[0]
    many = tuple(tool.model_copy(update={"seq": 10 + number}) for number in range(ROWS + 7))
    long = trial.process.model_copy(update={"stdout": "x" * (TEXT + 5)})
    gateway = trial.gateway.model_copy(update={"tools": many, "calls": ()})
    html = fragment(trial.model_copy(update={"gateway": gateway, "process": long}))
    assert html.count("<summary class") == ROWS
    assert "7 further rows are not shown" in html
    assert "5 further characters not shown" in html


def test_a_program_that_asked_nothing(trial: TrialRecord) -> None:
    gateway = trial.gateway.model_copy(update={"tools": (), "calls": (), "virtual_seconds": 0.0})
    assert "asked nothing of the gateway" in fragment(trial.model_copy(update={"gateway": gateway}))
