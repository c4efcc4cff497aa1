"""A case in other words, read back: what a model or a program wrote of a mail."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from harness.simulation.reading.blobs import outside
from harness.simulation.reading.text import fold, unescape
from harness.simulation.reading.values import dates

ISSUES = {
    "cancel": r"\bcancel\w*",
    "already_paid_back": r"\b(?:paid back|refunded) already|already (?:been )?(?:refunded|paid back)",
    "not_arrived": (
        r"\bnever (?:arrived|came|turned up|received|got|delivered)|\bmissing|\blost in"
        r"|(?:not|n't|n’t) (?:yet )?(?:been )?(?:arrived?|received?|delivered|come|turned up|get)\b"
    ),
    "wrong_item": r"\bnot what \w+ (?:was )?ordered|\bwrong (?:item|product|colou?r|size|model|one|thing)",
    "damaged": (
        r"\b(?:damaged|faulty|broken?|crack\w*|defect\w*|scratched|dented|torn|leak\w*|chipped|shattered"
        r"|smashed)"
        r"|\b(?:does|did)(?: not|n't|n’t) work"
    ),
    "late": r"\blate\b|\bdelay\w*",
    "goodwill": r"\bgoodwill|\bgesture|\bvoucher|\bcompensat\w+|\bdiscount",
    "changed_mind": (
        r"\b(?:give|send|bring)s? (?:\w+ ){0,3}back|\breturn\w*|\bchanged? \w+ mind|\bno longer (?:want|need)"
        r"|(?:not|n't|n’t) (?:like|want|need|fit|suit)"
    ),
}  # fmt: skip
"""How people put each issue; the first that is found holds."""
_ISSUES = {issue: re.compile(said, re.IGNORECASE) for issue, said in ISSUES.items()}
_GIVE_BACK = re.compile(r"\bgive back (?=\S)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?:“[^”]*”|[^.!?\n“]|[.!?](?!\s|$))+[.!?]?")
_TELLS = re.compile(
    r"^\W{0,12}(?:(?:still )?open: )?(?:(?:also, )?I (?:want|would like|am writing|write|ask|complain)\b"
    r"|(?:the )?customer\b(?! (?:support|service))[^:]{0,40}?"
    r"\b(?:says?|said|writes?|wrote|wants?|complains?|claims?|reports?|asks?|would like|has|received)\b"
    r"|they (?:also|want)\b)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W{0,12}(?:customer (?:says|said|writes|wrote|reports|message)|complaint"
    r"|(?:(?:open|current|new|pending) )?(?:request|issue)|problem|what happened"
    r"|(?:wants|wanted|asks|asked for) now|now (?:wants|asks for))"
    r"(?:\W{0,3}:\s*|\s[–—-]\s)(?P<said>.+)",
    re.IGNORECASE,
)
_ABOUT = (
    r"it is about order|which order it is|it concerns several|the order is (?:called|described)"
    r"|by the order i mean|i do not have the order number"
)
_ON_ORDER = re.compile(rf"^\W{{0,12}}(?:{_ABOUT})", re.IGNORECASE)
_MORE = re.compile(
    rf"^\W{{0,12}}(?:{_ABOUT}|"
    r"the mail (?:also (?:holds|says)|is from)|(?:already )?(?:settled|closed|resolved)(?: before)?\W{0,3}:"
    r"|nothing is asked about|the sum that they name"
    r"|a lawyer or an authority is|(?:from|received|subject|customer|order|issue|items?|opened|"
    r"first reported|"
    r"legal threat|customer wants|wants|several orders concerned|first reported)\s*:)",
    re.IGNORECASE,
)
_ITEMS = re.compile(r"^\W{0,12}(?:affected |returned )?items?\s*:(?!.*\d[.,]\d\d\b)", re.IGNORECASE)
_OPENED = re.compile(
    r"\b(?:has|have) been (opened|used)|\b(?:was|were|already) (?:opened|used)", re.IGNORECASE
)
_SEALED = re.compile(
    r"\bunopened|\bnot (?:been )?opened|\bstill (?:sealed|in (?:its|the) (?:box|packag\w+))", re.IGNORECASE
)
_REPORTED = re.compile(r"\bfirst reported(?: on)?\b", re.IGNORECASE)
_LABELLED = re.compile(
    r"^\W{0,12}(?P<key>issue|items?|(?:affected|returned) items?|opened)[\s*`]*:[\s*`]*(?P<said>\S.*)$",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\border\W{0,3}(?:number\W{0,3}|no\.?\s*)?(?=HL-\d)", re.IGNORECASE)
_WANTS = re.compile(
    r"\b(?:want(?:s|ed)?|ask(?:s|ed)? for)\b[^.\n]{0,40}?"
    r"\b(replacement|store credit|discount|refund|money back)\b",
    re.IGNORECASE,
)
_LEGAL = re.compile(r"\blawyer|\blegal (?:action|steps|threat: yes)|\bsue\b", re.IGNORECASE)
_OPEN = re.compile(
    r"\bwhich order it is remains open|\bi do not have the order number at hand", re.IGNORECASE
)
_SEVERAL = re.compile(r"\bit concerns several orders\b|\bseveral orders concerned: yes", re.IGNORECASE)


_NOT_NOW = re.compile(
    r"\b(?:settled before:|nothing is asked about)[^\n“]{0,400}?(?=\.\s|\.?$|; (?:the mail|they write"
    r"|nothing is)\b)"
    r"|^\W{0,12}(?:already )?(?:settled|closed|resolved)\W{0,3}:[^\n]{0,600}",
    re.IGNORECASE | re.MULTILINE,
)
"""What the mail no longer complains of."""
_ONE_OF_SEVERAL = re.compile(
    r"; (?=(?:the customer \(|(?:they (?:also )?(?:want|say|complain|ask|write)|it (?:is about"
    r"|concerns)|the order is called|which order it"
    r"|settled before|the mail (?:is|also)|nothing is asked|a lawyer or|the sum that)\b))",
    re.IGNORECASE,
)
"""Where a sentence that tells all of it goes on to the next thing."""


def says_all(quotes: Iterable[str], spans: Iterable[str]) -> bool:
    """Whether all of these words of a mail are quoted."""
    quoted = {fold(quote).skeleton for quote in quotes}
    return all(fold(span).skeleton in quoted for span in spans)


def issue_in(text: str) -> str | None:
    """What a phrase complains of."""
    own = re.sub(r"“[^”]*”", "“”", text)
    return next((issue for issue, said in _ISSUES.items() if said.search(own)), None)


def issues_in(text: str) -> set[str]:
    """Every issue that a phrase speaks of."""
    return {issue for issue, said in _ISSUES.items() if said.search(text)}


def sentences(text: str) -> list[str]:
    """Sentences and lines; what is quoted is left whole."""
    parts = _ONE_OF_SEVERAL.sub(".\n", unescape(text))
    return [found.group().strip() for found in _SENTENCE.finditer(parts) if found.group().strip()]


def _tells(sentence: str) -> str | None:
    """The issue that a sentence tells of a customer, if it tells one."""
    labelled = _LABEL.match(sentence)
    if labelled is not None:
        return issue_in(labelled["said"])
    return issue_in(sentence) if _TELLS.search(sentence) else None


def without(text: str) -> str:
    """A text without what it retells."""
    if not _is_one(text):
        return text
    return "\n".join(_rest(line, _MORE) for line in text.splitlines())


def bare(text: str) -> str:
    """A text without what it retells of items: no more of an order is known by that than its number."""
    if not _is_one(text):
        return text
    return "\n".join(_rest(line, _ITEMS) for line in text.splitlines())


def _rest(line: str, more: re.Pattern[str]) -> str:
    parts = sentences(line)
    kept = [part for part in parts if not (_tells(part) or more.match(part))]
    return line if len(kept) == len(parts) else " ".join(kept)


@lru_cache(maxsize=512)
def _is_one(text: str) -> bool:
    return bool(read_retelling(text))


def read_retelling(text: str) -> dict[str, Any]:
    """What a text retells of a mail, slot → value with `asks` as a list of such; empty where it does not."""
    lines = [line for line in outside(unescape(text)).splitlines() if _belongs(line)]
    asks: list[dict[str, Any]] = []
    for part in (part for line in lines for part in sentences(line)):
        label = _LABELLED.match(part)
        key = label["key"].casefold() if label else ""
        if label and key == "issue":
            issue = vocabulary().ontology.value_of("issue", label["said"]) or issue_in(label["said"])
            asks += [{"issue": issue}] if issue else []
        elif issue := _tells(part):
            asks.append({"issue": issue, "said": part, **details(part)})
        elif asks and label and "item" in key:
            asks[-1]["items"] = label["said"].strip(" *")
        elif asks and label and key == "opened":
            asks[-1]["opened"] = label["said"].strip(" *").casefold().startswith("y")
        elif asks:
            asks[-1] |= details(part)
    told = _NOT_NOW.sub("", "\n".join(lines))
    return {"asks": asks, **_of_all(told)} if asks and _enough(told) else {}


def _belongs(line: str) -> bool:
    """Whether a line retells something, in one of its sentences."""
    return any(_tells(part) or _MORE.match(part) or _LABELLED.match(part) for part in sentences(line))


def _enough(text: str) -> bool:
    """Whether it says more of a case than what is complained of: lone labels are a form."""
    said = sentences(text)
    return bool(_WANTS.search(text) or ORDER_ID.search(text)) or any(
        _TELLS.search(part) or _ON_ORDER.match(part) for part in said
    )


def _of_all(text: str) -> dict[str, Any]:
    """What holds for all requests."""
    wants = _WANTS.search(text)
    said = wants[1].casefold() if wants else "refund"
    values: dict[str, Any] = {
        "wants": "refund" if "money" in said else said.replace(" ", "_"),
        "legal": bool(_LEGAL.search(text)),
    }
    named = _ORDER.search(text)
    ids = list(dict.fromkeys(found.group().upper() for found in ORDER_ID.finditer(text)))
    if named:
        values["order_id"] = text[named.end() : named.end() + 9].upper()
    elif len(ids) == 1:
        values["order_id"] = ids[0]
    if _SEVERAL.search(text):
        values["orders_concerned"] = ids if len(ids) > 1 else [*ids, "another"]
    if _OPEN.search(text):
        values["unclear"] = True
    values["quotes"] = re.findall(r"“([^”]*)”", text)
    return values


def details(part: str) -> dict[str, Any]:
    """What a text tells of an item: whether it was opened, when the damage was first reported."""
    found: dict[str, Any] = {}
    if _SEALED.search(part):
        found["opened"] = False
    elif _OPENED.search(part):
        found["opened"] = True
    if (since := _REPORTED.search(part)) and (days := dates(part[since.end() :])):
        found["reported"] = days[0].value
    return found
