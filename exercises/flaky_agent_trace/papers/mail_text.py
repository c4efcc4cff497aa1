"""The text that a request puts before the model, whoever wrote it, and what the program says around it.

Who asks what literally stands in a mail, or how it sounds, may ask it of any mail: of one of this shop, of
one that was written anew, of a line in quotation marks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.simulation.reading.context import Context

Json = Any


@dataclass(frozen=True, slots=True)
class MailText:
    """A text with its head, and what is asked about it."""

    asked: str
    head: str
    body: str

    @property
    def text(self) -> str:
        """What the customer writes, the subject included, without who sent it when."""
        subject = _SUBJECT.search(self.head)
        return f"{subject[1]}\n{self.body}" if subject is not None else self.body

    @property
    def written(self) -> str:
        """That without the mails that it quotes."""
        return _QUOTED.split(self.text, maxsplit=1)[0]


_NAMES = (
    r"mail|e-?mail|message|msg|text|ticket|thread|letter|input|document|customer|content|user_input|nachricht"
)
_TAGGED = re.compile(
    rf"<(?P<tag>(?:\w+[_-])?(?:{_NAMES})(?:[_-]\w+)?)\b[^<>\n]{{0,80}}>(?P<in>.*?)</(?P=tag)>",
    re.DOTALL | re.IGNORECASE,
)
_FENCED = re.compile(
    r"(?P<mark>```|\"\"\"|'''|<<<|-{5,}|={5,})[\w ]{0,12}\n(?P<in>.+?)\n[ \t]*(?:(?P=mark)|>>>)", re.DOTALL
)
_HEAD_LINE = (
    r"(?:From|Von|De|Van|Od|Sender|Subject|Betreff|Objet|Asunto|Onderwerp|Temat|Received|Sent|Date"
    r"|Datum|To|An|Cc"
    r"|Reply-To)[ \t]?:[ \t]*\S[^\n]*"
)
_HEADED = re.compile(rf"(?m)^(?P<head>{_HEAD_LINE}(?:\n{_HEAD_LINE}){{0,6}})\n(?P<body>.*)\Z", re.DOTALL)
_OF_A_MAIL = re.compile(
    r"(?mi)^(?:From|Von|De|Van|Od|Sender|Subject|Betreff|Objet|Asunto|Onderwerp|Temat)[ \t]?:"
)
_SUBJECT = re.compile(r"(?mi)^(?:Subject|Betreff|Objet|Asunto|Onderwerp|Temat)[ \t]?:[ \t]*(\S[^\n]*)$")
_NEXT_PAPER = re.compile(
    r"\n[ \t]*\n(?=[#* \t]{0,6}(?:(?:The )?(?:Orders?|Order records?|Handbook|Policy|Rules|Question"
    r"|Task|Now|Today)\b"
    r"[^\n.?!]{0,40}:|\{\s*\"|\[\s*\{))",
    re.IGNORECASE,
)
"""Where another paper, or the question, follows a mail."""
_QUOTED = re.compile(
    r"(?m)^[ \t]{0,16}(?:>|On .{5,60} wrote:$|Le .{5,60} a écrit ?:$|Am .{5,60} schrieb.{0,60}:$"
    r"|-{3,} ?Original)"
)
_ASKS = re.compile(
    r"\?|\b(?:shorten|rewrite|rephrase|make|condense|translate|answer|reply|respond|return|output"
    r"|json|list|extract|rate|score|classify|label|one word|yes/no"
    r"|yes or no|number only|format|only|say|injection)\b",
    re.IGNORECASE,
)
_FOR_US = re.compile(
    r"\b(?:mail|e-?mail|message|text|reply|draft|letter|response|customer|sender|ticket|json|injection|bot|llm"
    r"|one word|number only|yes/no|yes or no|format"
    r"|priority|urgency|tone|sentiment|mood|one of"
    r"|scale|from \d+ (?:\([^)]*\) )?to \d+|comma|list all|which of)\b",
    re.IGNORECASE,
)
_QUOTE_MARKS = re.compile(r"[\"“„«](?P<in>[^\"“”„«»\n]{12,1200})[\"”“»]")
_LEAD = re.compile(
    r"\A(?P<asked>[^\n]{6,900}?(?:\n[^\n]{2,300}){0,6}?[:?.])[ \t]*\n[ \t]*\n(?P<body>.+)\Z", re.DOTALL
)
_KEYS = ("body", "text", "message", "content", "mail", "email")
_LAST = 320


def mail_text(context: Context) -> MailText | None:
    """The text of the last message that is asked about, `None` where it is nothing but a question."""
    system = "\n".join(piece.text for piece in context.of("system"))
    return _found(system, context.asked)


@lru_cache(maxsize=512)
def _found(system: str, asked: str) -> MailText | None:
    for around, text in _parts(asked, bool(system)):
        if len(text.split()) > 1:
            headed = _HEADED.search(text)
            head, body = (headed["head"], headed["body"]) if headed is not None else ("", text)
            return MailText(f"{system}\n{around}".strip(), head, body.strip())
    return None


def _parts(asked: str, told_before: bool) -> Iterator[tuple[str, str]]:
    """The message as what is asked and the text, the surest reading first."""
    for pattern in (_TAGGED, _FENCED):
        if (met := pattern.search(asked)) is not None:
            yield f"{asked[: met.start()]}\n{asked[met.end() :]}", met["in"].strip("\n")
    if (held := _of_json(asked)) is not None:
        yield held
    if (met := _HEADED.search(asked)) is not None and _OF_A_MAIL.search(met["head"]):
        rest = asked[met.start() :]
        paper = _NEXT_PAPER.search(rest)
        text, after = (rest[: paper.start()], rest[paper.start() :]) if paper is not None else (rest, "")
        text, last = _without_question(text)
        yield f"{asked[: met.start()]}\n{last}\n{after}", text
    if (met := _QUOTE_MARKS.search(asked)) is not None and not told_before:
        yield f"{asked[: met.start()]}\n{asked[met.end() :]}", met["in"]
    if (
        (met := _LEAD.match(asked)) is not None
        and _ASKS.search(met["asked"])
        and _FOR_US.search(met["asked"])
    ):
        yield met["asked"], met["body"]
    if told_before:
        text, last = _without_question(asked)
        if text.strip() and not (last == "" and _FOR_US.search(asked) and "\n" not in asked and "?" in asked):
            yield last, text


def _without_question(text: str) -> tuple[str, str]:
    """A text, and the last paragraph of it, where that is the program's and not the mail's."""
    body, gap, last = text.rstrip().rpartition("\n\n")
    own = bool(gap) and len(last) <= _LAST and bool(_ASKS.search(last)) and bool(_FOR_US.search(last))
    return (body, last) if own else (text, "")


def _of_json(asked: str) -> tuple[str, str] | None:
    """A mail that is a value in JSON."""
    start, end = asked.find("{"), asked.rfind("}")
    if start < 0 or end < start:
        return None
    try:
        value = json.loads(asked[start : end + 1])
    except ValueError:
        return None
    for mapping in _mappings(value):
        if body := next((mapping[key] for key in _KEYS if isinstance(mapping.get(key), str)), ""):
            subject = mapping.get("subject")
            sender = mapping.get("from") or mapping.get("sender")
            sender = (
                f"{sender.get('name', '')} <{sender.get('email', '')}>"
                if isinstance(sender, dict)
                else sender
            )
            head = "".join(
                f"{name}: {said}\n" for name, said in (("From", sender), ("Subject", subject)) if said
            )
            return f"{asked[:start]}\n{asked[end + 1 :]}", f"{head}{body}" if head else body
    return None


def _mappings(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _mappings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _mappings(inner)
