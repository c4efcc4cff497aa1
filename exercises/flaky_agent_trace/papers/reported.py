"""What a program says in its own words was done already: refunds, handovers, replies, look-ups.

A statement counts, not a rule, a wish or a plan, and not what the customer says. What failed or is
pending may have been done all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from exercises.flaky_agent_trace.ontology import ORDER, ORDER_ID
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.records import Record
from harness.simulation.reading.remarks import remark_in
from harness.simulation.reading.values import number

from .deeds import LOOKS, Deed, Trouble
from .proposals import untagged
from .scene import Scene
from .told_states import ILL, Told, states, step_of, sums

_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_CLAUSE = re.compile(r",\s{1,8}|\s{1,8}(?:and|but|then|so)\s{1,8}|\s[–—]\s", re.IGNORECASE)
_BULLET = re.compile(
    r"^[\s>*•–-]*(?:\d{1,2}[.)]\s+)?(?:\[[xX✓✔]\]|[✓✔✅])?\s*"
    r"(?:\[?(?:\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d(?::\d\d)?Z?\]?\s*[-–|:]?\s*)?"
)
_MARKED = re.compile(r"\[[xX✓✔]\]|[✓✔✅]|\[?\d{1,2}:\d\d")
_EXAMPLE = re.compile(
    r"<(?P<tag>(?:examples?|samples?|few[_-]?shots?|demonstrations?)\b)[^<>]{0,80}>.{0,4000}?</(?P=tag)>"
    r"|^[#*\s]{0,8}(?:examples?|for example|beispiele?|zum beispiel|exemples?|par exemple)\b[^\n]*"
    r"(?:\n[^\n]+)*",
    re.IGNORECASE | re.DOTALL | re.MULTILINE,
)
_QUOTED = re.compile(r"(?<=[\w:,(] )(?:\"[^\"\n]+\"|“[^”\n]+”|(?<!\w)'[^'\n]+'(?!\w))")
"""What somebody else says, or is to say."""
_OPEN_BOX = re.compile(r"^[ \t]{0,16}[*-]?[ \t]{0,4}\[ \]")
_CASES = re.compile(r"\b(?:if|when|once|after|outcomes?)\b[^:\n]{0,40}:\W*$", re.IGNORECASE)
"""What stands below is what may be."""
_DEFINED = re.compile(
    r"^\W{0,12}(?:refund(?:ed)?|den(?:y|ied)|escalated?|need info|reply|replied|sent|closed)\W{1,4}the\b",
    re.IGNORECASE,
)
_DONE_LIST = re.compile(
    r"^\W{0,12}(?:[\w ]{0,30}\b)?(?:done|completed|finished|executed|performed|taken|history|log|progress"
    r"|so far|happened)\b"
    r"[^:\n]{0,40}:",
    re.IGNORECASE,
)
_OTHER_LIST = re.compile(
    r"^\W{0,12}[\w ]{0,30}\b(?:left|to ?do|next|remaining|open|pending|not done|plan"
    r"|missing|steps|tools|rules|settled|resolved|earlier|background)\b"
    r"[^:\n]{0,30}:",
    re.IGNORECASE,
)
_ITEM = re.compile(r"^\s+\S|^\s*(?:[*•–-]|\d{1,2}[.)]|\[)")
_GENERAL = re.compile(
    r"\b(?:if|when|whenever|once|after|means|unless|until|each"
    r"|every|any|whether|suppose|in case|orders? (?:that|which)"
    r"|customers? (?:who|that)|twice|for example|e\.g|before (?:it|you|the|an?|any|we|they|i))\b|\?"
    r"|\{[^{}\n]{0,40}\}",
    re.IGNORECASE,
)
"""A rule for cases such as there may be, a question, or a pattern to fill in."""
_WISHED = re.compile(
    r"\b(?:will|would|must|should|can|could|shall|might|to be"
    r"|let|please|cannot|wants?|or|going to|needs?|plan\w*)\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|never|none|no(?! longer)|nothing|without|yet to|false)\b|n't\b", re.IGNORECASE)
_QUOTES = re.compile(
    r"\b(?:customers?|they|he|she|sender|mail|according)\b[^,;.]{0,30}"
    r"\b(?:says?|said|claims?|claimed|writes?|wrote|states?|thinks?|believes?|asks?|complains?|mentions?"
    r"|to)\b",
    re.IGNORECASE,
)
_OF_THE_CUSTOMER = re.compile(r"\b(?:me|my|mine|us)\b", re.IGNORECASE)
_ANOTHER = re.compile(
    r"\b(?:another|other (?:item|order|piece|product|line)|last (?:week|month|year|time)|yesterday|ago"
    r"|months?"
    r"|in (?:january|february|march|april|may|june|july|august|september|october|november|december))\b"
    r"|\d{4}-\d\d-\d\d|\b\d{1,2}(?:st|nd|rd|th|\.)? "
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b",
    re.IGNORECASE,
)
_AGENT = re.compile(
    r"\b(?:you|we|i|(?:the |your )?(?:agent|assistant|program|backend|system))\b(?:'ve| have| has)?\s+"
    r"(?:just |now |already |then )*\w+",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:has|have) (?:\w+ )?been\b|\bw(?:as|ere)\b", re.IGNORECASE)
_EARLIER = re.compile(r"\b(?:already|previous\w*|earlier|prior|past|before|so far|total)\b", re.IGNORECASE)
_WELL = (
    r"(?:issued|made|paid|booked|executed|carried out|processed|completed?|accepted|done|ok|okay|succeeded|"
    r"success\w*|sent|went through|gone through|confirmed)"
)
_LOOKED = r"(?:looked up|fetched|loaded|got|retrieved|read|opened|found|checked)"
_HOW = {
    "refund": (
        r"\b(?:refunded|reimbursed|paid (?:back|out))\b"
        r"|\b(?:issued|made|paid|booked|executed|processed|sent)\s+(?:(?:a|the|this)\s+)?(?:\w+\s+)?refund\b"
        rf"|\b(?:refund|payout)\b[^;!?\n]{{0,60}}?(?:\b{_WELL}\b|[✓✔✅])"
    ),
    "escalate": (
        r"\bescalated\b|\b(?:handed|passed)\b[^;!?\n]{0,20}\b(?:over|on|to)\b"
        rf"|\b(?:escalation|handover)\b[^;!?\n]{{0,40}}?\b{_WELL}\b"
    ),
    "reply": (
        r"\b(?:reply|answer|response)\b[^;!?\n]{0,30}?\b(?:sent|delivered|went out|gone out|done"
        r"|completed?)\b"
        r"|\bsent (?:the|a|your) (?:reply|answer|response)\b|\b(?:replied|written) to the customer\b"
        r"|\bcustomer (?:has been|was|is) (?:already )?(?:informed|told|notified|answered)\b"
    ),
    "deny": (
        r"\b(?:request|claim|case|ticket|return)\b (?:was|has been|is|had to be) "
        r"(?:denied|declined|turned down)\b"
        r"|\bcustomer'?s? (?:\w+ )?(?:request|claim) (?:was|has been) (?:rejected|refused)\b"
        r"|\b(?:you|we|I)\b(?:'ve| have)?(?: already)? (?:denied|declined|turned down|refused)\b"
    ),
    "get_order": rf"\b{_LOOKED}\b[^;!?\n]{{0,12}}\border\b",
    "search_orders": r"\bsearched the orders\b",
    "get_policy": rf"\b{_LOOKED}\b[^;!?\n]{{0,12}}\b(?:handbook|policy|rules)\b",
}
_DONE = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _HOW.items()}
_FAILED = re.compile(
    rf"^(?:\W*(?:the|your|last|first|call|tool|of)\b)*\W*(?P<what>refund"
    rf"|escalation)\b[^;!?\n]{{0,40}}?\b{ILL}\b",
    re.IGNORECASE,
)
_TODO = re.compile(
    r"\b(?:escalate|retry|retries|look|call|reply|tell|use|ask|hand|check|try|stop|report)\b", re.IGNORECASE
)
_DEFINITE = re.compile(
    r"\b(?:the|this|your) (?:\w+ )?(?:refund|payout|escalation|handover|case|ticket|request|claim|reply"
    r"|answer)\b[^.;]{0,30}?\b(?:has|have|was|were|is)\b",
    re.IGNORECASE,
)
_ENTRY = re.compile(r"\W*$|\s+(?:to|on|in|for|by)\b", re.IGNORECASE)
SEARCHED = ("email", "name", "order_id", "text")
"""What orders are searched by."""
_STATE = re.compile(r"^(?:Done so far|Rules that seem to apply):", re.MULTILINE)
"""A summary of a conversation, as `talking/findings.py` writes it."""
_WHY = re.compile(r"\b(?:because|since)\b\s*(?P<why>[^.;]{4,160})", re.IGNORECASE)


_LETTER = re.compile(
    r"^\W{0,6}(?:(?:draft|proposed|planned|suggested) )?(?:reply|letter|body|message|draft|mail)"
    r"(?: to (?:the )?customer)?\W{0,3}:[ \t]+\S.*$|\b(?:reply"
    r"|letter):\s{0,2}['\"‘“][^'\"’”\n]{5,600}['\"’”]",
    re.IGNORECASE | re.MULTILINE,
)
"""A letter that is shown in a line of its own: what it tells is proposed, and not done."""


def told_deeds(
    context: Context, scene: Scene, fields: frozenset[str], made: tuple[Deed, ...], orders: dict[str, Record]
) -> tuple[Deed, ...]:
    """The calls, and every deed that the program states, in order.

    `fields`: of the answer that is asked for: JSON with these is a pattern. `made`: the calls. What went
    wrong counts only where no call shows it, a look-up only where what it found is in the context.
    """
    ids = frozenset(order.id for order in scene.state.orders)
    seen = [id for id, record in orders.items() if record.parts.get("items")]
    called = {deed.kind for deed in made}
    found = list(made)
    for piece in [*context.of("system", "user"), *summaries(context)]:
        shown = replace(piece, text=untagged(_EXAMPLE.sub(" ", piece.text)))
        plain = _LETTER.sub(" ", _QUOTED.sub(" ", scene.instructions([shown])))
        said = _said(plain, ids)
        for one in (*said, *states(shown.text, ids, fields)):
            trouble: Trouble = "unknown" if one.failed else ""
            arguments = dict(one.arguments)
            if piece.source == "system" and "order_id" not in arguments:
                continue  # there stand rules and examples
            again = one.kind in called and (trouble or one.kind in LOOKS)
            if again or (one.loose and _recorded(arguments, orders)):
                continue
            if not trouble and any(_same(one, deed) for deed in made):
                continue
            if one.kind == "get_order":
                if not seen or arguments.get("order_id", seen[0]) not in seen:
                    continue
                arguments["order_id"] = arguments.get("order_id", seen[0])
            text = f"{arguments.get('order_id', '')} {one.text}"
            found.append(Deed(one.kind, arguments, text, trouble, "", piece.index))
    return tuple(sorted(found, key=lambda deed: deed.index))


def summaries(context: Context) -> list[Piece]:
    """The model's own summaries of what was before, where they stand as its turns."""
    return [piece for piece in context.of("assistant") if _STATE.search(piece.text)]


