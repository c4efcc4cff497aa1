"""Tools that a program offers, mapped onto those the exercise knows, whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from harness.exchange import Request, ToolSpec
from harness.simulation.calling.reckoners import reckons, works_out
from harness.simulation.meaning.slots import Ontology, words_of
from harness.simulation.reading.text import content_words, stem


@dataclass(frozen=True)
class ToolKind:
    """One thing that a tool can do."""

    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    """A name with one verb and one noun means this kind."""
    names: tuple[str, ...] = ()
    """Whole names that mean it."""
    arguments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Each canonical argument with other names for it."""
    hints: tuple[str, ...] = ()
    """Phrases by which a description gives it away."""
    own: bool = False
    """A program may have made it up: it is known where the API offers it, not by a name in a text."""
    takes: tuple[str, ...] = ()
    """Arguments that tell the kind, whatever the verb, where the name has one of the nouns."""
    unlike: tuple[str, ...] = ()
    """Words of a name by which a tool that takes them is none of this kind."""
    writes: str = ""
    """The slot of a text; a tool that takes such is of this kind, where nothing else tells."""
    reads: tuple[str, ...] = ()
    """Arguments of any of which a tool that reads is of this kind, where no other tool is such a one."""
    looks: bool = False
    """Whether a tool that reads is of this kind by what it speaks of or takes, where no other is."""
    loosely: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Each canonical argument with names that mean it where none of the others does."""
    does: tuple[str, ...] = ()
    """Patterns of words, without accents, by which a tool of no known name is said to do so."""
    needs: tuple[str, ...] = ()
    """Arguments without which such a tool is not of this kind."""
    strange: int = 1
    """How many others it may want."""
    elsewhere: tuple[str, ...] = ()
    """Words by which such a tool is said to take from elsewhere what it lacks of `needs`."""
    either: tuple[str, ...] = ()
    """Arguments of which such a tool takes one at least."""
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Each canonical argument with patterns of words that tell it where its name does not."""


@dataclass(frozen=True)
class Offered:
    """A tool as offered, and what it is."""

    spec: ToolSpec
    kind: str
    """A known kind, `submit` for one that only takes the answer, or `foreign`."""
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Its argument names → canonical ones; those unknown are left out."""
    follows: str = ""
    """The tool whose call it carries through: `confirm_x` after `propose_x`; `*`: any deed's."""
    precedes: str = ""
    """The kind of deed before which it has to be called."""

    def named(self, canonical: str) -> str | None:
        """What the tool calls a canonical argument, `None` where it has none for it."""
        return next((own for own, known in self.arguments.items() if known == canonical), None)


NAME_KEYS = (
    "tool", "toolname", "nexttool", "tooltocall", "function", "functionname", "action", "nextaction",
    "actionname", "name", "type", "kind", "step", "nextstep", "call", "move", "nextmove", "command", "cmd",
    "op", "operation",
)  # fmt: skip
"""Where JSON names a tool, its words joined: what says so most clearly comes first."""
ARGUMENT_KEYS = (
    "arguments", "args", "parameters", "params", "toolinput", "actioninput", "toolargs", "toolarguments",
    "toolparameters", "actionargs", "actionarguments", "actionparameters", "input", "inputs", "kwargs",
    "argumentsjson", "argsjson", "parametersjson", "inputjson", "jsonarguments",
)  # fmt: skip
"""Where it says with what."""
ANSWERS = frozenset(
    [
        "final", "submit", "finish", "answer", "respond", "result", "decision", "output", "done", "record",
        "response",
    ]
)  # fmt: skip
"""Words of the name of a tool that only takes the answer."""


def offered_tools(request: Request, kinds: Mapping[str, ToolKind], ontology: Ontology) -> tuple[Offered, ...]:
    """The request's tools with what each is taken for, in the order offered."""
    several = len(request.tools) > 1
    found = tuple(
        _offered(spec, kinds, ontology, beside=several and request.tool_choice != spec.name)
        for spec in request.tools
    )
    found = tuple(_reading(tool, found, kinds) for tool in found)
    return tuple(_second(tool, found, kinds) for tool in found)


_BEGINS = frozenset(
    ["propose", "prepare", "request", "start", "initiate", "begin", "draft", "create", "stage", "reserve"]
)
_FINISHES = frozenset(
    ["confirm", "commit", "execute", "finalize", "finalise", "complete", "approve", "apply", "release"]
)


