"""A summary in so many bullets or sentences: who wants what, what was settled before, what else is said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.outcomes import sum_in
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes
from exercises.flaky_agent_trace.shop.policy import Ask
from harness.simulation.reading.counts import IN_ANY_WORDS, count_of

from .case import Case
from .in_brief import brief_in, in_one_sentence, subject_told
from .telling import about_order, asides, besides, elsewhere, named, plural, put, quoted, thread_asked, wish
from .wishes import wishes
from .wording import NOTHING, counted

_SUMS = re.compile(
    r"\b(?:summari[sz]e|summary|summaries|sum (?:it |this |that )?up|tl;?dr|recap|gist|digest"
    r"|condense|boil\w* (?:\w+ ){0,3}down"
    r"|nutshell|fass\w*|zusammen(?:fass\w*|gefasst)|résum\w*|resum\w+|vat samen|samenvat\w*|podsumuj\w*"
    r"|streść|streszcz\w*|brief (?:me|us)|(?:hand-?\s?over|hand-?off|internal|case) (?:note|summary|memo"
    r"|briefing)|briefing"
    r"|notes? for (?:the|a|my|our) (?:next )?(?:colleague|agent|desk|person|shift)|outline (?:the"
    r"|this) (?:thread|mail|message|conversation|e-?mail))\b",
    re.IGNORECASE,
)
_UNIT = (
    r"(?:[a-z-]{1,20} ){0,2}?"
    r"(?P<unit>bullet(?: point|ed point|ed line)?s?|points?|sentences?|lines?|paragraphs?|satz|sätzen?"
    r"|phrases?|frases?|zin(?:nen)?|zdani\w{1,3})\b"
)
_ANY = rf"\d|{IN_ANY_WORDS}|single|a"
_FORM = re.compile(
    rf"\b(?P<count>{_ANY})(?:[- ](?:or|to|–|-)[- ](?P<most>{_ANY}))?[- ]{_UNIT}", re.IGNORECASE
)
_BULLETS = re.compile(r"\b(?:bullets?|bullet(?:ed)? (?:points?|list)|as a list)\b", re.IGNORECASE)
_SHORT = re.compile(r"\btl;?dr\b|\bgist\b|\bnutshell\b", re.IGNORECASE)
_ELSE = re.compile(
    r"\bdecid\w+\b|\bverdict\b|\bshould (?:we|i)\b|\b(?:classify|translate|extract|review|verify|approve)\b"
    r"|\b(?:write|draft|compose)\b[^.\n]{0,20}\b(?:reply|answer|e-?mail|letter)\b",
    re.IGNORECASE,
)
_TOPICS = {
    "settled": re.compile(r"\b(?:settled|resolved|already|dealt|agreed|closed|history)\b", re.IGNORECASE),
    "odd": re.compile(
        r"\b(?:threat\w*|claims?|legal|unusual|risks?|flags?|pressure|suspicious|manipulat\w*|odd"
        r"|notable|special)\b",
        re.IGNORECASE,
    ),
    "wants": re.compile(
        r"\b(?:wants?|wish\w*|ask(?:s|ed|ing)?|requests?|demands?|needs?|open|outstanding|complain\w*"
        r"|problem|issue"
        r"|happened)\b",
        re.IGNORECASE,
    ),
    "order": re.compile(r"\b(?:orders?|items?|products?)\b", re.IGNORECASE),
    "who": re.compile(r"\b(?:who|sender|from whom|when)\b", re.IGNORECASE),
}  # fmt: skip
_HAPPENED = re.compile(r"\b(?:happened|problem|complain\w*|issue)\b", re.IGNORECASE)
_OPEN = re.compile(r"\b(?:open|outstanding|wants?|wish\w*|needs?)\b", re.IGNORECASE)
"""What is still to be done, where what happened is told apart from it."""
_NONE = {"settled": "Nothing in it was settled before.", "odd": "No threats and nothing unusual."}
_PUT = {"already_paid_back": "asks for the money for {what} that was to be paid back already"}
"""What the customer says, where that is not what the order shows."""
_CHUNK = re.compile(r"[,;:()\n•]|\band\b|(?<=\d)\. ")
_ONE_LINE = re.compile(r"\b(?:one|a single|1)[ -]lin(?:e|er)\b", re.IGNORECASE)
"""For people at a glance; a sentence may be all that a later step reads, and has who wrote and when."""
_BRIEF, _FEW_WORDS = 40, 20
"""No room for sentences."""
_LAST = ("who", "odd", "settled")
"""What is left out first where there is little room."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a summary is to look. `count` 0: as many as it takes."""

    bullets: bool
    count: int
    topics: tuple[str, ...]
    most: int | None
    """Words, at most."""
    parts: bool = False
    """Whether what is settled and what is open are to be told apart."""
    asked: str = ""
    """The words that ask for it."""


