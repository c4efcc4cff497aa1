"""Slots: what a field that a program asks for means, whatever it is called.

An ontology lists the exercise's slots. A field finds its slot by name first (the whole name, then its
last words), then by what its enum can say, then by its description. A name is no slot where its enum
offers nothing that the slot could say: `verdict` of `PASS` and `FAIL` is not what to do with a case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from harness.simulation.meaning.beside import ARTICLES, BESIDE, BESIDE_KIND, OTHER_THAN, points
from harness.simulation.meaning.joined import parts_of
from harness.simulation.meaning.nothing import unknowing
from harness.simulation.meaning.predicates import Table
from harness.simulation.meaning.specs import SlotSpec
from harness.simulation.reading.text import content_words, fold, stem


@dataclass(frozen=True, eq=False)
class Ontology:
    """All slots of an exercise. Compared by identity."""

    slots: Mapping[str, SlotSpec]
    predicates: Table = field(default_factory=Table)

    def slot_of(
        self, name: str, description: str = "", enum: tuple[str, ...] = (), *, boolean: bool = False,
        held: str = "",
    ) -> str | None:  # fmt: skip
        """The slot that a field asks for, `None` where there is none for it.

        `held`: what it has room for: `boolean`, `number`, `array`, or `records`, which are many objects.
        """
        return _slot_of(self, name, description, enum, "boolean" if boolean else held)

    def named(self, joined: str) -> str | None:
        """The slot that has just this name, its words joined."""
        return next(iter(_names(self).get(joined, ())), None)

    def all_named(self, joined: str) -> tuple[str, ...]:
        """Every slot that has just this name, the first meant first."""
        return _names(self).get(joined, ())

    def part_of(self, slot: str, name: str, enum: tuple[str, ...] = ()) -> str | None:
        """The slot that a name has within the entries of a list."""
        parts = self.slots[slot].parts.items()
        named = [part for part, names in parts if words_of(name) in map(words_of, names)]
        fits = [part for part in named if _may_be(self, part, enum, "")]
        words = [part for part in fits if enum and self.slots[part].kind in {"word", "flag"}]
        return next(iter(words or fits), None)

    def flag_of(self, name: str) -> tuple[str, str] | None:
        """For a yes-or-no field that names one value of a word slot: (slot, value)."""
        return None if OTHER_THAN.search("_".join(words_of(name))) else _flag_of(self, name)

    def value_of(self, slot: str, text: str) -> str | None:
        """The canonical value of a word slot that a text says, if any."""
        return _value_of(self, slot, text)

    def option(self, slot: str, value: str, options: tuple[str, ...]) -> str | None:
        """Which of the enum's options says this value, `None` where none does."""
        return _option(self, slot, value, options)