def _same(told: Told, deed: Deed) -> bool:
    """Whether it is told of a call that went well, as its result tells of it."""
    order, amount = told.arguments.get("order_id", deed.order), told.arguments.get("amount")
    paid = str(deed.arguments.get("amount"))
    return (
        deed.done
        and (told.kind, order) == (deed.kind, deed.order)
        and (amount is None or number(paid) == amount)
    )


def _recorded(arguments: dict[str, object], orders: dict[str, Record]) -> bool:
    """Whether an order shows a refund of that sum: then it is the record that is retold."""
    past = [part.get("amount") for order in orders.values() for part in order.parts.get("refunds", [])]
    return any(sum is not None and sum[0] / 100 == arguments.get("amount") for sum in past)


def _said(text: str, ids: frozenset[str]) -> Iterator[Told]:
    listing = ruled = False
    for line in text.replace("_", " ").splitlines():
        rest = line
        ruled = bool(_CASES.search(line)) or (ruled and bool(_ITEM.match(line)))
        if ruled or _OPEN_BOX.match(line) or _DEFINED.match(line) or remark_in(line, ORDER.part_of):
            continue  # a colleague's note on an order is no deed of this case
        if not _GENERAL.search(line) and (header := _DONE_LIST.match(line)) and not _NOT.search(header[0]):
            listing, rest = True, line[header.end() :]
        elif _OTHER_LIST.match(line) or (listing and not _ITEM.match(line)):
            listing = False
        bullet = _BULLET.match(rest)
        marked = listing or bool(bullet and _MARKED.search(bullet[0]))
        for sentence in _SENTENCE.split(rest[bullet.end() :] if bullet else rest):
            yield from _in_sentence(sentence, ids, marked=marked)


