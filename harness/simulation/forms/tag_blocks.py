"""Elements that stand together in a prompt, each with a gap in it: `<agree>yes | no</agree>`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.simulation.forms.skeletons import HOLLOW

_DESCRIBED = re.compile(
    r"<(?P<name>[A-Za-z][\w-]{0,40})>(?P<inside>[^<>]{0,600}|[ \t]*<[^<>\n]{1,60}>[ \t]*)</(?P=name)>"
)
"""An element with room for some sentences about what is to stand in it."""


def blocks(text: str) -> list[list[re.Match[str]]]:
    """Elements that stand together, each with a gap in it, or with sentences that say what belongs there."""
    found: list[list[re.Match[str]]] = [[]]
    for match in _DESCRIBED.finditer(text):
        if not is_gap(match["inside"]) and not _is_described(match["inside"]):
            continue
        if found[-1] and not _BETWEEN.fullmatch(text[found[-1][-1].end() : match.start()]):
            found.append([])
        found[-1].append(match)
    return [part for block in found for part in _sure(block) if part]


def _sure(block: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """A block as it is where a gap in it is plain; else its parts between the long ones."""
    if any(_PLAIN_GAP.search(match["inside"]) for match in block):
        yield block
        return
    part: list[re.Match[str]] = []
    for match in block:
        if is_gap(match["inside"]):
            part.append(match)
        else:
            yield part
            part = []
    yield part


def _is_described(inside: str) -> bool:
    """Whether what stands in a tag says what belongs there, as no document and no customer would."""
    said = _EXAMPLE.sub("", HOLLOW.sub("", inside))
    return bool(_DESCRIBES.search(said)) and not _VALUE.search(said) and "\n\n" not in said


_PLAIN_GAP = re.compile(r"\||\A\s*(?:\.{3}|…)?\s*\Z|\A\s*[<\[{]")
_EXAMPLE = re.compile(
    r"(?:\be\.g\.|\bz\. ?B\.|\bp\. ?ex\.|\b(?:for example|such as|like))[^;\n]{0,60}|\"[^\"\n]{0,60}\""
)
_VALUE = re.compile(
    r"\d{2}|@|\b(?:I|I['’]\w+|my|me|we|us|ich|mir|mich|mein\w*|wir|je|j['’]\w+|moi|mon|nous|yo|quiero|ik|mij|mijn|moje|chcę)\b"
)
"""A number, an address, or somebody who speaks for themself."""
_DESCRIBES = re.compile(
    r"\b(?:what|which|whether|why|where|how|your|sentences?|words?|list|empty|blank|none|step by step|each|if"
    r"|unless|only|was|welche\w?|ob|warum|wie|deine?|satz|sätze|leer|falls|wenn|quoi|quel\w*|pourquoi"
    r"|comment|votre|ton|vide|phrases?|si|qué|cuál|por qué|tu|vacío|frases?|wat|welke|waarom|jouw|leeg"
    r"|zin(?:nen)?|als|co|który|dlaczego|pust[ey]|jeśli|zdani[ae])\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"(?:\s|</?[\w-]{1,40}>|,|;|\band\b|\bor\b|then|`){0,40}|[^.\n<>]{0,60}")


def is_gap(inside: str) -> bool:
    """Whether what stands in a tag is no value: nothing, dots, options, or a few words without a number."""
    said = inside.strip()
    return (
        not said
        or said in {"...", "…"}
        or "|" in said
        or said.startswith(("<", "[", "{"))
        or (len(said.split()) <= 12 and not re.search(r"\d{2}|@", HOLLOW.sub("", said)))
    )
