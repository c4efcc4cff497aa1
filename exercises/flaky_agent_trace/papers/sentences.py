"""What one sentence of a customer's says by plain cues: what is wrong, with which articles, how many of them.

For sentences of which no author's notes tell what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from harness.simulation.meaning.predicates import Said
from harness.simulation.reading.text import fold
from harness.simulation.reading.values import dates

from .customer_words import NOT, cue, denied_in, holds
from .named_goods import named, tells
from .pieces import Pieces, pieces_in
from .retelling import issue_in

_BARE_ID = re.compile(r"(?<![\d.,-])\d{6}(?![\d.,]\d|\d)")
"""An order's number without its letters."""
_WHOLE = re.compile(
    r"\b(?:everything|all of it|all of them|the (?:whole|entire|complete) (?:order|parcel|lot)|alles|tout"
    r"|todo|wszystko)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(?:both|the two of them|beides?|(?<!de )(?<!des )(?:les deux|las dos|los dos)|ambos|ambas|allebei"
    r"|beide"
    r"|oba|obie|oboje)\b"
    r"(?! (?:of )?(?:us|my|the|sides|autres?|otr[ao]s|anderen?|inne))",
    re.IGNORECASE,
)
"""All there is, where that is two."""
_TWO = 2
_ALSO = re.compile(
    r"\b(?:as well(?! as)|too(?=\W|$)(?! \w)|also|besides|auch|aussi|también|ook|też)\b", re.IGNORECASE
)
_NO_MONEY = re.compile(
    r"(?:\bnot?|n['’]t) (?:really |actually )?(?:want|need|wish|after|interested in"
    r"|asking for) (?:for )?(?:the |any |my |a )?"
    r"(?:money|refund)\b|\b(?:no|not) (?:money|refund)\b(?! (?:yet|needed|necessary|required|is needed))"
    r"|\bkeep (?:your|the) money\b"
    r"|\b(?:kein|geen|nicht das|niet het) geld\b|\bpas d['’]argent\b|\bno (?:quiero"
    r"|necesito) (?:el )?dinero\b"
    r"|\bnie chcę pieniędzy\b",
    re.IGNORECASE,
)
"""Says that a refund is not what is wanted."""
_NO_OTHER = re.compile(
    r"\b(?:have|take|send|give|get) (?:you )?(?:the|this|that) new \w+ back\b|\breturn(?:ing)? (?:the|this"
    r"|that) new\b|(?:\bnot?|n['’]t|\bwithout|\brather than|\binstead of|\bnever) [^,.;]{0,40}"
    r"\b(?:exchange|swap|replacements?|new ones?|credit|voucher|another(?: one)?)\b"
    r"|\b(?:kein\w*|nicht noch) (?:Ersatz|Umtausch|neue\w?|weitere\w?|andere\w?)\b"
    r"|\bein\w* neue\w? (?:\w+ )?(?:brauche?|will|möchte) ich nicht"
    r"|\b(?:pas|plus) (?:besoin |envie )?d['’](?:un )?(?:échange|autre)\b|\bno (?:quiero"
    r"|necesito) (?:ni )?(?:otr[oa]|un cambio)\b"
    r"|\bgeen (?:nieuwe|andere|vervanging|ruil)\b|\bnie (?:chcę|potrzebuję) (?:nowe\w*|inne\w*|wymiany"
    r"|drugie\w*)\b"
    r"|\b(?:exchange|replacement|credit|voucher)s? (?:(?:is|are) not|isn['’]t|aren['’]t|won['’]t|will not)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\b(?:money|refund(?:ed)?|pay|reimburse\w*|back|geld|argent|dinero)\b", re.IGNORECASE)
_MONEY_BACK = re.compile(
    r"\b(?:have |get |want |give (?:me )?)?(?:my |the |our )?(?:money|cash|geld|price|amount|cost"
    r"|what I paid)\b[^.]{0,40}\bback\b"
    r"|(?:[£€]\d{1,4}(?:[.,]\d\d)?|\d ?(?:quid|euros?|pounds?|eur|gbp|bucks|€|£|zł)) (?:back|zurück"
    r"|terug)\b|\bgive[^.]{0,20} money\b|\b(?:devolv|devuelv)\w+ (?:\w+ ){0,2}(?:dinero|importe|pagué"
    r"|precio)\b"
    r"|\b(?:odda|zwró|zwrac|zwrot)\w* (?:mi |nam )?(?:za (?:to |nie )?)?pieni\w+|\bgeld terug\w*"
    r"|\brendre (?:mon |l['’])argent",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th|\.)?(?: of| de)? [^\W\d_]{3,10}\b(?!,? \d{4})")