def form_of(asked: str) -> Form | None:
    """The form of the summary that is asked for; `None` where none is, or in no form of its own."""
    if not _SUMS.search(asked) or _ELSE.search(asked):
        return None
    found = next((met for met in _FORM.finditer(asked)), None)
    unit = found["unit"].casefold() if found else ""
    one_line = found is not None and unit.startswith("line") and count_of(found["count"]) == 1
    bullets = (unit.startswith(("bullet", "point", "line")) and not one_line) or (
        not unit and bool(_BULLETS.search(asked))
    )
    most = wishes(asked, writing=False).most
    paragraph = re.search(r"\bparagraph\b", asked, re.IGNORECASE)
    brief = most is not None and most <= _BRIEF
    if not (found or bullets or brief or _SHORT.search(asked) or paragraph):
        return None
    count = count_of(found["most"] or found["count"]) if found and "paragraph" not in unit else 0
    if not (found or bullets) and _SHORT.search(asked):
        count = 2
    chunks = [
        next((name for name, said in _TOPICS.items() if said.search(chunk)), "")
        for chunk in _CHUNK.split(_after_verb(asked))
    ]
    if "wants" in chunks and any(_HAPPENED.search(chunk) for chunk in _CHUNK.split(_after_verb(asked))):
        parts = zip(_CHUNK.split(_after_verb(asked)), chunks, strict=True)
        chunks = ["open" if topic == "wants" and _OPEN.search(chunk) else topic for chunk, topic in parts]
    topics = tuple(dict.fromkeys(filter(None, chunks)))
    return Form(
        bullets,
        count,
        topics if len(topics) > 1 else (),
        most,
        thread_asked(asked),
        asked,
    )


def _after_verb(asked: str) -> str:
    found = _SUMS.search(asked)
    text = asked[found.end() :] if found else asked
    return text.partition(":")[2].strip() or text


def summed(case: Case, form: Form) -> str:  # noqa: PLR0911  (one form a return)
    """The summary."""
    if not case.facts.asks:
        return NOTHING
    if abroad := "" if form.bullets else brief_in(case, form.asked):
        return abroad
    if form.most is not None and form.most <= _FEW_WORDS and not form.bullets:
        whole = in_one_sentence(case)
        return whole if len(whole.split()) <= form.most else subject_told(case, f"{form.asked} (of the case)")
    told = _told(case)
    if form.count == 1 and _ONE_LINE.search(form.asked) and not form.bullets:
        extra = [*told["settled"], *told["odd"]]
        whole = joined([in_one_sentence(case), *extra])
        fits = form.most is None or len(whole.split()) <= form.most
        return whole if fits else in_one_sentence(case)
    if "open" in form.topics:
        told["wants"] = [line for line in told["wants"] if line not in wish(case.facts)] or told["wants"]
    if form.bullets and form.topics and not len(form.topics) < form.count:
        lines = [" ".join(told[topic]) or _NONE.get(topic, "") for topic in form.topics]
        left = [topic for topic in ("wants", "order") if topic not in form.topics and topic in told]
        at = form.topics.index("wants") if "wants" in form.topics else 0
        lines[at] = " ".join([lines[at], *(" ".join(told[topic]) for topic in left)]).strip()
        lines = _grouped([line for line in lines if line], form.count)
        return "\n".join(f"- {line}" for line in lines)
    settled = [f"Settled: {one.rstrip('.')}." for one in settled_before(case.mind)]
    if form.bullets and form.parts and settled:
        first, *rest = [*told["wants"], *_unsaid(told), *told["odd"]]
        now = [f"Open: {first[:1].lower()}{first[1:]}", *rest]
        lines = _grouped([*settled, *(now if len(settled) < form.count - 1 else [" ".join(now)])], form.count)
        return "\n".join(f"- {line}" for line in lines)
    topics = ["who", "wants", "order", "settled", "odd"]
    room = form.most
    for topic in _LAST:
        said = [part for topic in topics for part in told[topic]]
        if room is not None and len(" ".join(said).split()) > room and topic in topics:
            topics.remove(topic)
    order = told["order"]
    told["order"] = _unsaid(told)
    said = [part for topic in topics for part in told[topic]]
    spare = ["They want their money back.", *order] if case.facts.wants == "refund" else order
    for one in [one for one in spare if one not in said][: max(0, form.count - len(said))]:
        said.insert(said.index(told["wants"][-1]) + 1, one)
    if form.bullets:
        return "\n".join(f"- {line}" for line in _grouped(said, form.count))
    return " ".join(joined(group) for group in groups(said, form.count))


def _unsaid(told: dict[str, list[str]]) -> list[str]:
    """The sentences on the order, where what is wanted does not name it already."""
    named = ORDER_ID.findall(" ".join(told["wants"]))
    return [one for one in told["order"] if not (named and set(ORDER_ID.findall(one)) <= set(named))]


def _grouped(lines: list[str], count: int) -> list[str]:
    return [" ".join(group) for group in groups(lines, count)]


