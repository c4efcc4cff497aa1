"""The decision that a program hands to whoever writes the letter: in lines, JSON, tags or a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER, ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.coded_reasons import uncoded
from exercises.flaky_agent_trace.papers.fields import slots_in
from exercises.flaky_agent_trace.papers.outcomes import outcome_named, outcomes_in, proposed_by, sum_in
from exercises.flaky_agent_trace.papers.proposals import decisions_in, unasked, without_letters
from exercises.flaky_agent_trace.papers.prose_sheets import told_sheets
from exercises.flaky_agent_trace.papers.reviewing import asks_for_review
from exercises.flaky_agent_trace.papers.sheets import Sheet, language_in, sheets_in
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.reading.blobs import blobs, pairs
from harness.simulation.reading.values import Money

from .judgement import Resolution
from .perception import Belief

_THE = r"[^.\n?]{0,60}?"
_DET = r"(?:the |a |an |our |your |this |that |my )"
_KIND = r"(?:decline|refusal|rejection|denial|apology|acceptance|approval note|confirmation|goodwill note)"
"""What a letter is called by what it says."""
_WHOM = r"(?:the |our |this )?(?:customer|client|sender|buyer|him|her|them)"
_MAIL = r"(?:reply mail|reply|letter|e-?mail|mail|message|answer)"
_CLARIFIES = (
    r"\b(?:write|draft|compose|formulate|send|produce|prepare)\b[^.\n]{0,50}"
    r"\b(?:clarif\w+|counter-?questions?|questions? (?:to|for)\b(?! (?:us|me|the (?:team|desk)))"
    r"|(?<!he )(?<!they )ask(?:s|ing)? (?:him|her|them|the customer|which|exactly|what|for))\b"
)
"""A letter that asks something back."""
_WRITES = re.compile(
    rf"\b(?:write|writes|writing|draft|drafts|compose|prepare|word|formulate|produce|put together){_THE}"
    r"\b(?:(?:reply|letter|e-?mails?|closing mail|mail to|mail that|note to the customer)\b"
    r"(?! (?:address|class|summar|from|extract|of the customer))"
    r"|(?:answer|response|message|mail)\b[^.\n?]{0,30}\b(?:customers?|him|her|them|sender)\b)"
    r"|\b(?:write|draft|compose|prepare)\b[^.\n?]{0,20}\b(?:answer|response) to (?:this|the|his|her"
    r"|their) (?:e-?mail|mail"
    r"|message|letter|request|complaint)\b"
    r"|\b(?:write|draft|compose|word) (?:(?:this|that|the|a"
    r"|an) )?(?:\w+ )?e?-?mail\b(?! (?:\w+ )?(?:summar|address|class))"
    r"|\b(?:turn|put|make)\b[^.\n?]{0,30}\binto (?:an? |the )?(?:\w+ )?(?:reply|letter|e-?mail|mail"
    r"|message)\b"
    rf"|\b(?:write|draft|compose|prepare|formulate|word|send) (?:up |him |her |them "
    rf"|the customer )?{_DET}(?:[\w-]+ ){{0,2}}?{_KIND}\b"
    r"(?! (?:reason|code|class|letters? are))(?![^.\n]{0,80}\?)"
    rf"|\b(?:explain|break|justify)\b[^.\n?]{{0,40}}\bto {_WHOM}\b(?!['’]s)"
    rf"|\b(?:write|draft|compose|formulate|word|phrase|put)\b[^.\n?]{{0,50}}\b(?:sentences?|lines?|words"
    rf"|paragraphs?|questions?|apology|text|sms)\b[^.\n?]{{0,30}}\b(?:to|for) {_WHOM}\b(?!['’]s)"
    rf"|\b(?:write|send|draft) {_WHOM} (?:an?|our|the) (?:[\w-]+ ){{0,3}}?{_MAIL}\b"
    r"|\bwrite (?:back )?to (?:the |our )?(?:customers?|him|her|them)\b"
    r"|\b(?:tell|inform|notify|answer|e-?mail|message) (?:the customer|him|her|them)\b(?!['’]s)"
    rf"|(?:^|[.!:;][ \t]+|\bplease )(?:reply|respond|answer) (?:\w+ )?to {_WHOM}\b(?!['’]s)"
    r"|(?:^|[.!:;][ \t]+|\bplease )(?:reply|respond|answer|compose the answer|write the answer) in "
    r"(?:(?:the customer['’]s|the client['’]s|their|her|his) (?:own )?(?:language|tongue)"
    r"|(?:german|french|spanish|dutch|polish|english)\W{1,3}(?:formal|sie|usted|vous|u\b))"
    r"|\blet (?:the customer|him|her|them) know\b"
    rf"|\bask {_WHOM}\b(?!['’]s)(?=[^.\n]{{0,60}}\b(?:questions?|which|orders?)\b)"
    rf"|{_CLARIFIES}"
    rf"|\b(?:write|draft|compose|prepare|word|formulate|produce) (?:up )?{_DET}?(?:\w+ ){{0,2}}?"
    rf"(?:customer|client|sender|buyer)(?:['’]s)? {_MAIL}\b(?! (?:address|in other|again|summar|class))"
    rf"|\b(?:produce|create|generate|finish) {_DET}(?:[\w-]+ ){{0,2}}?{_MAIL}\b(?! (?:address|class|summar))"
    rf"|\bletter[- ]writer\b|\byou (?:write|word|compose) {_DET}?(?:[\w'’-]+ ){{0,4}}?(?:{_MAIL}s?|replies)\b"
    r"|\b(?:explain|convey|communicate|announce|break) (?:it|this|that|the (?:outcome|decision|result"
    r"|verdict|news))\b"
    r"[^.\n]{0,60}\b(?:customer|warmly|kindly|politely|gently|language)\b"
    rf"|\b(?:schreib\w*|verfass\w*|formulier\w*){_THE}\b(?:antwort\w*|mail|e-?mail|brief|schreiben)\b"
    r"|\b(?:schreib\w*|antworte\w*) (?:bitte )?(?:(?:an )?(?:dem|der|den|die|unserem|unserer) )?kund\w+\b"
    r"|\bécri\w+ (?:au client|à la cliente)\b|\bescrib\w+ (?:al cliente|a la clienta)\b"
    r"|\bschrijf (?:naar |aan )?de klant\b|\bnapisz do klient\w+\b"
    rf"|\b(?:rédige\w*|écri\w+){_THE}(?:réponse|mail|lettre|courriel)\b"
    rf"|\b(?:escrib\w+|redact\w+){_THE}\b(?:respuesta|correo|carta|e-?mail)\b"
    rf"|\b(?:schrijf|stel){_THE}\b(?:antwoord|mail|e-?mail|brief)\b"
    rf"|\b(?:napisz|piszesz|zredaguj|redagujesz){_THE}\b(?:odpowied\w+|mail\w*|e-?mail|list)",
    re.IGNORECASE | re.MULTILINE,
)
_NO_LETTER = re.compile(
    r"\b(?:do not|don't|never|not to|without|before|once|after|when|if|who|may|can)\b[^.\n]{0,40}$",
    re.IGNORECASE,
)
"""What stands before it where it is no request."""
_EITHER = re.compile(r"^[^\n.]{0,40}\b\w+\s{0,3}(?:\||/|,? or\b)\s{0,3}\w+", re.IGNORECASE)
_RULE = re.compile(r"\b(?:if|when|unless|whenever|always|never)\b", re.IGNORECASE)
_WHY = re.compile(
    r"\b(?:reason|grounds?|why|because|since"
    r"|(?<!counts )(?<!count )(?<!counted )(?<!such )(?<!regarded )(?<!same )as)\b"
    r"(?:\s?\([^()\n]{3,80}\)(?=\s?[:=]))?[\"']?\s{0,3}[:=]?\s{0,3}[\"']?(?P<said>[^\n<>\"{}]{4,200})"
    r"|\((?P<aside>[^()\n]{6,200})\)",
    re.IGNORECASE,
)
_REST = re.compile(r"^[^\n]{0,200}?(?<=[a-z])[.;][ \t]+(?P<said>[A-Z][^\n<>{}]{8,200})")
_RESULT = re.compile(
    r"^\W{0,8}(?:results?|status|state|ruling|conclusion|what (?:was|we|has been) decided|what to (?:tell"
    r"|say))\s?[:=]\s{0,3}(?P<said>[^\n{]{4,200})",
    re.IGNORECASE | re.MULTILINE,
)
_HAPPENED = re.compile(
    r"^[ \t]{0,8}(?:[-*•][ \t]{1,3})?(?:happened|what (?:was|has been) done|what we did)\s?[:=]\s{0,3}"
    r"(?P<said>[^\n{]{4,200})(?P<more>(?:\n[ \t]{0,8}[-*•][^\n]{3,200}){0,6})",
    re.IGNORECASE | re.MULTILINE,
)
"""Says what was carried out, with more facts below."""
_CLAUSE = re.compile(
    r"\(?\b(?:(?:clauses?|rules?|sections?|paragraphs?|under|per) )?[A-Z]-\d\b(?:\s?[/+&,]\s?[A-Z]-\d\b){0,4}"
    r"\)?[,:;]?\s{0,3}"
)
_WORDS = re.compile(r"[a-zà-ž]{2} \w")
_DONE = re.compile(r"^\W{0,6}(?:and )?(?:done|executed|completed|paid|sent)\W{0,6}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Handed:
    """What is to be told."""

    slots: dict[str, Any]
    grounds: str


def letter_asked(asked: str) -> bool:
    """Whether a program wants a letter to the customer written; its lines may be wrapped anywhere."""
    asked = _WRAPPED.sub(" ", asked)
    return any(not _NO_LETTER.search(asked[: found.start()]) for found in _WRITES.finditer(asked))


def letter_alone(asked: str) -> bool:
    """Whether nothing but a letter is to be answered, whatever else is told of."""
    return _ALONE.search(_WRAPPED.sub(" ", asked)) is not None and letter_asked(asked)


_LETTER_WORDS = r"(?:text|body|wording|words|mail|e-?mail|letter|reply|message)"
_ALONE = re.compile(
    r"\b(?:answer|reply|respond|return|output|write|give|send|print|produce)\b[^.\n]{0,30}"
    rf"(?:\b(?:only|just|nothing (?:but|except)|no more than)\b[^.\n]{{0,20}}\b{_LETTER_WORDS}\b"
    rf"|\b{_LETTER_WORDS}\b[^.\n]{{0,40}}"
    r"\b(?:alone|only|and (?:nothing|no(?:thing)? (?:else|more))|nothing else)\b)",
    re.IGNORECASE,
)
_WRAPPED = re.compile(r"(?<=[a-z,])[ ]?\n(?=[a-z])")
_ASKS_BACK = re.compile(
    rf"{_CLARIFIES}|\bask {_WHOM}\b(?!['’]s)[^.\n]{{0,60}}\b(?:questions?|which|options?|possibilities"
    rf"|one of)\b",
    re.IGNORECASE,
)
_LETTER_ASKS = re.compile(
    r"\b(?:write|draft|compose|send|prepare|schreib\w{0,2}|verfass\w{0,2}|formulier\w{0,2})\b[^.\n]{0,60}?"
    rf"\b(?:{_MAIL}|brief|nachricht|antwort)(?: (?:to|an) (?:{_WHOM}|ihn|sie))?(?: (?:in|auf) \w{{4,12}})?,?"
    r"(?: (?:that|which|to|and)(?: \w+ly)? asks?| asking|,? (?:die|der|das) fragt)"
    rf"(?: (?:politely|kindly))?(?: {_WHOM}(?!['’]s)| ihn| sie)?(?: back)?,?\s"
    r"(?P<what>(?:which|what|whether|if|for|how|when|where|who|why|welche\w?|um welche\w?|ob|wann"
    r"|wie)\b[^.?\n]{0,160})",
    re.IGNORECASE,
)


def asked_in_letter(asked: str) -> str:
    """What a letter is to ask of the customer, where that is all that is said of it; else empty."""
    found = _LETTER_ASKS.search(asked)
    return found["what"] if found is not None and not _NO_LETTER.search(asked[: found.start()]) else ""


_WHETHER = re.compile(
    r"\b(?:should|shall|do|does|must|would|whether|or|needs? to|have to|has to)\b[^.\n]{0,40}$", re.IGNORECASE
)
"""What stands before it where it is only thought of."""


def asks_back(mind: Mind) -> bool:
    """Whether a program wants the customer to be asked something, whatever might be decided."""

    def asks(text: str) -> bool:
        return any(
            not (_NO_LETTER.search(before := text[: found.start()]) or _WHETHER.search(before))
            and not _RULE.search(re.split(r"[.!?\n]", text[found.end() :], maxsplit=1)[0])
            for found in _ASKS_BACK.finditer(text)
        )

    system = mind.scene.instructions(mind.context.of("system"))
    if asked_in_letter(mind.asked_last):
        return True
    return asks(mind.asked_last) or (asks(system) and outcomes_in(system) <= {"need_info"})


def reason_in(sentence: str) -> str:
    """The reason that a sentence gives for what it tells to write."""
    return grounds_in({}, sentence)


def handed(mind: Mind) -> Handed | None:
    """The last decision that the program states for the writer; `None` where it states none."""
    return None if asks_for_review(mind.asked_last) else decided(mind)


def decided(mind: Mind) -> Handed | None:
    """The last decision that a program states, letters left aside."""
    known = {order.id for order in mind.scene.state.orders}
    found: list[tuple[dict[str, Any], str]] = []
    held = _letter_held(mind)
    for piece in mind.context.of("system", "user", "assistant"):
        text = mind.scene.told(piece)
        told = [
            ({**_above(text, put.text), **put.slots}, put.text)
            for put in decisions_in(text)
            if not _open(put.text)
        ]
        told += [
            (_with_sum(proposed_by(unasked(line["said"])), text, line), unasked(line["said"]))
            for line in _RESULT.finditer(text)
        ]
        told += [
            (proposed_by(done["said"]), f"{done['said']}{done['more']}") for done in _HAPPENED.finditer(text)
        ]
        told += [(slots, blob.raw) for blob in blobs(text) if (slots := stated(blob.value))]
        sheets = sheets_in(without_letters(text)) if piece.source == "user" else ()
        sheets = sheets or (_in_prose(mind, text) if piece.source == "user" else ())
        told = [(one.slots, one.text) for one in sheets if one.slots.get("action")] or told
        found += [
            (slots, said)
            for slots, said in told
            if slots.get("action") and (held or slots.get("order_id") in {None, *known})
        ]
    if not found:
        return None
    slots, text = found[-1]
    return Handed(slots, grounds_in(slots, text))


def sheet_given(mind: Mind) -> Sheet | None:
    """The sheet of facts that a program gives last, be its outcome read or not."""
    texts = [mind.scene.told(piece) for piece in mind.context.of("user")]
    found = (sheets_in(without_letters(text)) or _in_prose(mind, text) for text in reversed(texts))
    return next((sheets[-1] for sheets in found if sheets), None)


def _in_prose(mind: Mind, text: str) -> tuple[Sheet, ...]:
    """What sentences of a program tell of what was done, where a letter is held against it."""
    return told_sheets(without_letters(text)) if _letter_held(mind) else ()


def _letter_held(mind: Mind) -> bool:
    """Whether a letter is shown that is to be judged."""
    return bool((mind.proposal or {}).get("letter")) and asks_for_review(mind.instructions)


def language_given(mind: Mind) -> str | None:
    """The language that a program's facts name for the letter."""
    texts = [mind.scene.told(piece) for piece in mind.context.of("user")]
    return next((named for text in reversed(texts) if (named := language_in(without_letters(text)))), None)


