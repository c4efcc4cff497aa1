"""What a context says of who wrote and when, as a mail's head would."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from exercises.flaky_agent_trace.ontology import ADDRESS
from harness.simulation.reading.context import Piece
from harness.simulation.reading.values import dates

HEADER = re.compile(
    r"(?m)^[ \t]{0,16}(?:Now|Ticket|From|Sender|To|Received|Date|Sent|Subject)[ \t]{0,8}:[ \t]{0,8}\S.*$",
    re.IGNORECASE,
)
"""A line of a mail's head."""
_BLOCK = re.compile(
    r"(?m)(?:^[ \t]{0,16}[\"'`*]{0,3}(?:From|Sender|To|Received|Date|Sent|Subject|Von|An|Datum|Betreff|De|À"
    r"|Objet|Asunto|Van|Aan|Onderwerp|Od|Do|Temat)[\"'`*]{0,3}[ \t]{0,8}:[ \t]{0,8}\S[^\n]{0,200}\n){2,8}",
    re.IGNORECASE,
)
"""The head of a mail."""
_PASSED_ON = re.compile(
    r"(?:-{2}|_{2}|\b)[^\n]{0,12}(?:forwarded|original|weitergeleitet|ursprüngliche|transféré|origen"
    r"|reenviado|doorgestuurd"
    r"|oorspronkelijk|przekazan)[^\n]{0,40}\n[ \t]{0,8}\Z",
    re.IGNORECASE,
)
"""Says of the head below that it is an earlier mail's."""
_CALLED = re.compile(
    r"(?m)^[ \t#*=-]{0,8}(?:(?:the |a )?(?:customer|client|user|kunden?)(?:['’]?s)?[ -])?(?:new |incoming )?"
    r"(?:e-?mail|mail|message|text|letter|nachricht|mensaje|bericht)"
    r"(?: (?:body|text|of the customer|from the customer))?"
    r"[ \t*#=-]{0,6}:?[ \t*#=-]{0,8}\n|(?m:^)(?:customer|client|user)[ \t]{0,2}:[ \t]{0,3}(?=\S)",
    re.IGNORECASE,
)
"""A line that says that a mail stands below."""
_BEYOND = re.compile(
    r"(?m)^[ \t]{0,8}(?:#{1,4}[ \t]|={2,}|-{3,}[ \t]*$|\*{3,}|</|```|\"\"\"|[{\[|]"
    r"|[A-Z][\w' -]{2,40}:[ \t]{0,3}(?:$|[\[{])|[A-Z][A-Z ()/]{3,40}$|[-*] [{\[]|HL-\d{6} [a-z]"
    r"|(?:Proposed|Proposal|Decision|Rule|Draft|Order|Orders|Handbook|Facts|Task|Question|Note"
    r"|Today)\b[^\n]{0,30}:"
    r"|(?:Decide|Answer|Respond|Return|Classify|Extract|Summari[sz]e|Output|Reply with|Write|What|Which"
    r"|Give|List|Now\b)"
    r"[^\n]{0,300}(?:\b(?:JSON|customer|ticket|mail|word|line|number|handbook|decision)\b)[^\n]{0,200}$)"
)
"""A line with which a program goes on below a mail."""
_OWN = re.compile(
    r"\b(?:I|I['’]\w+|my|me|we|our|us|ich|mir|mich|mein\w*|wir|uns\w*|je|j['’]\w+|moi|mon|ma|mes|nous|yo|mi"
    r"|mis|me|quiero|"
    r"ik|mij|mijn|wij|ons|proszę|moje|mój|chcę|mi)\b"
)
"""Whoever writes so speaks for themself."""


def mails_in(text: str) -> Iterator[str]:
    """The bodies of mails below a head, or below a line that says that one follows, the last first."""
    headed = [head for head in _BLOCK.finditer(text) if not _PASSED_ON.search(text[: head.start()])]
    for match in reversed(headed or [*_CALLED.finditer(text)]):
        rest = text[match.end() :].lstrip("\n")
        end = _BEYOND.search(rest, max(0, rest.find("\n")))  # a salutation may end with a colon
        body = _without_ask(rest[: end.start()] if end is not None else rest).strip()
        if body and (headed or _OWN.search(body)):
            yield body