def _second(tool: Offered, offered: tuple[Offered, ...], kinds: Mapping[str, ToolKind]) -> Offered:
    """A tool that only carries through what another has begun, as such."""
    rest = set(words_of(tool.spec.name)) - _FINISHES
    if rest == set(words_of(tool.spec.name)):
        return tool
    for first in offered:
        words = set(words_of(first.spec.name))
        begins = first.kind in kinds and kinds[first.kind].takes and words & _BEGINS
        if begins and (words - _BEGINS) & rest:
            return Offered(tool.spec, "foreign", follows=first.spec.name)
    return tool


_SENDS = frozenset({"send", "sms", "notify", "publish"})  # who does so takes no answer


def _offered(spec: ToolSpec, kinds: Mapping[str, ToolKind], ontology: Ontology, *, beside: bool) -> Offered:
    """`beside`: there are others to choose from."""
    made_up = {name: kind for name, kind in kinds.items() if kind.own}
    properties = _properties(spec)
    kind = _opening(spec, kinds) or kind_of(spec.name, spec.description, kinds) or _described(spec, kinds)
    kind = kind or _taking(spec.name, properties, kinds)
    if kind is not None and kinds[kind].looks and reckons(spec):
        kind = None  # it works on an order, and does not show it
    if kind is not None and kinds[kind].arguments and not beside and _takes_else(spec, kinds[kind]):
        kind = None  # `policy_check`: what was found is to be put into it
    if kind is not None and kinds[kind].takes and not properties and not kind_of(spec.name, "", kinds):
        kind = None  # `conditions`: what we pay back, and when
    if kind is not None and {*words_of(spec.name)} & ANSWERS and _decides(properties, kinds[kind]):
        kind = None  # `final_answer`: a decision with its grounds, and no letter
    if open_ended(spec):
        kind = None  # what it does is for its arguments to say
    asked = [name for name in properties if ontology.slot_of(name) is not None]
    words = set(words_of(spec.name))
    told = len(asked) >= 2 and len(asked) * 2 >= len(properties) and not words & _SENDS
    told = told and not (beside and works_out(spec))
    answers = bool(words & ANSWERS) or told
    if kind is None and made_up and not words & ANSWERS and (beside or not (answers and properties)):
        kind = kind_of(spec.name, spec.description, made_up, own=True)
    if kind is None and beside and not told:
        kind = next((known for known, one in kinds.items() if texts_of(spec, one.writes, ontology)), None)
    if kind is None:
        return Offered(spec, "submit" if answers and properties else "foreign")
    return Offered(spec, kind, mapping(properties, kinds[kind]))


def _decides(properties: Mapping[str, object], kind: ToolKind) -> bool:
    """Whether a tool takes what was decided and no text that goes with it."""
    told = {*mapping(properties, kind).values()}
    return "outcome" in told and "body" in kind.needs and "body" not in told


def texts_of(spec: ToolSpec, slot: str, ontology: Ontology) -> tuple[str, ...]:
    """The arguments of a tool that are described as the text which a slot stands for."""
    described = {
        name: str(part.get("description") or "")
        for name, part in _properties(spec).items()
        if slot and isinstance(part, Mapping) and not part.get("enum") and _is_text(part)
    }
    return tuple(name for name, said in described.items() if ontology.predicates.text_meant(said) == slot)


def _is_text(part: Mapping[str, object]) -> bool:
    kinds = part.get("type")
    return "string" in kinds if isinstance(kinds, list) else kinds in {None, "string"}


def _takes_else(spec: ToolSpec, kind: ToolKind) -> bool:
    """Whether a tool has to be given much, and nothing that one of its name would be called with."""
    required = spec.schema.get("required")
    many = isinstance(required, list) and len(required) > _ENOUGH
    return many and not mapping(_properties(spec), kind)


_ENOUGH = 2
"""Arguments that a strange look-up may want."""
READS = frozenset(
    [
        "look", "lookup", "fetch", "get", "find", "search", "retrieve", "query", "load", "read", "show",
        "pull", "list", "view", "see", "browse", "consult", "inspect", "open", "peek",
        "details", "info", "history",
    ]
)  # fmt: skip
"""What a tool does that only tells the model something."""


