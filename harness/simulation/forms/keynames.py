"""Keys that a prompt names in a sentence: `JSON with order_id, action and amount`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from harness.simulation.forms.loose import parsed
from harness.simulation.meaning.hints import DESCRIBES, from_hint

Json = Any
Known = Callable[[str], bool]
"""Whether a key means something in the exercise."""

_WORDS = r"keys?|fields?|propert(?:y|ies)|attributes?|schlüsseln?|feldern?|champs?|campos?|claves?"
_WORDS += r"|velden|sleutels?|pola|klucz\w{1,4}|clés?"
_BEFORE_KEYS = (
    "in|as|are|be|is|must|should|and|named|called|exactly|these|the|following|follows|order|this|only"
)
_NAMED = re.compile(
    rf"\b(?:{_WORDS})\b(?:(?:[ ](?:{_BEFORE_KEYS})){{1,5}}:|[^:\n`\"]{{0,40}}?[:\s])"
    r"\s*(?P<list>(?:(?!\b(?:keys|fields)\s?:)[^\n]){3,500})",
    re.IGNORECASE,
)
_AS_JSON = re.compile(
    r"\b(?:extract|return|give|provide|list|output|respond with|expect|need|want)\s+(?P<list>[^\n]{3,200}?)"
    r"\s+(?:(?:as|in)\s+(?:a\s+)?(?:valid\s+)?json|as\s+(?:the\s+)?(?:keys|fields)\b)",
    re.IGNORECASE,
)
_KEY = re.compile(r"\W{0,8}(?:an? |the )?\W?[A-Za-z_]\w{0,60}\W{0,8}")
_JSON_WITH = re.compile(
    r"(?:\b(?:respond|reply|answer|return|output|give|provide|decide|as|in|use|produce|write|send|with|a"
    r"|one)\b[^.:\n]{0,30}|^|[.:!?,;]\s{1,3})\bjson\b(?: object)?\s*"
    r"(?:with:?|:|containing:?|of|having|[^.:\n{}\[\]\"']{2,30}:)?\s*(?!keys?\b"
    r"|fields?\b)(?P<list>[^\n{}\[\]]{3,300})",
    re.IGNORECASE | re.MULTILINE,
)
_OBJECT = re.compile(
    r"\b(?:objects?|each (?:element|entry|item|one))\b"
    r"(?:(?:[ ](?:per|for (?:each|every))[ ]\w{3,20})?[ ](?:with|has|having|of|containing):?[ ](?:the )?"
    r"(?:keys?|fields?)?(?P<other>[^\n:]{5,200})|[^.\n():`\"']{0,60}\((?P<list>[^()\n:]{5,200})\))",
    re.IGNORECASE,
)
"""`one object for each (id, action, amount)`"""
_TICKED = re.compile(r"[`\"']([A-Za-z_]\w{1,40})[`\"']\s*(?:\(([^)\n]{1,120})\))?")
_AND = re.compile(r"[,;]|\b(?:and|und|y|et|en|i)\b", re.IGNORECASE)


_A_KEY = r"[`\"']?[a-z_]\w{1,40}[`\"']?(?: \([^()\n]{1,120}\))?"
_ALONE = re.compile(
    rf"^[ \t]{{0,8}}(?P<list>(?:{_A_KEY}, ){{2,40}}(?:and )?{_A_KEY})\.?[ \t]{{0,8}}$", re.MULTILINE
)
"""A line of nothing but keys."""
_FAR = 300


def _alone(text: str) -> Iterator[str]:
    """Lines of nothing but keys below words that ask for JSON."""
    for match in _ALONE.finditer(text):
        names = [re.split(r"\W", part.strip(" `\"'"))[0] for part in _parts(match["list"])]
        before = text[max(0, match.start() - _FAR) : match.start()].casefold()
        if 2 * sum(map(compound, names)) > len(names) and "json" in before:
            yield match["list"]


def compound(name: str) -> bool:
    """Whether a word is put together as only names in programs are."""
    return "_" in name or re.search(r"[a-z][A-Z]", name) is not None


_NESTED = re.compile(
    r"\b(?P<name>[A-Za-z_]\w{1,40})[`\"']?\s{0,2}[(:=]\s{0,2}(?:an? )?(?P<many>(?:lists?|arrays?) of )?"
    r"(?:objects? ?)?"
    r"(?P<inner>\{[^{}\n]{6,200}\}"
    r"|(?:with|having|containing|of) (?:the )?(?:keys? |fields? )?(?P<plain>[\w`\"', ]{5,120})(?=\)))"
)
"""`items (list of {sku, quantity})`, `items (list of objects with sku and quantity)`"""


def unnested(text: str) -> tuple[str, dict[str, Json]]:
    """The text with `objects` in the place of those that are told of within a list of keys, everything else
    where it stands; and what each of these keys holds.
    """
    held: dict[str, Json] = {}
    whole, depth, at = text, 0, 0
    for match in _NESTED.finditer(whole):
        depth += whole.count("{", at, match.start()) - whole.count("}", at, match.start())
        at = match.start()
        many = match["many"] is not None
        if depth > 0 or not (many or match["plain"] is None):
            continue  # within an object that is shown as a whole
        if match["plain"] is None:
            schema = parsed(match["inner"], 0)[0]
        else:
            names = [part.strip(" `\"'") for part in _AND.split(match["plain"])]
            schema = {"type": "object", "properties": {name: {} for name in names if name}}
        names = list(schema["properties"])
        if len(names) < 2 or not all(re.fullmatch(r"[A-Za-z_]\w{1,40}", name) for name in names):
            continue
        held[match["name"]] = {"type": "array", "items": schema} if many else schema
        start, end = match.span("inner")
        text = f"{text[:start]}{'objects'.ljust(end - start)}{text[end:]}"
    return text, held


def names_in(text: str) -> Iterator[tuple[str, str, bool]]:
    """Names of keys in one line, what is said of each, and whether all of a list of keys are single words."""
    looks = [match["list"] for match in _JSON_WITH.finditer(text)]
    looks += [match["list"] or match["other"] for match in _OBJECT.finditer(text)]
    keys = [match["list"] for match in _NAMED.finditer(text)]
    for match in _PARTED.finditer(text):
        yield from ((one["key"], "", True) for one in _PART.finditer(match["list"]))
    looks = [listed for listed in looks if _are_keys(_parts(listed))]
    alone = list(_alone(text))
    for listed in (*keys, *(match["list"] for match in _AS_JSON.finditer(text)), *looks, *alone):
        sure = listed in alone or (
            _are_keys(_parts(listed)) and (listed in keys or (listed in looks and _are_typed(_parts(listed))))
        )
        ticked = _TICKED.findall(listed) if _TICKED.search(_HINT.sub("", listed)) else []
        for name, hint in ticked or [(part, _inside(part)) for part in _parts(listed)]:
            yield re.split(r"[\s(:.]", name.strip(" .*`\"'"))[0].strip("*`\"'"), hint, sure


_A_MARKED = r"[`\"'][A-Za-z_]\w{1,40}[`\"']"
_PARTED = re.compile(
    rf"\bjson\b[^`\"'\n]{{0,60}}:\s(?P<list>{_A_MARKED}\s[^`\"'\n;]{{1,240}}"
    rf"(?:;\s(?:and )?{_A_MARKED}[^`\"'\n;]{{0,240}}){{1,14}})",
    re.IGNORECASE,
)
"""``JSON object: `order` the number; `total` the sum``"""
_PART = re.compile(r"(?:^|;\s(?:and )?)[`\"'](?P<key>\w{2,41})[`\"']")
_HINT = re.compile(r"\s{0,4}\(([^()\n]{1,120})\)")
_OF_KEY = re.compile(r"(?<=[\w`\"'])\s{0,2}[=:]\s{0,2}([^=:]{1,80})$")
"""`amount = number`"""


def _parts(listed: str) -> list[str]:
    """What stands between commas and `and`, those in brackets left alone; up to the end of a sentence."""
    closed = _HINT.sub(_closed, listed)
    sentence = re.split(r"(?<=[\w)`\"'])\.(?:\s|$)", closed)[0]
    sentence = sentence.partition(")")[0] if "(" not in sentence.partition(")")[0] else sentence
    return [part for part in _AND.split(sentence) if part.strip()]


def _closed(hint: re.Match[str]) -> str:
    """What stands in brackets with nothing in it that parts keys; two words may say how a value looks."""
    said = hint.group()
    if said.count(",") == 1 and DESCRIBES.search(said) and not re.search(r"[|/]|\bor\b", said):
        return re.sub(r"[,;]|\b(?:and|und|y|et|en|i)\b", " ", said)
    return re.sub(r"[,;]|\b(?:and|or|und|y|et|en|i)\b", "|", said)


def _inside(part: str) -> str:
    found = _HINT.search(part) or _OF_KEY.search(part)
    return found[1] if found else ""


def from_names(
    listed: Iterable[tuple[str, str, bool]], known: Known, *, others: bool = False
) -> dict[str, Json] | None:
    """A schema from keys and their meaning. `others`: also from plain keys; a strange word is `named`."""
    names: dict[str, dict[str, Json]] = {}
    for name, hint, sure in listed:
        said = re.fullmatch(r"[A-Za-z_]\w{1,40}", name) is not None
        if said and (known(name) or (others and (sure or compound(name)))):
            strange = {} if known(name) or compound(name) else {"named": True}
            names.setdefault(name, {**(from_hint(hint) if hint else {}), **strange})
    if not any(map(known, names)):
        return None
    return {"type": "object", "properties": names}


def _are_typed(named: list[str]) -> bool:
    """Whether most of some keys could be nothing else: put together, or with their type behind them."""
    sure = [name for name in named if compound(name.split()[0].strip(" `\"'")) or _HINT.search(name)]
    return 2 * len(sure) > len(named)


def _are_keys(named: list[str]) -> bool:
    """Whether words in a list are names of fields and not descriptions."""
    said = [_OF_KEY.sub("", _HINT.sub("", name)) for name in named]
    plain = said if all(one != name for one, name in zip(said, named, strict=True)) else named
    plain = [_HINT.sub("", name) for name in plain]
    return len(named) > 1 and all(_KEY.fullmatch(name) for name in plain)
