"""Where in a request the mail stands: as it was sent but for some words, or another one below its head."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.simulation.reading.blobs import blobs, outside
from harness.simulation.reading.context import Piece
from harness.simulation.reading.text import fold

from .headers import HEADER, mails_in
from .mail_sentences import is_known, sentences_of, unwrapped
from .scene import TOLD, Scene, of_handbook

Json = Any
_FEWEST = 3
_SEVERAL = 2


_OPENING = re.compile(r"<(?P<tag>[^\W\d][\w.-]{0,40})(?:\s[^<>]{0,600})?>|(?P<quotes>\"\"\")|```\w{0,10}\n")
"""What opens a text of which it is plain where it ends."""


_DATA = re.compile(
    r"^\W{0,6}[\w .-]{1,30}\W{0,3}[:=](?:\s|$)|^\s{0,8}(?:[{}\[\]|#<=]|---)|^\s{0,8}[-*] [\w .-]{1,24}: "
)
"""A line of records: no mail goes on across it."""


def texts_of(scene: Scene, piece: Piece) -> Iterator[str]:
    """The mail as a piece has it, from where it is plain where it ends to where only its middle is sure."""
    rest = fold(outside(piece.text)).plain
    stands = _holds(scene, rest)  # then a text in JSON may only quote from it
    for blob in blobs(piece.text):
        held = (text for text in _strings(blob.value) if _holds(scene, text))
        yield from (text for text in held if not (stands and _RETOLD.search(text)))
    if (inner := _enclosed(scene, rest)) != rest:
        if not _holds_rules(scene, inner):
            yield inner
        rest = inner
    runs: list[list[str]] = [[]]
    strange = 0
    for line in rest.splitlines():
        known = is_known(scene, line)
        strange = 0 if known else strange + bool(line.strip())
        if _DATA.match(line) or strange > _FEWEST:
            runs.append([])
        runs[-1] += [line] if known or runs[-1] else []
    run = max(runs, key=lambda lines: sum(is_known(scene, line) for line in lines))
    last = max((at for at, line in enumerate(run) if is_known(scene, line)), default=-1)
    told = "\n".join(run[: last + 1])
    below = _POSTSCRIPT.match(rest, rest.find(told) + len(told)) if told.strip() and told in rest else None
    yield told + (below.group() if below is not None else "")


def _enclosed(scene: Scene, text: str) -> str:
    """The innermost text within signs that say where it ends which holds the mail."""
    for inner in _within(text):
        if _holds(scene, inner):
            return _enclosed(scene, inner)
    return text


def _holds_rules(scene: Scene, text: str) -> bool:
    """Whether the handbook stands beside the mail: then a text is more than the mail."""
    lines = (line for line in text.splitlines() if len(fold(line).words) > _A_FEW)
    return any(of_handbook(line) and not is_known(scene, line) for line in lines)


def _within(text: str) -> Iterator[str]:
    """What stands in tags, triple quotes and fences; of a tag that is never closed it is looked for once."""
    open_ended: set[str] = set()
    at = 0
    while (match := _OPENING.search(text, at)) is not None:
        shut = f"</{match['tag']}>" if match["tag"] else '"""' if match["quotes"] else "```"
        end = -1 if shut in open_ended else text.find(shut, match.end())
        if end < 0:
            open_ended.add(shut)
            at = match.end()
        else:
            yield text[match.end() : end]
            at = end + len(shut)


def rewritten_in(scene: Scene, piece: Piece) -> Iterator[str]:
    """Texts that stand where the mail's would, below its sender."""
    sender = scene.state.ticket.sender.email.casefold()
    for blob in blobs(piece.text):
        for held in _mappings(blob.value):
            if sender in str(held).casefold():
                bodies = [held[key] for key in held if key.casefold() in _BODIES]
                yield from (body for body in bodies if isinstance(body, str) and _is_mail(body))
    rest = fold(outside(piece.text)).plain
    for inner in _within(rest):
        head, _, body = inner.partition("\n\n")
        if sender in head.casefold() and HEADER.search(head) and _is_mail(body):
            yield body
    others = (body for body in mails_in(rest) if not _to_sender(scene, body))
    yield from (body for body in others if _is_mail(body))


def _to_sender(scene: Scene, body: str) -> bool:
    """Whether a letter greets the one who wrote the ticket, or is signed by the shop: it is the shop's."""
    if _SIGNED.search(body):
        return True
    first = body.partition("\n")[0]
    if _INTRODUCES.search(first):
        return False
    names = {word for word in fold(scene.state.ticket.sender.name).words if len(word) > 1}
    said = [*fold(first).words]
    return bool(names & {*said}) and len(said) <= _GREETING and first.rstrip()[-1:] in {",", ":", "!", "."}


_SIGNED = re.compile(
    r"^[ \t]{0,8}(?:(?:your|the|ihr|votre) )?(?:harbour lane(?: \w+){0,2}"
    r"|(?:the )?(?:refunds desk|customer (?:service|care|support)|kundenservice|service client))\W{0,4}\Z",
    re.IGNORECASE | re.MULTILINE,
)
"""The shop's name as the last line."""
_INTRODUCES = re.compile(
    r"\b(?:here|again|speaking|hier|nochmal|ici|encore|de nuevo|otra vez|aquí|weer|tutaj|znowu)\W*$"
    r"|\b(?:it|this|that)(?:['’]s| is)\b|\b(?:me|I|ich|soy|je|ik|ja)\b",
    re.IGNORECASE,
)
"""Somebody says who writes."""


_GREETING = 7
"""Words of a line that is no more than a greeting."""


def _is_mail(text: str) -> bool:
    """Whether a text may be a mail: of some length, and not what somebody else tells of one."""
    return len(fold(text).words) > _SHORTEST and not _RETOLD.search(text) and not _is_sheet(text)


def _is_sheet(text: str) -> bool:
    """Whether most lines of a text are labelled values, as a summary has them."""
    lines = [line for line in text.splitlines() if line.strip()]
    labelled = sum(bool(_LABELLED.match(line)) for line in lines)
    return labelled >= _SEVERAL and labelled * 2 > len(lines)


_LABELLED = re.compile(r"^\s{0,8}[-*]?\s?[A-Z][a-z]{1,15}(?: [a-z]{1,15})?: \S")


def is_cut_from(scene: Scene, body: str) -> bool:
    """Whether a text holds a sentence of the mail: then it is no other mail."""
    parts = (part for line in unwrapped(body) for part in sentences_of(line))
    return any(len(fold(part).words) > _A_FEW and is_known(scene, part) for part in parts)


_A_FEW = 5
"""Words that two customers may well write alike."""


_SHORTEST = 7


_BODIES = frozenset({"body", "text", "mail", "email", "message", "content", "mail_body", "email_body", "raw"})


_RETOLD = re.compile(r"\bthe (?:customer|sender)\b|\bcustomer (?:says|wants|reports)\b", re.IGNORECASE)


def _mappings(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _mappings(part)


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
    elif isinstance(value, str):
        yield value


def _holds(scene: Scene, text: str) -> bool:
    folded = fold(text)
    held = sum(folded.has(line) for line in scene.lines)
    return held / max(1, len(scene.lines)) > TOLD


_POSTSCRIPT = re.compile(r"\s{1,4}P\.?\s?P?\.?S\b[^\n]{3,600}", re.IGNORECASE)