def _opening(spec: ToolSpec, kinds: Mapping[str, ToolKind]) -> str | None:
    """The look-up that a tool is which only takes a list of what is to be looked into."""
    parts = _properties(spec)
    lists = [part for part in parts.values() if isinstance(part, Mapping) and _is_list(part)]
    does = {*words_of(spec.name), *map(_present, words_of(spec.description)[:1])}
    if not lists or len(lists) < len(parts) or not does & READS:
        return None
    looks = ((known, mapping(parts, kind)) for known, kind in kinds.items() if kind.looks and kind.needs)
    return next((known for known, told in looks if told and len(told) == len(parts)), None)


def _is_list(part: Mapping[str, object]) -> bool:
    """Whether an argument takes several things, be it as a text with commas."""
    return part.get("type") == "array" or bool(_SEVERAL.search(str(part.get("description") or "")))


_SEVERAL = re.compile(
    r"\b(?:comma|commas|semicolons?|space)\b[- ]?(?:separated|between)?|\bseparated by\b", re.IGNORECASE
)
_OF_ANYTHING = {stem("details")}
"""A noun that does not say of what."""


def _reading(tool: Offered, offered: tuple[Offered, ...], kinds: Mapping[str, ToolKind]) -> Offered:
    """A tool that only reads and is none of those known by name, as the look-up that it can be.

    By what it looks with, or by what it is said to read; where another tool does that, it is not.
    """
    if tool.kind not in {"foreign", "submit"} or reckons(tool.spec):
        return tool
    properties, named = _properties(tool.spec), words_of(tool.spec.name)
    first = _LEAD.sub("", re.split(r"(?<=[.!;])\s|\n", tool.spec.description.strip())[0])
    said = words_of(first)[:_BEGINNING]
    begins = {_present(word) for word in said[:1]}
    if not (begins | {*named}) & READS and begins != {"return"}:
        return tool
    there = {one.kind for one in offered}
    stems = {stem(word) for word in (*named, *said)}
    just = [known for known, one in kinds.items() if {*mapping(properties, one).values()} == {*one.needs}]
    for known, kind in sorted(kinds.items(), key=lambda one: one[0] not in just):
        told = mapping(properties, kind)
        alike = {other for other, one in kinds.items() if one.reads} if kind.reads else {known}
        if not kind.looks or there & alike or len(told) < len(properties):
            continue
        speaks = bool(stems & {stem(word) for noun in kind.nouns for word in noun.split()} - _OF_ANYTHING)
        by = {*told.values()} & {*kind.reads}
        if (speaks or len(by) > 1) and (by or not kind.reads):
            return Offered(tool.spec, known, told)
    return tool


def _taking(name: str, properties: Mapping[str, object], kinds: Mapping[str, ToolKind]) -> str | None:
    """The kind that a tool is of by what it takes and what its name speaks of, whatever its verb."""
    words = set(words_of(name))
    stems = {stem(word) for word in words}
    for known, kind in kinds.items():
        speaks = stems & {stem(noun) for noun in kind.nouns} and not last_of(name) & set(kind.unlike)
        if kind.takes and speaks and set(kind.takes) <= set(mapping(properties, kind).values()):
            return known
    return None


DEEDS = frozenset(
    [*NAME_KEYS, "op", "operation", "method", "command", "cmd", "mode", "verb", "endpoint", "task", "do",
     "act", "what", "route", "intent", "request", "query", "activity", "move"]
)  # fmt: skip
"""Arguments that name what is to be done."""
HOLDERS = frozenset([*ARGUMENT_KEYS, "payload", "data", "body", "with", "options", "details", "content"])
"""Arguments that hold what it is to be done with."""


def open_ended(spec: ToolSpec) -> bool:
    """Whether a tool does whatever its arguments name, with what they hold."""
    parts = {
        "".join(words_of(own)): part for own, part in _properties(spec).items() if isinstance(part, dict)
    }
    held = [own for own, part in parts.items() if part.get("type") == "object" and not part.get("properties")]
    return bool({*parts} & DEEDS and {*held} & HOLDERS)


def last_of(name: str) -> frozenset[str]:
    """The words of a name, of two deeds those of the last: `check_and_refund` refunds."""
    words = words_of(name)
    return frozenset(words[words.index("and") + 1 :] if "and" in words else words)


def _properties(spec: ToolSpec) -> Mapping[str, object]:
    found = spec.schema.get("properties")
    return found if isinstance(found, dict) else {}