def _with_sum(slots: dict[str, Any], text: str, line: re.Match[str]) -> dict[str, Any]:
    """The decision of a line, with the sum that stands in the lines around it."""
    if slots.get("action") != "refund" or "amount" in slots:
        return slots
    block = text[text.rfind("\n\n", 0, line.start()) + 1 :].partition("\n\n")[0].strip()
    paid = sum_in(ORDER_ID.sub(" ", block)) if len(block) < _BLOCK else None
    return {**slots, "amount": paid} if paid is not None else slots


_BLOCK = 300


def _above(text: str, said: str) -> dict[str, Any]:
    """What stands right above a decision, line by line: its order and its sum."""
    lines = text[: max(0, text.find(said))].rstrip(" \t").removesuffix("\n").split("\n")
    block = lines[max((at for at, line in enumerate(lines) if not line.strip()), default=-1) + 1 :]
    slots = slots_in({pair.key: pair.value for pair in pairs("\n".join(block))})
    return {slot: slots[slot] for slot in ("order_id", "amount", "currency") if slot in slots}


def _open(text: str) -> bool:
    """Whether it lists what there is to decide, or rules how."""
    if text.rstrip().endswith("?"):
        return True
    body = text.partition(":")[2] or text
    return bool(_EITHER.match(body)) or (bool(_RULE.search(text)) and not ORDER_ID.search(text))


