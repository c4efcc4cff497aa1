"""Screens: whether a text gives orders to whoever reads it by machine, and in which form that is wanted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.commands import of_commands
from harness.simulation.filling.typed import type_of
from harness.simulation.forms.contract import Contract, asked_slots
from harness.simulation.meaning.offering import POSED
from harness.simulation.meaning.slots import sides, words_of

from .scales import Scale, scale_in, scale_of

Json = Any
SCREENED = "screened_"
FOUND, CLEAN, YES, NO = "found", "clean", "yes", "no"
_SENTENCE = re.compile(r"(?<=[.!?])[\"'`*”]*\s+|\n")
_POSES = re.compile(
    r"\?|\b(?:if|when|whether|wenn|falls|ob|screen\w*|detect\w*|check\w*|filter\w*|guard\w*|scan\w*|flag\w*"
    r"|classif\w+|risk|how (?:likely|strongly)|likelihood|probability|true|false|means?"
    r"|is (?:any|an?|every)|attacks?|angriffe?|prüf\w*|erkenn\w*|wahrscheinlich\w*)\b|=|:\s",
    re.IGNORECASE,
)
"""Asks whether it is so, or says which answer stands for it."""
_LISTS = re.compile(
    r"\b(?:list|quote|extract|give|name|show|return|copy|print|which|what|nenne|liste|zitiere|gib)\b"
    r"[^.?\n]{0,40}\b(?:sentences?|passages?|parts?|lines|phrases?|spans?|words|instructions?|commands?|sätze"
    r"|stellen|textstellen|passagen|anweisungen)\b",
    re.IGNORECASE,
)
_REMOVES = re.compile(
    r"\b(?:remov\w+|strip\w*|delet\w+|drop\w*|saniti[sz]\w+|scrub\w*|cut out|tak\w+ out|without the"
    r"|leav\w+ out|omit\w*|entfern\w*|streich\w*|(?-i:[Cc]leaned|[Cc]lean (?:up|out|the|this|it)))\b",
    re.IGNORECASE,
)
_BESIDES = re.compile(
    r"\b(?:decide|refund due|draft|summari[sz]e|translate|rewrite|tools?|handbook v)\b", re.IGNORECASE
)
"""Asks for more than a screen."""
_WHY = re.compile(
    r"\b(?:reasons?|why|expla\w+|justif\w+|because|rationale|grounds|grund|begründ\w+|warum)\b", re.IGNORECASE
)
_QUOTE = re.compile(
    r"\b(?:quot\w+|cite|verbatim|exact words|offending|evidence|the (?:sentence|passage)"
    r"|zitier\w*|zitat\w*)\b",
    re.IGNORECASE,
)
_TWO_LINES = re.compile(
    r"\b(?:first|1st) line\b|\b(?:second|2nd|next|new|separate|own|following) line\b"
    r"|\bline [12]\b|\btwo lines\b",
    re.IGNORECASE,
)
_DASH = re.compile(r"\bdash\b|\s[-–—]\s", re.IGNORECASE)
_ADMONISHES = re.compile(
    r"\b(?:ignore|disregard|(?:not|never|n['’]t)(?: to be)? (?:follow\w*|obey\w*|heed\w*|act)"
    r"|treat (?:it|them|such)|escalate|hand (?:it|them) over|befolge\w*|ignoriere\w*)\b",
    re.IGNORECASE,
)
"""Tells what to do about it."""
_NUMBER = re.compile(
    r"\b(?:number|score|rate|risk|percent\w*|probability|likelihood|how (?:likely|strongly|sure)|scale|zahl"
    r"|wahrscheinlich\w*)\b",
    re.IGNORECASE,
)
_RANKS = re.compile(
    r"\b(?P<none>none)?(?:\W{1,3}(?:or )?)?(?P<low>low|niedrig)\W{1,3}(?:or )?(?:(?:medium|moderate|mittel)"
    r"\W{1,3}(?:(?:or|oder) )?)?(?P<high>high|hoch)\b",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"(?-i:\b(?P<caps>NONE|NOTHING|EMPTY|KEINE|N/A|NULL)\b)|[\"'`“](?P<said>none|nothing|no|-|keine)[\"'`”]"
    r"|\b(?:say|reply|answer|write|return|output|with) (?P<word>none|nothing)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"[\"'`“‘*]{1,2}(?P<quoted>[A-Za-zÄÖÜäöü][\w -]{0,23}|[01])[\"'`”’*]{1,2}"
    r"|(?<![\w-])(?P<caps>[A-ZÄÖÜ]{2}[A-ZÄÖÜ_]{0,22})(?![\w-])"
    r"|(?<=with )(?P<told>[01]|[a-z]{2,14})\b"
    r"|(?:(?<=[Rr]eturn )|(?<=[Oo]utput )|(?<=[Aa]nswer )|(?<=[Pp]rint ))(?P<bit>[01])\b"
    r"|(?<=or )(?P<or>[01]|[a-z]{2,14})\b(?=\W{0,3}$)"
    r"|(?<=[a-z]) ?[/|] ?(?P<slash>[a-z]{1,14})\b|\b(?P<before>[a-z]{1,14}|[01])(?= ?[/|] ?[a-z01])"
    r"|\b(?P<either>[a-z]{2,14}|[01])(?= (?:or|oder) [a-z01]{1,14}\W{0,3}$)"
    r"|(?<=, )(?P<listed>[01])(?= )|\b(?:and|und|else|otherwise|sonst) (?P<else>[01])\b",
    re.MULTILINE,
)
_NO_WORD = frozenset(
    words_of("AI KI IA LLM LLMS GPT JSON HL API EUR GBP PLN NONE NOTHING KEINE EMPTY NULL ID XML NOT ONLY")
)
_IF = re.compile(
    r"\A[\"'`”’*]{0,2}\s{0,2}(?:\(|only |nur )?(?:if|when|where|wenn|falls|for|means?|[:=]|->|→)\s{0,2}"
    r"(?P<said>[^,;.\n)]{2,140})",
    re.IGNORECASE,
)
_BEFORE_IT = re.compile(
    r"\b(?:if|when|where|wenn|falls)\b(?P<said>[^;:.\n]{3,160})[,:][^,;:.\n]{0,40}\Z", re.IGNORECASE
)
_ELSE = re.compile(
    r"\b(?:otherwise|else|if not|if (?:it|they|there) (?:do(?:es)?|is|are)(?: not|n['’]t)"
    r"|sonst|andernfalls|wenn nicht)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:no|not|none|never|without|free (?:of|from)|nothing|kein\w*|nicht|frei von)\b|n['’]t\b",
    re.IGNORECASE,
)
_FINE = re.compile(
    r"\b(?:safe|clean|free (?:of|from)|harmless|benign|genuine|legit\w*|trust\w*|sicher|sauber"
    r"|frei von|unbedenklich|ok|okay|fine|normal|ordinary|may (?:be )?pass\w*)\b",
    re.IGNORECASE,
)
_OWN = {
    FOUND: frozenset(words_of("flag flagged alert alarm quarantine detected positive warn angriff verdächtig"
        " gefahr manipulation befehl tainted poisoned threat hostile jailbreak suspect")),
    CLEAN: frozenset(words_of("sauber unbedenklich sicher harmlos negative undetected continue"
        " forward deliver")),
}  # fmt: skip
_HIT = frozenset(
    words_of(
        "injection injected attack malicious flag flagged suspicious manipul manipulation manipulated unsafe"
        " block contains detected hijack jailbreak override overrides risk risky instruction instructions"
        " commands command orders addresses attempt hostile enthält enthaelt anweisung anweisungen angriff"
        " verdächtig found present befehl befehle hit alert threat quarantine tries steers"
    )
)
_FREE = frozenset(
    words_of("safe clean ok okay benign legit legitimate trusted allow allowed pass passes proceed genuine"
        " harmless sauber sicher unbedenklich")
)  # fmt: skip
_BARE = frozenset(
    words_of("answer result verdict response output decision label classification value screen status")
)
_SPANS = frozenset(
    words_of(
        "quote quotes evidence text passage passages sentence sentences excerpt excerpts span spans snippet"
        " snippets phrase phrases offending instructions commands matches lines words zitat zitate stellen"
        " fragments parts"
    )
)
_GROUNDS = frozenset(
    words_of("reason reasons why rationale explanation comment note because begründung grund notes")
)
_SHARES = frozenset(words_of("score risk probability likelihood severity"))
_SURE = frozenset(words_of("confidence certainty sure confident"))


@dataclass(frozen=True, slots=True)
class Field:
    """A field of JSON that a screen fills."""

    kind: str
    """`flag`, `word`, `share`, `spans`, `why` or `sure`."""
    schema: Mapping[str, Json]
    found: Any = None
    """What stands for a text that gives orders."""
    clean: Any = None
    scale: Scale | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """What is to be answered of a text's orders to machines."""

    found: str = ""
    """The word for a text that has some."""
    clean: str = ""
    scale: Scale | None = None
    """Where a number is wanted."""
    lists: bool = False
    """Whether the sentences are wanted, one a line."""
    none: str = "None."
    """What is said where there are none to list."""
    quotes: bool = False
    whys: bool = False
    gap: str = ": "
    """What stands between the word and what is told besides."""
    fields: tuple[Field, ...] = ()


