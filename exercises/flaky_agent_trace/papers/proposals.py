"""Proposals as programs put them before a critic: behind a label, in a tag, as a call, in a sentence.

Only what the program puts as one counts. The text that is read here is without the mail and the handbook.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from harness.simulation.calling.tools import ARGUMENT_KEYS, NAME_KEYS, kind_of
from harness.simulation.forms.ballots import ballot
from harness.simulation.reading.blobs import blobs, pairs
from harness.simulation.reading.values import canonical

from .closing_verdicts import in_closing
from .drafted import letter_at, read_letter
from .fields import is_record, slots_in
from .manners import OF_LETTERS
from .outcomes import outcome_named, outcomes_in, proposed_by, sum_in
from .reviewing import asks_for_review

_THING = (
    r"(?:proposals?|proposed|decisions?|decided|drafts?|answers?|plan(?:ned)?|recommend(?:ed|ation)"
    r"|resolutions?"
    r"|suggest(?:ed|ion)|verdict|outcome|candidate|action|steps?|solution|response|output|disposition"
    r"|vorschlag|entscheidung|ergebnis|antwort|décision|decisión|resultado|beslissing|uitkomst|decyzja|wynik)"
)
_LABEL = re.compile(
    rf"^[ \t>#*_=-]{{0,8}}(?P<name>(?:(?:[^\W_]|['’]){{1,24}}[ _-]){{0,4}}?"
    rf"{_THING}\b(?:[ _](?:[^\W_]|['’()]){{1,24}}){{0,5}}?(?: \([^()\n]{{1,60}}\))?"
    r"|(?:(?:tool|api|function)[ _])?call (?:(?:about )?to be|awaiting|waiting)\b[^\n:]{0,30}"
    r"|(?:proposed|suggested|recommended|planned|pending|upcoming|scheduled|queued)"
    r"[ _](?P<paid>refund|payout|amount|sum|payment))"
    r"[*_\"' ]{0,3}(?:[=#-]{2,8}[ \t]*$|[:=][*_ ]{0,3}|[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_PAID = re.compile(r"\bpropos\w+[ _](?:\w+[ _]){0,2}?(?:refund|payout|payment)\b", re.IGNORECASE)
_OF_DEEDS = re.compile(r"\b(?:log|logbook|trail|ledger)\b", re.IGNORECASE)
"""A label of what was done: `## action log`."""
_OFFERS = re.compile(
    r"\b(?:possible|permitted|allowed|valid|available|acceptable|mögliche|erlaubte|possibles|permitidas) \w+"
    r"|\b(?:options|choices)\W{1,4}$", re.IGNORECASE)  # fmt: skip  # a label over answers to choose from
_NO_LABELS = (_OF_DEEDS, _OFFERS)
LETTER_LABEL = re.compile(
    r"^(?P<label>[^\n]{0,60}?(?<![\w-])(?:draft\w*|repl(?:y|ies)|responses?|answers?|letter"
    r"|message to|(?:e-?)?mail to|(?:our|outgoing|planned) (?:e-?mail|mail|message)|\w*entwurf"
    r"|\w*antwort|réponse|brouillon|respuesta|borrador|antwoord|concept|odpowied\w+"
    r"|szkic)(?! from)[^:<>\n]{0,60}"
    r"(?::[*_]{0,2}[ \t]*|[*_]{0,2}(?=\n))|[ \t]*<\w*(?:draft|reply|response|answer|letter|email)\w*>)",
    re.IGNORECASE | re.MULTILINE,
)
_TAG = re.compile(
    rf"<(?P<name>(?:\w+[_-])?{_THING}(?:[_-]\w+)?)(?:\s[^<>]{{0,80}})?>(?P<body>.*?)</(?P=name)>",
    re.IGNORECASE | re.DOTALL,
)
_BARE_TAG = re.compile(
    rf"<(?:\w+[_-])?{_THING}(?:[_-]\w+)?(?P<inside>(?:\s{{1,8}}[\w:-]{{1,40}}=(?:\"[^\"<>]{{0,200}}\""
    rf"|'[^'<>]{{0,200}}'))+)\s{{0,8}}/?>",
    re.IGNORECASE,
)
"""A tag that says all in its attributes: `<proposal outcome="denied" order="…"/>`."""
_ATTRIBUTE = re.compile(r"(?<![\w:-])(?P<key>[\w:-]{1,40})=[\"'](?P<value>[^\"']{0,400})[\"']")
_CALL = re.compile(
    r"(?<![\w.])(?P<name>[A-Za-z_]\w{2,40})\((?P<inside>[^()\n]{3,500}(?:\([^()\n]*\)[^()\n]*)*)\)"
)
_ARGUMENT = re.compile(
    r"\b(?P<key>[A-Za-z_]\w{0,60})\s{0,4}=\s{0,4}(?:\w{1,40}\()?(?:<[\w.]{1,60}:\s{0,4})?"
    r"(?P<value>'[^']*'|\"[^\"]*\"|[\w.+-]{1,60})"
)
_NUMBER = re.compile(r"(?<![\w.=-])\d+(?:\.\d+)?(?=\s*(?:,|$))")
_WHO = (
    r"(?:i|we|it|he|she|they|(?:(?:my|our|the|an?|this|its|their|his|her|another) (?:\w+ ){0,2}?"
    r"(?:agent|assistant|model|bot|ai|colleague|clerk|junior|intern|teammate|drafter|planner|system"
    r"|proposal|suggestion|recommendation|plan|draft|decision|answer|manager|supervisor|boss|engine|team|desk"
    r"|reviewer|analyst|lawyer)))"
)
_MEANS = (
    r"(?:'d|’d|'ll|’ll|would|want(?:s|ed)?|propos(?:e|es|ed)|suggest(?:s|ed)?|recommend(?:s|ed)?"
    r"|plan(?:s|ned)?"
    r"|intend(?:s|ed)?|decid(?:es?|ed)|(?:is|am|are) (?:going )?(?:about )?to|will|chose|opted)"
)
_SAID = (
    r"(?:the|an?|my|our|another) (?:\w+ ){0,2}?(?:agent|assistant|model|bot|ai|colleague|clerk|reviewer"
    r"|junior|planner"
    r"|system|engine|analyst) (?:said|says|thinks|thought|answered|answers|concluded|concludes|came to"
    r"|picked|voted for"
    r"|returned|gave|came up with|arrived at|settled on|goes for|went for)\b"
)
_OPINION = re.compile(rf"^\W{{0,12}}{_SAID}", re.IGNORECASE)
_LEAD = re.compile(
    rf"^\W{{0,12}}(?:\w+, )?{_WHO}(?:\b|(?='|’))\s?(?:(?:has|have|had) (?:just |now "
    rf"|already )?)?{_MEANS}\b(?! (?:you|like you))"
    rf"|^\W{{0,12}}(?:\w+, )?{_SAID}"
    r"|^\W{0,12}(?:is|are|was|would|wouldn't) (?:a refund of |the amount of |an amount of "
    r"|paying )?[^\w\s]?\d[\d.,]{0,8}"
    r"[^\w\s]?(?: ?[A-Z]{3})? (?:be )?(?:the )?(?:right|correct|due|ok|okay|fine)\b"
    r"|^\W{0,12}(?:you|we)(?:['’]ve| have)? (?:\w+ly |just |already |now |earlier )?(?:decided|agreed"
    r"|concluded|settled)\b"
    r"|\b(?:refund|payout|denial|escalation|handover|request|claim)\b(?:[^.\n?]|\.\d){0,40}\b(?:has been|was"
    r"|is) (?:now )?"
    r"(?:approved|agreed|signed off|granted|turned down|declined)\b"
    r"|\b(?:is|was|has been) (?:proposed|suggested|planned|recommended|decided)\b"
    r"|^\W{0,12}(?:proposed|suggested|planned|recommended)\b"
    r"|^\W{0,12}(?:is it (?:right|correct|ok|fine|okay)|should (?:i|we)|may (?:i|we)|can (?:i|we))\b",
    re.IGNORECASE,
)
_TO_THE_MODEL = re.compile(
    r"\b(?:ask|put|pose|give|hand|pass|send|show|tell|refer|forward|present)(?:s|ing)?\b"
    r"(?: (?!the customer|customers?\b|them\b|him\b|her\b)[\w-]+){0,5}? (?:to )?(?<!thank )you\b"
    r"|\b(?:ask|put|pose|have)\b(?: \w+){0,4} questions?\b(?: \w+){0,3} "
    r"(?:about|on|regarding) (?:it|this|that|them|the (?:file|case|ticket|mail|material))\b",
    re.IGNORECASE,
)
"""What is asked of the model or given to it: no more than how it will be worked with."""
_ASKING = re.compile(r"^\W{0,12}(?:is|are|was|would|wouldn't|should|may|can)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^\n]+?(?:(?<=\D)[.!](?=\s|$)|\?|\n|$)|[^\n]+")
_ASKED = (
    r"(?:please |now |then )*(?:(?:review|check|verify|answer|reply|respond|judge|pick|choose|compare"
    r"|write|draft|compose|formulate|give|rate|score|grade|assess|evaluate|return|output|tell (?:me|the"
    r"|him|her)"
    r"|say (?:if|whether|yes|ok)"
    r"|decide|confirm|explain|list|find|name|quote|state (?:if|whether)|translate|summari[sz]e|extract"
    r"|schreib\w*|verfasse\w*|rédige\w*|écri\w+|escrib\w+|redacta|schrijf|napisz)\b(?![ \t]{0,3}:)"
    r"|(?:is|does|which)\b|(?-i:[A-Z][A-Z_ ]{1,20}(?: or |/| \| )[A-Z][A-Z_ ]{1,20})\W{0,4}$)"
)
"""What is wanted of the thing that stands before it."""
_QUESTION = re.compile(
    rf"(?:^|(?<=[.!;]))[^.!;\n]*\?|^\W{{0,12}}{_ASKED}.*|(?<=\S[.!;] ){_ASKED}.*",
    re.IGNORECASE | re.MULTILINE,
)
_OF_LETTER = re.compile(
    r"\?|^\W{0,12}(?:please |now )?(?:review|check|verify|is|does|judge|compare|which)\b", re.IGNORECASE
)
"""A label that asks about the letter below it."""
_PATTERN = re.compile(
    r"\b(?:(?<![@.])examples?(?!\.\w)|e\.g\.|for instance|form(?:at)?|like this|template|one of)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^[ \t]{0,3}(?:#{1,6} |<[a-z]|\*\*[^*\n]+\*\*:?\s*$)|^[\w ]{3,40}:[ \t]*$", re.IGNORECASE
)
_FIELD = re.compile(r"^[ \t>*_-]*(?:\|.*\||<\w+>.*|\{.*|```.*|[\w* ]{2,24}[:=].*)$")


@dataclass(frozen=True)
class Proposal:
    """What is proposed, and the text that says so."""

    slots: dict[str, Any]
    text: str
    start: int
    plain: bool = False
    """A sentence among others says so, and nothing else marks it."""


@lru_cache(maxsize=512)
def proposals_in(text: str) -> tuple[Proposal, ...]:
    """Every proposal, in order; sentences only where nothing is marked as one."""
    return letters_put(text) or decisions_in(text)


@lru_cache(maxsize=512)
def decisions_in(text: str) -> tuple[Proposal, ...]:
    """Proposals that are no letters to the customer."""
    text = without_letters(text)
    marked = [*_tagged(text), *_labelled(text), *_called(text)]
    found = marked or _told(text)
    return tuple(sorted((p for p in found if "action" in p.slots), key=lambda p: p.start))


@lru_cache(maxsize=512)
def without_letters(text: str) -> str:
    """A text without the letters to the customer that it shows."""
    for letter in letters_put(text):
        text = text.replace(letter.text, " ")
    return text


def proposal_of(turn: str) -> Proposal | None:
    """What one turn of an assistant proposes."""
    place = letter_at(turn, 0)
    slots = read_letter(turn[slice(*place)]) if place is not None else _closing(turn) or slots_put(turn)
    return Proposal(slots, turn, 0) if "action" in slots else None


_CLOSES = re.compile(
    r"^[`*> ]{0,3}(?P<head>[A-Z]{2,20}(?: [A-Z]{2,20}(?![\w-])){0,3})(?![\w:])(?P<rest>[^\n]{0,200})$",
    re.MULTILINE,
)


def _closing(turn: str) -> dict[str, Any]:
    """What the last line proposes that begins with what is done in capitals: `PAY HL-123456: 12.00`."""
    line = _CLOSES.fullmatch(turn.rstrip().rpartition("\n")[2])
    words = line["head"].split() if line is not None else []
    value_of = vocabulary().ontology.value_of
    said = (value_of("action", " ".join(words[:many]).lower()) for many in range(len(words), 0, -1))
    action = next(filter(None, said), None)
    if line is None or action is None:
        return {}
    order = ORDER_ID.search(line["rest"])
    paid = sum_in(line["rest"].rpartition("=")[2]) if action == "refund" else None
    found = {"action": action, "order_id": order and order.group().upper(), "amount": paid}
    return {slot: value for slot, value in found.items() if value is not None}


def asks_of_letter(text: str, asked: str) -> bool:
    """Whether a letter stands in a text, and a verdict on one is asked for."""
    if not letters_put(text):
        return False
    words = ballot(asked, vocabulary().ontology.slots["valid"])
    return words is not None or any(aspect.search(asked) for aspect in OF_LETTERS.values())


def letters_put(text: str) -> tuple[Proposal, ...]:
    """Letters to the customer that stand under a label: each proposes what it tells."""
    found: list[Proposal] = []
    for label in LETTER_LABEL.finditer(text):
        place = letter_at(text, label.end())
        if place is None or _PATTERN.search(text[max(0, label.start() - 80) : label.end()]):
            continue
        letter = text[slice(*place)]
        slots = read_letter(letter)
        if slots:
            asks = bool(_OF_LETTER.search(label["label"])) or asks_for_review(label["label"])
            whole = text[place[0] if asks else label.start() : place[1]]
            found.append(Proposal(slots, whole, place[0], plain=True))
    return tuple(found)


def untagged(text: str) -> str:
    """A text without the tags that propose something in their attributes: these tell of no deed."""
    return _BARE_TAG.sub(" ", text)


def _tagged(text: str) -> list[Proposal]:
    said = [Proposal(slots_put(m["body"]), m.group(), m.start()) for m in _TAG.finditer(text)]
    for tag in _BARE_TAG.finditer(text):
        slots = _slots(
            {one["key"]: one["value"] for one in _ATTRIBUTE.finditer(tag["inside"]) if one["value"]}
        )
        if "action" in slots:
            said.append(Proposal(slots, tag.group(), tag.start()))
    return said


def _labelled(text: str) -> list[Proposal]:
    found: list[Proposal] = []
    end = 0
    for label in _LABEL.finditer(text):
        if label.start() < end or _PATTERN.search(text[max(0, label.start() - 120) : label.end()]):
            continue
        if in_closing(text, label.start()) or any(one.search(label.group()) for one in _NO_LABELS):
            continue
        body = _object(text[label.end() :]) or paragraph_under(text, label.end())
        data = next((blob for blob in blobs(body) if isinstance(blob.value, dict)), None)
        if data is not None and is_record(data.value):
            body, data = body[: body.rfind("\n", 0, data.start) + 1], None  # the order in the next line
        if data is not None and not body[: data.start].strip("`json \n"):
            body = body[: data.start + len(data.raw)]
        listed = next((blob for blob in blobs(body) if isinstance(blob.value, list)), None)
        if listed is not None and not body[: listed.start].strip("`json \n") and _no_steps(listed.value):
            continue  # `Candidate orders:`
        slots = slots_put(body)
        pays = label["paid"] or _PAID.search(label.group())
        if pays and "action" not in slots and (paid := sum_in(body)) is not None:
            order = {"order_id": found_in[0].upper()} if (found_in := ORDER_ID.findall(body)) else {}
            slots = {**order, **slots, "action": "refund", "amount": paid}
        if "action" in slots:
            end = label.end() + len(body)
            found.append(Proposal(slots, text[label.start() : end], label.start()))
    return found


def _no_steps(entries: list[Any]) -> bool:
    """Whether a list holds objects of which none says what to do."""
    objects = [entry for entry in entries if isinstance(entry, dict)]
    return bool(objects) and not any("action" in _slots(entry) for entry in objects)


def _object(rest: str) -> str:
    """The object with which a text begins, up to its end, whatever its own words ask."""
    begins = rest.lstrip("`json \n").startswith("{")
    first = next(iter(blobs(rest)), None) if begins else None
    return "" if first is None else rest[: first.start + len(first.raw)]


def paragraph_under(text: str, start: int) -> str:
    """What a label stands over: its paragraph, and what is listed next."""
    kept: list[str] = []
    filled = False
    lines = text[start:].split("\n")
    for at, line in enumerate(lines):
        blank = not line.strip()
        asks = _QUESTION.search(line)
        if asks and asks.start() == 0 and not _FIELD.match(line):
            break
        if filled and not blank:
            after_gap = bool(kept) and not kept[-1].strip()
            if _HEADING.match(line) or (after_gap and not _FIELD.match(line)):
                break
        filled = filled or not blank
        cut = asks is not None and (asks.start() > 0 or not _FIELD.match(line))
        kept.append(line[: asks.start()] if asks and cut else line)
        if cut and not any(map(_FIELD.match, lines[at + 1 : at + 2])):
            break  # what is wanted of it is no part of it, nor is what comes after that
    return "\n".join(kept)


def unasked(words: str) -> str:
    """Words without what is wanted of them in the same line: `deny. Write the reply.`"""
    asks = _QUESTION.search(words)
    return words[: asks.start()].rstrip() if asks is not None and asks.start() > 0 else words


def _called(text: str) -> list[Proposal]:
    found = []
    for match in _CALL.finditer(text):
        slots = _arguments(match)
        if slots:
            found.append(Proposal(slots, match.group(), match.start()))
    return found


def _arguments(match: re.Match[str]) -> dict[str, Any]:
    """A call, or an object as Python prints it: what is called is the action, or one argument says it."""
    named = {m["key"]: m["value"].strip("'\"") for m in _ARGUMENT.finditer(match["inside"])}
    given = {key: value for key, value in named.items() if value not in {"None", "null", "str", "float"}}
    data = next((blob.value for blob in blobs(match["inside"]) if isinstance(blob.value, dict)), None)
    slots = _slots(given if data is None else data)
    kind = kind_of(match["name"], "", vocabulary().tools)
    own = kind if kind in {"refund", "escalate"} else None if kind else outcome_named(match["name"])
    order = ORDER_ID.search(match["inside"])
    if own and not (given or order):
        return {}
    slots.setdefault("action", own)
    if order:
        slots.setdefault("order_id", order.group().upper())
    if slots["action"] == "refund" and "amount" not in slots and (paid := _NUMBER.search(match["inside"])):
        slots["amount"] = canonical(paid.group(), "money")
    return {slot: value for slot, value in slots.items() if value is not None}


def _told(text: str) -> list[Proposal]:
    found = []
    for match in _SENTENCE.finditer(text):
        sentence = match.group()
        if _TO_THE_MODEL.search(sentence):
            continue
        asking = bool(_ASKING.search(sentence))
        if not _LEAD.search(sentence) or (sentence.rstrip().endswith("?") and not asking):
            continue
        slots = proposed_by(sentence)
        if (asking or _OPINION.search(sentence)) and not slots and (paid := sum_in(sentence)) is not None:
            slots = {"action": "refund", "amount": paid}
        if asking and not slots.keys() & {"order_id", "amount"}:
            continue
        found.append(Proposal(slots, sentence, match.start(), plain=True))
    return found


def slots_put(body: str) -> dict[str, Any]:
    """Slots of what stands behind a label: data, a call, pairs, or words."""
    data = next((blob.value for blob in blobs(body) if isinstance(blob.value, dict)), None)
    if data is not None:
        return _slots(data) | _of_call(data)
    for match in _CALL.finditer(body):
        if "action" in (slots := _arguments(match)):
            return slots
    listed: dict[str, str] = {}
    for pair in pairs(body):
        listed.setdefault(pair.key, pair.value)
    slots = _slots(listed)
    if "action" not in slots and len(outcomes_in(body.strip().partition("\n")[0])) >= 3:
        return {}  # what there is to choose from
    for slot, value in proposed_by(body).items():
        slots.setdefault(slot, value)
    return slots


def _of_call(data: dict[str, Any]) -> dict[str, Any]:
    """What a call in JSON pays or hands over: `{"name": "refund", "arguments": {…}}`."""
    name = next((data[key] for key in NAME_KEYS if isinstance(data.get(key), str)), "")
    inner = next((data[key] for key in ARGUMENT_KEYS if isinstance(data.get(key), dict)), None)
    kind = kind_of(name, "", vocabulary().tools) if name and inner else ""
    return {**_slots(inner or {}), "action": kind} if kind in {"refund", "escalate"} else {}


def _slots(value: dict[str, Any]) -> dict[str, Any]:
    slots = slots_in(value)
    for key, item in value.items():
        if vocabulary().ontology.slot_of(key) == "action" and isinstance(item, str):
            if len(outcomes_in(item)) >= 3:
                return {}
            slots["action"] = outcome_named(item)
    return {slot: value for slot, value in slots.items() if value is not None}
