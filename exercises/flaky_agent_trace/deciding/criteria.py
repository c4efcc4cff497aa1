"""What of a letter or a decision is held against each criterion of a rubric, and how much it weighs.

Facts are held against the model's own belief, as every critic's are; how a letter is written, against its own
words. One wrong thing costs points where it belongs, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.drafted import closed, greeted
from exercises.flaky_agent_trace.papers.manners import rude_words
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.rubrics import strange_criteria
from exercises.flaky_agent_trace.reading.scales import worst_if_wrong
from harness.simulation.reading.text import content_words

from .broken_clauses import broken_clauses
from .critique import faults
from .fault import Fault
from .handed import decided
from .judgement import Resolution
from .told_letters import shows_deeds, wrong_language

MINOR, PLAIN, GRAVE = 0.25, 0.5, 0.75
_THANKS = re.compile(
    r"\b(?:thank\w*|grateful|dank\w*|merci|remerci\w+|gracias|agradec\w+|bedankt|dziękuj\w+)\b", re.IGNORECASE
)
_SORRY = re.compile(
    r"\b(?:sorry|apolog\w+|regret\w*|unfortunately|sympath\w+|understand how|annoying|disappoint\w+"
    r"|leid|leider"
    r"|bedauer\w+|entschuldig\w+|verzeih\w+|désolé\w*|regrett\w+|malheureusement|excus\w+|sentimos|siento"
    r"|lament\w+|disculp\w+|spijt\w*|helaas|excuses|przykro|przeprasza\w+|niestety)\b",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"\b(?:please|happy|glad|hope|welcome|pleasure|appreciate\w*|gern\w*|bitte|freu\w+|plaisir|heureu\w+|espér\w+"
    r"|por favor|esper\w+|graag|hopelijk|prosz\w+|mamy nadziej\w+)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:because|since|as|due to|days?|weeks?|window|period|deadline|until|final sale|polic(?:y|ies)|rules?"
    r"|only"
    r"|terms|opened|late|already|weil|denn|tage?n?|frist\w*|wochen?|nur|geöffnet|bereits|car|parce|jours?|délai"
    r"|porque|plazo|días?|ya|omdat|dagen|termijn|want|ponieważ|dni|termin\w*|gdyż)\b",
    re.IGNORECASE,
)
_SUM = re.compile(r"\d[.,]\d\d\b|[€£$]\s?\d|\d\s?(?:[€£]|EUR|GBP|PLN|zł)")
_LEAK = re.compile(
    r"\b[A-Z]-\d\b|\binternal(?:ly)?\b|\bour (?:handbook|system prompt|instructions)\b|\bsystem prompt\b"
    r"|\bflagged as\b|\bfraud\w*|\bconfidence\b"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_FELT = frozenset({"damaged", "wrong_item", "late", "not_arrived"})
_LONG, _VERY_LONG = 120, 180
_WINDING, _VERY_WINDING = 32, 45
_RUN = 5


@dataclass(frozen=True, slots=True)
class Held:
    """Something that costs points."""

    text: str
    weight: float


def worth(found: list[Held]) -> float:
    """How good a thing is of which so much is held against it, from 0 to 1."""
    return max(0.0, 1 - sum(one.weight for one in found))


def held_by(  # noqa: PLR0911  (one criterion a look)
    criterion: str, mind: Mind, own: Resolution, objections: list[str]
) -> list[Held]:
    """What is held against one criterion. `objections`: all that the reviewer holds against the facts."""
    letter = letter_of(mind)
    facts = list(_facts(mind, own, objections))
    match criterion:
        case "tone":
            return list(_tone(letter))
        case "empathy":
            return list(_empathy(letter, mind, own))
        case "language":
            return [Held(one.text, 1.0) for one in wrong_language(mind, letter)]
        case "complete":
            return [*_left_out(mind, own, letter), *(held for held, about in facts if "complete" in about)]
        case "brief":
            return list(_length(mind, letter))
        case "clear":
            return list(_winding(mind, letter))
        case "safe":
            leaks = _leaks(mind, letter)
            return [*(Held(h.text, GRAVE) for h, about in facts if about & {"promise", "claim"}), *leaks]
        case "honest":
            return [held for held, about in facts if _untrue(about)]
        case "policy":
            return [Held(_by_clause(mind, own, h.text), h.weight) for h, about in facts if "policy" in about]
        case "amount" | "order" | "action":
            return [held for held, about in facts if criterion in about]
        case "helpful":
            wrong = [held for held, about in facts if about & {"action", "order"}]
            return [*wrong, *_left_out(mind, own, letter)]
        case _:
            return [held for held, about in facts if about - {"complete", "language"}]


def _untrue(about: frozenset[str]) -> bool:
    """Whether what is wrong makes it untrue; another decision than the right one by itself does not."""
    return bool(about & {"claim", "promise"}) or ("amount" in about and "action" not in about)


def unmarkable(mind: Mind) -> Iterator[str]:
    """Why marks that are asked for cannot be given."""
    if mind.proposal is None or mind.contract.tools:
        return
    if mind.contract.form == "text" and strange_criteria(mind.instructions):
        yield "what one of the criteria asks for is not known here"
    asked = mind.rubric.criteria if mind.rubric is not None else ()
    if _OF_WORDS.intersection(asked) and not letter_of(mind):
        yield "the letter that is to be marked is not clear"


_OF_WORDS = frozenset({"tone", "empathy", "language", "brief", "clear"})
"""What is judged by a letter's own words."""


