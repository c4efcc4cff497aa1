"""Questions that a program asks in plain words, for an answer in plain words: what about, and how short.

"Which order is it? Only the number." names a slot and wants its value, nothing around it. The slots are
found by the names that fields have; a question that names none is no question here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from harness.simulation.filling.schema import Filling
from harness.simulation.forms.choices import offered
from harness.simulation.meaning.beside import ARTICLES
from harness.simulation.meaning.labels import labels_in
from harness.simulation.meaning.slots import Ontology, side_of, words_of
from harness.simulation.reading.text import content_words

MOST = 3
"""Who asks for more than this wants the whole case told."""
_LONGEST_NAME = 4
_ASKS = re.compile(
    r"\?|^\W{0,12}(?:please\s+)?(?:what|which|who|when|is|are|was|does|do|did|has|have|how|classify|"
    r"categori[sz]e|detect|identify|determine|name|tell|say|state|answer|give|return|reply|respond|output|"
    r"rate|extract|pull|find|get|only|just)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_PERCENT = re.compile(r"\b0\s*(?:-|–|to|\.\.)\s*100\b|\bper ?cent|%", re.IGNORECASE)
_PLAIN = re.compile(
    r"\?|^\W{0,12}(?:please\s+)?(?:classify|categori[sz]e|detect|identify|determine|name)\b", re.IGNORECASE
)
_HEADER = re.compile(
    r"^\s*(?:now|ticket|from|to|received|date|sent|subject|orders?|mail|policy)\s*:", re.IGNORECASE
)
_IN_PASSING = frozenset(
    {
        "customer", "item", "product", "from", "message", "text", "order", "parcel", "shipment", "refund",
        "used",
    }
)  # fmt: skip
"""Names that questions about other things have in them."""
_LITTLE = frozenset({"the", "an"})
_ASKING = frozenset({"what", "how", "much", "many", "should", "would", "we", "i", "s", "please"})
_WHICH = (("which",), ("what",), ("each",), ("every",))
YES_OR_NO = re.compile(r"\byes\b\W+(?:or\W+)?no\b|\btrue\b\W+(?:or\W+)?false\b", re.IGNORECASE)
_POLAR = re.compile(
    r"^\W{0,12}(?:is|are|was|were|does|did|do|has|have)\b(?:(?!\bor\b).)*\?\s*$", re.IGNORECASE | re.DOTALL
)
_NEVER_POLAR = re.compile(
    r"^\W{0,12}(?:and |so |please )*(?:when|who|where|how (?:much|many|long)|what (?:was|were|did)|"
    r"(?:on )?(?:what|which) (?:date|day))\b",
    re.IGNORECASE,
)
"""What no yes or no answers."""
_HOW_SURE = re.compile(r"\bhow (?:sure|confident|certain)\b", re.IGNORECASE)
_DOUBTS = frozenset({"unclear"})
"""Said beside another thing, they are what to say where that is not known."""
_BRIEF = re.compile(
    r"\b(?:only|just|nothing else|nothing but|single word|one word|in a word|no explanation|"
    r"without explanation|(?:answer|reply|respond) with(?! (?:a )?json)|yes or no|yes/no|true or false)\b",
    re.IGNORECASE,
)
_OPTIONS = re.compile(
    r"(?::|\bone of\b:?|\bas\b|\beither\b|\bwith\b)\s*(?P<list>[^.?!\n:]{5,300})", re.IGNORECASE
)
_BETWEEN = re.compile(r"\s{0,4}(?:,\s{0,4}or\b|,|;|\||/|\bor\b)\s{0,4}", re.IGNORECASE)
_AT_A_LOSS = re.compile(
    r"\b(?:or|else|otherwise|say|answer|write|return|output)\W+(UNCLEAR|UNKNOWN|NONE|N/?A|unclear|unknown|none)\b"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for."""

    slots: tuple[str, ...]
    brief: bool
    """Whether the value alone is wanted."""
    options: tuple[str, ...] = ()
    """Words to choose from."""
    at_a_loss: str = ""
    """What to say where it is not known."""
    percent: bool = False
    """Whether shares are wanted as hundredths."""
    is_it: str = ""
    """Of one slot: the value that a yes-or-no question asks whether it is."""
    numbers: tuple[str, ...] = ()
    """With `options`: the number of each, where the number is the answer."""


