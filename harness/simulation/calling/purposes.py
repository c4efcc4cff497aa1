"""What a tool is for where its name tells no kind: by its words in any language, and by what it takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from harness.simulation.calling.nameless import told_of
from harness.simulation.calling.reckoners import reckons
from harness.simulation.calling.staging import staged
from harness.simulation.calling.tools import ANSWERS, READS, Offered, ToolKind, last_of, mapping
from harness.simulation.meaning.slots import words_of

Json = Any
_UNKNOWN = frozenset({"foreign", "submit"})
_STROKES = str.maketrans({"ł": "l", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe"})


def by_purpose(offered: tuple[Offered, ...], kinds: Mapping[str, ToolKind]) -> tuple[Offered, ...]:
    """The tools, those of no known kind by what they do; a kind that is there already is not looked for."""
    if len(offered) < _SEVERAL:
        return offered
    found = [_told(_no_answer(tool, kinds), kinds) for tool in offered]
    for known in kinds:
        _take(found, known, kinds, named=True)
    for known, kind in kinds.items():
        _take(found, known, kinds, named=False)
        lone = [n for n, tool in enumerate(found) if _elsewhere(tool, kind)]
        if len(lone) == 1 and all(one.kind != known for one in found):
            found[lone[0]] = replace(found[lone[0]], kind=known, arguments=_whole(found[lone[0]], kind))
    for known, kind in kinds.items():
        reads = [n for n, tool in enumerate(found) if _reads(tool, kind)]
        if reads and all(one.kind != known for one in found):
            found[reads[0]] = replace(
                found[reads[0]], kind=known, arguments=_arguments(found[reads[0]], kind)
            )
    return staged(tuple(found), kinds)


_SEVERAL = 2


def _take(found: list[Offered], known: str, kinds: Mapping[str, ToolKind], *, named: bool) -> None:
    """Finds the tool of a kind that is not there yet. `named`: by its name alone, which tells more."""
    kind = kinds[known]
    for place, tool in enumerate(found):
        if kind.takes and tool.kind == "submit" and _decides(tool, kinds):
            continue
        if kind.does and all(one.kind != known for one in found) and _does(tool, kind, named=named):
            found[place] = replace(tool, kind=known, arguments=_arguments(tool, kind))


def _told(tool: Offered, kinds: Mapping[str, ToolKind]) -> Offered:
    """A tool of a known kind, its strange arguments by what is said of them."""
    if tool.kind not in kinds:
        return tool
    kind = kinds[tool.kind]
    held = {
        name: known for name, known in _nested(_parts(tool), kind) if known not in tool.arguments.values()
    }
    own = {**held, **tool.arguments}
    own |= told_of(tool.spec, kind, own)
    return replace(tool, arguments={**own, **(_in_words(tool, kind, own) if kind.told else {})})


def _decides(tool: Offered, kinds: Mapping[str, ToolKind]) -> bool:
    """Whether a tool takes a choice between things that other tools do: `pay`, `ask`, `hand over`."""
    acts = [kind for kind in kinds.values() if not kind.looks]
    for part in filter(_enum, _parts(tool).values()):
        options = [words_of(str(option)) for option in part["enum"]]
        named = [any(_says(option, kind) for option in options) for kind in acts]
        if sum(named) >= _SEVERAL:
            return True
    return False


def _says(option: tuple[str, ...], kind: ToolKind) -> bool:
    """Whether an option is what a kind does: by its verb, or a whole name of it."""
    return option[:1] != () and (option[0] in kind.verbs or option in map(words_of, kind.names))


def _no_answer(tool: Offered, kinds: Mapping[str, ToolKind]) -> Offered:
    """A tool that takes no more than an order and a sum, as no answer: nothing of it decides."""
    if tool.kind != "submit" or set(words_of(tool.spec.name)) & ANSWERS:
        return tool
    parts = _parts(tool)
    for known, kind in kinds.items():
        told = _arguments(tool, kind)
        how = [own for own, part in parts.items() if own not in told and _how(part, kind)]
        if kind.takes and set(kind.takes) <= set(told.values()) and len(told) + len(how) == len(parts):
            return replace(tool, kind=known, arguments=told) if how else replace(tool, kind="foreign")
    return tool


def _how(part: Json, kind: ToolKind) -> bool:
    """Whether a choice is only how the deed is done: each option names it, `full_refund`, `part_refund`."""
    options = [{*words_of(str(option))} for option in part["enum"]] if _enum(part) else []
    return bool(options) and all(option & {*kind.nouns} for option in options)


def _does(  # noqa: PLR0911  (the first thing that speaks against it)
    tool: Offered, kind: ToolKind, *, named: bool
) -> bool:
    """Whether a tool is said to do what a kind does, and takes what that needs, and little else."""
    if tool.kind not in _UNKNOWN or tool.follows or last_of(tool.spec.name) & set(kind.unlike):
        return False
    parts = _parts(tool)
    decides = any(_enum(part) for part in parts.values()) and {*words_of(tool.spec.name)} & ANSWERS
    if decides and "outcome" not in kind.arguments:
        return False
    required, own = tool.spec.schema.get("required"), _arguments(tool, kind)
    strange = [name for name in (required if isinstance(required, list) else ()) if name not in own]
    if len(strange) > kind.strange or not set(kind.needs) <= set(own.values()):
        return False
    if kind.either and not set(kind.either) & set(own.values()):
        return False
    if kind.looks and (
        reckons(tool.spec) or len(parts) > _FEW or any(_enum(part) for part in parts.values())
    ):
        return False
    if not kind.looks and _only_shows(tool, kind):
        return False
    name = " ".join(words_of(tool.spec.name))
    said = name if named else f"{name}. {tool.spec.description}"
    if "body" in kind.needs and {*words_of(said)} & set(kind.unlike):
        return False
    return _words(kind.does).search(unaccented(said)) is not None


def _only_shows(tool: Offered, kind: ToolKind) -> bool:
    """Whether a tool is said to show something first of all: `Customer: lists the orders of an address`."""
    first = (*words_of(tool.spec.description)[:1], *words_of(tool.spec.name)[:1])
    shows = {word.removesuffix("s") for word in first} & _SHOWS
    return bool(shows) and not {*words_of(tool.spec.name)} & {*kind.verbs}


_SHOWS = frozenset({"list", "show", "display", "look", "fetch", "find", "search", "retrieve", "read"})


def _reads(tool: Offered, kind: ToolKind) -> bool:
    """Whether a tool that is only said to read takes only what a kind looks with: an address."""
    if tool.kind not in _UNKNOWN or not kind.reads or reckons(tool.spec):
        return False
    named, parts = {*words_of(tool.spec.name)}, _parts(tool)
    own = {*_arguments(tool, kind).values()}
    looks = set(kind.either or kind.reads) & {*kind.reads} & own
    reads = READS - {"open"}  # a return and a case are opened as well
    shows = named & reads or {*words_of(tool.spec.description)[:1]} & reads
    return bool(shows and looks) and len(own) == len(parts) and not named & {*kind.unlike}


def _elsewhere(tool: Offered, kind: ToolKind) -> bool:
    """Whether a tool is said to do what a kind does with what another tool has found: it takes no sum."""
    if not kind.elsewhere or tool.kind not in _UNKNOWN or tool.follows:
        return False
    own, parts, said = _arguments(tool, kind), _parts(tool), unaccented(tool.spec.description)
    named = words_of(tool.spec.name)
    other = {*named} & {*kind.unlike} and not {*named[:1]} & {*kind.verbs}  # `pay_quote` pays
    if other or len(parts) > len(own) + 1:
        return False
    first = re.split(r"(?<=[.!;])\s|\n", said.strip())[0]
    return bool(_words(kind.does).search(first) and _words(kind.elsewhere).search(said))


def _whole(tool: Offered, kind: ToolKind) -> dict[str, str]:
    """Its arguments whose whole names mean it: the id of a quote is not that of an order."""
    groups = {**kind.arguments, **{name: () for name in kind.loosely if name not in kind.arguments}}
    names = {
        known: {"".join(words_of(one)) for one in (known, *others, *kind.loosely.get(known, ()))}
        for known, others in groups.items()
    }
    return {
        own: known for own, known in _arguments(tool, kind).items() if "".join(words_of(own)) in names[known]
    }


_FEW = 3


def unaccented(text: str) -> str:
    """Lower case without accents: `zamówienie` as `zamowienie`."""
    bare = unicodedata.normalize("NFKD", text.lower().translate(_STROKES))
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


@lru_cache(maxsize=64)
def _words(does: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(does)})\b")


def _arguments(tool: Offered, kind: ToolKind) -> dict[str, str]:
    """Its arguments by name; an object counts for what it holds, the only choice for the outcome."""
    parts = _parts(tool)
    found = {own: known for own, known in mapping(parts, kind).items() if not _clash(known, parts[own])}
    for own, known in _nested(parts, kind):
        if known not in found.values():
            found[own] = known
    chosen = [own for own, part in parts.items() if _enum(part) and own not in found]
    if len(chosen) == 1 and "outcome" in kind.arguments and "outcome" not in found.values():
        found[chosen[0]] = "outcome"
    texts = [own for own, part in parts.items() if own not in found and _text(part) and not _why(own)]
    told = "outcome" in found.values() and "body" in kind.needs and "body" not in found.values()
    if told and len(texts) == 1:
        found[texts[0]] = "body"
    found |= told_of(tool.spec, kind, found)
    return {**found, **_in_words(tool, kind, found)}


def _in_words(tool: Offered, kind: ToolKind, found: Mapping[str, str]) -> dict[str, str]:
    """Arguments of no known name by what is said of them; of the only one the tool's own words tell."""
    strange = {own: part for own, part in _parts(tool).items() if own not in found and _text(part)}
    more: dict[str, str] = {}
    for own, part in strange.items():
        words = " ".join((*words_of(own), str(part.get("description") or "")))
        texts = [words, f"{' '.join(words_of(tool.spec.name))}. {tool.spec.description}"]
        for text in texts[: 2 if len(strange) == 1 else 1]:
            known = next((k for k, said in kind.told.items() if _words(said).search(unaccented(text))), None)
            if known is not None and known not in {*found.values(), *more.values()}:
                more[own] = known
                break
    return more


