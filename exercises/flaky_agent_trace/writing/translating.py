"""A mail in English: as it stands where it is English, else as its author puts it, misreadings included."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exercises.flaky_agent_trace.papers.english import GAP, SENTENCE, paragraphs
from exercises.flaky_agent_trace.papers.headers import HEADER
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import Ask
from exercises.flaky_agent_trace.shop.records import English, Fact
from harness.simulation.reading.text import fold

from .case import Case
from .telling import about_order, asides, headers, named, pieces
from .translatable import renumbered, sentences_shown, with_numbers
from .wording import NOTHING, counted

_I = {
    "changed_mind": "I want to give back {what}",
    "damaged": "I am writing because {what} arrived damaged or faulty",
    "wrong_item": "I am writing because {what} is not what I ordered",
    "late": "I am writing because {what} came late",
    "not_arrived": "I am writing because {what} never arrived", "cancel": "I want to cancel {what}",
    "goodwill": "I ask for a gesture of goodwill over {what}",
    "already_paid_back": "I ask about money for {what} that has been paid back already",
}  # fmt: skip
_SUBJECT = re.compile(r"(?m)^([ \t]{0,16}Subject\s{0,3}:[ \t]{0,3}).*$", re.IGNORECASE)
_STOP = re.compile(r"[.!?][)\"”’']{0,2}(?=\s|$)|\n")
_LEGAL = "Otherwise I will go to a lawyer or to an authority."
_OPENED = "It has been opened."
_LEAST = 0.3
"""With less of a paragraph in the request, no sentence of it is there."""


def translated(case: Case, *, headed: bool = True) -> str:
    """The mail in English, as far as the request shows it. `headed`: with the head that stands there."""
    mind = case.mind
    if mind.mail.present and mind.scene.meaning.english is not None:
        return _in_english(case, mind.scene.meaning.english, headed=headed)
    if mind.mail.present and mind.scene.meaning.language == "en" and (whole := _as_it_stands(mind)):
        return whole if headed else re.sub(r"\A(?:[A-Z][a-z]+: .*\n+)+", "", whole)
    return _from_notes(case, headed=headed) if case.facts.asks else NOTHING


def _from_notes(case: Case, *, headed: bool) -> str:
    """What an earlier step tells of a mail that is not there, as the customer would put it."""
    said = []
    for number, ask in enumerate(case.facts.asks):
        what = " and ".join(counted(named(case, sku), pieces) for sku, pieces in ask.items) or "the order"
        sentence = _I[ask.issue].format(what=what) + asides(ask)
        said.append(f"Also, {sentence}." if number else f"{sentence}.")
    for line in about_order(case):
        unknown = line.startswith("Which order it is")
        said.append("I do not have the order number at hand." if unknown else line)
    said += [_wish(case), *([_LEGAL] if case.facts.legal else [])]
    parts = [headers(case.mind) if headed else "", " ".join(said), case.mind.sender_name or ""]
    return "\n\n".join(part for part in parts if part)


def _wish(case: Case) -> str:
    wants = case.facts.wants.replace("_", " ")
    return "I would like a refund, please." if wants == "refund" else f"What I want is a {wants}."


def _in_english(case: Case, english: English, *, headed: bool) -> str:
    """The paragraphs that the request shows, in English, as the model has understood them."""
    mind = case.mind
    others = renumbered(mind) or {}
    subject, _, body = with_numbers(_as_read(case, english), others).partition("\n\n")
    sent = with_numbers(mind.scene.state.ticket.body, others)
    said: list[str] = []
    for own, part, gap in zip(paragraphs(sent), paragraphs(body), ["", *GAP.findall(body)], strict=False):
        share = _held(mind, own)
        sentences = SENTENCE.split(part)
        if share >= 1:
            said += [gap if said else "", part]
        elif shown := sentences_shown(mind, own, part):
            said += [gap if said else "", shown]
        elif share > _LEAST:
            said += [gap if said else "", " ".join(sentences[: max(1, round(share * len(sentences)))])]
    head = _SUBJECT.sub(lambda found: f"{found[1]}{subject}", headers(mind)) if headed else ""
    return "\n\n".join(part for part in (head, "".join(said)) if part) or NOTHING


def _held(mind: Mind, paragraph: str) -> float:
    """How much of a paragraph, from its beginning, stands in the request."""
    seen = [piece.folded for piece in mind.context.pieces if piece.source != "call"]
    words = fold(re.sub(r"(?m)^[>\s]+", "", paragraph)).words
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        held = any(f" {' '.join(words[:middle])} " in text.skeleton for text in seen)
        low, high = (middle, high) if held else (low, middle - 1)
    return low / max(1, len(words))


@dataclass
class _Draft:
    """A translation in the making."""

    text: str

    def around(self, words: str) -> tuple[int, int] | None:
        """Where the sentence with these words begins and ends."""
        at = self.text.find(words) if words else -1
        if at < 0:
            return None
        start = max((found.end() for found in _STOP.finditer(self.text, 0, at)), default=0)
        end = _STOP.search(self.text, at + len(words) - 1)
        stop = len(self.text) if end is None else end.end() - (self.text[end.start()] == "\n")
        return start + len(self.text[start:at]) - len(self.text[start:at].lstrip()), stop

    def sentence(self, words: str, new: str) -> None:
        """Put another sentence in place of the one with these words."""
        if (place := self.around(words)) is not None:
            gap = 0 if new or self.text[place[1] : place[1] + 1] != " " else 1
            self.text = self.text[: place[0]] + new + self.text[place[1] + gap :]

    def behind(self, words: str, new: str) -> None:
        """Put a sentence behind the one with these words."""
        if (place := self.around(words)) is not None:
            self.text = f"{self.text[: place[1]]} {new}{self.text[place[1] :]}"

    def words(self, old: str, new: str) -> None:
        """Put other words in place of these."""
        new = new[:1].upper() + new[1:] if old[:1].isupper() and not new.startswith("HL-") else new
        self.text = self.text.replace(old, new, 1)


def _as_read(case: Case, english: English) -> str:
    """Subject and body, what the model has misread in the words that then stand for it."""
    draft = _Draft(f"{english.subject}\n\n{english.body}")
    known = {(fact.fact, fact.value, fact.ask) for fact in case.mind.mail.facts}
    facts = [fact for fact in english.facts if (fact.fact, fact.value, fact.ask) in known]
    numbers = sorted({fact.ask for fact in facts if fact.fact == "issue"})
    asks = list(case.facts.asks)
    if asks:
        same = len(asks) == len(numbers)
        for place, number in enumerate(numbers):
            own = [fact for fact in facts if fact.ask == number or fact.fact in {"order", "wants", "legal"}]
            issues = {fact.value for fact in own if fact.fact == "issue"}
            ask = asks[place] if same else next((a for a in asks if a.issue in issues), None)
            _ask(case, draft, own, ask, number)
    _of_all(case, draft, facts)
    return draft.text


def _ask(case: Case, draft: _Draft, facts: list[Fact], ask: Ask | None, number: int) -> None:
    """Put one request as it was read; `None`: it was overlooked."""
    own = [fact for fact in facts if fact.ask == number and fact.fact not in {"order", "wants", "legal"}]
    if ask is None:
        for span in (span for fact in own for span in fact.spans):
            draft.sentence(span, "")
        return
    issue = next(fact for fact in own if fact.fact == "issue")
    items = [fact for fact in own if fact.fact == "item"]
    told = dict(ask.items)
    others = [sku for sku in told if all(sku != fact.value for fact in items)]
    for fact in items:
        if fact.value in told and told[fact.value] != fact.quantity:
            draft.words(fact.spans[0], f"{_pieces(told[fact.value])} of them")
        elif fact.value not in told:
            other = others.pop(0) if others else ""
            draft.words(fact.spans[0], _item(case, other, told[other]) if other else "the things")
    items = [fact for fact in items if (fact.value, fact.quantity) in ask.items]
    said = {fact.fact: fact for fact in own}
    if ask.issue != issue.value:
        what = items[0].spans[0] if items else "it" if len(facts) > 1 else "the order"
        draft.sentence(issue.spans[0], _instead(draft, facts, issue, ask.issue, what))
    if "opened" in said and said["opened"].value == "yes" and not ask.opened:
        _unopened(draft, said["opened"].spans[0], facts)
    elif ask.opened and ("opened" not in said or said["opened"].value == "no"):
        draft.behind(next(fact for fact in facts if fact.fact in {"wants", "issue"}).spans[0], _OPENED)
    if "reported" in said and ask.reported is None:
        draft.words(said["reported"].spans[0], "recently")
    elif "reported" not in said and ask.reported is not None:
        draft.behind(issue.spans[0], f"I first reported it on {ask.reported:%d %B %Y}.")


def _unopened(draft: _Draft, words: str, facts: list[Fact]) -> None:
    """Leave out that it was opened: with its sentence, where nothing else stands there."""
    place = draft.around(words)
    before = draft.text[: place[0] + draft.text[slice(*place)].find(words)] if place is not None else ""
    old = draft.text[slice(*place)] if place is not None else ""
    if not any(fact.spans[0] in old for fact in facts if fact.spans[0] != words):
        draft.sentence(words, "")
    elif words.startswith("I "):
        draft.words(words, "I had it here")
    else:
        draft.words(words, "here with us" if before.endswith("been ") else "had it here")


def _pieces(pieces: int | None) -> str:
    """How many, in a word."""
    return "all" if pieces is None else "one" if pieces == 1 else str(pieces)


def _instead(draft: _Draft, facts: list[Fact], issue: Fact, told: str, what: str) -> str:
    """The sentence for what was taken for the complaint, with what else the right one says."""
    place = draft.around(issue.spans[0])
    old = draft.text[slice(*place)] if place is not None else ""
    sentence = _I[told].format(what=what[:1].lower() + what[1:]).replace("give back it", "give it back")
    lost = [fact for fact in facts if fact.fact != "issue" and fact.spans[0] in old and fact.spans[0] != what]
    order = next((f" ({fact.spans[0]})" for fact in lost if fact.fact == "order"), "")
    wish = " I would like a refund, please." if any(fact.fact == "wants" for fact in lost) else ""
    opened = f" {_OPENED}" if any((fact.fact, fact.value) == ("opened", "yes") for fact in lost) else ""
    return f"{sentence}{order}.{opened}{wish}"


def _item(case: Case, sku: str, pieces: int | None) -> str:
    """What was taken for an item: as an order in the request calls it, else in the mail's own words."""
    name = named(case, sku)
    return counted(name if name.startswith("“") else f"“{name}”", pieces)


