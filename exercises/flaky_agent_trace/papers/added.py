"""A rule in a handbook that is none of the known ones, read from its sentence: its conditions and its effect.

What is left of a sentence besides an effect, conditions and words that say nothing has to be names of
articles; a sentence with anything else in it is not understood.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.shop.added import Rule
from harness.simulation.reading.counts import IN_WORDS, count_of

from .articles import articles_in, bought

UNIT = {"day": 1, "week": 7, "month": 30}
_N = rf"(?P<n>\d{{1,3}}|{IN_WORDS}|a)"
_DAYS = rf"{_N}[ -](?:calendar |more |full )?(?P<unit>day|week|month)s?"
_SUM = (
    r"(?:(?:eur|gbp|pln|[€£])\s?)?(?P<sum>\d{1,6}(?:[.,]\d\d)?)\s?(?:eur(?:os?)?|gbp|pln|zł|[€£]"
    r"|pounds?|percent)?"
)
_MONEY = re.compile(r"(?:eur|gbp|pln|[€£])\s?\d|\d\s?(?:eur\w*|gbp|pln|zł|[€£]|pounds?)")
_SHARE = r"(?P<share>\d{1,3}) ?(?:%|percent|per cent)"
_BACK = r"(?:taken back|tak\w+ [\w ]{0,20}?back|return\w*|accept\w*|sent back|send back|come back|given back)"
_PAID = r"(?:refund\w*|reimburs\w*|paid(?: out| back)?|pay(?:s|ing)?(?: out| back)?|money back|credit\w*)"
_NOT = r"(?:not|never|no longer|cannot|can['’]t|don['’]t|won['’]t|aren['’]t|isn['’]t|may not|no|nor|neither)"
_DESK = (
    r"(?:refunds? )?(?:desk|humans?|person|colleagues?|team|supervisors?|specialists?|managers?"
    r"|people|support lead)"
)
EFFECTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (effect, re.compile(rf"\b{said}", re.IGNORECASE))
    for effect, said in (
        ("none", rf"{_NOT} (?:be |to )?(?:hand\w*|escalat\w*)[^.;:,]{{0,30}}?(?:over\b|(?=[.;:,]|$))"),
        ("none", rf"{_NOT}(?: \w+){{0,2}} (?:deduct\w*|subtract\w*|com\w+ off|taken off|set off)"),
        ("desk", r"hand(?:ed|s|ing)?\b(?P<inner>[^.;:,]{0,80}?)\bover\b(?: to (?:the |a )?" + _DESK + ")?"),
        ("desk", rf"escalat\w+(?P<inner>[^.;:,]{{0,60}}?) to (?:the |a |an )?{_DESK}"),
        ("desk", rf"escalat\w+(?: to (?:the |a )?{_DESK})?"),
        ("desk", (r"(?:goes|go|gone|send|sent|pass(?:ed)?|forward(?:ed)?|transferr?(?:ed)?|refer(?:red)?"
            r"|route[ds]?"
         r"|le(?:ave|ft)|belongs?|assign(?:ed)?)\b(?P<inner>[^.;:,]{0,60}?)\b(?:to|with|for) (?:the |a "
         r"|an |our )?" + _DESK)),
        ("desk", r"(?:need|require)s? (?:the |a |an )?(?:approval|sign-off|human|manual)\b[^.;:,]{0,30}"),
        ("shipping", (rf"(?:shipping|delivery|postage)(?: (?:fees?|costs?|charges?))? (?:is|are)"
            rf" {_NOT}(?: \w+)? "
         rf"(?:{_PAID}|returned)|(?:never|not|no) (?:{_PAID} )?(?:the )?(?:shipping|postage)(?: fees?|"
         rf" costs?)?")),
        ("shipped", (rf"(?:shipping|delivery|postage)(?: (?:fees?|costs?))? (?:is|are) (?:always |also"
            rf" )?{_PAID}")),
        ("free", (r"(?:no|without(?: any| an?)?|free of(?: any)?|waive\w*(?: the)?)(?: \w+)? (?:fees?"
            r"|deductions?"
         r"|charges?)(?: (?:is|are) (?:kept|charged|taken|deducted|due))?|fees? (?:is|are|be) (?:waived"
         r"|dropped)")),
        ("deduct", (rf"(?:deduct\w*|subtract\w*|minus|less|withh[eo]ld|keep"
            rf"|charge[ds]?)[^.;%]{{0,40}}?{_SUM}(?![\d%])(?! ?%)")),
        ("fee", (rf"{_SHARE}(?: of (?:the |its )?(?:item['’]s )?(?:price|value|sum|cost))? (?:restocking "
            rf"|handling "
         r"|return )?(?:fee|deduction|charge|(?:is |are |be )?(?:deducted|kept|withheld|retained|taken"
         r" off))")),
        ("fee", (rf"(?:keep|deduct\w*|withhold|charge[ds]?|retain|less|minus|fee of|deduction of|charge"
            rf" of|with) "
         rf"(?:a |an |the )?(?:\w+ )?(?:fee )?(?:of )?{_SHARE}(?: (?:restocking|handling) fee)?")),
        ("share", (rf"(?:{_PAID}|get\w*|receive\w*)? ?(?:only |just |back )?(?:at |by |to )?{_SHARE}"
         rf"(?: (?:of|back)(?: the| their| its)?(?: price| value| money| sum)?)?(?: (?:is|are) {_PAID})?")),
        ("half", (rf"(?:{_PAID}|get\w*) (?:only |just |by |at )?half(?: (?:of )?(?:the|its|their)"
            rf" (?:price|value|money))?")),
        ("ask", (r"ask\b[^.;:]{0,30}?\b(?:first|before|for (?:a |an |the )?(?:photo|picture|proof|receipt)s?)"
         r"(?: (?:for (?:a |an |the )?)?(?:photos?|pictures?|proof|receipts?|first|of (?:the|it)))*")),
        ("pay", (r"(?:without|no|regardless of|whatever|irrespective of|however|at any)(?: an?| any|"
            r" the)? (?:deadlines?"
         r"|time[ -]?limits?|time|late|days?|dates?|limit)(?: it is| they are)?")),
        ("refuse", rf"{_NOT}\b(?: \w+){{0,3}}? (?:{_BACK}|{_PAID}|exchanged|eligible|entitled|covered)"),
        ("refuse", (r"(?:non-?(?:refund|return)able|excluded(?: from (?:returns?|refunds?))?"
                r"|(?:get|tak|accept|refund|pay)\w* nothing(?: back)?"
                r"|nothing (?:is|gets) (?:taken back|refunded|paid)"
         r"|(?:to be )?(?:declin\w+|den(?:y|ied)|refus\w+|reject\w*)|out of the question|not possible"
         r"|final and (?:stay|remain)\w*)")),
        ("window", (rf"(?:within|up to|for|get|gets|have|has|window (?:of|is)|:)? ?(?:a |an )?{_DAYS}(?:"
            rf" window)?"
         r"(?: (?:to|for) (?:a )?return\w*)?(?: (?:after|of|from) (?:the )?(?:delivery|arrival))?(?:"
         r" instead(?: of \d+)?)?")),
        ("usual", (r"(?:like (?:any|all|every) others?|as usual|the usual way|normally|the same"
            r" way)[^.;:]{0,30}")),
        ("pay", rf"(?:{_PAID}|whole price goes back|goes? back)(?: (?:always|in full|fully|at once|whole))?"),
        ("pay", rf"(?:can|may|are|is)(?: always| also| still)? (?:be )?{_BACK}"),
    )
)  # fmt: skip
_STRONG = (
    "desk",
    "ask",
    "deduct",
    "fee",
    "share",
    "half",
    "shipping",
    "shipped",
    "free",
    "refuse",
    "window",
    "pay",
)
"""Which effect a sentence has that has several."""
_COUNTRIES = {
    "IE": r"ireland|irish", "GB": r"(?:the )?united kingdom|(?:the )?uk|(?:great )?britain|british"
        r"|england|scotland",
    "DE": r"germany|german", "FR": r"france|french", "ES": r"spain|spanish", "NL": r"(?:the"
        r" )?netherlands|dutch|holland",
    "PL": r"poland|polish", "AT": r"austrian?", "BE": r"belgium|belgian", "IT": r"ital(?:y|ian)",
    "US": r"usa|america",
}  # fmt: skip
_KIND = r"(?: (?:items?|goods|articles?|products?|things|categor(?:y|ies)))"
_CATEGORIES = {
    "kitchen": rf"kitchen(?:ware|{_KIND})|cookware|categor\w+ (?:is )?\W?kitchen",
    "electronics": rf"electronics?{_KIND}?",
    "home": rf"(?:home|household){_KIND}|homeware", "outdoor": rf"(?:outdoors?|garden){_KIND}",
}  # fmt: skip
_ISSUES = {
    "changed_mind": (r"(?:for |on |out of )?(?:an? |mere )?chang(?:e|es|ed|ing)\b(?: of|"
     r" their| his| her) (?:mind|heart)s?|unwanted|regret\w*|(?:simply |just )?(?:not|no longer)"
     r" (?:wanted|liked|needed)"),
    "damaged": r"damage[ds]?|damaged|faulty|faults?|defect\w*|broken|cracked",
    "wrong_item": r"wrong(?:ly)?(?: sent)?",
    "late": r"(?<!too )late(?: deliver\w+| parcels?)|delay\w*|(?:delivered|arriv\w+|came) (?:too )?late",
    "not_arrived": r"lost(?: parcels?)?|(?:never|not) (?:arriv\w+|came|delivered)|missing parcels?",
    "cancel": r"cancel\w*", "goodwill": r"goodwill",
}  # fmt: skip
_FLAGS: tuple[tuple[str, Any, str], ...] = (
    ("opened", False, (r"(?:un|not (?:been )?)(?:opened|used|worn)|unused|sealed(?! electronics follow)"
     r"|(?:in|with) (?:its|their|the) (?:original|unopened|sealed) (?:box|packag\w+)")),
    ("opened", True, r"(?:once |has been |have been |already )?(?:opened|used|worn|unsealed|unboxed)"),
    ("final_sale", True, r"(?:marked )?(?:on |as )?final[- ]sale|clearance"),
    ("gift", True, r"gifts?|presents?"), ("chargeback", True, (r"(?:an? )?(?:open )?chargebacks?|payment"
        r" disputes?")),
    ("legal", True, r"lawyers?|solicitors?|courts?|ombudsm[ae]n|legal (?:action|threats?)"),
    ("wants", ("replacement",), r"replacements?|exchanges?"), ("wants", ("store_credit",), r"store credit"),
    ("too_late", True, r"(?:first (?:told|reported) )?later than that|too late|later requests?"),
)  # fmt: skip
_WHY = re.compile(
    r"\([^()]*\)|[,:;–—-]?\s{0,3}\b(?:because|since (?:we|they|it|that|the)|as (?:we|they|it)|due to|owing"
    r" to|in order to)\b[^.;]*"
    r"|[,:;–—-]?\s{0,3}\bfor (?:the sake of )?(?:reasons? of )?\w*\s?(?:hygien\w+|safety|health|legal"
    r"|reasons?)\b(?: reasons?)?"
    r"|[:;–—,]\s{0,3}(?:there is|there are|it is|this is|that is|they are|product"
    r" )?[^.;:,]{0,40}\brecall(?:ed)?\b[^.;:,]*"
    r"|,?\s{0,3}\b(?:and )?(?:point|refer|link) (?:them |the customer )?to \S+"
    r"|\bsince (?:\d{1,2} )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*(?: \d{4})?"
    r"|\b(?:from|as of) (?:now|today|this month)(?: on)?\b|\bby law\b",
    re.IGNORECASE,
)  # fmt: skip
_BESIDES = re.compile(
    r",?\s{0,3}\b(?:unless|except(?: for| when| if| where)?|other than|apart from|but not)\b", re.IGNORECASE
)
_LEAD = re.compile(
    r"^\W{0,4}(?:(?:an |one |the |only )?exceptions?|however|note)\s?[:,]\s{0,3}", re.IGNORECASE
)
_UNLESS = re.compile(
    r"^\W{0,4}unless (?P<if>[^:,;]{4,80})[:,] (?:then )?(?P<then>\S.{4,160})$", re.IGNORECASE
)
_INSTEAD = re.compile(
    r",?\s{0,3}\b(?:instead of|rather than|not) (?:the )?\d{1,3}\b(?: days?)?", re.IGNORECASE
)
_LIMIT = re.compile(
    r"\b(?P<what>orders?|totals?|items?|articles?|products?|goods|price|refunds?|sums?|amounts?|due)?\b"
    r"(?P<between>(?: (?:of|that|which|is|are|with|a|an|total|value|cost|costing|worth|price|for|the|due"
    r"|sum)){0,5}) ?"
    r"\b(?P<op>under|below|less than|cheaper than|smaller than|over|above|more than|exceed(?:s|ing)?"
    r"|higher than"
    rf"|larger than|beyond|at least|from) {_SUM}(?: or (?:more|less))?",
    re.IGNORECASE,
)
_UNDER = re.compile(r"under|below|less|cheaper|smaller", re.IGNORECASE)
_PERIOD = re.compile(
    rf"\b(?P<op>more than|after|later than|over|beyond|older than|past) (?:day"
    rf" )?{_DAYS.replace('[ -]', ' ?-?')}"
    r"(?: (?:after|of|from|since|old) ?(?:the )?(?:delivery|arrival)?)?",
    re.IGNORECASE,
)
_KEEPS = re.compile(r"\b(?:we (?:keep|charge|deduct|withhold)|deduct\w*|withh[eo]ld\w*|fee)\b", re.IGNORECASE)


@lru_cache(maxsize=1024)
def effects_in(said: str) -> frozenset[str]:
    """The kinds of effects that a sentence speaks of."""
    return frozenset(effect for effect, words in EFFECTS if words.search(said))


def read_rule(said: str, base: Rule | None = None) -> Rule | bool | None:
    """The rule of a sentence; `False` where it rules nothing, `None` where it is not understood.

    `base`: the conditions of the clause or sentence that it belongs to, which hold where it names none.
    """
    said = _UNLESS.sub(r"if \g<if>, \g<then>", _LEAD.sub("", said))
    text = " ".join(_INSTEAD.sub(" ", _WHY.sub(" ", f" {said.casefold()} ")).split())
    first, *others = text.split(";")
    main, _, rest = _split(";".join([first, *(part for part in others if effects_in(part))]))
    found: dict[str, Any] = {}
    main = "".join(_taken(main, found))
    number, effect, main = _effect(main, said)
    if effect in {"none", "usual", ""}:
        return None if effect == "" and (found or _KEEPS.search(text)) else False
    main = _flagged(main, found)
    if rest and not _excepted(rest, found):
        return None
    articles = articles_in(main)
    if articles is None or (articles and not bought(articles, text)):
        return None
    rule = Rule(effect=effect, number=number, articles=articles, **found)  # type: ignore[arg-type]
    if base is not None and rule.bare:
        own = base.model_dump(exclude={"effect", "number"}, exclude_defaults=True)
        return Rule(effect=rule.effect, number=number, **own)
    if not rule.issues and _returns_only(rule, said):
        return rule.model_copy(update={"issues": ("changed_mind",)})
    return rule


def _returns_only(rule: Rule, said: str) -> bool:
    """Whether a rule that names no complaint is for what customers want no longer."""
    if rule.effect in {"window", "fee", "deduct"}:
        return rule.effect != "window" or not re.search(r"\breport|\bclaim", said, re.IGNORECASE)
    back = re.search(rf"\b{_BACK}\b", said, re.IGNORECASE) and not re.search(
        rf"\b{_PAID}\b", said, re.IGNORECASE
    )
    return rule.effect in {"refuse", "pay"} and bool(back)


def _split(text: str) -> tuple[str, str, str]:
    met = _BESIDES.search(text)
    return (text, "", "") if met is None else (text[: met.start()], met[0], text[met.end() :])


def _taken(text: str, found: dict[str, Any]) -> Iterator[str]:
    """The text without sums and days that are conditions, which go into `found`."""
    if (met := _LIMIT.search(text)) and _MONEY.search(met[0]):
        what = f"{met['what'] or ''}{met['between']}"
        due = re.search(r"refund|sum|amount|due", what)
        found["sum_of"] = (
            "due" if due else "item" if re.search(r"item|article|product|goods|price", what) else "order"
        )
        found["under" if _UNDER.match(met["op"]) else "over"] = Decimal(met["sum"].replace(",", "."))
        text = f"{text[: met.start()]} , {text[met.end() :]}"
    if met := _PERIOD.search(text):
        found["days_over"] = _days(met)
        text = f"{text[: met.start()]} , {text[met.end() :]}"
    yield text


def _days(met: re.Match[str]) -> int:
    return count_of(met["n"]) * UNIT[met["unit"]]


def _effect(  # noqa: PLR0911  (one kind a line)
    text: str, said: str
) -> tuple[Decimal | None, str, str]:
    """(its number, the effect, the text without it)."""
    met: dict[str, re.Match[str]] = {}
    for effect, words in EFFECTS:
        while found := words.search(text):
            met.setdefault(effect, found)
            inner = (found.groupdict().get("inner") or "").strip()
            text = f"{text[: found.start()]} , {inner} , {text[found.end() :]}"
    if "none" in met or "usual" in met:
        return None, "none", text
    effect = next((one for one in _STRONG if one in met), "")
    if effect == "pay" and re.search(r"\bno longer\b", said, re.IGNORECASE):
        return None, "", text
    known = met.get(effect)
    match effect:
        case "fee":
            return Decimal(known["share"]), effect, text  # type: ignore[index]
        case "share":
            return 100 - Decimal(known["share"]), "fee", text  # type: ignore[index]
        case "half":
            return Decimal(50), "fee", text
        case "free":
            return Decimal(0), "fee", text
        case "deduct":
            return Decimal(known["sum"].replace(",", ".")), effect, text  # type: ignore[index]
        case "window":
            return Decimal(_days(known)), effect, text  # type: ignore[arg-type]
        case "shipping":
            return Decimal(0), effect, text
        case "shipped":
            return Decimal(1), "shipping", text
    return None, effect, text


def _named(text: str, table: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    names = []
    for name, words in table.items():
        pattern = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
        if pattern.search(text):
            names.append(name)
            text = pattern.sub(" , ", text)
    return tuple(names), text


def _flagged(text: str, found: dict[str, Any]) -> str:
    """The text without what else are conditions."""
    for key, table in (("issues", _ISSUES), ("countries", _COUNTRIES), ("categories", _CATEGORIES)):
        names, text = _named(text, table)
        if names:
            found[key] = names
    for flag, value, words in _FLAGS:
        pattern = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
        if pattern.search(text):
            found.setdefault(flag, value)
            text = pattern.sub(" , ", text)
    return text


def _excepted(rest: str, found: dict[str, Any]) -> bool:
    """Note what is excepted as a condition that must not be; whether that could be read."""
    other: dict[str, Any] = {}
    left = _flagged(rest, other)
    issues = other.pop("issues", ())
    if set(other) - {"opened", "final_sale", "gift"} or articles_in(left):
        return False
    if issues:
        found["issues"] = tuple(one for one in found.get("issues") or _ISSUES if one not in issues)
    found.update({flag: not value for flag, value in other.items()})
    return bool(issues or other)


def may_bind(said: str, issues: Collection[str], categories: Collection[str]) -> bool:
    """Whether a rule that is not understood may be about a case: unless it names other kinds of one."""
    found: dict[str, Any] = {}
    _flagged(said.casefold(), found)
    other = (set(found.get(key, ())) for key in ("issues", "categories"))
    return all(not named or named & set(own) for named, own in zip(other, (issues, categories), strict=True))