def screen_told(asked: str) -> Screen | None:
    """The screen that a program's own words ask for in plain words, `None` where it is none or its form is
    not understood.
    """
    said = _screening(asked)
    if not said:
        return None
    told = Screen(
        quotes=bool(_QUOTE.search(asked)), whys=bool(_WHY.search(asked)),
        gap="\n" if _TWO_LINES.search(asked) else " - " if _DASH.search(asked) else ": ",
    )  # fmt: skip
    if (words := _words(asked)) is not None:
        found, clean = (word.capitalize() if word in {"yes", "no"} else word for word in words)
        return replace(told, found=found, clean=clean)
    if (scale := _scale(asked)) is not None:
        return replace(told, scale=scale)
    if _LISTS.search(asked):
        nothing = _NOTHING.search(asked)
        none = next(filter(None, nothing.groups()), "") if nothing is not None else "None."
        return replace(told, lists=True, none=none)
    return replace(told, found="Yes", clean="No") if "?" in said else None


def _screening(asked: str) -> str:
    """The sentence that asks it; empty where none does, or where the text is wanted without its orders."""
    if _BESIDES.search(asked) or any(
        _REMOVES.search(part) for part in _SENTENCE.split(asked) if of_commands(part)
    ):
        return ""
    parts = [part for part in _SENTENCE.split(asked) if of_commands(part) and not _ADMONISHES.search(part)]
    return next((part for part in parts if _POSES.search(part) or _LISTS.search(part)), "")