def kind_of(name: str, description: str, kinds: Mapping[str, ToolKind], *, own: bool = False) -> str | None:
    """The kind that a tool's name, and else its description, speaks of. `own`: of those made up."""
    kinds = {known: kind for known, kind in kinds.items() if kind.own == own}
    if name in kinds:
        return name
    told, joined = words_of(name), "".join(words_of(name))
    words = {*told[: told.index("by")]} if "by" in told[1:] else {*told}  # `customer_by_email` sends none
    for known, kind in kinds.items():
        if joined in {"".join(words_of(alias)) for alias in (known, *kind.names)}:
            return known
    for known, kind in kinds.items():
        if words & set(kind.verbs) and words & set(kind.nouns):  # `order` is not `orders`
            return known
    stems = {stem(word) for word in words}
    for known, kind in kinds.items():
        if stems & {stem(v) for v in kind.verbs} and stems & {stem(n) for n in kind.nouns}:
            return known
    return _hinted(content_words(description), kinds, content_words)


def _hinted(
    said: frozenset[str], kinds: Mapping[str, ToolKind], words: Callable[[str], frozenset[str]]
) -> str | None:
    """The kind of which the longest hint's words are all there."""
    best, most = None, 0
    for known, kind in kinds.items():
        for hint in kind.hints:
            wanted = words(hint)
            if wanted and wanted <= said and len(wanted) > most:
                best, most = known, len(wanted)
    return best


@lru_cache(maxsize=2048)
def _bare(text: str) -> frozenset[str]:
    """The content words of a description, where `pays` is `pay` and `gives` is `give`."""
    return frozenset(
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in content_words(text)
    )


_LEAD = re.compile(
    r"^\W{0,12}(?:(?:use|call) (?:this|it) (?:tool |function )?(?:to|for)"
    r"|(?:this |a )?(?:tool|function) (?:that|to|for)"
    r"|(?:allows|lets) you to|will|can)\b\W*",
    re.IGNORECASE,
)


def _described(spec: ToolSpec, kinds: Mapping[str, ToolKind]) -> str | None:
    """The kind of a tool whose name says nothing: what its description begins by doing, and to what.

    A hint says to what, or a noun that two of its arguments bear out. A name that speaks of anything known
    stands for itself.
    """
    kinds = {known: kind for known, kind in kinds.items() if not kind.own}
    known_words = {word for kind in kinds.values() for word in (*kind.verbs, *kind.nouns)}
    if {stem(word) for word in words_of(spec.name)} & {stem(word) for word in known_words}:
        return None
    sentence = _LEAD.sub("", re.split(r"(?<=[.!;])\s|\n", spec.description.strip())[0])
    said = words_of(sentence)[:_BEGINNING]
    does = {
        known: kind
        for known, kind in kinds.items()
        if said and _present(said[0]) in {_present(verb) for verb in kind.verbs}
    }
    hinted = _hinted(_bare(sentence), does, _bare)
    if hinted is not None:
        return hinted
    for known, kind in does.items():
        if set(said[1:]) & set(kind.nouns) and len(mapping(_properties(spec), kind)) >= 2:
            return known
    return None


_BEGINNING = 8
"""Words of a description that say what a tool does."""


def _present(verb: str) -> str:
    """`pass` for `passes`, `give` for `gives`."""
    return verb.removesuffix("es" if verb.endswith(("sses", "shes", "ches")) else "s" * (verb[-2:] != "ss"))


def mapping(properties: Mapping[str, object], kind: ToolKind) -> dict[str, str]:
    found = _mapped(properties, kind.arguments)
    rest = {own: part for own, part in properties.items() if own not in found}
    lost = {name: others for name, others in kind.loosely.items() if name not in found.values()}
    return {**found, **_mapped(rest, lost)} if rest and lost else found


def _mapped(properties: Mapping[str, object], arguments: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    known = _aliases(tuple((name, *others) for name, others in arguments.items()))
    found: dict[str, str] = {}
    for own in properties:
        words = words_of(own)
        for width in range(len(words), 0, -1):
            hit = known.get("".join(words[-width:])) or known.get("".join(words[:width]))
            if hit is not None and hit not in found.values():
                found[own] = hit
                break
    return found


@lru_cache(maxsize=64)
def _aliases(groups: tuple[tuple[str, ...], ...]) -> dict[str, str]:
    return {"".join(words_of(alias)): group[0] for group in groups for alias in group}
