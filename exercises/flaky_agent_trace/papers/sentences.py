"""What one sentence of a customer's says by plain cues: what is wrong, with which articles, how many of them.

For sentences of which no author's notes tell what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel, ConfigDict, RootModel

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from harness.exercise.spec import read_toml
from harness.simulation.meaning.predicates import Said
from harness.simulation.reading.text import fold, stem
from harness.simulation.reading.values import dates

from .retelling import issue_in

_BARE_ID = re.compile(r"(?<![\d.,-])\d{6}(?![\d.,]\d|\d)")
"""An order's number without its letters."""
_FEWEST = 3
"""Letters of a word that tells an article from another."""
NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ein": 1, "eine": 1, "einen": 1,
    "zwei": 2, "drei": 3, "vier": 4, "un": 1, "une": 1, "uno": 1, "una": 1, "deux": 2, "dos": 2, "trois": 3,
    "tres": 3,
    "zweien": 2, "dreien": 3, "fünf": 5, "sechs": 6, "quatre": 4, "cinq": 5, "cuatro": 4, "cinco": 5,
    "vijf": 5, "zes": 6, "cztery": 4, "pięć": 5,
    "een": 1, "twee": 2, "drie": 3, "jeden": 1, "jedna": 1, "dwa": 2, "dwie": 2, "trzy": 3,
}  # fmt: skip
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(NUMBERS)})"
_OF_THEM = re.compile(
    rf"\b{_COUNT}\b(?= (?:of|from|out of|von|der|de|des|los|las|van|z|back|zurück)\b(?! \d))", re.IGNORECASE
)
_ARE = re.compile(
    rf"\b{_COUNT}\b(?=(?: [\w'’-]+){{0,2}} (?:have|has|are|is|were|was|arrived|came|broke|sind|ist|waren"
    rf"|war|kam|kamen"
    r"|sont|étaient|est|están|estaban|llegaron|zijn|waren|is|kwamen|są|były|jest)\b)",
    re.IGNORECASE,
)
_OF_SO_MANY = re.compile(
    rf"\b{_COUNT}\b(?: [\w'’-]+){{0,3}} (?:of|out of|von|de|van|z) (?:the|them|my|our|these|den|diesen|las"
    rf"|los|les|de|tych)\b",
    re.IGNORECASE,
)
_BEFORE_NOUN = re.compile(
    rf"\b(?:bei|an|mit|from|on|in|de|van) {_COUNT} (?:der|von den|of the|van de|de los|de las|des)\b",
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
_OF_VERB = re.compile(
    rf"\b(?:return|send|give|take|refund(?: me)?(?: for)?|devolver|renvoyer|rendre|rends|teruggeven|er"
    rf"|zwrócić|schicke|gebe) "
    rf"(?:back )?{_COUNT}\b(?! (?:of|day|days|week|weeks|mail|more))",
    re.IGNORECASE,
)
_BOUGHT = re.compile(r"\b(?:bought|ordered|have|got|received|keep|keeping)\s\Z", re.IGNORECASE)
_WHOLE = re.compile(
    r"\b(?:everything|all of it|all of them|the (?:whole|entire|complete) (?:order|parcel|lot)|alles|tout"
    r"|todo|wszystko)\b",
    re.IGNORECASE,
)
_BOTH = re.compile(
    r"\b(?:both|the two of them|beides?|les deux|tous les deux|las dos|los dos|ambos|ambas|allebei|beide"
    r"|oba|obie|oboje)\b"
    r"(?! (?:of )?(?:us|my|the|sides))",
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
    r"(?:\bnot?|n['’]t|\bwithout|\brather than|\binstead of|\bnever) [^,.;]{0,40}"
    r"\b(?:exchange|replacement|new ones?|credit|voucher)"
    r"|\b(?:exchange|replacement|credit|voucher)s? (?:(?:is|are) not|isn['’]t|aren['’]t|won['’]t|will not)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(r"\b(?:money|refund(?:ed)?|pay|reimburse\w*|back|geld|argent|dinero)\b", re.IGNORECASE)
_MONEY_BACK = re.compile(r"\b(?:money|cash|geld)\b[^.]{0,40}\bback\b|\bgive[^.]{0,20} money\b", re.IGNORECASE)
_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th|\.)?(?: of| de)? [^\W\d_]{3,10}\b(?!,? \d{4})")
_TOLD_FIRST = re.compile(r"\b(?:told|wrote|written|reported|informed|mailed|called)\b", re.IGNORECASE)


class _Cues(BaseModel):
    """`customers.toml`: expressions that say a thing; of issues and wishes a list each."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    back: tuple[str, ...]
    stays: tuple[str, ...]
    retracts: tuple[str, ...]
    opened: tuple[str, ...]
    sealed: tuple[str, ...]
    instead: tuple[str, ...]
    waives: tuple[str, ...]
    wants: dict[str, tuple[str, ...]]
    issue: dict[str, tuple[str, ...]]


class _Goods(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """`goods.toml`: a thing → the words by which customers call it, in any language."""


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


@cache
def _cue(name: str) -> re.Pattern[str]:
    """The expressions of one kind, or of an issue, as one."""
    cues = _Cues.model_validate(read_toml(Path(__file__).with_name("customers.toml")))
    told = cues.issue.get(name) or cues.wants.get(name) or getattr(cues, name)
    return re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)", re.IGNORECASE)


@cache
def _called() -> dict[str, frozenset[str]]:
    """The stem of a word by which customers call a thing → the stems of the things that are called so."""
    goods = _Goods.model_validate(read_toml(Path(__file__).with_name("goods.toml"))).root["goods"]
    found: dict[str, set[str]] = {}
    for thing, words in goods.items():
        for word in words:
            found.setdefault(_stems(word), set()).add(_stems(thing))
    return {word: frozenset(things) for word, things in found.items()}


def _stems(text: str) -> str:
    return " ".join(stem(word) for word in fold(text).words)


_UNWISHED = re.compile(
    r"\b(?:möchte|will|brauche|wünsche|want|need|veux|quiero|wil|hoef) (?:ich|ik|je|I"
    r"|yo)? ?(?:\w+ )?(?:nicht|niet|pas)\b",
    re.IGNORECASE,
)
"""Says that what it names is not wanted."""


_NO_THREAT = re.compile(
    r"\b(?:is|am|was|being|as|work(?:s|ing)? as) (?:an? )?(?:\w+ )?(?:lawyer|solicitor|attorney"
    r"|barrister)\b|\bby (?:trade|profession|training)\b",
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
    opened: str | None = None
    legal: bool = False
    money: bool = False
    wants: str | None = None
    order: str | None = None
    reported: str | None = None
    back: bool = False
    """Whether it only says that something is to go back, whatever for."""
    retracts: bool = False
    """Whether it takes back what was said before."""
    refers: bool = False
    """Whether it speaks of an article by `it` or `they`."""
    instead: bool = False
    """Whether what it names takes the place of what was named before."""

    @property
    def something(self) -> bool:
        told = (self.issue, self.items, self.whole, self.stays, self.count, self.opened, self.legal)
        return any(map(bool, (*told, self.wants, self.order, self.reported, self.retracts)))


def says(sentence: str, names: Mapping[str, str], year: int) -> Says:
    """`names`: SKU → name of what it may speak of; `year`: of days that are told without one."""
    table = vocabulary().ontology.predicates
    held = [one for one in table.said_in(sentence) if not one.denied]
    goes = any(_holds(_cue(cue), sentence) for cue in ("back", "damaged")) or _denied(_cue("stays"), sentence)
    stays = (_holds(_cue("stays"), sentence) or _denied(_cue("back"), sentence)) and not goes
    found = ORDER_ID.search(sentence) or _BARE_ID.search(sentence)
    told = dates(_DAY.sub(rf"\g<0> {year}", sentence)) if _TOLD_FIRST.search(sentence) else []
    unwished = _NO_OTHER.search(sentence) or _UNWISHED.search(sentence)
    wishes = (_of(held, "wants"), *(w for w in ("store_credit", "replacement") if _holds(_cue(w), sentence)))
    wish = None if unwished else next(filter(None, wishes), None)
    refuses = _NO_MONEY.search(sentence) is not None and not _denied(_cue("back"), sentence)
    wish = wish or ("replacement" if refuses else None)
    issue = None if stays or refuses or _cue("waives").search(sentence) else _issue(sentence, held)
    withdrawn = _WITHDRAWN.search(sentence) or (issue != "changed_mind" and _cue("retracts").search(sentence))
    issue = None if withdrawn else issue
    issue = None if wish and issue in {"goodwill", "changed_mind"} else issue
    back = issue == "changed_mind" and not _holds(_cue("changed_mind"), sentence)
    if back and _MONEY_BACK.search(sentence):
        issue = None
    return Says(
        sentence,
        issue=issue,
        items=tuple(_named(sentence, names)),
        whole=bool(_WHOLE.search(sentence) or (len(names) == _TWO and _BOTH.search(sentence))) and not stays,
        also=bool(_ALSO.search(sentence)),
        stays=stays,
        count=_count(sentence, complains=bool(issue)),
        opened=_state(sentence),
        legal=_holds(_cue("legal"), sentence) and _NO_THREAT.search(sentence) is None,
        money=_MONEY.search(sentence) is not None,
        wants=wish,
        order=f"HL-{found.group()[-6:]}" if found else None,
        reported=told[0].value.isoformat() if told else None,
        back=back,
        refers=_REFERS.search(sentence) is not None,
        instead=_cue("instead").search(sentence) is not None,
        retracts=_cue("retracts").search(sentence) is not None or (stays and _takes_back(sentence)),
    )


def _state(sentence: str) -> str | None:
    """Whether a sentence says of something that it was opened: `yes`, `no`; `None`: neither."""
    if _cue("sealed").search(sentence):
        return "no"
    used = list(_cue("opened").finditer(sentence))
    if not used:
        return None
    return "no" if all(_NOT.search(sentence[: match.start()]) for match in used) else "yes"


def _takes_back(sentence: str) -> bool:
    """Whether a sentence says that nothing is to go back, no article named."""
    return any(
        _ANYTHING.search(sentence[match.start() :]) and _NOT.search(sentence[: match.start()])
        for match in _cue("back").finditer(sentence)
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


def _issue(sentence: str, held: list[Said]) -> str | None:
    """What a sentence complains of, what it denies left out."""
    for issue in _FIRST:
        if _holds(_cue(issue), sentence):
            return issue
    denied = {"cancel", *(issue for issue in _FIRST if _cue(issue).search(sentence))}
    said = [one.name for one in held if one.group == "issue" and one.name not in denied]
    likely = issue_in(sentence)
    if likely is not None and likely in said:
        return likely
    return "changed_mind" if _holds(_cue("back"), sentence) or _denied(_cue("stays"), sentence) else None


_NOT = re.compile(
    r"(?:\bnot|n['’]t|\bno|\bnever|\bnor|\bwithout|\bnicht|\bnichts|\bkein\w*|\bpas|\brien|\bsin|\bno|\bnada|\bgeen|\bniets?|\bniks|\bnie|\bnic"
    r"|\btoo \w+ to)(?: [\w'’]+){0,4} \Z",
    re.IGNORECASE,
)


def _holds(cue: re.Pattern[str], sentence: str) -> bool:
    """Whether a cue stands in a sentence without being denied."""
    return any(
        not _NOT.search(sentence[: match.start()]) and not _NOTHING_IS.match(sentence[match.end() :])
        for match in cue.finditer(sentence)
    )


_NOTHING_IS = re.compile(
    r"\s(?:ist|is|war|was|es|est|jest) (?:\w+ )?(?:nichts|nothing|nada|rien|niets|nic)\b", re.IGNORECASE
)
"""`Defekt ist nichts`"""


def _denied(cue: re.Pattern[str], sentence: str) -> bool:
    return any(_NOT.search(sentence[: match.start()]) for match in cue.finditer(sentence))


_BESIDE = re.compile(
    r"\b(?:along with|together with|besides|next to|in the same parcel as|that came with|the order with"
    r"|zusammen mit|neben|avec|junto con|samen met|razem z)\b[^,.;]{0,60}?(?=[,.;]|\b(?:is|are|has|have"
    r"|leaks?|came|arrived)\b|$)",
    re.IGNORECASE,
)
"""What something is told by; it is not what the sentence is about."""


def _named(sentence: str, names: Mapping[str, str]) -> Iterator[str]:
    """The SKUs of the articles that a sentence names by a word that no other article has."""
    words = [stem(word) for word in fold(_BESIDE.sub(" ", sentence)).words]
    pairs = {" ".join(pair) for pair in pairwise(words)}
    said = {*words, *pairs}
    said |= {thing for word in said for thing in _called().get(word, ())}
    own = {
        sku: {stem(word) for word in fold(name).words if _tells(word)} | {*fold(sku).words[-1:]}
        for sku, name in names.items()
    }
    own = {
        sku: mine | {thing for thing in said if " " in thing and {*thing.split()} <= mine}
        for sku, mine in own.items()
    }
    for sku, mine in own.items():
        others = set().union(*(words for other, words in own.items() if other != sku))
        if (mine - others) & said:
            yield sku


def _tells(word: str) -> bool:
    """Whether a word of an article's name may tell it from others: `bag`, the `28` of a pan."""
    return len(word) >= _FEWEST and word not in _SMALL if not word.isdigit() else len(word) > 1


_SMALL = frozenset(
    {"and", "the", "for", "with", "set", "pair", "two", "new", "out", "per", "one", "von", "und"}
)


def _clause(sentence: str, match: re.Match[str]) -> str:
    """From a match to the next comma."""
    return re.split(r"[,;]", sentence[match.start() :])[0]


def _count(sentence: str, *, complains: bool) -> int | None:
    """How many of several go back: `one of them`, `two are cracked`, not `bought two`."""
    are = [m for m in _ARE.finditer(sentence) if complains and not _cue("stays").search(_clause(sentence, m))]
    every = (
        *_THOSE.finditer(sentence),
        *_OF_SO_MANY.finditer(sentence),
        *_OTHERS.finditer(sentence),
        *are,
        *_OF_THEM.finditer(sentence),
    )
    for match in every:
        if not _BOUGHT.search(sentence[: match.start()]):
            said = next(filter(None, match.groupdict().values())).casefold()
            return NUMBERS.get(said) or int(said)
    return None
