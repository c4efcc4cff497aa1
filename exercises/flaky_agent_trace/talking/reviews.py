"""What reviewers and judges say in plain words, in the form that they are asked for.

What they object to and which of several they prefer, `deciding/critique.py` says.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.answering.marks import Marks
from exercises.flaky_agent_trace.answering.proofread import offending_words
from exercises.flaky_agent_trace.deciding.aspects import aspect_asked, aspects_listed, held
from exercises.flaky_agent_trace.deciding.critique import SIDES, Rivals, differences, rivals_in
from exercises.flaky_agent_trace.deciding.handed import sheet_given
from exercises.flaky_agent_trace.deciding.preferring import against, why_preferred
from exercises.flaky_agent_trace.deciding.told_letters import FINE, TRUE, nothing_held, on_letter, shows_deeds
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.closing_verdicts import Closing, closed, closing_verdict
from exercises.flaky_agent_trace.papers.manners import asks_for_fault, manner_asked, rude_words
from exercises.flaky_agent_trace.papers.outcomes import outcomes_in
from exercises.flaky_agent_trace.papers.reviewing import asks_for_review, reviews_letters, verdict_asked
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.restated import telling
from exercises.flaky_agent_trace.writing.wording import reason_text
from harness.simulation.forms.ballots import Ballot, with_grounds
from harness.simulation.forms.choices import SAY, offered
from harness.simulation.meaning.slots import side_of

from .conceding import nothing_found
from .standing import in_full

_TIE = re.compile(r"\b(?:tie|draw|equal|neither|both|same)\b", re.IGNORECASE)
_NEITHER = re.compile(r"\b(?:neither|none)\b(?! of\b)", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:which|better|best|prefer\w*|compar\w+|choose|pick|winner|judge|closer|whose|disagree)\b"
    r"|\bwho(?: is|'s|’s| of them is)? (?:right|correct)\b|\b(?:right|correct) (?:one|answer|candidate"
    r"|option)\b",
    re.IGNORECASE,
)
_POLAR = re.compile(
    r"\b(?:is|was|are) (?:that|this|it|he|she|they|the \w+) (?:right|correct|accurate|sound|ok|okay|fine)\?",
    re.IGNORECASE,
)
_OF_READING = re.compile(
    r"\b(?:check|verify|review|validate|is|are|does|do)\b[^.\n?]{0,40}\b(?:extract\w*|classification|fields)\b",
    re.IGNORECASE,
)
"""Asks to hold a reading of the mail against the mail."""
_GROUNDS = re.compile(
    r"\b(?:why|explain\w*|reasons?|grounds|justif\w+|mistakes?|errors|brutal\w*|in detail|thorough\w*"
    r"|critici[sz]e|critique|(?:which|what) (?:\w+ )?(?:rules?|clauses?))\b",
    re.IGNORECASE,
)
"""Asks for more than a verdict: what speaks against it."""
_OPEN = re.compile(r"\b(?:what|which|why|how|where)\b[^.?!\n]{0,120}\?$", re.IGNORECASE)
"""A question that yes and no do not answer."""
_ONE_SENTENCE = re.compile(r"\b(?:one|a|a single|one single|exactly one|1)[ -]sentence\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\b(?:and|plus|with|then|cite|second line)\b[^.\n]{0,30}\b(?:clause|rule|paragraph)\b", re.IGNORECASE
)
_NEAR = 200
_OVERRIDDEN = frozenset({"chat", "critique", "decide", "revise", "classify", "extract", "summarise"})
_PROPOSES = frozenset({"action", "amount", "order_id"})


def review_asked(mind: Mind, operation: str) -> str:
    """The operation, where plain words ask for a verdict on what the request shows."""
    if mind.contract.form != "text" or mind.contract.tools or operation not in _OVERRIDDEN:
        return operation
    if mind.rubric is not None:
        return "critique"
    shown = rivals_in(mind.context)
    if shown is not None and shown.forms and mind.mail.present and _COMPARES.search(_asking(mind)):
        return "judge"
    comparable = shown is not None and all(_PROPOSES & proposal.keys() for proposal in shown.read)
    if comparable and shown is not None and _COMPARES.search(_asking(mind)) and not _goods(mind, shown):
        stated = any(proposal.keys() & {"amount", "order_id"} for proposal in shown.read)
        if stated or shown.labelled:
            if mind.unseen:
                mind.contract = replace(mind.contract, slots=mind.contract.slots | {"winner"})
            return "judge"
    shows = mind.proposal is not None or (
        mind.claims is not None and mind.mail.present and _OF_READING.search(_asking(mind))
    )
    if mind.shown and manner_asked(mind.asked_last):
        return "critique"
    return "critique" if shows and _form(mind) is not None else operation


def judges_in_words(mind: Mind) -> bool:
    """Whether words ask for a verdict on a form about the mail, or for one in a last line."""
    if mind.rubric is not None or mind.context.said or rivals_in(mind.context) is not None:
        return False
    if mind.proposal is not None and not mind.proposal.get("letter"):
        return asks_for_review(mind.instructions) and closing_verdict(mind.instructions) is not None
    return mind.form_judged is not None


def faults_of_letter(mind: Mind) -> bool:
    """Whether what is wrong with a letter is to be listed, in fields that a mail may be read into, too."""
    letter = (mind.proposal or {}).get("letter")
    return bool(letter) and "issues" in mind.contract.slots and reviews_letters(mind.instructions)


def letter_judged(mind: Mind) -> bool:
    """Whether a letter is shown of which a verdict is wanted: `rate the draft reply`, `MATCH or MISMATCH`."""
    if not (mind.proposal or {}).get("letter"):
        return False
    words = verdict_asked(mind.instructions)
    return asks_for_review(mind.asked_last) or (words is not None and words.bad.isupper())


def faults_of_form(mind: Mind) -> bool:
    """Whether what is wrong with a form is to be listed, and nothing of the mail is read besides."""
    slots = mind.contract.slots
    read = slots & vocabulary().cues.extract
    return mind.form_judged is not None and bool(slots & {"issues", "missed"}) and not read


def _goods(mind: Mind, shown: Rivals) -> bool:
    """Whether things of the shop are listed with their prices: they propose nothing."""
    words = {word for order in mind.scene.state.orders for item in order.items for word in telling(item.name)}
    heads = [text.strip().partition("\n")[0] for text in shown.texts]
    return not shown.labelled and all(telling(head) & words and not outcomes_in(head) for head in heads)


def reviewed(mind: Mind, answers: Answers) -> str:  # noqa: PLR0911  (the first form that fits)
    """The verdict on a proposal."""
    form = _form(mind)
    if answers.marks is not None:
        return _marked(answers.marks, form)
    if (closing := closing_verdict(mind.instructions)) is not None:
        return _with_closing(mind, answers, closing)
    if mind.form_judged is not None:
        return _of_form(mind, answers, form)
    if manner_asked(mind.asked_last):
        return _of_manner(mind, form)
    objections = answers.objections
    if named := aspects_listed(mind.asked_last):
        return "\n".join(f"{aspect.capitalize()}: {_of_one(mind, answers, aspect, form)}" for aspect in named)
    if aspect := aspect_asked(mind.asked_last):
        objections = held(aspect, mind, answers.resolution, objections)
    if _EMPTY.search(mind.instructions):
        return json.dumps(objections, ensure_ascii=False)
    listed = "\n".join(f"- {issue}" for issue in objections)
    letter = bool((mind.proposal or {}).get("letter")) and not mind.sees_orders
    fine = (
        TRUE
        if aspect == "claim"
        else nothing_held(mind)
        if letter and not aspect and (shows_deeds(mind) or sheet_given(mind))
        else f"The {aspect} is right."
        if aspect
        else FINE
    )
    of_reading = mind.proposal is None and mind.claims is not None
    fine = nothing_found(mind.context.asked) or ("It agrees with the mail." if of_reading else fine)
    said = f"I would not let this pass:\n{listed}" if objections else fine
    short = (form is not None and form.brief) or _ONE_SENTENCE.search(mind.instructions)
    if objections and short:
        said = f"{objections[0][0].upper()}{'; '.join(objections).rstrip('.')[1:]}{_by(mind, answers)}."
    elif (
        not of_reading
        and not letter
        and _whys(mind)
        and differences(mind, answers.resolution) == objections != []
    ):
        said = "\n".join([said, *in_full(mind, answers)])
    asked = mind.shown[-1].rstrip() if mind.shown else ""
    asking = asked.endswith("?") and not _OPEN.search(asked[-_NEAR:])
    if form is None and (asking or _POLAR.search(mind.asked_last)):
        form = with_grounds(Ballot("Yes", "No"), mind.asked_last)
        said = on_letter(mind, objections) if objections else fine
    if objections and form is not None and _OFFENDING.search(mind.instructions):
        words = offending_words(mind, objections)
        said, form = (f"“{words}”", replace(form, alone=False)) if words else (said, form)
    return form.filled(said, good=not objections, share=answers("score")) if form is not None else said


def _with_closing(mind: Mind, answers: Answers, closing: Closing) -> str:
    """What was looked at, and the line that is wanted below it."""
    objections = answers.objections
    line = closed(closing, objections)
    if not closing.last:
        return line
    grounds = [*(f"- {one}" for one in objections)] or [_agrees(mind)]
    worked = mind.proposal is not None and not answers.passed
    return "\n".join([*(in_full(mind, answers) if worked else ()), *grounds, "", line])


def _agrees(mind: Mind) -> str:
    return FINE if mind.proposal is not None else "It agrees with the mail and the records."


def _of_form(mind: Mind, answers: Answers, form: Ballot | None) -> str:
    """The verdict on a form about the mail: what is wrong with it, or the words for a form that is right."""
    objections = answers.objections
    if form is not None and (form.bad or form.scale is not None):
        said = "; ".join(objections) if form.brief else "\n".join(f"- {one}" for one in objections)
        return form.filled(said or _agrees(mind), good=not objections, share=answers("score"))
    if objections:
        return "\n".join(f"{one[0].upper()}{one[1:]}." for one in objections)
    return nothing_found(mind.context.asked) or (form.good if form is not None else "") or _agrees(mind)


_OFFENDING = re.compile(
    r"\b(?:offending|unsupported|untrue|false|wrong|problematic|faulty|guilty|incriminating)"
    r" (?:words?|sentences?|phrases?|passages?|lines?|part|claims?)\b"
    r"|\b(?:quot(?:e|ing)|cit(?:e|ing)) (?:what is (?:wrong|untrue|false)"
    r"|(?:the|each|every)(?: \w+){0,2} (?:words?|sentences?|phrases?|passages?))\b"
    r"(?![^.\n]{0,60}\b(?:handbook|rules?|clauses?|policy)\b)",
    re.IGNORECASE,
)
"""Asks which words of a draft it is that must not stand there."""


def _marked(marks: Marks, form: Ballot | None) -> str:
    """The marks of a rubric in lines, and what else is wanted behind them."""
    said = [marks.lines(), *([marks.why()] if marks.rubric.why and not marks.rubric.columns else [])]
    if ends := marks.rubric.ends:
        said.append(f"{ends[0]}{ends[1] if marks.passes() else ends[2]}")
    elif form is not None and form.scale is None and form.bad and not marks.rubric.scale.polar:
        word = form.good if marks.passes() else form.bad
        said.append(f"{form.label}: {word}" if form.label else word)
    return "\n".join(said)


def _by(mind: Mind, answers: Answers) -> str:
    """What a decision of one's own rests on, where that is what is held against another."""
    own = answers.resolution
    decides = bool(mind.clauses) and differences(mind, own) == answers.objections
    return f": {reason_text(mind, own)}" if decides and own.reason else ""