def stated(value: Any) -> dict[str, Any]:
    """A JSON object that says an outcome."""
    if not isinstance(value, dict):
        return {}
    if sum(1 for key in value if ORDER.field_of(key) or ORDER.part_of(key)) >= 6:
        return {}
    slots = slots_in(value)
    for key, item in value.items():
        if "action" not in slots and isinstance(item, str):
            named = vocabulary().ontology.slot_of(key, "", (item,)) in {"action", "ruling", "status"}
            slots |= {"action": outcome_named(item)} if named and outcome_named(item) else {}
    return slots if slots.get("action") else {}


def grounds_in(slots: dict[str, Any], text: str) -> str:
    """Why it was decided, as the program says it: a few words, or clauses."""
    said, text = slots.get("reason"), unasked(text)
    if slots.get("action") == "need_info" and isinstance(slots.get("question"), str):
        return str(slots["question"])
    if not isinstance(said, str):
        why = list(_WHY.finditer(text))
        found = next((one for one in why if one["said"]), why[0] if why else None)
        found = found or _REST.search(text.partition(":")[2].strip())
        said = next((part for part in found.groups() if part), "") if found else ""
    words = _CLAUSE.sub("", uncoded(_to_its_end(said, text))).strip(" .,;:\"'")
    if _WORDS.search(words) and not _DONE.match(words):
        return words[0].lower() + words[1:] if words[1:2].islower() else words
    return " ".join(re.findall(r"\b[A-Z]-\d\b", said))


