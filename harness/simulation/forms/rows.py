"""Answers that list several things: one object, line or row for each of something."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from harness.simulation.calling.tools import ARGUMENT_KEYS
from harness.simulation.filling.keyed import own_of
from harness.simulation.forms.gaps import SAID
from harness.simulation.meaning.beside import ARTICLES
from harness.simulation.meaning.slots import Ontology, words_of
from harness.simulation.reading.counts import count_of

Json = Any
_ONE = r"(?:rows?|lines?|objects?|entr(?:y|ies)|records?|elements?|bullets?|items?)"
_EACH = re.compile(
    rf"\b{_ONE}\s+(?:per|for\s+(?:each|every)(?:\s+of\s+the)?"
    rf"|each\s+for)\s+(?P<thing>(?:[\w-]{{2,20}}\s+){{0,2}}?(?P<noun>[a-z]{{3,20}}))(?=\s|[.,;:)\n]"
    rf"|$)(?P<rest>[^.\n]{{0,60}})"
    rf"|\b(?:array|list)\s+of\s+{_ONE},?\s+(?:one\s+)?(?:per|for\s+(?:each"
    rf"|every))\s+(?P<other>[a-z]{{3,20}})(?P<tail>[^.\n]{{0,60}})",
    re.IGNORECASE,
)
_FIRST = re.compile(
    rf"\bfor\s+(?:each|every)\s+(?:of\s+(?:the"
    rf"|these)\s+)?(?P<thing>(?P<noun>[a-z]{{3,20}}))(?P<rest>[^.\n]{{0,40}}?)\b(?:one|a"
    rf"|an)\s+(?:json\s+)?{_ONE}\b(?P<other>)(?P<tail>)",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"(?:^|[.!:\n]\s{0,3}|\bplease )(?:list|tabulate|enumerate)\s+(?:all |the |every |each "
    r"|of )*(?P<noun>[a-z]{3,20}s)\b(?P<rest>[^.\n]{0,60})",
    re.IGNORECASE,
)
_TOP = re.compile(
    r"\bjson[ -](?:array|list)\b|\b(?:array|list)\b[^.\n]{0,16}\b(?:in|as) json\b", re.IGNORECASE
)
_OF_A_KEY = re.compile(r"(?:[\"'`]|\w_\w{1,20}|^\W{0,8}\w{1,20})\s?[:(=]\s?(?:an? )?$")
"""What is told is one field's."""
_STRINGS = re.compile(r"\b(?:strings?|words|texts)\b", re.IGNORECASE)
_MOST = re.compile(
    r"\b(?:up to|at most|exactly|no more than|the)?\s?\b(?P<n>two|three|four|five|[2-9])\b",
    re.IGNORECASE,
)
_ENTRIES = re.compile(r"\{|\beach (?:element|entry|item|one|object)\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"(?<![:\s])[ \t]{0,4}\n\s{0,4}\n")
"""Where something else begins; what a colon announces may stand below an empty line."""
_PUT = re.compile(r"\b(?:as|in|into)\s(?:an? |one )?(?:valid |plain )?$", re.IGNORECASE)
_QUANTIFIERS = {"every", "each", "all", "any"}
_WIDEST = 3
_WORD = re.compile(r"[a-z]{3,20}")
_ON = re.compile(r"[,:{|(]|\bwith\b")
_SOME = re.compile(
    r"\b(?:wants?|refund(?:ed)?|returned|to return|affected|concerned|complain\w*|damaged|faulty|asked|to be"
    r"|claimed)\b",
    re.IGNORECASE,
)
"""Only those that something is wanted for, not all that there are."""


def thing_in(text: str, ontology: Ontology, *, many: bool = False) -> str:
    """The list slot of which each entry is to have an object of its own; empty where a text says none.

    `many`: a list is wanted whatever there is of it, so that a thing may also be one of `all` such things.
    """
    for match in (*_EACH.finditer(text), *_FIRST.finditer(text)):
        noun = (match["noun"] or match["other"]).casefold()
        rest = f"{match['thing'] or ''} {_ON.split(match['rest'] or match['tail'] or '')[0]}"
        after = _WORD.match(rest.strip().casefold().removeprefix(noun).strip())
        for word in (noun, after[0] if after else ""):  # `per item`, `per affected item`
            if slot := _named(word, rest.replace(word, "", 1), ontology, many=many):
                return slot
    return ""


class TopList(NamedTuple):
    """A JSON array that is wanted for itself."""

    slot: str = ""
    """Of what it is a list; empty where that is not known."""
    strings: bool = False
    objects: bool = False
    """Whether it is said what its entries are."""
    most: int = 0
    """How many entries there may be; 0: any number."""


def top_list(text: str, ontology: Ontology) -> TopList | None:
    """The JSON array that a text wants, without an object around it; `None`: it wants none."""
    for match in _TOP.finditer(text):
        ends = (text.rfind(sign, 0, match.start()) for sign in ("\n", ". ", "? "))
        start = max(ends) + 1
        before, rest = text[start : match.start()], text[match.start() : match.end() + 160].partition("\n")[0]
        key = _OF_A_KEY.search(before)
        alone = not before.strip() and _ALONE.search(rest)
        told = SAID.search(before) or "object" in rest or alone
        if not told or (key and not SAID.search(key.group())):
            continue
        said = re.split(r"\.(?:\s|$)|\(", rest)[0]
        strings = bool(_STRINGS.search(said))
        about = [said[len(match.group()) :], before]
        about = about[::-1] if _PUT.search(before) else about
        about.append(text[max(0, start - 160) : start].rpartition("\n")[2])
        slot = _whole(_of_what(about, said, match.group(), ontology), " ".join(about), ontology)
        most = _MOST.search(said) or _MOST.search(before)
        after = _PARAGRAPH.split(text[match.end() : match.end() + 200], maxsplit=1)[0]
        objects = "object" in said.casefold() or bool(_ENTRIES.search(after))
        return TopList(slot, strings, objects, count_of(most["n"]) if most else 0)
    return None


def _of_what(about: list[str], said: str, array: str, ontology: Ontology) -> str:
    """The list that is wanted: by the words behind `array of` where they name anything, else by all."""
    named = _NAMED_THING.match(said[len(array) :])
    if named is not None and not _GENERIC.search(named["thing"]):
        return list_named(named["thing"], ontology)
    verb = _FIRST_THING.search(about[0]) or (_FIRST_THING.search(about[1]) if len(about) > 1 else None)
    if verb is not None and not list_named(verb["thing"], ontology) and not _GENERIC.search(verb["thing"]):
        return ""
    return next(filter(None, (list_named(part, ontology) for part in about)), "")


def _whole(slot: str, about: str, ontology: Ontology) -> str:
    """The list of all that there is, where not only what is concerned is wanted."""
    every = slot and _EVERY.search(about) and not _SOME.search(about)
    return ontology.slots[slot].whole or slot if every else slot


_NAMED_THING = re.compile(
    r" of (?:the |all |all the )?(?P<thing>(?!(?:up|at|exactly|no|your|its)\b)[\w-]{2,20}"
    r"(?: (?!(?:in|of|that|which|with|for|from|to|on|the|you)\b)[\w-]{2,20}){0,2})",
    re.IGNORECASE,
)
_FIRST_THING = re.compile(
    r"\b(?:return|list|give|output|answer with|extract|name)(?: me)? (?:the |all |all the )?"
    r"(?P<thing>(?:[a-z-]{1,20} )?[a-z-]{3,20}s) (?:of|in|on|from)\b",
    re.IGNORECASE,
)
_GENERIC = re.compile(
    r"\b(?:strings?|words|texts?|numbers?|objects?|one|two|three|four|five|entr(?:y|ies)|items?|values?|elements?)\b",
    re.IGNORECASE,
)
_EVERY = re.compile(r"\b(?:every|each|all)\b", re.IGNORECASE)
_ALONE = re.compile(r"\b(?:only|nothing else|nothing but)\b", re.IGNORECASE)


def listed_strings(listed: TopList) -> dict[str, Json]:
    """The schema of such a list of strings."""
    return rows_of({"type": "string"}, listed.slot or "what is listed", listed.most)


def list_named(text: str, ontology: Ontology) -> str:
    """The list that words name, the longest name first; `order number` is a name of order numbers."""
    words = [word for word in words_of(text) if word not in ARTICLES | _QUANTIFIERS]
    for width in range(_WIDEST, 0, -1):
        for at in range(len(words) - width + 1):
            joined = "".join(words[at : at + width])
            for name in (joined, f"{joined}s"):
                slot = ontology.named(name)
                if slot is not None and ontology.slots[slot].kind == "list":
                    return slot
    return ""


def listed_in(text: str, ontology: Ontology) -> str:
    """The list slot that a text wants listed, a row each."""
    for match in _LIST.finditer(text):
        if slot := _named(match["noun"].casefold().removesuffix("s"), _ON.split(match["rest"])[0], ontology):
            return slot
    return ""


def _named(noun: str, rest: str, ontology: Ontology, *, many: bool = False) -> str:
    noun = noun.removesuffix("s")
    names = [f"{noun}s", noun] if _SOME.search(rest) else [f"each {noun}", f"{noun}s", noun]
    names += [f"all {noun}s"] if many else []
    for name in names:
        slot = ontology.named("".join(name.split()))
        if slot is not None and ontology.slots[slot].kind == "list":
            return slot
    return ""


def rows_of(schema: dict[str, Json], slot: str, most: int = 0) -> dict[str, Json]:
    """The schema of a list with one such entry for each of something. `most`: how many; 0: any number."""
    room = {"maxItems": most} if most else {}
    return {"type": "object", "properties": {slot: {"type": "array", "items": schema, **room}}}


def listed_as(instructions: str, template: Mapping[str, Json], ontology: Ontology) -> TopList | None:
    """The array that is wanted with an object of this shape for each entry; `None`: no array."""
    parts = (template.get("properties") or {}).values()
    if any(isinstance(part.get("items"), dict) and part["items"].get("properties") for part in parts):
        return None  # the list stands inside
    names = tuple(template.get("properties") or {})
    is_call = {"".join(words_of(name)) for name in names} & {*ARGUMENT_KEYS}  # one a turn
    if not is_call and _ARRAY.search(instructions) and (slot := thing_in(instructions, ontology)):
        return TopList(slot)
    own = own_of(ontology, names) or ""
    top = top_list(instructions, ontology)
    if top is None:
        shown = _IN_BRACKETS.search(instructions)
        whole = shown is not None and all(key in shown.group() for key in names)
        return TopList(own) if whole else None
    return top._replace(slot=thing_in(instructions, ontology, many=True) or own or top.slot)


_IN_BRACKETS = re.compile(
    r"\b(?:return|respond|repl(?:y|ies)|answer|output|give|produce|format|json|array|list)\b[^\n\[\]{}]{0,60}\n?\s{0,4}\[\s{0,8}\{\s{0,8}"
    r"[\"'\w][^\[\]{}]{2,400}\}\s{0,4}(?:,\s{0,4}(?:\.\.\.|…)\s{0,4})?\]",
    re.IGNORECASE,
)
"""An array with one object is shown as the answer."""
_ARRAY = re.compile(r"\b(?:arrays?|lists?)\b|\bone object\b", re.IGNORECASE)