def letter_of(mind: Mind) -> str:
    """The letter that is judged, empty where none is."""
    said = (mind.proposal or {}).get("letter")
    if not isinstance(said, str):
        return _without_greeting(mind.shown)
    return next((text for text in reversed(mind.shown) if said in " ".join(text.split())), said)


def _without_greeting(shown: tuple[str, ...]) -> str:
    """What is shown last, where it is words and no decision in codes: a letter need not greet anybody."""
    last = _TAG.sub(" ", shown[-1]).strip() if shown else ""
    coded = any(sign in last for sign in "{}=") or _CODED.match(last)
    return "" if coded or len(last.split()) < _FEW else last


_TAG = re.compile(r"</?[a-z_]{1,20}>", re.IGNORECASE)
_CODED = re.compile(r"^\W{0,12}(?:action|decision|outcome|refund|deny|escalate|need_info)\b", re.IGNORECASE)
_FEW = 8
"""Words."""


def _facts(mind: Mind, own: Resolution, objections: list[str]) -> Iterator[tuple[Held, frozenset[str]]]:
    """What is wrong in it, with what that is about."""
    known: dict[str, Fault] = {fault.text: fault for fault in faults(mind, own)}
    for said in objections:
        fault = known.get(said)
        if fault is None:
            picky = "clearer" in said
            about = frozenset({"complete"} if picky else {"policy", "action"})
            yield Held(said, MINOR if picky else PLAIN), about
            continue
        grave = fault.aspects & {"action", "order", "amount"}
        worst = 1.0 if worst_if_wrong(mind.instructions) else GRAVE
        yield Held(_in_words(said), worst if grave else PLAIN), fault.aspects
    if (unknown := _unheld(mind)) and not objections:
        yield Held(unknown, PLAIN), frozenset({"claim", "amount"})


_CODES = {
    "refund": "a refund", "deny": "a refusal", "escalate": "a handover to the desk",
    "need_info": "a question back",
}  # fmt: skip
_CODE = re.compile(r"`([\w -]+)`")


def _in_words(said: str) -> str:
    """An objection without codes: who reads a rationale knows none."""
    known = vocabulary().ontology.value_of
    return _CODE.sub(
        lambda code: _CODES.get(known("action", code[1]) or code[1], code[1].replace("_", " ")), said
    )


def _unheld(mind: Mind) -> str:
    """That a letter tells of money where nothing in the request tells whether it was due or paid."""
    said = mind.proposal or {}
    if mind.sees_orders or said.get("action") != "refund" or not said.get("letter"):
        return ""
    if shows_deeds(mind) or decided(mind) is not None:
        return ""
    return "nothing in the request shows that the refund which it tells of was due or made"


def _by_clause(mind: Mind, own: Resolution, said: str) -> str:
    """A fault with the clause that it breaks."""
    broken = broken_clauses(mind, own, mind.proposal or {})
    return f"{broken[0]} is not kept: {said}" if broken else said