@lru_cache(maxsize=512)
def question(asked: str, ontology: Ontology, answerable: frozenset[str]) -> Question | None:
    """The question in a program's own words, `None` where there is none about these slots."""
    said = [line for line in _SENTENCE.split(asked) if 3 < len(line) < 400 and not _HEADER.match(line)]
    if (either := _either(said, ontology, answerable)) is not None:
        return either
    told = [sentence for sentence in said if _ASKS.search(sentence)]
    brief = any(_BRIEF.search(sentence) for sentence in said)
    if not told or not (brief or any(_PLAIN.search(sentence) for sentence in told)):
        return None
    if brief and (chosen := _numbered(said, ontology, answerable) or _chosen(told, ontology, answerable)):
        return chosen
    found = dict.fromkeys(slot for sentence in told for slot in _named(sentence, ontology, answerable))
    asking = [sentence for sentence in told if sentence.rstrip().endswith("?")]
    polar = not found and len(asking) == 1 and bool(_POLAR.search(asking[0]))
    explicit = YES_OR_NO.search(asked) is not None
    least = 0.0 if explicit else _LEAST_OF_POLAR
    if (polar or explicit) and (value := _is_it(told, ontology, answerable, least)):
        return Question((value[0],), brief or polar, is_it=value[1])
    if "confidence" in found and any(_HOW_SURE.search(sentence) for sentence in told):
        found = {"confidence": None}
    slots = tuple(slot for slot in found if slot not in _DOUBTS or len(found) == 1)
    if not slots or len(slots) > MOST:
        return None
    loss = _AT_A_LOSS.search(asked)
    options = _options(told, slots, ontology)
    return Question(slots, brief, options, loss[1] if loss else "", bool(_PERCENT.search(asked)))


def _either(said: list[str], ontology: Ontology, answerable: Collection[str]) -> Question | None:
    """For two words of which one says yes to a flag and one no: `CLEAN or INJECTION`."""
    for sentence in reversed(said):
        for slot in sorted(answerable):
            spec = ontology.slots[slot]
            choice = offered(sentence, partial(side_of, spec)) if spec.values else None
            if choice is not None and spec.kind == "flag":
                return Question((slot,), True, tuple(choice.words.values()))
    return None


def _chosen(told: list[str], ontology: Ontology, answerable: Collection[str]) -> Question | None:
    """For a sentence that is nothing but a list: which of the values of a slot it is."""
    for sentence in told:
        parts = labels_in(sentence) or tuple(part.strip(" \"'`().?") for part in _BETWEEN.split(sentence))
        if len(parts) < 2 or any(not part or len(part.split()) > 3 for part in parts):
            continue
        for slot in sorted(answerable):
            known = [ontology.value_of(slot, part) for part in parts if _is_word(ontology, slot)]
            if known and all(known) and len(set(known)) > 1:
                return Question((slot,), True, parts)
    return None


def _numbered(said: list[str], ontology: Ontology, answerable: frozenset[str]) -> Question | None:
    """For options with a number each, of which the number alone is wanted."""
    if not any(_NUMBER_ALONE.search(sentence) for sentence in said):
        return None
    found = [match.groups() for sentence in said for match in _OPTION_NUMBER.finditer(sentence)]
    listed = ", ".join(option for _, option in found)
    chosen = _chosen([listed], ontology, answerable)
    if chosen is None or len(chosen.options) != len(found):
        return None
    return replace(chosen, numbers=tuple(number for number, _ in found))


_NUMBER_ALONE = re.compile(r"\b(?:digit|number|numeral)\b", re.IGNORECASE)
_OPTION_NUMBER = re.compile(
    r"(?:^|[,;(|/]|\bor\b|:)\s*(\d)\s*[-.:=)–]?\s*(?:for |is |means )?([A-Za-z][A-Za-z_ ]{1,24}?)"
    r"(?=\s*(?:$|[,;.)|/]|\bor\b))"
)


_LEAST_OF_POLAR = 0.45
"""How much of a question has to be the value that it is taken to be about."""


