"""What one sentence of a customer's says by plain cues: what is wrong, with which articles, how many of them.

For sentences of which no author's notes tell what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from harness.simulation.meaning.predicates import Said
from harness.simulation.reading.text import fold, stem
from harness.simulation.reading.values import dates

from .retelling import issue_in

_FEWEST = 3
"""Letters of the longest words that tell no article from another."""
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ein": 1, "eine": 1, "einen": 1,
    "zwei": 2, "drei": 3, "vier": 4, "un": 1, "une": 1, "uno": 1, "una": 1, "deux": 2, "dos": 2, "trois": 3,
    "tres": 3,
    "een": 1, "twee": 2, "drie": 3, "jeden": 1, "jedna": 1, "dwa": 2, "dwie": 2, "trzy": 3,
}  # fmt: skip
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(NUMBERS)})"
_OF_THEM = re.compile(
    rf"\b{_COUNT}\b(?= (?:of|from|out of|von|der|de|des|los|las|van|z|back|zurück)\b(?! \d))", re.IGNORECASE
)
_ARE = re.compile(
    rf"\b{_COUNT}\b(?= (?:have|has|are|is|were|was|arrived|came|broke|sind|sont|están|zijn|są)\b)",
    re.IGNORECASE,
)
_BOUGHT = re.compile(r"\b(?:bought|ordered|have|got|received|keep|keeping)\s\Z", re.IGNORECASE)
_WHOLE = re.compile(
    r"\b(?:everything|all of it|all of them|the (?:whole|entire|complete) (?:order|parcel|lot)|alles|tout"
    r"|todo|wszystko)\b",
    re.IGNORECASE,
)
_ALSO = re.compile(r"\b(?:as well|too|also|besides|auch|aussi|también|ook|też|both)\b", re.IGNORECASE)
_STAYS = re.compile(
    r"\b(?:stay(?:s|ing)?|keep(?:s|ing)?|kept"
    r"|(?:is|are|arrived|came|have arrived) (?:fine|great|good|lovely|perfect|all right|ok|grand|intact)"
    r"|behalte|bleibt|garde|me quedo|hou(?:d|den)?|zatrzym\w+)\b",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"\b(?:rattl|wobbl|flicker|burst|crack|chipped|broke|smash|shatter|leak|rust|mould|stain|tear|torn|peel|shed|scuff|dent|scratch)\w*"
    r"|\b(?:a|two|some|several|big|small) (?:chip|crack|hole|tear|split)s?\b"
    r"|\b(?:come|came|fallen|coming) apart\b"
    r"|\b(?:zerbroch|kaputt|gesprung|gerissen|cassé|abîmé|fêlé|défectueu|roto|rota|rajad|defectuos"
    r"|kapot|gebroken|gebarsten|zepsut|pęknięt|stłucz|złaman)\w*",
    re.IGNORECASE,
)
_DEAD = re.compile(
    r"(?:\b(?:will|does|do|did|would) not|\b\w{2,6}n['’]t|\bnever|\brefuses to|\bno longer) "
    r"(?:even |once )?(?:switch|turn|power|start|charge|light|boot|go)(?:e?s|ed)? ?(?:on|up)?\b"
    r"|\b(?:is|are|was|were|arrived|came|dead) (?:dead|on arrival|in pieces|bent|ripped|leaking)\b"
    r"|\b(?:hairline|stopped working|fell apart|falls apart)\b",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\b(?:send|give|return|ship|take|bring|go)\w{0,3}\b.{0,40}?\bback\b|\breturn(?:s|ing|ed)?\b"
    r"|\bone too many\b|\b(?:zurück(?:schick|geb|send|nehm)|renvoyer|rendre|devolver|devuelv"
    r"|terug(?:sturen|zenden|geven)|odesłać|zwrócić|oddać)\w*",
    re.IGNORECASE,
)
_NO_MONEY = re.compile(
    r"(?:\bnot?|n['’]t|\bkein|\bgeen|\bnie|\bpas|\bno) (?:\w+ ){0,2}(?:the |any |my |das |d['’]|het )?"
    r"(?:money|refund|geld|argent|dinero|pieniędzy)\b|\bkeep (?:your|the) money\b",
    re.IGNORECASE,
)
"""Says that a refund is not what is wanted."""
_NO_OTHER = re.compile(
    r"(?:\bnot?|n['’]t|\bwithout|\brather than|\binstead of|\bnever) [^,.;]{0,40}"
    r"\b(?:exchange|replacement|new ones?|credit|voucher)"
    r"|\b(?:exchange|replacement|credit|voucher)s? (?:(?:is|are) not|isn['’]t|aren['’]t|won['’]t|will not)\b",
    re.IGNORECASE,
)
_NOT_AS_ORDERED = re.compile(
    r"\bordered\b[^.]{3,80}\b(?:sent|got|received|delivered|came|arrived)\b", re.IGNORECASE
)
_MONEY = re.compile(r"\b(?:money|refund(?:ed)?|pay|reimburse\w*|back|geld|argent|dinero)\b", re.IGNORECASE)
_MONEY_BACK = re.compile(r"\b(?:money|cash|geld)\b[^.]{0,40}\bback\b|\bgive[^.]{0,20} money\b", re.IGNORECASE)
_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th|\.)?(?: of| de)? [^\W\d_]{3,10}\b(?!,? \d{4})")
_TOLD_FIRST = re.compile(r"\b(?:told|wrote|written|reported|informed|mailed|called)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Says:
    """What a sentence says. `items`: articles that it names; `stays`: that they are not what goes back."""

    text: str
    issue: str | None = None
    items: tuple[str, ...] = ()
    whole: bool = False
    also: bool = False
    stays: bool = False
    count: int | None = None
    opened: str | None = None
    legal: bool = False
    money: bool = False
    wants: str | None = None
    order: str | None = None
    reported: str | None = None

    @property
    def something(self) -> bool:
        return bool(
            self.issue or self.items or self.whole or self.stays or self.count or self.opened
        ) or bool(self.legal or self.wants or self.order or self.reported)


def says(sentence: str, names: Mapping[str, str], year: int) -> Says:
    """`names`: SKU → name of what it may speak of; `year`: of days that are told without one."""
    table = vocabulary().ontology.predicates
    held = [one for one in table.said_in(sentence) if not one.denied]
    goes = any(_holds(cue, sentence) for cue in (_BACK, _DEAD, _BROKEN)) or _denied(_STAYS, sentence)
    stays = _holds(_STAYS, sentence) and not goes
    found = ORDER_ID.search(sentence)
    told = dates(_DAY.sub(rf"\g<0> {year}", sentence)) if _TOLD_FIRST.search(sentence) else []
    wish = None if _NO_OTHER.search(sentence) else _of(held, "wants")
    refuses = _NO_MONEY.search(sentence) is not None
    wish = wish or ("replacement" if refuses else None)
    issue = None if stays or refuses else _issue(sentence, held)
    if issue == "changed_mind" and _MONEY_BACK.search(sentence):
        issue = None
    return Says(
        sentence,
        issue=issue,
        items=tuple(_named(sentence, names)),
        whole=bool(_WHOLE.search(sentence)) and not stays,
        also=bool(_ALSO.search(sentence)),
        stays=stays,
        count=_count(sentence, complains=bool(issue)),
        opened={"opened": "yes", "sealed": "no"}.get(_of(held, "opened") or ""),
        legal=_of(held, "legal") is not None,
        money=_MONEY.search(sentence) is not None,
        wants=wish,
        order=found.group().upper() if found else None,
        reported=told[0].value.isoformat() if told else None,
    )


def _of(held: list[Said], group: str) -> str | None:
    return next((one.name for one in held if one.group == group), None)


def _issue(sentence: str, held: list[Said]) -> str | None:
    """What a sentence complains of, what it denies left out."""
    if _holds(_DEAD, sentence) or _holds(_BROKEN, sentence):
        return "damaged"
    if _NOT_AS_ORDERED.search(sentence):
        return "wrong_item"
    said = [one.name for one in held if one.group == "issue"]
    likely = issue_in(sentence)
    if likely in said:
        return likely
    if said:
        return said[0]
    return "changed_mind" if _holds(_BACK, sentence) or _denied(_STAYS, sentence) else None


_NOT = re.compile(
    r"(?:\bnot|n['’]t|\bno|\bnever|\bnor|\bwithout|\bnicht|\bkein\w*|\bpas|\bsin|\bgeen|\bniet|\bnie"
    r"|\btoo \w+ to)(?: [\w'’]+){0,3} \Z",
    re.IGNORECASE,
)


def _holds(cue: re.Pattern[str], sentence: str) -> bool:
    """Whether a cue stands in a sentence without being denied."""
    return any(not _NOT.search(sentence[: match.start()]) for match in cue.finditer(sentence))


def _denied(cue: re.Pattern[str], sentence: str) -> bool:
    return any(_NOT.search(sentence[: match.start()]) for match in cue.finditer(sentence))


def _named(sentence: str, names: Mapping[str, str]) -> Iterator[str]:
    """The SKUs of the articles that a sentence names by a word that no other article has."""
    words = {stem(word) for word in fold(sentence).words}
    own = {
        sku: {stem(word) for word in fold(name).words if len(word) > _FEWEST} | {*fold(sku).words[-1:]}
        for sku, name in names.items()
    }
    for sku, mine in own.items():
        others = set().union(*(words for other, words in own.items() if other != sku))
        if (mine - others) & words:
            yield sku


def _clause(sentence: str, match: re.Match[str]) -> str:
    """From a match to the next comma."""
    return re.split(r"[,;]", sentence[match.start() :])[0]


def _count(sentence: str, *, complains: bool) -> int | None:
    """How many of several go back: `one of them`, `two are cracked`, not `bought two`."""
    are = [m for m in _ARE.finditer(sentence) if complains and not _STAYS.search(_clause(sentence, m))]
    for match in (*are, *_OF_THEM.finditer(sentence)):
        if not _BOUGHT.search(sentence[: match.start()]):
            said = match["count"].casefold()
            return NUMBERS.get(said) or int(said)
    return None
