"""Texts about the mail itself: a summary, the mail in English or without its commands, one side's case."""

from __future__ import annotations

import re
from collections.abc import Callable

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.papers.clauses import worded
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes
from exercises.flaky_agent_trace.reading.worksheets import WORKSHEET, worksheet_in
from exercises.flaky_agent_trace.writing.summing import Form, form_of, summed
from exercises.flaky_agent_trace.writing.telling import quoted
from exercises.flaky_agent_trace.writing.translating import translated
from exercises.flaky_agent_trace.writing.wording import ground, money_text
from exercises.flaky_agent_trace.writing.worked_plan import worked_plan
from exercises.flaky_agent_trace.writing.worksheets import filled

from .asked_back import ASKED_BACK, answered_back
from .conversing import TALK, TONGUE, talked
from .desk_notes import desk_note, desk_note_asked
from .explained import OF_A_LETTER, told_of
from .explained import summed as sum_lines
from .following import FOLLOWS, followed
from .of_a_text import OF_A_TEXT, of_a_text
from .small_questions import SMALL, small_told
from .sums_asked import SUMS, sums_told
from .supposed import SUPPOSED, as_supposed
from .verdicts_told import VERDICTS, verdicts_told
from .weighing import WEIGHED, weighed, weighing_asked

_ENGLISH = re.compile(
    r"\b(?:give|show|put|render|read|have|need|want|let)\b[^.\n]{0,20}\b(?:this|it|that"
    r"|the (?:e-?mail|message|text|ticket"
    r"|letter|note))\b[^.\n]{0,24}\b(?:in|into|to) (?:plain |good )?English\b"
    r"|\btranslat\w+\b[^.\n]{0,80}\b(?:in|into|to) English\b|\bin English,? please\b"
    r"|\bEnglish (?:version|rendering) of (?:the|this)\b"
    r"|\bwhat (?:does|do) [^.?\n]{2,40} (?:say|write|mean) in English\b",
    re.IGNORECASE,
)
_REMOVES = re.compile(
    r"\b(?:remov\w+|strip\w*|delet\w+|drop\w*|filter\w* out|saniti[sz]\w+|scrub\w*|cut out|entfern\w*"
    r"|streich\w*|(?-i:[Cc]leaned|[Cc]leanse\w*|[Cc]lean (?!or\b|if\b|when\b|otherwise\b)\w+)"
    r"|tak\w+ out|without"
    r"|leav\w+ out|omit\w*|minus|free of)\b",
    re.IGNORECASE,
)
_COMMANDS = re.compile(
    r"\b(?:inject\w*|manipulat\w+|overrid\w+|influenc\w+|steer\w*|trick\w*|(?:aimed|directed|addressed)\b[^.\n]{0,20}\b(?:ai|bots?|agents?|assistants?|models?"
    r"|llms?)|(?:instruct\w*|command\w*|orders)\b[^.\n]{0,30}\b(?:ai|bots?|agents?|assistants?|models?|reader|system|llms?)"
    r"|(?:ai|bots?|agents?|assistants?|models?)\b[^.\n]{0,12}\b(?:orders|commands|instructions)|instructions|anweisung\w*|befehle?)\b",
    re.IGNORECASE,
)
_WHOLE_MAIL = re.compile(r"\b(?:e-?mail|mail|message|letter|ticket|text|rest|nachricht)\b", re.IGNORECASE)
_ARGUES = re.compile(
    r"\b(?:advocate|debat\w+|defend\w*|steel-?man|(?:strongest|best)\b[^.\n]{0,30}\b(?:case|arguments?|defen[cs]e)|plead"
    r"|argue (?:as|for|that|on|the)|speak (?:up )?for|take the (?:side|part) of|represent)\b",
    re.IGNORECASE,
)
_FOR_THEM = re.compile(
    r"\b(?:customer|buyer|client|claimant|sender)(?:['’]s?)?\b(?! (?:is not|isn['’]t|should not))",
    re.IGNORECASE,
)
_FOR_US = re.compile(
    r"\b(?:(?:finance|shop|company|merchant|harbour lane|store|house)\b[^.\n]{0,20}\b(?:side|advocate"
    r"|case|position|view)"
    r"|(?:you are|represent|speak for|argue (?:for|as)|advocate (?:of|for)|on behalf of) (?:the "
    r"|our )?(?:finance|shop|company"
    r"|merchant|harbour lane|store)|against (?:the |a |any )?(?:refund|customer|paying|payment|claim)"
    r"|(?:not|never) (?:pay|refund|owe)|refus\w+|nothing is (?:due|owed))\b",
    re.IGNORECASE,
)


