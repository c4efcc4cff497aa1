"""Texts about the case that no slot has the name of: `what_she_is_after`, `facts`, `the_decisive_point`.

No model leaves such a field empty. What it is to tell shows by the words of its name, or of what is said of
it; a text of which no more is known than that words are wanted tells the case at least. Names of things
(`courier`, `items_kept`) ask for no sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from harness.simulation.filling.typed import type_of
from harness.simulation.meaning.slots import Ontology, words_of
from harness.simulation.reading.text import fold, stem

Json = Any
ANY = "*"
"""Among the words of a slot: it is what a text tells of which nothing else is known."""
OPEN = "?"
"""Among the words of a slot: a program may want a name or a code there, so that a sentence is a guess."""
_SET = frozenset({"enum", "const", "format", "pattern", "decimal", "untold", "properties", "items"})
_SHORTEST = 40
"""Characters: what has room for fewer is no sentence."""
_WORDY = frozenset(
    fold("""
sentence sentences line lines short brief briefly text paragraph words explain explains describe describes
summary summarize summarise plain prose free note satz sätze kurz phrase phrases frase frases zin zinnen
""").words
)
"""What is said of a text with one of these, that it is one."""
_FIGURES = frozenset(fold("number date day days yyyy iso code id digits percent amount").words)
"""Beside these it is none."""
_AT_TIMES = re.compile(
    r"\b(?:empty|blank|leer|vide|vac[ií]o|leeg|pust\w)\b|\"\"|''|\b(?:only|nur|seulement|solo|alleen|tylko)"
    r" (?:if|when|for|where|wenn|falls|bei|si|als|gdy|jeśli)\b",
    re.IGNORECASE,
)
"""What is said of a text that stays empty in some cases: in which, does not show here."""
_THINGS = frozenset(
    fold("""
id ids code codes number numbers no nr num ref reference url uri link email mail phone fax address city town
country street zip postcode region state iban bic bank card account courier carrier brand make colour color
size weight length model version date day month year time timestamp hour deadline currency tracking locale
timezone kind type category status level rank label tag tags key token hash file filename path format unit
language gender age template queue team owner department channel source warehouse barcode serial priority
class group bucket sku name surname title role provider supplier vendor partner store shop location mascot
variant percent percentage rate score amount price sum total count method mode flag index position place
initials signature login user thing things item items product products article articles goods artikel
produkt produit articulo ware
""").words
)
_ENDS = frozenset(fold("of for that which who whom in from about behind by to on at as with why how").words)
"""Where the head of a name ends that has more behind it: `facts_of_the_case`."""


class FreeText(NamedTuple):
    """What a text tells."""

    slot: str
    sure: bool
    """Whether its words say so."""


def lines_asked(ontology: Ontology, name: str, items: Mapping[str, Json]) -> list[str]:
    """What a list of texts of no slot's name is to tell, if its name says so."""
    bare = {key: part for key, part in items.items() if key not in {"description", "title"}}
    return [one.slot for one in free_texts(ontology, name, bare) if one.sure]


def free_texts(ontology: Ontology, name: str, schema: Mapping[str, Json]) -> tuple[FreeText, ...]:
    """What a text of no slot's name tells, the likeliest first; nothing where it is none, or has no room."""
    room = schema.get("maxLength")
    small = isinstance(room, int) and room < _SHORTEST
    if small or schema.get("nullable") or _SET & schema.keys() or type_of(schema) != "string":
        return ()
    return _told(ontology, name, str(schema.get("description") or schema.get("title") or ""))


@lru_cache(maxsize=4096)
def _told(ontology: Ontology, name: str, description: str) -> tuple[FreeText, ...]:
    words = words_of(name)
    if not words or _head(words) in _THINGS or _AT_TIMES.search(description):
        return ()
    said = fold(description).words
    named = (*_named(ontology, words), *_spoken(ontology, said))
    told = {slot: OPEN not in ontology.slots[slot].tells for slot in named}
    wordy = not told and _WORDY & {*said} and not _FIGURES & {*said}
    for slot, spec in ontology.slots.items():
        if wordy and ANY in spec.tells:
            told.setdefault(slot, False)
    return tuple(FreeText(slot, sure) for slot, sure in told.items())


