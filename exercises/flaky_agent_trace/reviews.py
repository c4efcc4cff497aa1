"""What reviewers and judges say in plain words, in the form that they are asked for.

What they object to and which of two they prefer, `critique.py` says.
"""

from __future__ import annotations

import re

from harness.simulation.ballots import Ballot, ballot, with_grounds
from harness.simulation.choices import SAY, offered
from harness.simulation.slots import side_of

from .answers import Answers
from .critique import differences, pair_in
from .mind import Mind
from .ontology import vocabulary

_FINE = "I find nothing wrong with it: it agrees with the mail, the order and the rules."
_TIE = re.compile(r"\b(?:tie|draw|equal|neither|both|same)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:which|better|best|prefer\w*|compar\w+|choose|pick|winner|judge|closer)\b", re.IGNORECASE
)
_OVERRIDDEN = frozenset({"chat", "critique", "decide", "revise", "classify", "extract"})
_PROPOSES = frozenset({"action", "amount", "order_id"})


def review_asked(mind: Mind, operation: str) -> str:
    """The operation, where plain words ask for a verdict on what the request shows."""
    if mind.contract.form != "text" or mind.contract.tools or operation not in _OVERRIDDEN:
        return operation
    shown = pair_in(mind.context)
    comparable = shown is not None and all(_PROPOSES & proposal.keys() for proposal in shown.read)
    if comparable and _COMPARES.search(mind.asked_last):
        return "judge"
    return "critique" if mind.proposal is not None and _form(mind) is not None else operation


def reviewed(mind: Mind, answers: Answers) -> str:
    """The verdict on a proposal."""
    objections = answers.objections
    listed = "\n".join(f"- {issue}" for issue in objections)
    said = f"I would not let this pass:\n{listed}" if objections else _FINE
    form = _form(mind)
    return form.filled(said, good=not objections, share=answers("score")) if form is not None else said


def _form(mind: Mind) -> Ballot | None:
    """The words or the score that the program wants: what it said last, then what it said at all."""
    spec = vocabulary().ontology.slots["valid"]
    return ballot(mind.asked_last, spec) or ballot(mind.instructions, spec)


def compared(mind: Mind, answers: Answers) -> str:
    """Which of two proposals is better."""
    shown = pair_in(mind.context)
    if shown is None:
        return reviewed(mind, answers)
    winner = answers("winner")
    lines = mind.asked_last.splitlines()
    choices = [(line, found) for line in lines if (found := offered(line, _named))]
    words = choices[-1][1].words if choices else {}
    first, second = words.get("A", shown.names[0]), words.get("B", shown.names[1])
    told = any(SAY.search(line[: found.start]) for line, found in choices)
    if winner == "tie":
        tie = _TIE.search(mind.asked_last)
        form = Ballot(good=tie.group() if tie else first, alone=told)
        grounds = "I see no difference between the two that matters."
    else:
        form = Ballot(good=first, bad=second, alone=told)
        other = 1 if winner == "A" else 0
        faults = differences(mind, answers.resolution, shown.read[other])
        grounds = f"In {(first, second)[other]}, {faults[0]}." if faults else "It is the more thorough one."
    return with_grounds(form, mind.asked_last).filled(grounds, good=winner != "B", share=0.0)


def _named(words: str) -> str | None:
    return side_of(vocabulary().ontology.slots["winner"], words)