_TOLD_FIRST = re.compile(r"\b(?:told|wrote|written|reported|informed|mailed|called)\b", re.IGNORECASE)


_FIRST = (
    "cancel",
    "not_arrived",
    "already_paid_back",
    "wrong_item",
    "late",
    "damaged",
    "changed_mind",
    "goodwill",
)
"""Which issue a sentence is about that speaks of several."""


_UNWISHED = re.compile(
    r"\b(?:möchte|will|brauche|wünsche|want|need|veux|quiero|wil|hoef) (?:ich|ik|je|I"
    r"|yo)? ?(?:\w+ )?(?:nicht|niet|pas)\b",
    re.IGNORECASE,
)
"""Says that what it names is not wanted."""


_NO_THREAT = re.compile(
    r"(?:\b(?:is|am|was|being|as|work(?:s|ing)? as)|['’]s|,) (?:an? )?(?:\w+ )?(?:lawyer|solicitor|attorney"
    r"|barrister|judge)\b|\bby (?:trade|profession|training)\b",
    re.IGNORECASE,
)
"""Says what somebody does for a living."""
_WITHDRAWN = re.compile(
    r"\b(?:ignore|disregard|forget|withdraw|cancel) (?:my|the|our|this) (?:last |previous |earlier |first )?"
    r"(?:e-?mail|mail|message|request|letter|complaint|return|claim)\b"
    r"|\bno (?:refund|money) (?:is )?(?:needed|necessary|required)\b",
    re.IGNORECASE,
)
"""Says that there is nothing to be done any more."""


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
    spared: int | None = None
    """How many of what it is about are fine, or stay."""
    every: bool = False
    """Whether it says that it is about all of them."""
    opened: str | None = None
    legal: bool = False
    money: bool = False
    wants: str | None = None
    orders: tuple[str, ...] = ()
    reported: str | None = None
    settled: bool = False
    """Whether it only tells what was done about something before: it is asked for no more."""
    back: bool = False
    """Whether it only says that something is to go back, whatever for."""
    retracts: bool = False
    """Whether it takes back what was said before."""
    refers: bool = False
    """Whether it speaks of an article by `it` or `they`."""
    instead: bool = False
    """Whether what it names takes the place of what was named before."""

    @property
    def order(self) -> str | None:
        """The order that it names first."""
        return next(iter(self.orders), None)

    @property
    def something(self) -> bool:
        told = (self.issue, self.items, self.whole, self.stays, self.count, self.spared, self.opened)
        return any(
            map(bool, (*told, self.legal, self.settled, self.wants, self.order, self.reported, self.retracts))
        )


def says(sentence: str, names: Mapping[str, str], year: int) -> Says:
    """`names`: SKU → name of what it may speak of; `year`: of days that are told without one."""
    if _is_settled(sentence):
        items = tuple(named(sentence, names))
        return Says(sentence, items=items, stays=True, settled=True, orders=tuple(_orders(sentence)))
    table = vocabulary().ontology.predicates
    held = [one for one in table.said_in(sentence) if not one.denied]
    goes = any(holds(cue(kind), sentence) for kind in ("back", "damaged")) or denied_in(
        cue("stays"), sentence
    )
    stays = (holds(cue("stays"), sentence) or denied_in(cue("back"), sentence)) and not goes
    told = dates(_DAY.sub(rf"\g<0> {year}", sentence)) if _TOLD_FIRST.search(sentence) else []
    unwished = _NO_OTHER.search(sentence) or _UNWISHED.search(sentence)
    wishes = (_of(held, "wants"), *(w for w in ("store_credit", "replacement") if holds(cue(w), sentence)))
    wish = None if unwished and not _only_credit(sentence) else next(filter(None, wishes), None)
    asks_sum = wish == "store_credit" and _WORTH.search(sentence) is not None
    wish = None if asks_sum else wish
    refuses = _NO_MONEY.search(sentence) is not None and not denied_in(cue("back"), sentence)
    wish = wish or ("replacement" if refuses else None)
    issue = None if stays or refuses or cue("waives").search(sentence) else _issue(sentence, held, names)
    issue = issue if issue != "changed_mind" else _issue(_NO_OTHER.sub(" ", sentence), held, names)
    issue = issue or ("goodwill" if asks_sum else None)
    withdrawn = _WITHDRAWN.search(sentence) or (issue != "changed_mind" and cue("retracts").search(sentence))
    issue = None if withdrawn else issue
    issue = None if wish and issue in {"goodwill", "changed_mind"} else issue
    back = issue == "changed_mind" and not holds(cue("changed_mind"), sentence)
    if back and _MONEY_BACK.search(sentence) and not holds(cue("back"), _MONEY_BACK.sub(" ", sentence)):
        issue = None
    if stays and holds(cue("late"), sentence) and holds(cue("goodwill"), sentence):
        issue, stays = "late", False
    pieces = _pieces(sentence, complains=bool(issue))
    return Says(
        sentence,
        issue=issue,
        items=tuple(named(sentence, names)),
        whole=not stays and _all_of_it(sentence, asks=bool(issue), of=len(names)),
        also=bool(_ALSO.search(sentence)),
        stays=stays and pieces.spared is None,
        count=pieces.told,
        spared=pieces.spared,
        every=pieces.every,
        opened=_state(sentence),
        legal=holds(cue("legal"), sentence) and _NO_THREAT.search(sentence) is None,
        money=_MONEY.search(sentence) is not None,
        wants=wish,
        orders=tuple(_orders(sentence)),
        reported=told[0].value.isoformat() if told else None,
        back=back,
        refers=_REFERS.search(sentence) is not None,
        instead=cue("instead").search(sentence) is not None,
        retracts=cue("retracts").search(sentence) is not None or (stays and _takes_back(sentence)),
    )