def _of_all(case: Case, draft: _Draft, facts: list[Fact]) -> None:
    """Put what holds for the whole mail as it was read: the order, the wish, a threat."""
    belief, said = case.belief, {fact.fact: fact for fact in facts}
    orders = [fact for fact in facts if fact.fact == "order"]
    if len(orders) == 1 and belief.order_id not in {None, orders[0].value}:
        number, told = orders[0].value[3:], str(belief.order_id)
        literal = any(number in span for span in orders[0].spans)
        if literal:
            draft.text = draft.text.replace(number, told[3:])
        else:
            draft.words(orders[0].spans[0], f"order {told}")
    if "wants" in said and belief.facts.wants != said["wants"].value and belief.facts.wants == "refund":
        draft.sentence(said["wants"].spans[0], _wish(case))
    if "legal" in said and not belief.facts.legal:
        draft.sentence(said["legal"].spans[0], "")
    elif belief.facts.legal and "legal" not in said:
        draft.behind(next((fact.spans[0] for fact in facts if fact.fact == "wants"), ""), _LEGAL)


def _as_it_stands(mind: Mind) -> str:
    """The lines of a context that are the mail's, its head included."""
    known = {line.strip() for line in mind.scene.state.ticket.body.splitlines()}
    body = " ".join(mind.scene.state.ticket.body.split())
    kept: list[str] = []
    for text in pieces(mind)[:1]:
        for line in text.splitlines():
            own = line.strip()
            clipped = len(own) > 12 and " ".join(own.split()) in body
            if own in known or clipped or HEADER.match(line):
                kept.append(line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