def _in_sentence(sentence: str, ids: frozenset[str], *, marked: bool) -> Iterator[Told]:
    named = [match.group().upper() for match in ORDER_ID.finditer(sentence)]
    if (
        _OTHER_LIST.match(sentence)
        or _GENERAL.search(sentence)
        or _QUOTES.search(sentence)
        or (named and not ids.issuperset(named))
    ):
        return
    subject = bool(_AGENT.match(sentence.strip()))
    for clause in _CLAUSE.split(sentence.strip(" []\"'")):
        failed = _FAILED.match(clause)
        if failed and not _TODO.search(clause[failed.end() :]) and not _WISHED.search(clause):
            word = failed["what"].lower()
            kind = "refund" if word == "refund" else "escalate"
            yield Told(kind, sums(clause, named), clause, failed=True)
        elif _states(clause):
            for kind, pattern in _DONE.items():
                if (hit := pattern.search(clause)) and _meant(
                    kind, clause, hit, subject=subject, marked=marked
                ):
                    why = _WHY.search(sentence) if kind == "deny" else None
                    arguments = sums(clause, named)
                    if kind == "search_orders":
                        arguments |= {by: "" for by in SEARCHED if by.replace("_", " ") in clause}
                    if kind == "get_policy" and "afresh" in clause:
                        arguments["fresh"] = True
                    if why:
                        arguments["why"] = why["why"].strip()
                    loose = kind == "refund" and not subject and bool(_EARLIER.search(clause))
                    if not (loose and hit[0].lower() == "refunded" and not _PASSIVE.search(clause)):
                        yield Told(kind, arguments, sentence, loose=loose)
            if marked and (step := step_of(clause.strip(" []\"'`.()"))):
                yield Told(step, sums(clause, named), clause)


def _states(clause: str) -> bool:
    """Whether a clause says what is the case, of this case, in the program's voice."""
    return not any(p.search(clause) for p in (_WISHED, _NOT, _OF_THE_CUSTOMER, _ANOTHER))


def _meant(kind: str, clause: str, hit: re.Match[str], *, subject: bool, marked: bool) -> bool:
    """Whether it is a whole statement: of somebody, about something, or an entry of a log."""
    if marked or subject or _AGENT.search(clause):
        return True
    if kind in LOOKS:
        return False  # "read the order" is what to do
    rest = clause[: hit.start()] + clause[hit.end() :]
    alone = not rest.strip(" .:!") and " " in hit[0]
    heads = hit[0][0].isupper() and not clause[: hit.start()].strip() and _ENTRY.match(clause, hit.end())
    named = ORDER_ID.search(clause) or "amount" in sums(clause, [])
    return bool(alone or heads or named or _DEFINITE.search(clause))