def _without_ask(text: str) -> str:
    """A mail without the last paragraph below it, where that asks something about it."""
    body, gap, last = text.rstrip().rpartition("\n\n")
    own = gap and len(last) <= _LONGEST and _ASKS_US.match(last) and _ABOUT_IT.search(last)
    return body if own and not _OWN.search(last) else text


_LONGEST = 320
_ASKS_US = re.compile(
    r"\W{0,6}(?:please |now |then |kindly )*(?:translat|rat(?=e)|scor(?=e)|label|tag|categori[sz]|classif"
    r"|summari[sz]|sum up|extract|decide|draft|write|compos|rewrit|explain|describ|list|name|giv(?=e)|put"
    r"|render|turn|output|return|answer|respond|identify|detect|determine|judge|assess|evaluate|estimate"
    r"|sentiment|tone|mood|urgency|priority|intent|category|topic|pick|choose|select"
    r"|tell|show|quote|find|check|say|how|what|which|who|when|where|why|is|are|does|do|did|has|was|were"
    r"|should|can|could|would|on a scale|übersetz|fass|bewert|klassifizier|wie|was|welche|tradui|traduc"
    r"|résum|resum|vertaal|przetłumacz)\w*\b",
    re.IGNORECASE,
)
_ABOUT_IT = re.compile(
    r"\b(?:e-?mail|mail|message|text|ticket|customer|client|sender|writer|author|he|she|they|this|it"
    r"|english|tone|sentiment|mood|urgency|priority|intent|category|one (?:word|of)|json|nachricht"
    r"|kund\w+|correo|cliente|courriel)\b",
    re.IGNORECASE,
)
_HEADER = re.compile(r"\b(?:from|sender|von|email)\b[\"'`*]{0,3}\s*[:=][^@\n]{0,60}", re.IGNORECASE)


def other_sender(pieces: list[Piece]) -> str | None:
    """Another address that stands where the sender's should: a program may have changed it."""
    for piece in pieces:
        for match in _HEADER.finditer(piece.folded.plain):
            address = ADDRESS.search(piece.folded.plain, match.start(), match.end() + 80)
            if address:
                return address.group()
    return None


_HEAD = re.compile(
    r"\b(?:from|sender|von|absender|de|van|od)\b[\"'`*]{0,3}\s*[:=][^@\n]{0,80}?(?=[\w.+-]{1,64}@)",
    re.IGNORECASE,
)
_NEAR = 600
"""Characters above a mail in which its head stands."""


def sender_above(text: str, at: int) -> str | None:
    """The address in the head right above a mail that begins at `at`."""
    heads = [match.end() for match in _HEAD.finditer(text, max(0, at - _NEAR), at)]
    found = ADDRESS.match(text, heads[-1]) if heads else None
    return found.group() if found else None


_RECEIVED = re.compile(
    r"\b(received|date|sent|now|today|heute|current date|ticket date|reçu|recibido|ontvangen|request date)\b"
    r"[^\n\d]{0,24}(?=\d)",
    re.IGNORECASE,
)


def received_on(pieces: list[Piece], true: dt.date) -> dt.date | None:
    """The day on which the request came, as the context states it; a restated day wins over none."""
    stated_days: list[tuple[bool, dt.date]] = []
    for piece in pieces:
        plain = piece.folded.plain
        for match in _RECEIVED.finditer(plain):
            found = dates(plain[match.end() : match.end() + 24])
            if found and found[0].start == 0:
                stated_days.append((match[1].lower().startswith("rec"), found[0].value))
    if any(day == true for _, day in stated_days):
        return true
    if not stated_days:
        anywhere = any(found.value == true for piece in pieces for found in dates(piece.folded.plain))
        return true if anywhere else None
    return max(stated_days, key=lambda entry: entry[0])[1]