def _sense(word: str) -> str:
    """What a word offered for an answer means by itself; empty: nothing."""
    plain = " ".join(words_of(word))
    if plain in {"yes", "ja", "true", "1", "y", "j", "wahr"}:
        return YES
    if plain in {"no", "nein", "false", "0", "n", "falsch"}:
        return NO
    for side, known in _OWN.items():
        if plain in known:
            return side
    slots = vocabulary().ontology.slots
    if (value := vocabulary().ontology.value_of("injection", plain)) is not None:
        return FOUND if value == "yes" else CLEAN
    good, bad = sides(slots["valid"], (plain,))
    return CLEAN if good else FOUND if bad else ""


def _tokens(asked: str) -> Iterator[tuple[str, str, str]]:
    """Each word that may be an answer, with the words before and behind it in its sentence."""
    for part in _SENTENCE.split(asked):
        for met in _TOKEN.finditer(part):
            word = next(filter(None, met.groups()), "")
            if {*words_of(word)} <= _NO_WORD or (word.islower() and not _sense(word)):
                continue
            yield word, part[: met.start()], part[met.end() :]


def _words(asked: str) -> tuple[str, str] | None:
    """The word for a text that gives orders and the one for another."""
    told: dict[str, str] = {}
    seen: dict[str, str] = {}
    for word, before, behind in _tokens(asked):
        seen.setdefault(word, _sense(word))
        side = _by_condition(before, behind)
        if side:
            told.setdefault(side, word)
    told = {side: word for side, word in told.items() if side in {FOUND, CLEAN}}
    known = {side: word for word, side in seen.items() if side}
    if not told and YES in known and NO in known and len(known) == len({YES, NO}):
        asking = _screening(asked)
        yes = CLEAN if _FINE.search(asking) else FOUND
        told = {yes: known[YES], FOUND if yes == CLEAN else CLEAN: known[NO]}
    for side in (FOUND, CLEAN):
        if side not in told and side in known and known[side] not in told.values():
            told[side] = known[side]
    left = [word for word in seen if word not in told.values()]
    if len(told) == 1 and len(left) == 1:
        told[CLEAN if FOUND in told else FOUND] = left[0]
    return (told[FOUND], told[CLEAN]) if len(told) == len({FOUND, CLEAN}) else None


def _by_condition(before: str, behind: str) -> str:
    """Which text a word stands for by the condition beside it; empty where none is told."""
    met = _IF.match(behind)
    said = met["said"] if met is not None else ""
    if said and _ELSE.search(f"if {said}"):
        return ""
    if not said and _ELSE.search(before[-30:]):
        return ""
    if not said and (earlier := _BEFORE_IT.search(before)) is not None:
        said = earlier["said"]
    if not of_commands(said):
        return CLEAN if said and _FINE.search(said) and not _NEGATED.search(said) else ""
    return CLEAN if _NEGATED.search(said) else FOUND


