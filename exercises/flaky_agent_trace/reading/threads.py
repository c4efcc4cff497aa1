"""The messages of a thread: what a mail says now, and what it quotes of earlier ones."""

from __future__ import annotations

import json
import re
from itertools import zip_longest
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.drafted import frames
from exercises.flaky_agent_trace.papers.outcomes import outcome_in
from exercises.flaky_agent_trace.papers.scene import QUOTED
from harness.simulation.reading.text import fold
from harness.simulation.reading.values import canonical

from .mind import Mind

_MONTHS = (
    "jan feb mar apr may jun jul aug sep oct nov dec", "jan feb mär apr mai jun jul aug sep okt nov dez",
    "janv févr mars avr mai juin juil août sept oct nov déc",
    "ene feb mar abr may jun jul ago sep oct nov dic", "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "sty lut mar kwi maj cze lip sie wrz paź lis gru",
)  # fmt: skip
_HEAD = re.compile(
    r"^(?:On|Am|Le|El|Op|W dniu|Dnia) (?P<when>[^\n]{4,60}?),? ?(?:at |um |à |a las |om |o )?"
    r"(?:\d{1,2}[:.]\d{2})?(?: Uhr)?,? (?:schrieb |schreef )?(?P<who>[^\d\n,<:]{3,60}?)"
    r"(?: ?<[^<>\n]{1,80}>)?(?: wrote| a écrit| escribió| napisał\w?)? ?:$",
    re.MULTILINE,
)
_FIELDS = re.compile(
    r"^(?:From|Von|De|Van|Od): (?P<who>[^\n<]{2,60}?)(?: ?<[^<>\n]{1,80}>)?\n"
    r"(?:Sent|Date|Gesendet|Envoyé|Enviado|Verzonden|Wysłano): (?P<when>[^\n]{4,60})\n"
    r"(?:\w{1,10}: [^\n]{1,120}\n){0,4}",
    re.MULTILINE,
)
"""The head of a quoted mail in lines of its own."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_GREETING = 2
"""So many words at most."""
_LONGEST = 260
_LIMIT = re.compile(
    r"\b(?:max(?:imum|\.)?|at most|up to|no more than|not more than|under|within|<=?|≤|höchstens|maximal)"
    r"\s{0,2}(?:of )?(?P<most>[1-9]\d?)[ -](?:words?|wörter)\b",
    re.IGNORECASE,
)
"""How long a part of an answer may be."""
_DAY = re.compile(r"(?P<day>\d{1,2})\.? (?:de )?(?P<month>[^\W\d_]{3,12})\.?,? (?:de )?(?P<year>20\d\d)")


def newest(mind: Mind) -> str | None:
    """What the customer writes now, as far as it stands in the context."""
    body = mind.scene.state.ticket.body
    quote = QUOTED.search(body)
    first = _HEAD.search(body)
    ends = [found.start() for found in (quote, first) if found is not None]
    said = held(mind, body[: min(ends, default=len(body))])
    return said if mind.mail.present and said else None


def messages(mind: Mind) -> list[dict[str, Any]]:
    """Every message of the thread in the context, the newest first."""
    said = newest(mind)
    asked = json.dumps(mind.contract.schema or {})
    told = _LIMIT.search(asked)
    most = int(told["most"]) if told is not None else _FEW if _IN_FEW.search(asked) else 0
    found = [_message(said, mind.sender_name, mind.mail.received, most, customer=True)] if said else []
    own = set(fold(mind.scene.state.ticket.sender.name).words)
    plain = re.sub(r"(?m)^[ \t]*(?:>[ \t]?)+", "", mind.scene.state.ticket.body)
    heads = sorted((*_HEAD.finditer(plain), *_FIELDS.finditer(plain)), key=lambda head: head.start())
    for head, after in zip_longest(heads, heads[1:]):
        text = held(mind, plain[head.end() : after.start() if after is not None else len(plain)])
        if text:
            who = head["who"].strip()
            customer = bool(own & set(fold(who).words))
            found.append(_message(text, who, _date(head["when"]), most, customer=customer))
    return found


def in_order(mind: Mind) -> list[dict[str, Any]]:
    """The messages in the order that the program wants, the newest first where it does not say."""
    said = f"{json.dumps(mind.contract.schema)} {mind.instructions}"
    found = messages(mind)
    return found[::-1] if _OLDEST.search(said) else found


_OLDEST = re.compile(
    r"\b(?:oldest|earliest|first (?:mail|message)) (?:first|to)\b|\bchronological", re.IGNORECASE
)


def _message(text: str, who: str | None, when: Any, most: int, *, customer: bool) -> dict[str, Any]:
    lines = [line for line in text.splitlines() if line.strip() and not frames(line.strip())]
    return {
        "message_text": text, "text": text, "message_sender": who, "message_date": when,
        "message_role": "customer" if customer else "support",
        "message_gist": _within(_gist(" ".join(lines)), most),
        "order_ids": list(dict.fromkeys(found.group().upper() for found in ORDER_ID.finditer(text))),
    }  # fmt: skip


_FEW, _PHRASE = 12, 4
_IN_FEW = re.compile(
    r"\b(?:(?:a |very )?few words|short(?:est)? phrase|keywords?|briefly|in brief"
    r"|wenige\w? worte?n?|stichwort\w*|quelques mots|pocas palabras|enkele woorden|kilku słowach)\b",
    re.IGNORECASE,
)
"""Says of a text that a few words will do."""
_ADDRESS = re.compile(
    r"^(?:hi|hello|hey|dear|hallo|bonjour|hola|dag|dzień dobry|guten (?:tag|morgen)|good \w+)"
    r"\b[^,.!\n]{0,24}[,!]\s*",
    re.IGNORECASE,
)


def _gist(text: str) -> str:
    """What a message says, in its own first sentences; a mere greeting is none of them."""
    said = [sentence for sentence in _SENTENCE.split(text) if sentence.strip()]
    telling = [sentence for sentence in said if len(sentence.split()) > _GREETING] or said
    gist = ""
    for sentence in telling:
        if gist and len(gist) + len(sentence) > _LONGEST:
            break
        gist = f"{gist} {sentence}".strip()
    return gist


def _within(gist: str, most: int) -> str:
    """The beginning of a text, of so many words at most and up to the end of a clause; 0: all of it."""
    words = gist.split()
    if most and len(words) > most and (address := _ADDRESS.match(gist)) is not None:
        gist = f"{gist[address.end()].upper()}{gist[address.end() + 1 :]}"
        words = gist.split()
    if not most or len(words) <= most:
        return gist
    ends = [at for at, word in enumerate(words[:most], start=1) if word[-1] in ".,;:!?" and at > _GREETING]
    full = [at for at in ends if words[at - 1][-1] in ".!?" and at > _PHRASE]
    ends = full or ends
    if not ends:
        return f"{' '.join(words[:most])} …"
    said = " ".join(words[: ends[-1]]).rstrip(",;: ")
    return said.rpartition("(")[0].rstrip() if said.count("(") > said.count(")") else said


def settled_by(mind: Mind, order_id: str) -> str:
    """The newest sentence of a thread on an order that tells of it as settled; empty where none names it."""
    number = re.sub(r"\D", "", order_id)
    found = [
        sentence.strip()
        for message in messages(mind)
        for sentence in _SENTENCE.split(" ".join(str(message["text"]).split()))
        if number in re.sub(r"\D", "", sentence)
    ]
    return next((said for said in found if outcome_in(said) is not None), found[0] if found else "")


def held(mind: Mind, text: str, *, gaps: bool = False) -> str:
    """The lines of a text that stand in the context. `gaps`: with the empty ones between them."""
    pieces = [piece for piece in mind.context.pieces if piece.source != "call"]
    lines = [
        line for line in text.splitlines()
        if (gaps and not line.strip())
        or (fold(line).words and any(piece.folded.has(line) for piece in pieces))
    ]  # fmt: skip
    return "\n".join(lines)


def _date(words: str) -> Any:
    """A day as mail programs write it above a quotation."""
    said = _DAY.search(words)
    if said is None:
        return canonical(words, "date")
    month = said["month"].casefold()
    for names in _MONTHS:
        at = next((n for n, name in enumerate(names.split(), 1) if month.startswith(name)), None)
        if at is not None:
            return canonical(f"{said['year']}-{at:02d}-{int(said['day']):02d}", "date")
    return None
