"""Criteria of which each gets a verdict of its own in a line: `Policy: ACCEPT or REJECT`, `Betrag: OK/NOK`.

The words are the program's, and so are the labels; what a criterion is about is read off its label, and off
what stands behind it where that says something else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from harness.simulation.reading.asked_parts import wants_why

from .verdicts import sides_of

_WORD = r"(?:(?:NOT|NICHT|NON|NO|NIET|NIE|DOES NOT) )?[A-ZÄÖÜŁŚĆŻ]{2,16}"
_PAIR = re.compile(
    rf"(?<![A-Z])[\"'`<\[]?(?P<one>{_WORD})[\"'`]?\s?"
    rf"(?:/|\||,? ?(?:or|oder|ou|of|lub|albo|o)\b)\s?[\"'`]?(?P<other>{_WORD})\b"
)
_LINE = re.compile(
    r"^[ \t>]{0,6}(?:[-*•]|\d{1,2}[.)])?[ \t]{0,3}[*_`]{0,2}(?P<label>[^\W\d_][\w /-]{1,28}?)[*_`]{0,2}"
    r"[ \t]{0,2}(?P<sign>:|[–—-](?=\s)|$)[ \t]{0,3}(?P<said>[^\n]{0,200})$"
)
_EACH = re.compile(
    r"\b(?:each|every|per|one line|criteri\w+|kriteri\w+|je|jeweils|jede\w?|eine zeile|chaque|par critère"
    r"|une ligne|cada|una línea|elke?|per regel|każd\w+)\b",
    re.IGNORECASE,
)
_ABOUT = {
    "policy": r"polic(?:y|ies)|rules?|clauses?|handbook|regel\w*|klausel\w*|règles?|reglas?|cláusulas?"
    r"|norma|zasad\w*|klauzul\w*|regulamin",
    "amount": r"(?:refund )?(?:amount|sum)|betrag|summe|montant|somme|importe|bedrag|kwota",
    "order": r"order(?: (?:id|number))?|bestell(?:ung|nummer)|commande|pedido|bestelling|zamówienie",
    "action": r"action|decision|outcome|entscheidung|décision|decisión|beslissing|decyzja",
    "currency": r"currency|währung|devise|moneda|valuta|waluta",
}
_KNOWN = {about: re.compile(said, re.IGNORECASE) for about, said in _ABOUT.items()}
_OTHERWISE = re.compile(
    r"\b(?:paid|total|claimed|asked|mentioned|limit|mail|letter|reply|tone|written|bezahlt|payé|pagado|betaald)\b",
    re.IGNORECASE,
)
"""What stands behind a label and asks something else than whether it is right."""
_FEWEST, _ABOVE = 2, 240


@dataclass(frozen=True, slots=True)
class VerdictLines:
    """The criteria by their labels, each with what it is about; empty: that is not known."""

    criteria: tuple[tuple[str, str], ...]
    good: str
    bad: str
    why: bool
    between: str

    @property
    def strange(self) -> str:
        """The first label of which it is not known what it asks."""
        return next((label for label, about in self.criteria if not about), "")


@lru_cache(maxsize=256)
def verdict_lines(text: str) -> VerdictLines | None:
    """The last such block of a text; none where labelled lines are something else."""
    lines = text.split("\n")
    met = [_LINE.match(line) for line in lines]
    end = len(lines)
    while end > 0:
        start = end
        while start > 0 and met[start - 1] is not None:
            start -= 1
        block = [one for one in met[start:end] if one is not None]
        above, below = "\n".join(lines[max(0, start - 2) : start])[-_ABOVE:], "\n".join(lines[end : end + 2])
        if len(block) >= _FEWEST and (found := _read(block, above, below)) is not None:
            return found
        end = start - 1 if start == end else start
    return None


def _read(block: list[re.Match[str]], above: str, below: str) -> VerdictLines | None:
    if _EACH.search(block[0][0]) and (_PAIR.search(block[0][0]) or not block[0]["said"]):
        above, block = f"{above}\n{block[0][0]}", block[1:]  # the line that says it of each
    own = [_PAIR.search(one["said"]) for one in block]
    bare, pair = all(own), None
    if bare:
        words = {(one["one"], one["other"]) for one in own if one is not None}
        pair = words.pop() if len(words) == 1 else None
    elif _EACH.search(above) and (found := [*_PAIR.finditer(above)]):
        pair = found[-1]["one"], found[-1]["other"]
    sides = _sides(pair) if pair is not None else None
    criteria = tuple((one["label"].strip(), _about(one["label"], one["said"], bare=bare)) for one in block)
    if sides is None or len(criteria) < _FEWEST or not any(about for _, about in criteria):
        return None
    told = " ".join([above, *(one["said"] for one in block if bare), below])
    return VerdictLines(criteria, *sides, wants_why(told), " - " if _DASH.search(told) else ". ")


_DASH = re.compile(
    r"\b(?i:dash|hyphen|gedankenstrich|tiret)\b"
    r"|[A-Z>\]] ?[-–—] ?[<\[]?(?i:reason|why|grund|raison|motivo|reden|powód)"
)


def _about(label: str, said: str, *, bare: bool) -> str:
    if not bare and _OTHERWISE.search(said):
        return ""
    return next((about for about, known in _KNOWN.items() if known.fullmatch(label.strip())), "")


_GOOD = frozenset(
    {"GOED", "JUIST", "RICHTIG", "STIMMT", "BIEN", "CORRECTO", "DOBRZE", "ZGODNE", "GO", "OUI", "JA", "TAK"}
)


def _sides(pair: tuple[str, str]) -> tuple[str, str] | None:
    """The good word and the bad one."""
    one, other = pair
    if one in _GOOD or other in _GOOD:
        return (one, other) if one in _GOOD else (other, one)
    if one.endswith(f" {other}"):
        return other, one
    return (one, other) if other.endswith(f" {one}") else sides_of(pair)