def _scale(asked: str) -> Scale | None:
    if (ranks := _RANKS.search(asked)) is not None:
        return Scale(words=(ranks["none"] or ranks["low"], ranks["high"]))
    scale = scale_in(asked) if _NUMBER.search(asked) else None
    return scale if scale is not None and not scale.words else None


def with_screen(contract: Contract, told: str, *, alone: bool) -> tuple[Contract, Screen | None]:
    """The contract in which a screen's fields are marked, and the screen; it has no other fields.

    `told`: the program's own words; `alone`: whether the mail is all that is shown.
    """
    parts = (contract.schema or {}).get("properties") or {}
    formed = contract.form in {"schema", "json", "submit"} and contract.step is None and parts
    if not formed or contract.tools or not _screening(told := _with_fields(told, parts)):
        return contract, None
    fields = [_field(key, part, told) for key, part in parts.items()]
    known = [field for field in fields if field is not None]
    named = alone or any({*words_of(key)} & _HIT for key in parts)
    if (
        len(known) < len(fields)
        or not named
        or not any(one.kind in {"flag", "word", "share", "spans"} for one in known)
    ):
        return contract, None
    marked = {
        key: {**part, POSED: [f"{SCREENED}{n}", "injection"]} for n, (key, part) in enumerate(parts.items())
    }
    schema = {**(contract.schema or {}), "properties": marked}
    slots = asked_slots(schema, vocabulary().ontology) | {"injection"}
    return replace(contract, schema=schema, slots=slots), Screen(fields=tuple(known))


def _with_fields(told: str, parts: Mapping[str, Json]) -> str:
    """What a program tells, and what its fields ask by their names and descriptions."""
    named = [f"{' '.join(words_of(key))}?" for key in parts]
    said = [part.get("description") for part in parts.values() if isinstance(part, dict)]
    return "\n".join([told, *named, *(f"{one}" for one in said if isinstance(one, str))])


def _field(key: str, part: Json, told: str) -> Field | None:  # noqa: PLR0911  (one kind of field a look)
    if not isinstance(part, dict):
        return None
    kind, words = type_of(part), {*words_of(key)}
    options = [str(option) for option in part.get("enum") or () if option is not None]
    if options:
        return _choice(part, options)
    if words & _SURE and kind in {"number", ""}:
        return Field("sure", part)
    if kind == "boolean":
        side = _side_of(key, words, told)
        return Field("flag", part, side == FOUND, side == CLEAN) if side else None
    if kind in {"number", "integer"} and (
        words & _HIT or {*words} & {"score", "risk", "probability", "likelihood"}
    ):
        scale = scale_of(part, told)
        return Field("share", part, scale=scale) if scale is not None else None
    if kind == "array" and type_of(part.get("items") or {}) in {"string", ""} and words & (_SPANS | _HIT):
        return Field("spans", part)
    if kind in {"string", ""} and words & _GROUNDS:
        return Field("why", part)
    return Field("spans", part) if kind in {"string", ""} and words & _SPANS else None


def _choice(part: Mapping[str, Json], options: list[str]) -> Field | None:
    senses = {option: _sense(option) for option in options}
    found = [option for option, side in senses.items() if side in {FOUND, YES}]
    clean = [option for option, side in senses.items() if side in {CLEAN, NO}]
    if found and clean:
        return Field("word", part, found[-1], clean[0])
    ranks = {option.casefold(): option for option in options}
    high, low = ranks.get("high"), ranks.get("none", ranks.get("low"))
    return Field("word", part, high, low) if high and low else None


def _side_of(key: str, words: set[str], told: str) -> str:
    """Of which text a flag is true: by what is said of it, else by its name, else by the question."""
    met = re.search(
        rf"\b{re.escape(key)}\b[\"'`]?\s?(?:=|is|:|must be|should be)?\s?"
        r"(?P<is>true|false)\s(?:if|when|where|wenn|means)\b(?P<said>[^.;\n]{2,160})",
        told,
        re.IGNORECASE,
    )
    if met is not None and of_commands(met["said"]):
        orders = not _NEGATED.search(met["said"])
        return FOUND if orders is (met["is"].casefold() == "true") else CLEAN
    if words & _FREE:
        return CLEAN
    if words & _HIT:
        return FOUND
    if words <= _BARE:
        return CLEAN if _FINE.search(_screening(told)) else FOUND
    return ""