_EMPTY = re.compile(
    r"(?:\[\s?\]|\ban? empty (?:list|array)\b)[^.\n]{0,40}\b(?:if|when|where)\b"
    r"|\b(?:if|when|where)\b[^.\n]{0,60}(?:\[\s?\]|\ban? empty (?:list|array)\b)",
    re.IGNORECASE,
)
"""What is wanted is a list, be it of nothing."""


def _of_manner(mind: Mind, form: Ballot | None) -> str:
    """The verdict on the tone of a letter."""
    rude = rude_words(mind.shown[-1]) if mind.shown else ()
    said = f"I would not write: {', '.join(rude)}" if rude else "The tone is polite."
    good = bool(rude) if asks_for_fault(mind.asked_last) else not rude
    return form.filled(said, good=good, share=0.2 if rude else 0.9) if form is not None else said


def _of_one(mind: Mind, answers: Answers, aspect: str, form: Ballot | None) -> str:
    """The verdict on one aspect of several."""
    objections = held(aspect, mind, answers.resolution, answers.objections)
    alone = replace(form or Ballot("ok", "wrong"), label="")
    said = alone.filled("; ".join(objections), good=not objections, share=answers(f"{aspect}_score"))
    return said.removesuffix(". ")


def _form(mind: Mind) -> Ballot | None:
    """The words or the score that the program wants: what it said last, then what it said at all."""
    return verdict_asked(mind.asked_last) or verdict_asked(mind.instructions)