def groups(lines: list[str], count: int) -> list[list[str]]:
    """So many groups of lines at most, the later ones the larger."""
    if not count or len(lines) <= count:
        return [[line] for line in lines]
    size, more = divmod(len(lines), count)
    ends = [sum(size + (at >= count - more) for at in range(upto + 1)) for upto in range(count)]
    return [lines[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def joined(parts: list[str]) -> str:
    """Several sentences as one."""
    own = [part.rstrip(".") for part in parts]
    rest = [part if part.startswith("HL-") else part[:1].lower() + part[1:] for part in own[1:]]
    return f"{'; '.join([*own[:1], *rest])}."


def _told(case: Case) -> dict[str, list[str]]:
    """What there is to say, by topic, a sentence each."""
    mind, facts = case.mind, case.facts
    name = mind.sender_name
    when = f" on {mind.mail.received:%d %B %Y}" if mind.mail.received else ""
    who = (
        f"The mail is from {name or 'the customer'} ({mind.mail.sender}), received{when}."
        if mind.mail.sender
        else ""
    )
    customer = f"The customer ({name})" if name else "The customer"
    several, id = facts.orders_concerned > 1, _the_order(case)
    whole = f"order {id}" if id and not several else ""
    wants = []
    for number, ask in enumerate(facts.asks):
        what = items_told(case, ask) or whole or "the order"
        said = plural(_PUT.get(ask.issue, put(ask, facts)), number).format(what=what)
        whose = "They also" if number else customer
        wants.append(f"{whose} {said}{asides(ask)}{_in_words(mind, ask)}.")
    wants += wish(facts)
    order = [f"It is about {whole}."] if whole else about_order(case)
    return {
        "who": [who] if who else [],
        "wants": wants,
        "order": order,
        "settled": _settled(case),
        "odd": _odd(case),
        "open": _open(case),
    }  # fmt: skip


def items_told(case: Case, ask: Ask) -> str:
    """The items of a request, in English where the mail is not, with its words; empty: the whole order."""
    english = case.mind.scene.meaning.english
    known = {fact.value: fact.spans[0] for fact in english.facts if fact.fact == "item"} if english else {}
    said = []
    for sku, pieces in ask.items:
        own = counted(named(case, sku), pieces)
        said.append(f"{own} ({known[sku]})" if sku in known and "“" in own else own)
    return " and ".join(said)


def _in_words(mind: Mind, ask: Ask) -> str:
    """What the customer says of it, as far as it was taken for that."""
    meaning = mind.scene.meaning
    said = [fact for fact in mind.mail.facts if (fact.fact, fact.value) == ("issue", ask.issue)]
    if not said:
        return ""
    english = meaning.english.facts if meaning.english else ()
    same = [
        fact for fact in english if (fact.fact, fact.value, fact.ask) == ("issue", ask.issue, said[0].ask)
    ]
    return f": {quoted((same or said)[0].spans[0].rstrip('.'))}"


def settled_before(mind: Mind) -> list[str]:
    """What a thread shows to have been dealt with, as far as its words stand in the context."""
    pieces = [piece.folded for piece in mind.context.pieces if piece.source != "call"]
    return [
        one.text
        for one in mind.scene.meaning.settled
        if all(any(text.has(span) for text in pieces) for span in one.spans)
    ]


def _settled(case: Case) -> list[str]:
    """What was dealt with before: as the mail says; which orders else are not asked about."""
    mind = case.mind
    told = settled_before(mind)
    said = [f"Settled before: {joined(['', *told])[2:]}"] if told else []
    known = {*(case("orders_concerned") or []), *ORDER_ID.findall(" ".join(told)), *mind.orders}
    others = [id for id in case("order_ids") or [] if id not in known]
    return [*said, *(f"Nothing is asked about {id} now." for id in others if _the_order(case))]


def _the_order(case: Case) -> str:
    """The order that is meant: by its number, where the request shows one, whatever the mail calls it."""
    mind = case.mind
    if case.belief.order_id:
        return case.belief.order_id
    said = [fact for fact in mind.mail.facts if fact.fact == "order"]
    seen = (
        any(piece.folded.has(said[0].value) for piece in mind.context.of("system", "user")) if said else False
    )
    return said[0].value if len(said) == 1 and seen else ""


def _open(case: Case) -> list[str]:
    """What the customer waits for, and what stands in its way."""
    wanted = {"refund": "Open: they want their money back."}.get(case.facts.wants)
    return [*([wanted] if wanted else wish(case.facts)), *_odd(case)]


def _odd(case: Case) -> list[str]:
    """Threats, claims and sums, and words that try to command the reader."""
    mind = case.mind
    said = []
    if case.facts.legal:
        words = " ".join(quoted(span) for span in quotes(mind, "legal", sentences=True))
        said.append(f"A lawyer or an authority is mentioned{f': {words}' if words else ''}")
    claims = [span for decoy in mind.mail.decoys if decoy.fact == "policy" for span in decoy.spans]
    said += [f"They write: {quoted(span)}" for span in claims]
    named_sum = sum_in(" ".join(mind.mail.spans("wants")))
    if named_sum is not None:
        said.append(f"The sum that they name: {named_sum.cents / 100:.2f} {named_sum.currency or ''}".strip())
    return [_ended(line) for line in [*said, *elsewhere(case), *besides(mind)]]


def _ended(line: str) -> str:
    """With one full stop at its end."""
    return (
        f"{line.rstrip('.')}."
        if not line.endswith((".”", ".”."))
        else line.removesuffix(".”").removesuffix(".”.") + "”."
    )