def _is_settled(sentence: str) -> bool:
    """Whether a sentence tells of what was done before, and of nothing after it."""
    told = cue("settled").search(sentence) if holds(cue("settled"), sentence) else None
    told = told or _GIVEN_BEFORE.search(sentence) or _KINDLY.search(sentence)
    return told is not None and not _GOES_ON.search(sentence[told.end() :])


def _only_credit(sentence: str) -> bool:
    """Whether credit is the one thing that is wanted, whatever is not."""
    return any(_ONLY.search(sentence[: match.start()]) for match in cue("store_credit").finditer(sentence))


_ONLY = re.compile(
    r"\b(?:only|just|nothing but|nur|ausschließlich|lediglich|uniquement|seulement|solo|sólo|únicamente"
    r"|alleen|enkel|tylko"
    r"|wyłącznie)(?: \w+){0,2} \Z",
    re.IGNORECASE,
)
_WORTH = re.compile(
    r"\b(?:voucher|credit|gift card|gutschein|bon|avoir|vale|cupón|cadeaubon|tegoedbon)\b (?:worth|of|for"
    r"|over|de|von|über|van|na)"
    r" (?:\W|about |etwa )?(?:\d|five|ten|fifteen|twenty|fünf|zehn|zwanzig|cinq|dix|vingt|cinco|diez|veinte"
    r"|vijf|tien|twintig|pięć|dziesięć)"
    r"|\b(?:\d+|five|ten|twenty)[ -]?(?:euros?|pounds?|€|£) (?:voucher|credit|gift card)",
    re.IGNORECASE,
)
"""Names what a voucher is to be worth: it is not the price of what was bought."""
_GIVEN_BEFORE = re.compile(
    r"\b(?:you|I|we)(?:['’]ve| have| had)? (?:already |once |kindly )*(?:gave|given|paid|refunded|got"
    r"|received|sent|credited)"
    r"\b[^.;]{0,30}\d[^.;]{0,30}\b(?:back|off|for)\b|\balready (?:gave|given|refunded|paid|got"
    r"|had)\b[^.;]{0,40}\b(?:back|refund)"
    r"|\b(?:schon|bereits) [^.;]{0,30}\d[^.;]{0,30}(?:zurück|erstattet|bekommen)|\bdéjà (?:remboursé|reçu"
    r"|eu)\b"
    r"|\bya (?:me |nos )?(?:devolv|reembols|pagaron)\w*|\bal [^.;]{0,30}\d[^.;]{0,30}terug(?:gekregen"
    r"|betaald)?\b"
    r"|\bjuż [^.;]{0,30}(?:zwróc|odda)\w+",
    re.IGNORECASE,
)
"""Tells of money that was given back before."""
_KINDLY = re.compile(
    r"\b(?:kind|good|nice|decent|so kind|back then|at the time|last (?:week|month|time)|earlier"
    r"|before)\b[^.;]{0,40}"
    r"\b(?:refund|give|pay|send|credit|gave|paid|sent|refunded|credited)(?:ing)? me [^.;]{0,12}\d",
    re.IGNORECASE,
)
"""`You were kind enough to give me 10 back for it`"""
_GOES_ON = re.compile(
    r"\b(?:but|now|yet|however|still|aber|jetzt|mais|maintenant|pero|ahora|maar|nu|ale|teraz)\b",
    re.IGNORECASE,
)
"""Says something of today, too."""


def _all_of_it(sentence: str, *, asks: bool, of: int) -> bool:
    """Whether a sentence is about all that was bought, `of` so many articles."""
    if of == _TWO and _BOTH.search(sentence):
        return True
    told = asks or len(fold(sentence).words) <= _SHORT or _MONEY.search(sentence) or _state(sentence) == "no"
    return bool(_WHOLE.search(sentence) and (told or _ORDERED.search(sentence)))