@lru_cache(maxsize=16384)
def words_of(name: str) -> tuple[str, ...]:
    """`refundAmount_eur` as (`refund`, `amount`, `eur`)."""
    return fold(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ")).words


@lru_cache(maxsize=4096)
def all_words(names: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    """The words of each of these names."""
    return frozenset(map(words_of, names))


@lru_cache(maxsize=64)
def _names(ontology: Ontology) -> dict[str, tuple[str, ...]]:
    """Each name, its words joined, with the slots that have it: two where a yes or no is another thing."""
    found: dict[str, tuple[str, ...]] = {}
    for name, spec in ontology.slots.items():
        for alias in (name, *spec.aliases):
            joined = "".join(words_of(alias))
            found[joined] = tuple(dict.fromkeys((*found.get(joined, ()), name)))
    return found


_NUMBERS = frozenset({"money", "number"})
_LISTS = frozenset({"list", "word"})
_MANY = frozenset({"array", "records"})
_FIGURES = frozenset({"money", "date", "id"})
_SINGLE = _FIGURES | {"flag", "number"}  # what no list of objects stands for
_ROOM = {"boolean": {"flag"}, "number": _NUMBERS, "records": _LISTS}
_NO_FLAGS = frozenset({"id", "record", "text", "money", "json"})
"""What a yes or no never stands for: there is no saying what of it would be true."""


@lru_cache(maxsize=8192)
def _slot_of(ontology: Ontology, name: str, description: str, enum: tuple[str, ...], held: str) -> str | None:
    words = words_of(name)
    hit, foreign = _by_name(ontology, words, enum, held)
    if hit is None or ontology.slots[hit].kind == {"number": "flag", "records": "text"}.get(held):
        hit = _by_words(ontology, words, enum, held) or hit
    if hit is not None and enum and _broad(ontology.slots[hit]):
        hit = _by_enum(ontology, enum, 1 + sum(1 for o in enum if _value_of(ontology, hit, o))) or hit
    if hit is not None and ontology.slots[hit].kind == "id" and not re.search(r"\d", "".join(enum)):
        hit = _by_polar_enum(ontology, enum) or _by_enum(ontology, enum) or hit  # `which_order`: one, several
    if hit is not None:
        return hit
    found = _by_description(ontology, description, lists=True) if held == "array" and enum else None
    found = found or (None if foreign else _by_polar_enum(ontology, enum)) or _by_enum(ontology, enum)
    if found is None and not foreign:
        found = _by_description(ontology, f"{' '.join(words)} {description}")
        if found is None and points(words, description):
            found = next((slot for slot, spec in ontology.slots.items() if spec.kind == "id"), None)
        bare = "".join(word for word in words_of(description) if word not in ARTICLES)  # `should be: <sum>`
        single = (slot for slot in ontology.all_named(bare) if ontology.slots[slot].kind in _FIGURES)
        found = found or next(single, None)
    return found if found is None or _may_be(ontology, found, enum, held) else None


def _broad(spec: SlotSpec) -> bool:  # whether its name may stand for another word slot's
    return spec.kind == "word" and (spec.general or bool(spec.around))


def _may_be(ontology: Ontology, slot: str, enum: tuple[str, ...], held: str) -> bool:
    """Whether a field with these options can say what the slot says."""
    spec = ontology.slots[slot]
    if held == "boolean":
        return spec.kind not in _NO_FLAGS
    if held in _MANY and spec.kind in ({"flag"} if held == "array" else _SINGLE):
        return False
    if enum and spec.kind == "word":
        return any(_value_of(ontology, slot, option) for option in enum)
    if enum and spec.kind in {"money", "date"}:
        return any(re.search(r"\d", option) for option in enum)  # `payout` of `original` and `store_credit`
    if enum and spec.kind == "text":  # neither `ok | wrong` nor `damaged | unwanted`
        return _by_polar_enum(ontology, enum) is None and _by_enum(ontology, enum) is None
    return not enum or spec.kind != "flag" or any(sides(spec, enum))


def _by_name(
    ontology: Ontology, words: tuple[str, ...], enum: tuple[str, ...], held: str
) -> tuple[str | None, bool]:
    """The slot whose name stands in a field's, the longest name and the last, with nothing beside it that
    makes it another thing; and whether some name stands there with something beside it that does.
    """
    foreign = False
    bare = tuple(word for word in words if word not in ARTICLES)
    for width in range(len(words), 0, -1):
        for spoken in dict.fromkeys((words, bare)):
            for start in range(len(spoken) - width, -1, -1):
                slots = _names(ontology).get("".join(spoken[start : start + width]), ())
                rest = (*spoken[:start], *spoken[start + width :])
                for slot in sorted(slots, key=lambda slot: _rank(ontology.slots[slot], enum, held)):
                    harmless = _harmless(ontology.slots[slot]).issuperset(rest)
                    if harmless and _may_be(ontology, slot, enum, held):
                        return slot, False
                    foreign |= held == "boolean" or not harmless
                    named = ontology.value_of(slot, " ".join(rest)) if held == "boolean" and rest else None
                    if named is not None and ontology.slots[slot].kind == "word":
                        return slot, False  # a yes or no about one of its values
    return None, foreign


def _rank(spec: SlotSpec, enum: tuple[str, ...], held: str) -> int:
    """How far a slot is from what a field can hold, of several that have its name."""
    if _polar(spec, enum, held == "boolean"):
        return 0
    many = _LISTS if enum else _LISTS | {"text"}
    room = {"number": _NUMBERS, "array": many, "records": _LISTS}.get(held, {spec.kind})
    return 2 if spec.kind not in room or (enum and spec.kind == "text") else 1


def _by_words(ontology: Ontology, words: tuple[str, ...], enum: tuple[str, ...], held: str) -> str | None:
    """The slot of which a name has a word of every group, and no other word that changes what is meant."""
    said = frozenset(stem(word) for word in words)
    found = [
        (-len(groups), _rank(ontology.slots[slot], enum, held), at, slot)
        for word in said
        for at, slot, groups, harmless in _groups(ontology).get(word, ())
        if len(said) >= len(groups)
        and all(said & group for group in groups)
        and said <= harmless.union(*groups)
        and _may_be(ontology, slot, enum, held)
        and _holds(ontology.slots[slot], held)
    ]
    return min(found)[-1] if found else None


def _holds(spec: SlotSpec, held: str) -> bool:
    """Whether a field of this type has room for what the slot says."""
    return spec.kind in _ROOM.get(held, {spec.kind})


_Groups = tuple[int, str, tuple[frozenset[str], ...], frozenset[str]]


@lru_cache(maxsize=64)
def _groups(ontology: Ontology) -> dict[str, list[_Groups]]:
    """Each set of words of each slot as stems, with the words that may stand beside them and its place
    among all, by each word of its first group.
    """
    found: dict[str, list[_Groups]] = {}
    phrases = (
        (slot, spec, phrase)
        for slot, spec in ontology.slots.items()
        for phrase in (*spec.words, *(() if spec.exact else _in_any_order(spec.aliases)))
    )
    for at, (slot, spec, phrase) in enumerate(phrases):
        groups = tuple(frozenset(map(stem, group.split("|"))) for group in phrase.split())
        for word in groups[0]:
            found.setdefault(word, []).append((at, slot, groups, frozenset(map(stem, _harmless(spec)))))
    return found


def _in_any_order(aliases: tuple[str, ...]) -> Iterator[str]:
    """Names of several words, which mean the same in another order and form: `days of delay`."""
    for alias in aliases:
        words = [word for word in words_of(alias) if word not in ARTICLES]
        if len(words) > 1:
            yield " ".join(words)


def _harmless(spec: SlotSpec) -> frozenset[str]:
    if spec.own:
        return frozenset(spec.own)
    return BESIDE | BESIDE_KIND.get(spec.kind, frozenset()) | frozenset(spec.beside)


def _by_enum(ontology: Ontology, enum: tuple[str, ...], most: int = 1) -> str | None:
    best = None
    for name, spec in ontology.slots.items():
        if spec.kind == "word" and not spec.exact:
            hits = sum(1 for option in enum if _value_of(ontology, name, option))
            if hits > most:
                best, most = name, hits
    return best


def _by_polar_enum(ontology: Ontology, enum: tuple[str, ...]) -> str | None:
    """The flag of which all options say yes or no in words of its own."""
    for name, spec in ontology.slots.items():
        if _polar(spec, enum, boolean=False) and any(side_of(spec, option) for option in enum):
            return name
    return None


def _polar(spec: SlotSpec, enum: tuple[str, ...], boolean: bool) -> bool:
    """Whether a field says yes or no to this flag and nothing else."""
    if spec.kind != "flag" or boolean or not enum:
        return spec.kind == "flag" and boolean
    said = sides(spec, enum)
    return all(said) and all(map(unknowing, set(enum) - {option for side in said for option in side}))


def _by_description(ontology: Ontology, description: str, *, lists: bool = False) -> str | None:
    said = content_words(description)
    best, most = None, 0
    for name, spec in ontology.slots.items():
        for hint in spec.hints if spec.kind == "list" or not lists else ():
            wanted = content_words(hint)
            whole = wanted != {"what"} or hint in description.lower()  # `what to do`
            if wanted and whole and wanted <= said and len(wanted) > most:
                best, most = name, len(wanted)
    return best


@lru_cache(maxsize=4096)
def _flag_of(ontology: Ontology, name: str) -> tuple[str, str] | None:
    words = tuple(word for word in words_of(name) if word not in ARTICLES)
    known = ((k, s) for k, s in ontology.slots.items() if s.kind == "word" and (s.aliases or not s.exact))
    for slot, spec in known:
        for value, others in spec.values.items():
            if words and any(words_of(alias) == words for alias in (value, *others)):
                return slot, value
    for slot, spec in ontology.slots.items():
        if spec.kind == "word" and spec.around:
            bare = tuple(word for word in words if word not in spec.around)
            for value, others in spec.values.items():
                if bare and any(words_of(alias) == bare for alias in (value, *others)):
                    return slot, value
    return None


@lru_cache(maxsize=8192)
def _value_of(ontology: Ontology, slot: str, text: str) -> str | None:
    said = _stemmed(text)
    if not said or len(said) > 24:
        return None
    best, most = None, 0.0
    for value, wanted in _spoken(ontology, slot):
        if wanted == said:
            return value
        if len(wanted) > most * len(said) and _inside(wanted, said) and not _NOT & set(said) - set(wanted):
            best, most = value, len(wanted) / len(said)
    return best if most >= 0.25 else None


@lru_cache(maxsize=4096)
def _spoken(ontology: Ontology, slot: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Every way to say each value, as stems."""
    values = ontology.slots[slot].values.items()
    return tuple((value, _stemmed(alias)) for value, others in values for alias in (value, *others))


_NOT = frozenset({"no", "not", "dont", "don", "never", "nothing", "without"})
"""Beside the words for a value these say another."""


@lru_cache(maxsize=4096)
def _stemmed(alias: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words_of(alias))


def _inside(wanted: tuple[str, ...], said: tuple[str, ...]) -> bool:
    width = len(wanted)
    if not wanted or wanted[0] not in said:
        return False
    return any(said[at : at + width] == wanted for at in range(len(said) - width + 1))


@lru_cache(maxsize=8192)
def _option(ontology: Ontology, slot: str, value: str, options: tuple[str, ...]) -> str | None:
    plain = "".join(words_of(value))
    if named := [option for option in options if "".join(words_of(option)) == plain]:
        return value if value in named else named[0]
    told = {option: _value_of(ontology, slot, option) for option in options}
    said = [o for o in options if value in {told[o], *(_value_of(ontology, slot, p) for p in parts_of(o))}]
    said.sort(key=lambda option: told[option] != value)
    left = untold(ontology, slot, options)
    open_ones = [known for known in ontology.slots[slot].values if known not in told.values()]
    return next(iter(said or (left if open_ones == [value] and len(left) == 1 else [])), None)


def untold(ontology: Ontology, slot: str, options: tuple[str, ...]) -> list[str]:
    """The options that say no value of the slot that is known, nor that none is."""
    return [o for o in options if _value_of(ontology, slot, o) is None and not unknowing(o)]


_FLAG = {
    True: ("yes", "true", "y", "ja", "oui", "si", "tak"),
    False: ("no", "false", "n", "nein", "non", "nee", "nie"),
}
"""How options say yes and no, in any exercise."""


def sides(spec: SlotSpec, options: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the options those that say yes to this flag, and those that say no."""

    def saying(value: bool) -> tuple[str, ...]:
        words = all_words((*_FLAG[value], *spec.values.get("yes" if value else "no", ())))
        return tuple(option for option in options if words_of(option) in words)

    return saying(True), saying(False)


def side_of(spec: SlotSpec, words: str) -> str | None:
    """Which value has just these words for a name; of a flag `yes` or `no`, by its own words only."""
    for value, others in spec.values.items():
        names = others if spec.kind == "flag" else (value, *others)
        if any(words_of(name) == words_of(words) for name in names):
            return value
    return None


def flag_option(spec: SlotSpec, value: bool, options: tuple[str, ...]) -> str | None:
    """Which of the options says yes, or no, to this flag; `None` where none does."""
    return next(iter(sides(spec, options)[not value]), None)