def parts_told(ontology: Ontology, slot: str, schema: Mapping[str, Json]) -> tuple[str, ...]:
    """What a text tells, part by part, of which more is said than that a word is wanted: `what is wanted,
    for which order, and why that order`; nothing where the slot's own word will do.
    """
    said = str(schema.get("description") or "")
    room = schema.get("maxLength")
    small = isinstance(room, int) and room < _SHORTEST
    if small or ontology.slots[slot].kind not in {"word", "flag"} or _SET & schema.keys():
        return ()
    if type_of(schema) != "string" or _CHOICES.search(said) or len(_ASKING.findall(said)) < _SEVERAL:
        return ()
    told = [name for name, spec in ontology.slots.items() if ANY in spec.tells]
    for name, spec in ontology.slots.items():
        named = words_of(spec.joins)[:1]
        if spec.kind == "text" and named and re.search(rf"{_WHY}[^,;.]*\b{named[0]}\b", said, re.IGNORECASE):
            told.append(name)
    return tuple(told)


_SEVERAL = 2
_ASKING = re.compile(
    r"\b(?:what|which|why|how|who|when|where|whether|was|welche\w?|warum|wieso|wer|wann|quoi|quel\w*|pourquoi|qui"
    r"|qué|cuál|por qué|quién|wat|welke|waarom|wie|co|który|dlaczego)\b",
    re.IGNORECASE,
)
_CHOICES = re.compile(
    r"\b(?:one of|one word|single word|a word|yes/no|true/false)\b|\w\s?\|\s?\w", re.IGNORECASE
)
_WHY = r"\b(?:why|how (?:you|we) know|what (?:shows|settles|says)|warum|pourquoi|por qué|waarom|dlaczego)\b"


def worded(ontology: Ontology, slot: str, schema: Mapping[str, Json], name: str = "") -> str:
    """The slot of a field that is to say a word's matter in words; the same where the word will do."""
    said = fold(str(schema.get("description") or ""))
    spec, wanted = ontology.slots[slot], {*said.words}
    if not spec.worded or type_of(schema) != "string" or _SET & schema.keys() or _CHOICES.search(said.plain):
        return slot
    own = {stem(word) for word in ontology.slots[spec.worded].tells}
    named = not said.words and stem((words_of(name) or ("",))[-1]) in own  # a `complaint`
    return spec.worded if named or ((_WORDY | _FEW_WORDS) & wanted and not _FIGURES & wanted) else slot


_FEW_WORDS = frozenset(fold("phrase phrased wording verbatim own").words)


def _head(words: tuple[str, ...]) -> str:
    """The word that a name is about: its last, or the last before what tells more of it."""
    end = next((at for at, word in enumerate(words) if at and word in _ENDS), len(words))
    return words[end - 1]


def _named(ontology: Ontology, words: tuple[str, ...]) -> Iterator[str]:
    """The slots that a name's words tell: what stands nearest to its head has the word."""
    end = next((at for at, word in enumerate(words) if at and word in _ENDS), len(words))
    yield from _spoken(ontology, words[:end][::-1])
    yield from _spoken(ontology, words[end:])


def _spoken(ontology: Ontology, words: tuple[str, ...]) -> Iterator[str]:
    known = _telling(ontology)
    yield from (known[stem(word)] for word in words if stem(word) in known)


@lru_cache(maxsize=64)
def _telling(ontology: Ontology) -> dict[str, str]:
    """Stem of a word → the slot that it tells."""
    return {
        stem(word): slot
        for slot, spec in ontology.slots.items()
        for said in spec.tells
        for word in fold(said).words
    }