def _tone(letter: str) -> Iterator[Held]:
    if rude := rude_words(letter):
        yield Held(f"the customer would take amiss: {', '.join(rude)}", GRAVE)
    if not greeted(letter):
        yield Held("it does not greet the customer", MINOR)
    if not closed(letter):
        yield Held("it ends without a closing line", MINOR)
    if not any(words.search(letter) for words in (_THANKS, _SORRY, _KIND)):
        yield Held("it has no thanks and no kind word", MINOR)


def _empathy(letter: str, mind: Mind, own: Resolution) -> Iterator[Held]:
    if rude := rude_words(letter):
        yield Held(f"the customer would take amiss: {', '.join(rude)}", GRAVE)
    suffers = any(ask.issue in _FELT for ask in own.belief.facts.asks)
    if not _SORRY.search(letter) and (suffers or (mind.proposal or {}).get("action") == "deny"):
        why = "for what went wrong" if suffers else "for the refusal"
        yield Held(f"it shows no sympathy {why}", PLAIN)


def _left_out(mind: Mind, own: Resolution, letter: str) -> Iterator[Held]:
    """What a customer, or whoever takes the decision up, would have to ask back."""
    said = mind.proposal or {}
    action = said.get("action")
    if action is None:
        yield Held("it does not say what was decided", PLAIN)
    sums = said.get("amount") is not None or (letter and _SUM.search(letter))
    if action == "refund" and not sums:
        yield Held("it does not name the sum", PLAIN)
    if letter and action == "deny" and not _WHY.search(letter):
        yield Held("it gives no reason for the refusal", PLAIN)
    order = said.get("order_id") is not None
    if not order and own.order_id and mind.sees_orders and action != "need_info":
        yield Held("it does not name the order", MINOR)
    yield from _unanswered(mind, own, letter)


def _unanswered(mind: Mind, own: Resolution, letter: str) -> Iterator[Held]:
    """Of several requests those that a letter says nothing of, where it speaks of others."""
    record = mind.orders.get(own.order_id or "")
    parts = record.parts.get("items", []) if record is not None else []
    names = {str(part.get("sku") or part.id): str(part.get("name") or "") for part in parts}
    told = content_words(letter)
    asked = [names[sku] for ask in own.belief.facts.asks for sku, _ in ask.items if names.get(sku)]
    spoken = [name for name in asked if content_words(name) & told]
    for name in dict.fromkeys(asked) if spoken else ():
        if name not in spoken:
            yield Held(f"it does not answer what is asked about the {name}", PLAIN)


def _length(mind: Mind, letter: str) -> Iterator[Held]:
    words = len(letter.split())
    limit = re.search(
        r"\b(?:under|at most|no more than|max\w*|up to|within|below) (\d{2,3}) words", mind.instructions
    )
    if limit is not None and words > int(limit[1]):
        yield Held(f"it has {words} words, and {limit[1]} are allowed", PLAIN)
    elif words > _LONG:
        yield Held(f"at {words} words it is long", PLAIN if words > _VERY_LONG else MINOR)


def _winding(mind: Mind, letter: str) -> Iterator[Held]:
    longest = max((len(part.split()) for part in _SENTENCE.split(letter)), default=0)
    if longest > _WINDING:
        yield Held(
            f"a sentence of {longest} words is hard to follow", PLAIN if longest > _VERY_WINDING else MINOR
        )
    if (mind.proposal or {}).get("action") is None:
        yield Held("it does not become clear what was decided", PLAIN)


def _leaks(mind: Mind, letter: str) -> list[Held]:
    """What a customer is not to read: codes of the handbook, a colleague's note."""
    found = _LEAK.search(letter)
    said = [f"it tells the customer what is ours alone: {found[0]}"] if found else []
    words = letter.casefold().split()
    runs = {" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}
    notes = [str(note.get("text") or "") for r in mind.orders.values() for note in r.parts.get("notes", [])]
    if any(run in note.casefold() for run in runs for note in notes):
        said.append("it gives away a note of a colleague's")
    return [Held(one, GRAVE) for one in said]
