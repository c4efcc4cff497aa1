"""The line that says what is done, in that of a program's forms which says it, with its own values.

Of several forms for one thing the one is taken whose gaps have room for the clause that decides.
"""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.forms.line_forms import LineForm, LineForms, line_forms_in
from harness.simulation.reading.values import Money

from .case import Case

_GAP = r"<[^<>\n]{1,60}>|\{[^{}\n]{1,60}\}"
_OPTIONAL = re.compile(r"[ \t]?\[(?P<inside>[^\[\]\n]{1,60})\]")
_EACH = re.compile(
    rf"(?P<first>{_GAP})(?P<times>\s?[x×*]\s?|:)(?P<second>{_GAP})(?:\s?,\s?(?:\.\.\.|…))?", re.IGNORECASE
)
_HOLE = re.compile(_GAP)
_CLAUSE = re.compile(r"\b[A-Z]-\d{1,2}\b")
_COUNT = re.compile(r"\b(?:n|no|number|count|qty|quantity|pieces|how many|units|k)\b", re.IGNORECASE)
_OR_ELSE = re.compile(r",?\s{1,3}or\s{1,3}(?P<word>none|null|nothing|n/?a|-|–|—)$", re.IGNORECASE)
_AMOUNT = frozenset({"amount", "sum", "money", "total"})
_AGAIN = re.compile(
    r"\b(?:again|correct(?:ed)?|redo|re-?do|retry|re-?write|once more"
    r"|(?:final|last|that|right|this) (?:line|form))\b"
    r"|\b(?:put|give|state|make|write|move|file|issue|send|submit)\b[^.?\n]{0,30}"
    r"\b(?:motion|line|ruling|decision|verdict|proposal|answer|form)\b",
    re.IGNORECASE,
)


def decides_in_forms(asked: str, last: str = "") -> LineForms | None:
    """The forms, where one line of them is to say what is done.

    `last`: the message after an answer, which asks for that again.
    """
    found = line_forms_in(asked)
    if found is None or len({action_of(form) for form in found.forms} - {None}) < 2:
        return None
    return found if not last or _AGAIN.search(last) else None


def action_of(form: LineForm) -> str | None:
    """What a form does: by the words in capitals that it begins with, the most of them that say it."""
    words = form.head.split()
    for many in range(len(words), 0, -1):
        said = vocabulary().ontology.value_of("action", " ".join(words[:many]).lower())
        if said is not None:
            return said
    return None


def in_form(found: LineForms, said: Case) -> str:
    """The line; empty where no form says it, or each of those needs what is not known."""
    fitting = [form for form in found.forms if action_of(form) == said("action")]
    lines = [(_suits(form, said), line) for form in fitting if (line := filled(form.text, said))]
    return max(lines, key=lambda one: one[0])[1] if lines else ""


def _suits(form: LineForm, said: Case) -> int:
    """How well a form suits the clause that decides: it is named there, another is, or none."""
    named = _CLAUSE.findall(f"{form.text} {form.gloss}")
    own = _decisive(said)
    return 1 if not named else 2 if own in named else 0


def _decisive(said: Case) -> str | None:
    named = [id for id in _CLAUSE.findall(said.resolution.reason) if id != "H-7"]
    return named[0] if named else None


def filled(form: str, said: Case) -> str:
    """A form with its gaps filled; empty where one of them cannot be."""
    form = _OPTIONAL.sub(lambda part: _optional(part, said), form)
    each = next(filter(_counts, _EACH.finditer(form)), None)
    if each is not None:
        pieces = _pieces(each, said)
        if not pieces:
            return ""
        form = form[: each.start()] + pieces + form[each.end() :]
    values = {hole.group(): _value(hole.group(), said) for hole in _HOLE.finditer(form)}
    if not all(values.values()):
        return ""
    return _HOLE.sub(lambda hole: str(values[hole.group()]), form)


def _optional(part: re.Match[str], said: Case) -> str:
    """What stands in square brackets, where it holds; nothing where it does not."""
    if re.search(r"\b(?:shipping|delivery|postage)\b", part["inside"], re.IGNORECASE):
        paid = said("shipping_refund")
        held = isinstance(paid, Money) and paid.cents > 0
        return f" {part['inside'].strip()}" if held else ""
    return part.group()


def _counts(each: re.Match[str]) -> bool:
    """Whether one of two gaps is for how many there are of what the other names."""
    return bool(_COUNT.search(each["first"])) is not bool(_COUNT.search(each["second"]))


def _pieces(each: re.Match[str], said: Case) -> str:
    """The pieces that something is paid for, written as the form shows one; empty: none are known."""
    lines = [(item.get("sku"), int(item.get("quantity") or 1)) for item in said("items") or ()]
    if not all(sku for sku, _ in lines):
        return ""
    counts_first = _COUNT.search(each["first"]) is not None
    written = "{1}{times}{0}" if counts_first else "{0}{times}{1}"
    return ", ".join(written.format(*line, times=each["times"]) for line in lines)


def _value(hole: str, said: Case) -> str | None:
    """What stands in a gap; `None` where that is not known."""
    inner = hole.strip("<>{} ")
    otherwise = _OR_ELSE.search(inner)
    inner = inner[: otherwise.start()] if otherwise is not None else inner
    listed = _CLAUSE.findall(inner)
    if listed or re.search(r"\b(?:clause|rule|paragraph|section|ground)\b", inner, re.IGNORECASE):
        own = _decisive(said)
        return own if not listed or own in listed else None
    if inner.casefold() in _AMOUNT:
        slot: str | None = "amount"
    else:
        slot = vocabulary().ontology.slot_of(inner)
    value = said(slot) if slot is not None else None
    if isinstance(value, Money):
        return f"{value.cents / 100:.2f}"
    return value if isinstance(value, str) and value else otherwise["word"] if otherwise is not None else None