def _clash(canonical: str, part: Json) -> bool:
    """Whether an argument cannot be what its name says: an object is no sum by itself."""
    whole = isinstance(part, Mapping) and bool(types_of(part) & {"object", "array", "boolean"})
    return canonical == "amount" and whole


def _nested(parts: Mapping[str, Json], kind: ToolKind) -> Iterator[tuple[str, str]]:
    for own, part in parts.items():
        inner = part.get("properties") if isinstance(part, Mapping) else None
        if isinstance(inner, dict) and ("amount" in mapping(inner, kind).values() or [*_nested(inner, kind)]):
            yield own, "amount"


def _parts(tool: Offered) -> Mapping[str, Json]:
    found = tool.spec.schema.get("properties")
    return found if isinstance(found, dict) else {}


def _why(own: str) -> bool:
    """Whether an argument is for grounds, which are no letter."""
    return bool({*words_of(own)} & _GROUNDS)


_GROUNDS = frozenset([
    "clause", "clauses", "rule", "rules", "section", "basis", "reason", "reasons", "reasoning", "because",
    "why", "rationale", "explanation", "justification", "grounds", "thought", "thinking", "grund",
    "begrundung", "motif", "raison", "motivo", "powod", "reden",
])  # fmt: skip


def _enum(part: Json) -> bool:
    return isinstance(part, Mapping) and bool(part.get("enum"))


def _text(part: Json) -> bool:
    return isinstance(part, Mapping) and not part.get("enum") and types_of(part) <= {"string", "null"}


def types_of(part: Mapping[str, Json]) -> set[str]:
    """The types that a schema allows, none where it does not say."""
    said = part.get("type")
    return {*map(str, said if isinstance(said, list) else [said])} if said else set()
