"""How many pieces of an article a sentence speaks of: `two of the four`, `the sixth has a crack`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from harness.simulation.reading import counts
from harness.simulation.reading.text import fold, stem

NUMBERS = {word: number for word, number in counts.NUMBERS.items() if word != "ten"}
"""Polish mails say `ten` of what is near."""
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(NUMBERS)})"
_THE = r"(?:the|them|my|our|those|these|den|diesen|unseren|las|los|les|ces|mes|de|die|mis|tych|z)"
_ONE = r"(?: (?:one|bowl|piece|set|box))?"
_ORDINALS = (
    r"(?:second|third|fourth|fifth|sixth|last|zweite|dritte|vierte|fünfte|sechste|letzte|deuxième|troisième"
    r"|quatrième|cinquième|sixième|dernière|dernier|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|sext[oa]"
    r"|últim[oa]|tweede|derde|vierde|vijfde|zesde|laatste|drug[ia]|trzeci[a]?|czwart[ya]|piąt[ya]|szóst[ya])"
)
_VERBS = (
    r"(?:have|has|had|are|is|were|was|arrived|came|broke|made|survived|turned|got|went|hat|haben|sind|ist"
    r"|waren|war|kam|kamen|hatte"
    r"|sont|étaient|est|a|ont|était|est|están|estaban|llegaron|llegó|vino|vinieron|está|tiene|zijn|waren"
    r"|heeft"
    r"|kwamen|kwam|was|są|były|jest|ma|była|był|przyszł[ya]|dotarł[ya])"
)
_OF_THEM = re.compile(
    rf"\b{_COUNT}\b(?= (?:of|from|out of|von|der|de|des|los|las|van|z|back|zurück)\b(?! \d))", re.IGNORECASE
)
_ARE = re.compile(rf"\b{_COUNT}\b(?=(?: [\w'’-]+){{0,2}} {_VERBS}\b)", re.IGNORECASE)
_OF_SO_MANY = re.compile(
    rf"\b{_COUNT}\b(?: [\w'’-]+){{0,3}} (?:of|out of|von|de|van|z) {_THE}\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    rf"\b(?:the |die |les |las |los |de )?(?:other|anderen|autres|otr[ao]s|andere) {_COUNT}\b", re.IGNORECASE
)
_THOSE = re.compile(
    rf"\b(?:for|of|those|these|für|die|diese|pour|ces|por|esos|esas|voor|die|za|te) (?:the |die |los |las "
    rf"|les )?{_COUNT}\b(?=[.,;!?]|$)"
    rf"|\b(?:hebben|zijn|haben|sind) (?:er|davon) {_COUNT.replace('count', 'number')}\b",
    re.IGNORECASE,
)
_NTH = re.compile(
    rf"\b(?:the|das|der|die|el|la|le|de|het|a|ta|ten)? ?{_ORDINALS}{_ONE}(?= (?:[\w'’-]+ ){{0,2}}{_VERBS}\b)",
    re.IGNORECASE,
)
"""`the sixth has …`: one, where the sentence says what is wrong with it."""
_TOTAL = re.compile(
    rf"\b(?:of|out of|from|von|aus|de|van|z|ze|spośród|sur|entre) {_THE} {_COUNT}\b", re.IGNORECASE
)
"""How many there are."""
_BUT = re.compile(
    rf"\b(?:all|every|alle|alles|todos|todas|tous|toutes|allemaal|wszystkie)\b[^,.;]{{0,30}}?"
    rf"\b(?:but|except(?: for)?|bis auf|außer|menos|salvo|sauf|behalve|op|oprócz|prócz) {_COUNT}\b",
    re.IGNORECASE,
)
"""`all but one`"""
_EVERY = re.compile(
    r"\b(?:all (?:of (?:them|it)|two|three|four|five|six)|each(?: and every)? (?:one|of them)"
    r"|every (?:single )?one"
    r"|the lot|both|alle (?:zwei|drei|vier|fünf|sechs)|beide[nrs]?|tous les (?:deux|trois|quatre|cinq|six)"
    r"|tod[oa]s|amb[oa]s|alle(?:maal|bei)|oba|obie|oboje|wszystkie)\b(?! (?:of )?(?:us|sides))",
    re.IGNORECASE,
)
_VERBED = re.compile(
    rf"\b(?:return|send|give|take|refund(?: me)?(?: for)?|devolver|renvoyer|rendre|rends|teruggeven|zwrócić"
    rf"|schicke|gebe)"
    rf" (?:back )?{_COUNT}\b(?!,\d| (?:more|look|moment|last|thing|step|day|days|mail|another))",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\b(?:keep|keeping|kept|behalten?|garde(?:r|ons)?|hou(?:d|den)?|zostawi\w+|quedo)\s\Z", re.IGNORECASE
)
_NO_COUNT = re.compile(
    r"\b(?:bought|ordered|have|got|received|every|each|any|no|jede\w?|chaque|cada|iedere|każd[ay])\s\Z",
    re.IGNORECASE,
)
"""Before a number that does not tell how many it is about."""
_ENOUGH = re.compile(
    rf"\b{_COUNT}(?: [\w'’-]+){{0,2}} (?:enough|plenty|genug|reicht|reichen|genügt|suffi\w+|basta\w*"
    rf"|suficiente\w*"
    rf"|genoeg|voldoende|wystarcz\w+)\b"
    rf"|\b(?:only|just|nur|seulement|solo|sólo|maar|tylko) (?:really )?(?:need|want|brauch\w*|besoin de"
    rf"|necesit\w+|nodig)"
    rf" {_COUNT.replace('count', 'number')}\b",
    re.IGNORECASE,
)
"""How many are to stay."""


class Pieces(NamedTuple):
    """`told`: how many it is about; `spared`: how many are fine or stay; `every`: it says that it is all."""

    told: int | None = None
    spared: int | None = None
    every: bool = False


def pieces_in(
    sentence: str, fine: Callable[[str], bool], wrong: Callable[[str], bool], *, complains: bool
) -> Pieces:
    """`fine`, `wrong`: whether a clause says that what it names is as it should be, or is not."""
    told, spared = None, None
    for clause, number in _numbers(sentence, wrong):
        if number.kept or fine(clause):
            spared = number.pieces if spared is None else spared
        elif not number.loose or complains:
            told = number.pieces if told is None else told
    return Pieces(told, spared, _EVERY.search(sentence) is not None)


class _Number(NamedTuple):
    pieces: int
    kept: bool = False
    loose: bool = False
    """Whether it tells how many there are of something only where the sentence complains."""


def _numbers(sentence: str, wrong: Callable[[str], bool]) -> Iterator[tuple[str, _Number]]:
    """The counts of pieces in a sentence, each with the clause that it stands in, the surest first."""
    if (but := _BUT.search(sentence)) is not None:
        rest = sentence[but.end() :]
        yield ("", _Number(_value(but), kept=wrong(rest)))
        return
    if (enough := _ENOUGH.search(sentence)) is not None:
        yield ("", _Number(_value(enough), kept=True))
        return
    totals = {match.start("count") for match in _TOTAL.finditer(sentence)}
    for pattern in (_THOSE, _OF_SO_MANY, _OTHERS, _ARE, _OF_THEM, _VERBED):
        for match in pattern.finditer(sentence):
            before = sentence[: match.start()]
            if match.start("count") in totals or _NO_COUNT.search(before):
                continue
            kept = _KEPT.search(before) is not None
            yield (
                _clause(sentence, match),
                _Number(_value(match), kept=kept, loose=pattern in {_ARE, _VERBED}),
            )
    for match in _NTH.finditer(sentence):
        if wrong(_clause(sentence, match)):
            yield _clause(sentence, match), _Number(1)


def _value(match: re.Match[str]) -> int:
    said = next(filter(None, match.groupdict().values())).casefold()
    return counts.count_of(said)


def _clause(sentence: str, match: re.Match[str]) -> str:
    """From a match to where the next clause begins."""
    return _CLAUSE.split(sentence[match.start() :])[0]


_CLAUSE = re.compile(r"[,;:–(]| - | (?:but|while|whereas|aber|doch|mais|pero|maar|ale|lecz) ")
_UNIT = (
    r"(?:days?|weeks?|months?|years?|hours?|minutes?|times?|euros?|eur|pounds?|gbp|per ?cent|cm|mm|kg"
    r"|litres?|o.clock"
    r"|tage?n?|wochen?|jahre?n?|monate?|stunden?|minuten|uhr|mal|jours?|semaines?|mois|ans?|heures?|fois"
    r"|días?|semanas?|mes(?:es)?"
    r"|años?|horas?|vez|veces|dag(?:en)?|weken?|maand(?:en)?|jaar|uur|keer|dni|dzień|tygod\w+|miesi\w+|lat"
    r"|godzin\w*|razy?)"
)
_SOME = re.compile(
    rf"\b(?P<count>\d{{1,2}}|one|eine[rs]?|eins|één|eentje|uno|una|une|jed(?:en|n[aąo])"
    rf"|{'|'.join(word for word, number in NUMBERS.items() if number > 1)}|{_ORDINALS}|half|hälfte|moitié"
    rf"|mitad|helft|połow\w+)\b"
    rf"(?!['’]?s? {_UNIT}\b)"
    rf"(?=['’]s\b| (?:of|out of|der|von|de|van|z|en) |[,.;:!?)]|\W*$| (?:ones?|pieces?|too many"
    rf"|(?:[\w'’-]+ )?{_VERBS})\b)",
    re.IGNORECASE,
)
_NO_PIECES = re.compile(
    r"(?:\b(?:no|any|every|some|this|that|which|the|another|first|new|good|big|small|little|green|blue|red"
    r"|day|page|order|like"
    r"|dieser|jeder|keiner|cada|chaque|aucune|ninguno|ninguna|iedere|geen)|\d[.,])\s?\Z",
    re.IGNORECASE,
)
"""Before `one`: then it stands for something that was named."""


_LONG = 3
_ARTICLES = frozenset({"ein", "eine", "einen", "un", "une", "una", "een"})


def some(sentence: str, most: int, called: frozenset[str] = frozenset()) -> bool:
    """Whether a sentence may speak of some of so many pieces of what is `called` so (stems of words)."""
    words = fold(sentence).words
    for number, after in pairwise(words):
        count = int(number) if number.isdigit() and len(number) < _LONG else NUMBERS.get(number, most)
        if 0 < count < most and number not in _ARTICLES and stem(after) in called:
            return True
    return any(
        (NUMBERS.get(said, 1) if not (said := match["count"].casefold()).isdigit() else int(said)) < most
        and not _NO_PIECES.search(sentence[: match.start()])
        for match in _SOME.finditer(sentence)
    )
