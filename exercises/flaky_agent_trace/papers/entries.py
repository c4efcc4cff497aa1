"""A handbook's numbered paragraphs: what of a known clause still stands in one, and what is new in it.

A sentence that was taken out takes its effect with it, one that was put in has the effect that it states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from exercises.flaky_agent_trace.shop.added import Rule
from exercises.flaky_agent_trace.shop.handbook import handbooks
from harness.simulation.reading.text import content_words

from .added import effects_in, read_rule

_ENTRY = re.compile(
    r"^[\s>*#•|\"'\[(`-]{0,12}(?P<id>[A-Z]{1,3}-\d{1,2}(?:[a-z]|\.\d{1,2})?)[\])\"'*:.|,`\s–-]{1,8}(?P<text>\S.*)$"
)
_SENTENCE = re.compile(r"(?<=[.!?])[)\"”']?\s+(?=[(\"“A-Z0-9])")
_PAST = re.compile(
    r"\((?:until|before|formerly|previously|up to)\b.*$|\b(?:formerly|previously):.*$",
    re.IGNORECASE | re.DOTALL,
)
_NEGATED = re.compile(r"\b(?:not|never|no|cannot|without|nor|\w+n['’]t)\b", re.IGNORECASE)
_RULES = re.compile(
    r"\b(?:never|always|must|only|shall|may|refund\w*|return\w*|desk|pa(?:y|id)|days?|fee|declin\w+"
    r"|tak\w+ back|keep|kept|deduct\w*|charge[ds]?)\b",
    re.IGNORECASE,
)
_EXCEPTS = re.compile(
    r"^\W{0,4}(?:unless|except|not for|but not)\b|\b(?:(?:is|are) (?:except|exempt|exclud)\w*|exceptions?:"
    r"|(?:does|do) not (?:apply|hold) (?:to|for)|[A-Z]-\d(?:\.\d|[a-z])? (?:holds|applies))\b",
    re.IGNORECASE,
)
"""Takes something out of what was ruled."""
_MAIN = {"M-3": 1, "I-2": 1}
"""Which sentence of a clause is the one that rules; else the first."""
_ALIKE = 0.6
_SAID_BY = {
    "late_percent": r"%|per ?cent", "restocking_percent": r"%|per ?cent"
    r"|\bfees?\b", "opened_days": r"\bdays?\b|\bweeks?\b",
    "window_days": r"\bdays?\b|\bweeks?\b", "report_days": r"\bdays?\b|\bweeks?\b",
    "late_claim_days": r"(?:complain|claim|within|ask)\b[^.;]{0,60}\bdays?\b", "late_cap": r"\b(?:at"
        r" most|up to|cap\w*|max\w*)\b",
    "late_cap_pln": r"\b(?:at most|up to|cap\w*|max\w*)\b", "shipping_days": r"\bdays?\b",
}  # fmt: skip
"""By which words it shows that a paragraph states a number at all."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One paragraph."""

    id: str
    """Empty where it has no number."""
    text: str
    place: float
    whole: bool
    """Whether the known clause of that number stands in it, or in other words."""
    changed: bool
    """Whether it says something else than the known clause of that number."""
    rules: tuple[Rule, ...]
    unread: str
    """A sentence that rules something and is not understood."""
    kept: str
    """What of it is the known clause's."""
    own_words: bool
    """Whether no sentence of the known clause stands in it, and it may be that clause all the same."""


@cache
def _base() -> dict[str, Rule]:
    """Whom and what each known clause is about."""

    def of(**conditions: object) -> Rule:
        return Rule(effect="pay", **conditions)  # type: ignore[arg-type]

    mind = ("changed_mind",)
    broken = ("damaged", "wrong_item")
    return {
        "R-1": of(issues=mind), "R-2": of(issues=mind, categories=("electronics",), opened=True),
        "R-3": of(issues=mind, final_sale=True), "D-1": of(issues=broken),
        "D-2": of(issues=broken, too_late=True), "L-1": of(issues=("late",)),
        "L-2": of(issues=("not_arrived",)),
        "L-3": of(issues=("not_arrived",)), "L-4": of(issues=("cancel",)), "M-4": of(issues=("goodwill",)),
        "H-3": of(chargeback=True), "H-4": of(gift=True), "H-5": of(legal=True),
        "H-6": of(wants=("replacement", "store_credit")),
    }  # fmt: skip


def said_of(name: str, text: str) -> bool:
    """Whether a paragraph says anything of a number of its clause."""
    words = _SAID_BY.get(name)
    return words is None or re.search(words, text, re.IGNORECASE) is not None


def without_entries(text: str) -> str:
    """A text without a handbook's numbered paragraphs."""
    return "\n".join(line for line in text.splitlines() if not _ENTRY.match(line))


def ruling_of(text: str) -> str:
    """The sentence of a paragraph that rules something, without what it has in brackets."""
    said = [
        " ".join(re.sub(r"\([^()]*\)", " ", one).split())
        for one in _SENTENCE.split(_PAST.sub(" ", text).strip())
    ]
    return next((one for one in said if isinstance(read_rule(one), Rule)), said[0])


def refusal_of(text: str) -> str:
    """The sentence of a known clause that refuses something and was not among its own; else empty."""
    said = (one.strip() for one in _SENTENCE.split(text) if _bare(one) not in _all_known())
    rules = ((one, read_rule(one)) for one in said)
    return next((one for one, rule in rules if isinstance(rule, Rule) and rule.effect == "refuse"), "")


