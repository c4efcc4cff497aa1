"""Mails whose sender, day and subject stand in tags, attributes or keys: put below a plain head.

`<mail from_address="ola@x.example" subject="Return">…</mail>` says what `From: …` above the same words says.
Which element is a mail is told by what it holds: a sender with an address, and sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import unescape
from textwrap import dedent
from typing import Any, NamedTuple

from harness.simulation.reading.tag_trees import Node, every, loosened, tree
from harness.simulation.reading.text import fold

_WORDS = {
    "sender": """from sender author writer absender von verfasser expéditeur expediteur auteur de remitente
        autor van afzender od nadawca""",
    "mailed": "email mail address addr adresse adres correo courriel e",
    "name": "name naam nom nombre nazwa imię",
    "day": """received date sent day time timestamp arrived eingegangen eingang empfangen datum gesendet
        reçu recu reçue recibido fecha ontvangen otrzymano data""",
    "subject": "subject title betreff objet sujet asunto onderwerp temat",
    "body": """body text content message msg mail email letter raw nachricht inhalt mailtext corps texte
        contenu cuerpo texto mensaje contenido bericht inhoud tekst treść wiadomość""",
    "group": """header headers head meta metadata envelope kopf kopfzeilen sender from absender
        expéditeur remitente afzender nadawca""",
    "others": """to cc bcc recipient recipients reply an empfänger destinataire para aan do order
        buyer""",
    "mails": """mail email message letter ticket kundenmail nachricht courriel correo mensaje bericht
        wiadomość kunde""",
}
_MEANT = {kind: frozenset(said.split()) for kind, said in _WORDS.items()}
_OTHERS = _MEANT["others"]
"""Words of a key that speaks of somebody else."""
_MAILS = _MEANT["mails"]
"""Words for elements that hold a mail: there an address without more is the sender's."""
_SPLIT = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])|[_.\s-]+")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_TAGS = re.compile(r"</?\w[^<>\n]{0,200}>")
_FEWEST = 4
"""Words of a mail, at least."""
_SHORT = 120
"""Characters of a remark beside a mail, such as its number."""


class _Head(NamedTuple):
    """What is told of who wrote, when, and about what."""

    address: str = ""
    name: str = ""
    day: str = ""
    subject: str = ""

    def with_(self, other: _Head) -> _Head:
        return _Head(*(mine or theirs for mine, theirs in zip(self, other, strict=True)))

    @property
    def lines(self) -> str:
        """As a mail's head has it."""
        sender = f"{self.name} <{self.address}>" if self.name else self.address
        told = {"From": sender, "Received": self.day, "Subject": self.subject}
        lines = [f"{label}: {' '.join(value.split())}" for label, value in told.items() if value]
        return "\n".join(lines if len(lines) > 1 else [*lines, f"Sender: {self.address}"])


@lru_cache(maxsize=512)
def plain_mails(text: str) -> str:
    """A text in which each mail that tags or a document in YAML enclose has a plain head."""
    if "<" in text and ">" in text:
        text = loosened(text)
        edits = [edit for node in every(tree(text)) for edit in _edits(node, text)]
        text = _edited(text, edits)
    return _of_yaml(text) if "@" in text and _BLOCK.search(text) else text


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    """The text with some of its parts put otherwise; an edit within an earlier one is left out."""
    parts, place = [], 0
    for start, end, put in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if start >= place:
            parts += [text[place:start], put]
            place = end
    return "".join([*parts, text[place:]])


def _edits(node: Node, text: str) -> Iterator[tuple[int, int, str]]:
    """What makes a plain mail of an element: its head above its body, and nowhere else."""
    if "@" not in text[node.start : node.end]:
        return
    head = _of_pairs(node.name, node.attributes)
    heads, rest = [], []
    for child in node.children:
        told = _told_by(child, text, node.name)
        if told is None:
            rest.append(child)
        else:
            heads.append(child)
            head = head.with_(told)
    if not head.address:
        return
    body = next(
        (child for child in rest if _words(child.name) & _MEANT["body"] and _is_prose(child, text)), None
    )
    if body is not None:
        yield from ((child.start, child.end, "") for child in heads)
        yield body.inner, body.inner, f"\n{head.lines}\n\n"
    elif all(_is_remark(child, text) for child in rest) and _is_prose(node, text):
        yield from ((child.start, child.end, "") for child in node.children)
        said = (text[child.start : child.end] for child in rest)
        yield node.start, node.inner, "\n".join([_opened(node), *said, head.lines, "\n"])


def _opened(node: Node) -> str:
    """An element's opening tag without what its head says."""
    kept = (
        f'{key}="{said}"'
        for key, said in node.attributes.items()
        if not _kind(key, unescape(said), node.name)
    )
    return f"<{' '.join([node.name, *kept])}>"


def _is_remark(node: Node, text: str) -> bool:
    """Whether an element says something short beside a mail."""
    return node.end - node.start <= _SHORT and "\n" not in node.text(text).strip()


def _is_prose(node: Node, text: str) -> bool:
    """Whether sentences stand in an element itself, and no records."""
    own, place = [], node.inner
    for child in node.children:
        own.append(text[place : child.start])
        place = child.end
    said = "".join([*own, text[place : node.shut]]).strip()
    return said[:1] not in {"{", "["} and len(fold(said).words) >= _FEWEST