_SHORT = 4
"""Words of a sentence that says nothing else."""
_ORDERED = re.compile(
    r"\b(?:order|parcel|lot|bestellung|commande|pedido|bestelling|zamówieni\w+)\b", re.IGNORECASE
)


def _orders(sentence: str) -> Iterator[str]:
    """The numbers of the orders that a sentence names."""
    found = [*ORDER_ID.finditer(sentence)] or [*_BARE_ID.finditer(sentence)]
    yield from dict.fromkeys(f"HL-{match.group()[-6:]}" for match in found)


def _pieces(sentence: str, *, complains: bool) -> Pieces:
    def wrong(clause: str) -> bool:
        return any(holds(cue(kind), clause) for kind in ("damaged", "wrong_item", "changed_mind", "back"))

    return pieces_in(
        sentence,
        lambda clause: holds(cue("stays"), clause) and not wrong(clause),
        wrong,
        complains=complains,
    )


def _state(sentence: str) -> str | None:
    """Whether a sentence says of something that it was opened: `yes`, `no`; `None`: neither."""
    if any(not _PACKED_AGAIN.search(sentence[: match.start()]) for match in cue("sealed").finditer(sentence)):
        return "no"
    before = [sentence[: match.start()] for match in cue("opened").finditer(sentence)]
    if not before:
        return None
    return "no" if all(NOT.search(text) and not _LIKES.search(text) for text in before) else "yes"


_PACKED_AGAIN = re.compile(
    r"\b(?:back|again|repacked|packed up|re-?boxed|cleaned|washed|wieder|zurück|remis\w*|otra vez|weer"
    r"|terug|znowu|z powrotem)"
    r"(?: \w+){0,3} \Z",
    re.IGNORECASE,
)
"""Says of what is in its box that it had been out of it."""
_LIKES = re.compile(
    r"\b(?:like|liked|enjoy|enjoyed|stand|get on with|fancy|mag|aime|gusta) (?:\w+ )?\Z", re.IGNORECASE
)
"""`I don't like wearing it`"""


def _takes_back(sentence: str) -> bool:
    """Whether a sentence says that nothing is to go back, no article named."""
    return any(
        _ANYTHING.search(sentence[match.start() :]) and NOT.search(sentence[: match.start()])
        for match in cue("back").finditer(sentence)
    )


_REFERS = re.compile(
    r"\b(?:it|its|they|them|both|each|these|those|one|er|sie|es|ihn|beide[sn]?|il|elle|ils|elles|les deux"
    r"|lo|la|los|las"
    r"|ambos|ambas|hij|het|ze|allebei|go|ją|je|oba|obie)\b",
    re.IGNORECASE,
)
_ANYTHING = re.compile(r"^\w+ (?:it|them|anything|that|any of it)\b", re.IGNORECASE)


def _of(held: list[Said], group: str) -> str | None:
    return next((one.name for one in held if one.group == group), None)


def _issue(sentence: str, held: list[Said], names: Mapping[str, str]) -> str | None:
    """What a sentence complains of, what it denies left out, and the names of articles."""
    sentence = _TOO_LATE_TO.sub(" ", sentence)
    called = {word for name in names.values() for word in fold(name).words if tells(word)}
    sentence = _WORD.sub(
        lambda match: "thing" if match.group().casefold() in called else match.group(), sentence
    )
    for issue in _FIRST:
        if holds(cue(issue), sentence):
            return issue
    denied = {"cancel", *(issue for issue in _FIRST if cue(issue).search(sentence))}
    said = [one.name for one in held if one.group == "issue" and one.name not in denied]
    likely = issue_in(sentence)
    if likely is not None and likely in said:
        return likely
    return "changed_mind" if holds(cue("back"), sentence) or _UNKEPT.search(sentence) else None


_TOO_LATE_TO = re.compile(
    r"\btoo late (?:to|for)\b|\bzu spät,? um\b|\btrop tard pour\b|\bdemasiado tarde para\b|\bte laat om\b"
    r"|\bza późno,? (?:żeby|na)\b",
    re.IGNORECASE,
)
"""Asks whether something can still be done."""
_UNKEPT = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bnicht|\bne|\bno|\bniet|\bnie) (?:[\w'’]+ ){0,4}(?:keep|behalten|gard\w+"
    r"|conserv\w+|quedar\w*|quedo"
    r"|houden|zatrzym\w+)\b|\b(?:behalte|garde|hou)\w* (?:[\w'’]+ ){0,3}(?:nicht|pas|niet)\b",
    re.IGNORECASE,
)
"""Says that what it names is not kept."""


_WORD = re.compile(r"[^\W\d_]+")