def _to_its_end(said: str, text: str) -> str:
    """A reason up to its line's end, where a comma or a semicolon within it ended its reading too soon."""
    line = next((line for line in text.splitlines() if said in line), "") if said else ""
    rest = line[line.find(said) + len(said) :]
    return f"{said}{rest}" if _GOES_ON.match(rest) and not _KEY_IN.search(rest) else said


_GOES_ON = re.compile(r"(?:[,;] |\s?\(|: )\w")
_KEY_IN = re.compile(r"[,;|(]\s{0,3}[\"']?[^\W\d]\w{1,30}[\"']?\s{0,2}[:=]|[{}<>]")


def to_tell(mind: Mind, belief: Belief) -> Resolution | None:
    """What a letter is to tell, where the program has decided it."""
    told = handed(mind)
    return as_resolution(mind, belief, told) if told is not None else None


def as_resolution(mind: Mind, belief: Belief, told: Handed) -> Resolution:
    """A decision of the program's as if it were the model's own."""
    slots = told.slots
    order = None if slots.get("orderless") else slots.get("order_id") or belief.order_id
    money = slots.get("amount") or slots.get("paid") if slots["action"] == "refund" else None
    amount = Decimal(money.cents) / 100 if isinstance(money, Money) else None
    record = mind.orders.get(order or "")
    unit = money.currency if isinstance(money, Money) else None
    unit = unit or slots.get("currency") or (record.get("currency") if record is not None else None)
    return Resolution(slots["action"], order, amount, str(unit or ""), told.grounds, belief)


def sentence_at(text: str, place: int) -> str:
    """The sentence in which a place stands."""
    start = max(text.rfind(mark, 0, place) for mark in (". ", "\n"))
    end = re.search(r"[.!?](?=\s|$)|\n|$", text[place:])
    return text[start + 1 : place + (end.end() if end else 0)].strip()