def _told_by(node: Node, text: str, within: str) -> _Head | None:
    """What an element in a mail says of its sender, day or subject; `None` where it is no part of a head."""
    said = unescape(_TAGS.sub(" ", node.text(text)) if not node.children else "").strip()
    if node.children or (node.attributes and not said):
        if not _words(node.name) & _MEANT["group"]:
            return None
        head = _of_pairs(node.name, node.attributes)
        for child in node.children:
            head = head.with_(_told_by(child, text, node.name) or _Head())
        return head if any(head) else None
    if "\n" in said or not said:
        return None
    kind = _kind(node.name, said, within)
    return _filled(kind, said) if kind else None


def _of_pairs(within: str, pairs: dict[str, str]) -> _Head:
    """The head that attributes tell of."""
    head = _Head()
    for key, value in pairs.items():
        said = unescape(value).strip()
        if kind := _kind(key, said, within):
            head = head.with_(_filled(kind, said))
    return head


def sender_beside(value: Any, is_mail: Callable[[str], bool]) -> str:
    """The address of who wrote the mail that stands in data; empty where there is none or it is not told."""
    if isinstance(value, list):
        return next(filter(None, (sender_beside(item, is_mail) for item in value)), "")
    if not isinstance(value, dict):
        return ""
    if any(isinstance(item, str) and is_mail(item) for item in value.values()):
        return _of_mapping("mail", value).address
    for item in value.values():
        if found := sender_beside(item, is_mail):
            return found
        if isinstance(item, dict) and any(isinstance(part, str) and is_mail(part) for part in item.values()):
            return _of_mapping("mail", value).address
    return ""


def _of_mapping(within: str, value: dict[str, Any]) -> _Head:
    """The head that the keys of a mapping tell of, those of a sender or a header within it too."""
    head = _of_pairs(within, {key: item for key, item in value.items() if isinstance(item, str)})
    for key, item in value.items():
        if isinstance(item, dict) and _words(key) & _MEANT["group"]:
            head = head.with_(_of_mapping(key, item))
    return head


def _kind(key: str, value: str, within: str) -> str:
    """What a key with this value tells of a mail; empty where nothing."""
    words = _words(key)
    if not value or words & _OTHERS:
        return ""
    if _ADDRESS.search(value):
        told = (words | _words(within)) & _MEANT["sender"]  # within a sender any address is theirs
        known = told or (words & _MEANT["mailed"] and _is_mails(within))
        return "sender" if known else ""
    if words & _MEANT["day"] and any(char.isdigit() for char in value):
        return "day"
    if words & _MEANT["subject"]:
        return "subject"
    return "name" if words & (_MEANT["name"] | _MEANT["sender"]) else ""


def _is_mails(name: str) -> bool:
    """Whether an element's name says that it holds a mail, or who sent it."""
    return bool(_words(name) & (_MAILS | _MEANT["sender"])) or name.casefold() in _MAILS


def _filled(kind: str, said: str) -> _Head:
    if kind != "sender":
        return _Head(**{kind: said})
    found = _ADDRESS.search(said)
    assert found is not None
    return _Head(address=found.group(), name=said[: found.start()].strip(" <\"'(,;"))


def _words(key: str) -> set[str]:
    return {word.casefold() for word in _SPLIT.split(key) if word}


_BLOCK = re.compile(r"(?m)^(?P<room>[ ]{0,20})(?:- )?(?P<key>\w{1,24})[ ]?:[ ]?[|>][+-]?[ ]*\n")
_LINE = re.compile(r"^(?P<room> *)(?:- )?[\"']?(?P<key>\w[\w .-]{0,30}?)[\"']?[ ]?:(?:[ ]+(?P<value>\S.*))?$")


def _of_yaml(text: str) -> str:
    """A text in which each mail that is a block of YAML stands below its head, within tags."""
    lines = text.split("\n")
    edits = [edit for at, line in enumerate(lines) if (edit := _block(lines, at, line)) is not None]
    for start, end, put in reversed(edits):
        lines[start:end] = put
    return "\n".join(lines)


def _block(lines: list[str], at: int, line: str) -> tuple[int, int, list[str]] | None:
    """Where a mail's body stands as a block, and the lines to be put there."""
    opened = _BLOCK.match(f"{line}\n")
    if opened is None or not _words(opened["key"]) & _MEANT["body"]:
        return None
    room, end = len(opened["room"]), at + 1
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > room):
        end += 1
    head = _head_beside(lines, at, end, room)
    body = dedent("\n".join(lines[at + 1 : end])).strip("\n")
    if not head.address or len(fold(body).words) < _FEWEST:
        return None
    told = [
        lines[at].split("|")[0].split(">")[0].rstrip(),
        "<mail>",
        *head.lines.split("\n"),
        "",
        body,
        "</mail>",
    ]
    return at, end, told


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _head_beside(lines: list[str], at: int, end: int, room: int) -> _Head:
    """What the keys beside a block tell of who wrote it."""
    above, below = at, end
    while above > 0 and (not lines[above - 1].strip() or _indent(lines[above - 1]) >= room):
        above -= 1
    while below < len(lines) and (not lines[below].strip() or _indent(lines[below]) >= room):
        below += 1
    head, within = _Head(), ""
    for line in [*lines[above:at], *lines[end:below]]:
        met = _LINE.match(line)
        if met is None or _indent(line) > room + 4:
            continue
        within = met["key"] if _indent(line) == room else within
        key = met["key"] if _indent(line) == room else f"{within} {met['key']}"
        said = (met["value"] or "").strip("\"' ")
        if kind := _kind(key, said, "mail"):
            head = head.with_(_filled(kind, said))
    return head