def _is_it(
    told: list[str], ontology: Ontology, answerable: Collection[str], least: float
) -> tuple[str, str] | None:
    """The slot and the value that a yes-or-no question names."""
    for sentence in told:
        words = words_of(sentence)
        enough = least * len(content_words(sentence) - _ASKING)
        for width in range(_LONGEST_NAME, 0, -1):
            for at in range(len(words) - width + 1):
                said = words[at : at + width]
                if enough and len(content_words(" ".join(said)) - _ASKING) < enough:
                    continue
                hit = ontology.flag_of(" ".join(said))
                if (
                    hit is not None
                    and hit[0] in answerable
                    and not _IN_PASSING.issuperset(set(said) - ARTICLES)
                ):
                    return hit
    return None


def _named(sentence: str, ontology: Ontology, answerable: Collection[str]) -> list[str]:
    """The slots whose names stand in a sentence, the longest names first taken."""
    words = words_of(_OPTIONS.sub(" ", sentence) if _listed(sentence) else sentence)
    words = tuple(word for word in words if word not in _LITTLE)
    if _NEVER_POLAR.search(sentence):
        answerable = [slot for slot in answerable if ontology.slots[slot].kind != "flag"]
    found: list[str] = []
    passing: list[str] = []
    at = 0
    while at < len(words):
        for width in range(min(_LONGEST_NAME, len(words) - at), 0, -1):
            name = "".join(words[at : at + width])
            slot = next((slot for slot in ontology.all_named(name) if slot in answerable), None)
            if slot is not None:
                meant = name not in _IN_PASSING or words[at - 1 : at] in _WHICH
                (found if meant else passing).append(slot)
                at += width - 1
                break
        at += 1
    if not found and sentence.rstrip().endswith("?"):
        return passing if len(content_words(sentence) - _ASKING) <= 1 else []  # else it is about the rest
    return found or passing


def _options(told: list[str], slots: tuple[str, ...], ontology: Ontology) -> tuple[str, ...]:
    """The words that a question gives to choose from, where they mean something for what it asks."""
    for sentence in told:
        given = _listed(sentence)
        if any(ontology.value_of(slot, part) for slot in slots for part in given if _is_word(ontology, slot)):
            return given
    return ()


def _is_word(ontology: Ontology, slot: str) -> bool:
    return ontology.slots[slot].kind == "word"


def _listed(sentence: str) -> tuple[str, ...]:
    """The short things that a sentence lists; none where it lists none."""
    for match in _OPTIONS.finditer(sentence):
        parts = [part.strip(" \"'`().?") for part in _BETWEEN.split(match["list"])]
        if len(parts) > 1 and all(part and len(part.split()) <= 3 for part in parts):
            return tuple(parts)
    return ()


def answered(asked: Question, ontology: Ontology, belief: Callable[[str], Any]) -> str:
    """The answer: bare values where it has to be brief, else a line for each thing."""
    if asked.is_it:
        return _worded(belief(asked.slots[0]) == asked.is_it)
    lines = {slot: _value(slot, asked, ontology, belief) for slot in asked.slots}
    if asked.numbers:
        by_option = dict(zip(map(_worded, asked.options), asked.numbers, strict=True))
        return by_option.get(lines[asked.slots[0]], asked.at_a_loss or "None of these.")
    if asked.brief:
        return ", ".join(dict.fromkeys(lines.values()))
    names = {slot: slot.removesuffix("_id").replace("_", " ").capitalize() for slot in lines}
    return "\n".join(f"{names[slot]}: {value}" for slot, value in lines.items())


def _value(slot: str, asked: Question, ontology: Ontology, belief: Callable[[str], Any]) -> str:
    schema: dict[str, Any] = {"nullable": True}
    if asked.options and ontology.slots[slot].kind in {"word", "flag"}:
        schema = {"type": "string", "enum": list(asked.options), "nullable": bool(asked.numbers)}
    filled = Filling(ontology, {}).fill({"type": "object", "properties": {slot: schema}}, belief)[slot]
    if isinstance(filled, str) and filled in asked.options and not asked.numbers:
        return filled
    if ontology.slots[slot].kind == "money" and isinstance(filled, int | float):
        return f"{filled:.2f}"
    if asked.percent and isinstance(filled, float) and 0 <= filled <= 1:
        filled = round(100 * filled)
    return _worded(filled) or asked.at_a_loss or "unknown"


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(_worded(entry) for entry in value)
    if isinstance(value, dict):
        return _worded(next((value[key] for key in ("name", "sku", "issue") if value.get(key)), None))
    return "" if value is None else str(value).replace("_", " ")