def text_asked(mind: Mind) -> str:
    """Which text about the mail is asked for: `summary`, `english`, `cleaned`, `argue`; empty: none."""
    asked = mind.instructions
    if desk_note_asked(mind):
        return "desk note"
    if _summary_form(mind) is not None:
        return "summary"
    abroad = mind.scene.meaning.english is not None or mind.scene.rewritten
    if abroad and _ENGLISH.search(asked) and not OF_A_LETTER.search(asked):
        return "english"
    if mind.clauses and mind.sees_orders and weighing_asked(asked):
        return WEIGHED
    lines = re.split(r"(?<=[.;!?])\s|\n", asked)
    removing = any(_REMOVES.search(line) and _COMMANDS.search(line) for line in lines)
    if removing and _WHOLE_MAIL.search(asked) and not re.search(r"\?|\b(?:whether|decide)\b", asked):
        return "cleaned"
    sides = _FOR_THEM.search(asked) or _FOR_US.search(asked)
    return (
        "argue" if mind.clauses and _ARGUES.search(asked) and sides and not OF_A_LETTER.search(asked) else ""
    )


def _summary_form(mind: Mind) -> Form | None:
    """The form of the summary that is asked for, by all instructions or by the last of them."""
    return form_of(mind.instructions) or form_of(mind.asked_last)


def text_of(which: str, mind: Mind, answers: Answers) -> str:
    """The text."""
    if which == "summary" and (form := _summary_form(mind)) is not None:
        return summed(answers, form)
    if tell := _TEXTS.get(which):
        return tell(mind, answers)
    if which in OF_A_TEXT:
        return of_a_text(which, mind, answers)
    kind = next((told for begin, told in _KINDS if which.startswith(begin)), told_of)
    return kind(which, mind, answers)


def _worked(mind: Mind, answers: Answers) -> str:
    return worked_plan(answers, mind.asked_last if mind.context.said else mind.instructions)


def _filled_in(mind: Mind, answers: Answers) -> str:
    last = mind.asked_last if mind.context.said else ""
    sheet = worksheet_in(last) or worksheet_in(mind.instructions)
    return filled(sheet, answers) if sheet is not None else ""


def _argued(mind: Mind, answers: Answers) -> str:
    """The best that can honestly be said for one side, and what stands against it."""
    own, against = answers.resolution, _FOR_US.search(mind.instructions) is not None
    order = own.order_id or answers.belief.order_id or "the order"
    rules = [f"{id} ({reason})" for id in own.reason.split() if (reason := ground(id, mind, own))]
    by = f" under {' and '.join(rules)}" if rules else ""
    says = " ".join(quoted(span) for span in quotes(mind, sentences=True)[:2])
    they = (
        f"The customer writes: {says}" if says else "The customer has asked in good time and in plain words."
    )
    stated = [
        f"{id} says: {' '.join(worded(mind.clauses[id]).split())}"
        for id in own.reason.split()
        if id in mind.clauses
    ]
    if own.action == "refund":
        if against:
            due = f"a refund of {money_text(own)} is due{by}"
            start = f"I can find no honest ground to pay nothing for {order}: {due}."
            return " ".join(
                [
                    start,
                    *stated,
                    f"What can be said for our side is that it is no more than {money_text(own)}.",
                ]
            )
        return " ".join(
            [f"The customer is owed {money_text(own)} for {order}{by}.", they, *stated, *sum_lines(answers)]
        )
    if own.action == "deny":
        if against:
            return " ".join(
                [f"Nothing is owed for {order}{by}.", *stated, f"{they} That changes nothing about it."]
            )
        start = f"Honestly, there is no case for a refund for {order}{by}."
        return " ".join(
            [start, *stated, f"{they} That deserves a kind answer, and no money under the handbook."]
        )
    whose = "the refunds desk" if own.action == "escalate" else "the customer, who has to be asked first"
    sides = "we may not pay it out here" if against else "it may well be due, and must not be declined here"
    return " ".join([f"The case for {order} is one for {whose}{by}: {sides}.", they, *stated])


def _cleaned(mind: Mind, answers: Answers) -> str:
    """The mail without the words that give orders to whoever reads it."""
    del answers
    text = mind.scene.state.ticket.body
    injection = mind.scene.meaning.injection
    for span in injection.spans if injection is not None and mind.mail.injected else ():
        text = re.sub(rf"[^.!?\n]{{0,300}}{re.escape(span)}[^.!?\n]{{0,300}}[.!?]?", "", text)
    return re.sub(r"[ \t]{2,}", " ", re.sub(r"\n{3,}", "\n\n", text)).strip()


Tell = Callable[[Mind, Answers], str]
_TEXTS: dict[str, Tell] = {
    "desk note": desk_note,
    "english": lambda _, answers: translated(answers),
    "argue": _argued,
    "cleaned": _cleaned,
    "plan": _worked,
    WEIGHED: weighed,
    WORKSHEET: _filled_in,
    SUMS: sums_told,
    VERDICTS: verdicts_told,
    SUPPOSED: as_supposed,
}
"""Text → how it is told."""
_KINDS: tuple[tuple[str | tuple[str, ...], Callable[[str, Mind, Answers], str]], ...] = (
    (ASKED_BACK, answered_back),
    (FOLLOWS, followed),
    (SMALL, small_told),
    ((TALK, TONGUE), talked),
)
"""How a text's name begins → how those of its kind are told."""