def _asking(mind: Mind) -> str:
    """What the program asks: in its last message, or at all where that only shows a case."""
    last = mind.asked_last if mind.context.said or not _OF_READING.search(mind.instructions) else ""
    return last if "?" in last or SAY.search(last) or _COMPARES.search(last) else mind.instructions


def _whys(mind: Mind) -> bool:
    """Whether grounds are asked for, be it in the same breath as the proposal is told."""
    behind = (re.split(r"(?<=[.!?])\s+", text.rstrip())[-1] for text in mind.shown[-1:])
    return any(_GROUNDS.search(said) for said in (_asking(mind), *behind))


def compared(mind: Mind, answers: Answers) -> str:
    """Which of several proposals is best."""
    shown = rivals_in(mind.context)
    if shown is None:
        return reviewed(mind, answers)
    winner = answers("winner")
    lines = _asking(mind).splitlines()
    choices = [(line, found) for line in lines if (found := offered(line, _named))]
    words = choices[-1][1].words if choices else {}
    names = [words.get(side, name) for side, name in zip(SIDES, shown.names, strict=False)]
    told = any(SAY.search(line[: found.start]) for line, found in choices)
    neither = _NEITHER.search(_asking(mind))
    if neither and all(against(mind, answers.resolution, text) for text in shown.texts):
        form = Ballot(good=neither.group(), alone=told)
        grounds = "Both are wrong."
    elif winner in {"tie", "none"}:
        tie = _TIE.search(_asking(mind))
        form = Ballot(good=tie.group() if tie else names[0], alone=told)
        grounds = "I see no difference between them that matters."
    else:
        best = SIDES.index(winner)
        form = Ballot(good=names[best], alone=told)
        grounds = why_preferred(mind, answers.resolution, winner)
    laid = _LAID.search(mind.instructions)
    if laid is not None:
        sign = laid["sign"].strip()
        between = f" {sign} " if sign in "-–—|" else f"{sign} "
        return f"{laid['label']}: {form.good}{between}{grounds}"
    verdict = with_grounds(form, _asking(mind)).filled(grounds, good=True, share=0.0)
    clauses = ", ".join(answers("clauses") or [])
    return f"{verdict}\n{clauses}".rstrip() if _CLAUSE.search(mind.instructions) else verdict


_LAID = re.compile(
    r"\b(?i:format|form|exactly|like|as|line)\b\W{1,4}(?P<label>[A-Z][A-Za-z]{2,20}): ?"
    r"(?:<[^<>\n]{1,30}>|\[[^\[\]\n]{1,30}\]|[A-Z](?:[/|][A-Z])?|\.\.\.|…)(?P<sign> ?[-–—|;,:] ?)"
    r"(?:<[^<>\n]{1,30}>|\[[^\[\]\n]{1,30}\]|(?:the )?(?:reason|why|grounds?|because|explanation|sentence)\b"
    r"|\.\.\.|…)"
)
"""A line for the winner and the reason: `WINNER: X - reason`."""


def _named(words: str) -> str | None:
    return side_of(vocabulary().ontology.slots["winner"], words)