@lru_cache(maxsize=256)
def entries(plain: str) -> tuple[Entry, ...]:
    """The paragraphs of a handbook in a text, in order; none where it numbers none."""
    found = [
        entry for number, text, place in _cut(plain) if (entry := _read(number, text, place)) is not None
    ]
    return tuple(found)


_STATUS = re.compile(
    r"\W{0,3}(?:(?:not|un)?[_ -]?met|(?:does |do )?(?:not )?appl(?:y|ies|icable)|n/?a|yes|no|true|false|ok"
    r"|pass(?:ed)?|fail(?:ed|s)?|holds?|checked|irrelevant|relevant|unclear|unknown)\b"
    r"(?! (?:goodwill|order|item|refund))",
    re.IGNORECASE,
)
"""What was found of a clause, and not what it says."""


def _ended(line: str) -> bool:
    """Whether a paragraph may begin behind a line."""
    said = line.strip()
    return len(said) < 60 or re.search(r"[.!?:)\"*`]$", said) is not None


def _cut(plain: str) -> Iterator[tuple[str, str, float]]:
    """(number or nothing, text, place), the lines between two numbered ones each for itself."""
    lines = plain.split("\n")
    starts = [
        n
        for n, line in enumerate(lines)
        if (met := _ENTRY.match(line))
        and not _STATUS.match(met["text"])
        and _ended(lines[n - 1] if n else "")
    ]
    if len(starts) < _FEW:
        return
    book = len(starts) >= _BOOK
    known, at, number, text, place = set(starts), 0, "", "", 0.0
    for n, line in enumerate(lines):
        if starts[0] <= n <= starts[-1] + _AFTER:
            met, said = _ENTRY.match(line) if n in known else None, line.strip()
            ended = not text or re.search(r"[.!?)\"]$", text) is not None
            if met or not said or (ended and said):
                if text and (number or book):
                    yield number, text, place
                number, text, place = (
                    (met["id"], met["text"], at / max(1, len(plain)))
                    if met
                    else ("", said, at / max(1, len(plain)))
                )
            else:
                text = f"{text} {said}"
        at += len(line) + 1
    if text and (number or book):
        yield number, text, place


_FEW, _BOOK, _AFTER = 4, 10, 1
"""Numbered lines that are read as a handbook's; those beside which lines without a number are, too; and how
many lines belong to it behind the last."""


@cache
def _known() -> dict[str, tuple[str, ...]]:
    """The known clauses' sentences."""
    book = next(iter(handbooks().values()))
    return {id: tuple(_SENTENCE.split(clause.text)) for id, clause in book.by_id.items()}


@cache
def _all_known() -> frozenset[str]:
    return frozenset(_bare(said) for sentences in _known().values() for said in sentences)


def _bare(said: str) -> str:
    """A sentence without its numbers, to be held against another."""
    return " ".join(re.findall(r"[^\W\d_]+", said.casefold()))


def _read(number: str, text: str, place: float) -> Entry | None:
    clause = _known().get(number, ())
    said = [one for one in _SENTENCE.split(_PAST.sub(" ", text).strip()) if one]
    new = [one for one in said if _bare(one) not in _all_known()]
    if (not new and (not number or not clause)) or not (number or re.search(r"[.!]\W?$", text)):
        return None
    whole = _bare(" ".join(said)) == _bare(" ".join(clause))
    kept = [one for one in said if one not in new]
    missing = [one for one in clause if _bare(one) not in {_bare(other) for other in kept}]
    main = clause[min(_MAIN.get(number, 0), len(clause) - 1)] if clause else ""
    holds = bool(main) and main not in missing
    rules: list[Rule] = []
    unread, last = "", _base().get(number)
    still = effects_in(" ".join(said)) <= effects_in(" ".join(clause))
    reworded = bool(clause) and not kept and still
    for one in new:
        like = next((known for known in missing if _alike(one, known)), "")
        if like:
            kept.append(one)
            holds = holds or like == main
            continue
        rule = read_rule(one, last)
        if isinstance(rule, Rule) and (number or not rule.bare):
            rules.append(rule)
            last = last or rule
        elif _EXCEPTS.search(one) or (rule is None and (effects_in(one) or _RULES.search(one))):
            unread = unread or one
    return Entry(number, text, place, holds, not whole, tuple(rules), unread, " ".join(kept), reworded)


def _alike(said: str, known: str) -> bool:
    """Whether a sentence is a known one in other words, and rules nothing besides."""
    one, other = content_words(said), content_words(known)
    shared = len(one & other) / max(1, min(len(one), len(other)))
    same = bool(_NEGATED.search(said)) is bool(_NEGATED.search(known))
    return shared >= _ALIKE and same and effects_in(said) <= effects_in(known)


_HOUSE = re.compile(
    r"^\W{0,6}(?:(?:one |an? |our |the )?(?:additional|extra|new|further|house|special|temporary|added) "
    r"(?:rules?|clauses?|polic(?:y|ies))|(?:policy|handbook|rule) (?:update|change|addition|amendment)"
    r"|addendum|amendment"
    r"|from now on|effective immediately)\b(?:[^:.\n]{0,40}:)?\W{0,3}(?P<said>[^\n?]{12,240})$",
    re.IGNORECASE | re.MULTILINE,
)


def house_rules(plain: str) -> Iterator[tuple[str, float, Rule | None]]:
    """The rules that a program calls new ones: what they say, where, and what they mean."""
    for met in _HOUSE.finditer(plain):
        rule = read_rule(met["said"])
        if isinstance(rule, Rule) or (rule is None and _RULES.search(met["said"])):
            yield (
                met["said"].strip(),
                met.start() / max(1, len(plain)),
                rule if isinstance(rule, Rule) else None,
            )
