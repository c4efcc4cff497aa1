"""A last line in one of several forms that stand below one another, each by example or with gaps.

`VERDICT: PAY 12.50 EUR ON HL-123456`, `VERDICT: ASK`: the form that says what is to be done is taken, with
its own values for the order, the sum, the currency and the clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.noise import Noise
from harness.simulation.reading.values import Money

from .case import Case
from .days_told import in_steps
from .line_forms import decides_in_forms
from .wording import ground, money_text, reason_text, thought
from .working import working

_HOLES = {
    "order_id": r"\bHL-(?:\d{3,6}|[xXnN#]{1,6}|\.\.\.|…)(?!\w)",
    "clause": r"\b[A-Z]-(?:\d{1,2}|[xXnN#])(?![\w.])",
    "currency": r"\b(?:EUR|GBP|PLN|USD|CUR|XXX)\b",
    "amount": r"(?<![\w-])(?:\d{1,5}[.,]\d\d|\d{1,5}(?= ?(?:EUR|GBP|PLN|USD|CUR)\b)"
    r"|[xXnN]{1,3}[.,][xXnN]{2})(?![\w.,]?\d)",
}
_HOLE = re.compile(
    r"(?P<gap><[^<>\n]{1,60}>|\[[^\[\]\n]{1,60}\]|\{[^{}\n]{1,60}\})|"
    + "|".join(f"(?P<{slot}>{pattern})" for slot, pattern in _HOLES.items())
)
_TWO = 2
_NEAR = 300
_ANNOUNCES = re.compile(
    r"\b(?:end|finish|conclude|close|(?:last|final|closing|one|single) line|finally"
    r"|one of (?:these|the following|the) (?:\w+ )?(?:forms|lines))\b",
    re.IGNORECASE,
)
"""Says of what stands below that a text ends so."""
_LEAD = r"[ \t]{0,6}(?:[-*•>][ \t]{1,3}|\d{1,2}[.)][ \t]{1,3})?[`\"'*]{0,3}"
_FORM = r"[ \t][^\n]{1,140}+"
_BLOCK = re.compile(
    rf"^{_LEAD}(?P<label>[A-Za-z][A-Za-z_]{{1,20}})(?P<sign>[ \t]?[:=]){_FORM}"
    rf"(?:\n{{1,2}}{_LEAD}(?P=label)(?P=sign){_FORM}){{1,12}}$",
    re.MULTILINE,
)
_BEHIND = re.compile(r"[ \t]{1,6}(?:#|//|\(|—|–|--|- |<-|←|if |when |where |for )[^\n]*$")
"""What a line says behind a form of when it is to be used."""
_CLAUSE = re.compile(r"\b(?:clause|rule|paragraph|section|ground)\b", re.IGNORECASE)


class Forms(NamedTuple):
    """What a last line begins with, and how it may go on."""

    label: str
    sign: str
    forms: tuple[str, ...]


def forms_in(asked: str) -> Forms | None:
    """The last forms with one label that stand below one another, for the line that a text ends with."""
    found = None
    for block in _BLOCK.finditer(asked):
        label, sign = block["label"], block["sign"]
        lines = [line.partition(f"{label}{sign}")[2] for line in block.group().split("\n") if line.strip()]
        forms = tuple(dict.fromkeys(_BEHIND.sub("", line).strip(" `\"'*.") for line in lines))
        if len(forms) > 1 and _ANNOUNCES.search(asked[max(0, block.start() - _NEAR) : block.start()]):
            found = Forms(label, sign.strip(), forms)
    return found


def decides_below(asked: str, last: str = "") -> bool:
    """Whether the last line is to say in one of several forms what is done.

    `last`: the message after an answer, which asks for that again.
    """
    if decides_in_forms(asked, last) is not None:
        return True
    found = forms_in(asked)
    if found is None or len({_action(form) for form in found.forms} - {None}) < _TWO:
        return False
    return not last or bool(_AGAIN.search(last)) or found.label.casefold() in last.casefold()


_AGAIN = re.compile(
    r"\b(?:again|correct(?:ed)?|redo|re-?do|retry|last line|(?:that|right|this) form)\b", re.IGNORECASE
)


def in_one_of(found: Forms, said: Case) -> str:
    """The line in the form that says what is to be done; of several the one that says most of what is known.

    Empty where none says it, or needs what is not known.
    """
    meant = {form: _action(form) for form in found.forms}
    if len({*meant.values()} - {None}) < _TWO:
        return ""
    filled = [_filled(form, said) for form, action in meant.items() if action == said("action")]
    known = [(text, holes) for text, holes in filled if text]
    return f"{found.label}{found.sign} {max(known, key=lambda one: one[1])[0]}" if known else ""


def _action(form: str) -> str | None:
    words = " ".join(_HOLE.sub(" ", form).replace("_", " ").split())
    return vocabulary().ontology.value_of("action", words) if words else None


def _filled(form: str, said: Case) -> tuple[str, int]:
    """The form with its places filled, and how many there were; empty where one of them cannot be."""
    values = {hole.group(): _value(hole, said) for hole in _HOLE.finditer(form)}
    if not all(values.values()):
        return "", 0
    return _HOLE.sub(lambda hole: str(values[hole.group()]), form), len(values)


def _value(hole: re.Match[str], said: Case) -> str | None:
    slot = hole.lastgroup or ""
    if slot == "gap":
        inner = hole.group().strip("<>[]{} ")
        slot = "clause" if _CLAUSE.search(inner) else vocabulary().ontology.slot_of(inner) or ""
    if slot in {"clause", "clauses", "clause_id"}:
        named = [id for id in re.findall(r"\b[A-Z]-\d\b", said.resolution.reason) if id != "H-7"]
        return next(iter(named), None)
    value = said(slot) if slot else None
    if isinstance(value, Money):
        return f"{value.cents / 100:.2f}"
    return str(value) if isinstance(value, str) and value else None


_NUMBERED = re.compile(
    r"\bnumbered (?:\w+ ){0,2}(?:plan|list|points?|steps?|reasons?|grounds?|notes?|lines)\b"
    r"|\bnumber (?:the|your|each) (?:\w+ )?(?:points?|steps?|reasons?|lines?)\b",
    re.IGNORECASE,
)


def grounds_before(case: Case, asked: str, noise: Noise) -> str:
    """What stands before the last line: why, with the steps of the sum where these are wanted."""
    numbered = _NUMBERED.search(asked) is not None or in_steps(asked)
    why = _numbered(case) if numbered else thought(case.mind, case.resolution, noise)
    steps = working(case) if _STEPS.search(asked) else None
    return f"{why}\n{steps}" if steps and steps not in why else why


_STEPS = re.compile(
    r"\b(?:show|give|write|state|print|with)\b[^.\n]{0,30}\b(?:formula|calculation|workings?|arithmetic|sum|steps)\b",
    re.IGNORECASE,
)


def _numbered(case: Case) -> str:
    """How a decision comes about, point by point, each with the clause that it rests on."""
    return "\n".join(f"{number}. {point}" for number, point in enumerate(_points(case), start=1))


def _points(case: Case) -> Iterator[str]:
    mind, own = case.mind, case.resolution
    decisive = [id for id in own.reason.split() if id in mind.clauses]
    order = own.order_id
    if order is not None and "I-1" in mind.clauses and not {"I-1", "I-2"} & {*decisive}:
        yield f"I-1: the mail is about {order}."
    desk = [id for id in mind.clauses if id.startswith("H-")]
    if desk and own.action in {"refund", "deny"} and order is not None:
        span = f"{desk[0]} to {desk[-1]}" if len(desk) > 1 else desk[0]
        yield f"{span}: nothing here calls for a handover."
    named = [(id, ground(id, mind, own)) for id in decisive]
    for id, why in named:
        if why:
            yield f"{id}: {why}."
    if not any(why for _, why in named):
        yield f"{reason_text(mind, own)[:1].upper()}{reason_text(mind, own)[1:]}."
    if own.action == "refund":
        steps = working(case) or ""
        shown = f" ({steps})" if "=" in steps else ""
        yield f"The sum: {money_text(own)} is due{shown}."
    else:
        yield _ENDS[own.action]


_ENDS = {
    "deny": "So nothing is due.",
    "escalate": "So the desk decides, and nothing is refunded from here.",
    "need_info": "So the customer has to be asked before anything is paid.",
}
