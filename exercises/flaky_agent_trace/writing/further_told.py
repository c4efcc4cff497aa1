"""What is given besides the outcome, as sentences of a letter: in its language, each thing once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters
from harness.exercise.spec import Strict, read_toml

from .further import Further
from .times_given import Time
from .ways_given import Way
from .wishes import bare

Forms = dict[str, str]


class Wordings(Strict):
    """`further.toml`: by language."""

    months: Forms
    day: Forms
    way: dict[str, Forms]
    span: dict[str, Forms]
    one: dict[str, Forms]
    to: Forms
    point: dict[str, Forms]
    money: dict[str, Forms]
    outcome: dict[str, Forms]
    said: dict[str, Forms]
    sorry: dict[str, Forms]
    wanted: Forms
    things: dict[str, Forms]
    and_: Forms


@cache
def wordings() -> Wordings:
    """What `further.toml` says."""
    told = read_toml(Path(__file__).with_name("further.toml"))
    return Wordings.model_validate({"and_" if key == "and" else key: value for key, value in told.items()})


def outcome_form(known: Further, action: str, language: str) -> str:
    """How the outcome is told where it is not yet done, or by whom; empty: as any other."""
    kind = ""
    if action == "refund":
        kind = "after" if known.after else "now" if known.present else ""
    elif action == "escalate" and known.team:
        kind = "team"
    return wordings().outcome[kind][language] if kind else ""


def money_told(known: Further, language: str) -> list[str]:
    """Where the money goes and when it is there."""
    way = _way(known.way, language) if known.way is not None else ""
    when = time_told(known.when, language) if known.when is not None else ""
    kind = "both" if way and when else "way" if way else "when"
    return [wordings().money[kind][language].format(way=way, when=when)] if way or when else []


def return_told(known: Further, language: str) -> list[str]:
    """What has to be sent back, and how."""
    said, found = wordings().said, []
    if known.send and not known.stays:
        by = f" {time_told(known.send_by, language)}" if known.send_by is not None else ""
        form = said["send_to" if known.address else "send"][language]
        found.append(form.format(by=by, address=known.address))
    if known.label:
        found.append(said[known.label][language])
    if known.postage:
        found.append(said[known.postage][language])
    return found


def replies_told(known: Further, language: str) -> list[str]:
    """When whoever has the case answers."""
    if known.replies is None:
        return []
    return [wordings().said["replies"][language].format(when=time_told(known.replies, language))]


def offer_told(known: Further, language: str) -> list[str]:
    """What is offered; what no language but English has words for, only there."""
    said = wordings().said
    if known.voucher is not None:
        value, code, later = known.voucher
        own_code = said["code"][language].format(code=code) if code else ""
        next_one = said["next"][language] if later else ""
        return [said["voucher"][language].format(value=value, code=own_code, next=next_one)]
    if known.offer and language == "en":
        what = to_you(known.offer)
        what = what[0].lower() + what[1:] if what[1:2].islower() else what
        return [
            f"What we can offer you instead: {what}." if _NO_NOUN.match(what) else f"We can offer you {what}."
        ]
    return []


_NO_NOUN = re.compile(r"(?!(?:an?|the|our|one|two|\d|free)\b)", re.IGNORECASE)


def others_told(known: Further, language: str, reason: str) -> list[str]:
    """Facts of no kind that the reason does not hold, as sentences of an English letter."""
    known_too = reason.casefold()
    said = [one for one in known.others if one.strip(" .").casefold() not in known_too]
    return [_sentence(to_you(one)) for one in said] if language == "en" else []


def warmth(asked: str, issues: list[str], known: Further, language: str) -> str:
    """A sentence of sympathy where a warm letter is wanted; none beside an apology."""
    if not _WARM.search(asked) or _NO_SORRY.search(asked) or known.sorry:
        return ""
    said = letters().sympathy[issues[0] if issues else "other"][language]
    return said[0]


_WARM = re.compile(
    r"\b(?:warm(?:ly|er|th)?|empath\w+|sympath\w+|compassion\w*|caring|herzlich|einfühlsam|chaleureu\w+)\b",
    re.IGNORECASE,
)


def sorry_told(known: Further, language: str, asked: str) -> list[str]:
    """The apology, unless it is unwanted."""
    wanted = known.sorry and not _NO_SORRY.search(asked)
    return [wordings().sorry[known.sorry][language]] if wanted else []


_NO_SORRY = re.compile(
    r"\b(?:do not|don['’]t|never|without|no)\b[^.\n]{0,14}\b(?:apolog\w+|sorry|entschuldig\w+)", re.IGNORECASE
)


def _way(way: Way, language: str) -> str:
    form = wordings().way[way.kind][language]
    brand = {"de": f"{way.brand}-", "nl": f"{way.brand}-"}.get(language, f"{way.brand} ") if way.brand else ""
    told = form.format(end=way.end, brand=brand, name=way.name).strip()
    return re.sub(r"(?<=card)[ -](?:card|karte|kaart)\b", "", told, flags=re.IGNORECASE)


def time_told(time: Time, language: str) -> str:
    """A time in the words of a language."""
    said = wordings()
    if time.day is not None:
        day, month, year = time.day
        named = said.months[language].split()[month - 1]
        told = said.day[language].format(day=day, month=named)
        year_told = f" de {year}" if language == "es" else f" {year}"
        return said.point["by" if time.by else "on"][language].format(day=told + year_told * bool(year))
    if time.low == time.high == 1:
        return said.one[time.unit][language]
    many = said.to[language].format(low=time.low, high=time.high) if time.high > time.low else str(time.low)
    return said.span[time.unit][language].format(n=many)


def because(reason: str, *, loose: bool = False) -> str:
    """A reason in English, as a sentence. `loose`: nothing says that it is one, so it stands for itself."""
    first, *rest = re.split(r"(?<=[.!?])\s+(?=[A-Z])|; (?=(?:our|the|it|we)\b)", reason.strip(" ."))
    told = to_you(first.strip(" ."))
    more = [_sentence(to_you(one)) for one in rest if _CLAUSE.match(one) or _WHOLE.match(one)]
    return " ".join([_because(told, loose=loose), *more])


def _because(told: str, *, loose: bool) -> str:
    if _CLAUSE.match(told) and not _PARTICIPLE.match(told):
        return _sentence(told) if loose else f"This is because {told}."
    if _WAS.match(told):
        return f"This is because it was {told}."
    if _NOUN.match(told) and not re.search(r"[;:.]", told):
        return f"The reason is {told}."
    return f"This is why: {told}."


_VERB = (
    r"(?:is|are|was|were|has|have|had|came|comes|arrived|ended|ends|does|did|do|can|cannot|could|will|would"
    r"|must|may|expired|passed|wants?|wanted|needs?|failed|reached|broke|got|went|left|took|says?|shows?|kept|bought|lost"
    r"|lies|counts?|sent|wrote|asked|received|ordered|changed|reported|missed|turned|stopped|\w{1,12}n['’]t)"
)
_CLAUSE = re.compile(
    rf"(?:the|an?|this|that|these|your|our|it|we|you|they|there|nothing|nobody|one|two|three|\d{{1,9}}"
    rf"|both|all|only"
    rf"|some)\b(?![^.;:]{{0,12}}\bfor\b)[^.;:]{{0,60}}?\b{_VERB}\b|(?:\w{{1,30}} ){{1,2}}{_VERB}\b"
    r"|(?:you|we|it|they) (?:\w{1,30} )?\w{1,30}ed\b",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(
    r"(?:not |already |too )?(?:\w{1,30}ed|sent|broken|known|given|taken|\w{1,30}ing)\b", re.IGNORECASE
)
_WAS = re.compile(
    r"(?:not |already |only |first )?(?:returned|delivered|reported|damaged|opened|used|sent|ordered"
    r"|cancelled|refunded|requested|asked for)(?= (?:within|after|before|on|in|at|by|with|too|late|early"
    r"|when|for|more than)\b|$)(?![^.]*;)",
    re.IGNORECASE,
)
"""What was done with an article."""
_WHOLE = re.compile(
    r"(?:the|we|our|it|you|your|this|that|there|she|he|her|his|they|an?|no|all)\b(?: \S+){3,}", re.IGNORECASE
)
"""Has the look of a sentence."""
_NOUN = re.compile(r"(?:the|an?|our|your) \w", re.IGNORECASE)

_YOUR_VERB = {"is": "are", "was": "were", "has": "have", "does": "do", "goes": "go"}


def to_you(said: str) -> str:
    """A sentence about the customer, said to them."""
    said = _OWN_MAIL.sub(lambda met: f"your {met['mail']}", said)
    said = _WHOSE.sub("your", said)
    said = _WHO.sub(_addressed, said)
    return _WHOM.sub("you", said)


def _addressed(met: re.Match[str]) -> str:
    verb = met["verb"]
    return f"you {_YOUR_VERB.get(verb, verb.removesuffix('s'))}"


_OWN_MAIL = re.compile(
    r"\bthe (?P<mail>e-?mail|mail|message)(?= (?:came|arrived|is|was|reached)\b)", re.IGNORECASE
)
_WHOSE = re.compile(
    r"\b(?:the customer['’]s|the client['’]s|his|her(?= (?!to\b|a\b|an\b|the\b|for\b)\w))\b", re.IGNORECASE
)
_WHO = re.compile(r"\b(?:she|he|the customer|the client|customer) (?P<verb>[a-z]+)\b", re.IGNORECASE)
_WHOM = re.compile(r"\b(?:him|her|the customer|the client)\b", re.IGNORECASE)


def _sentence(said: str) -> str:
    said = said.strip(" .-*•")
    return f"{said[0].upper()}{said[1:]}." if said else ""


def asked_for(known: Further, language: str) -> str:
    """What the customer is asked to do, as a question; empty where a language has no words for it."""
    if language == "en":
        return " ".join(f"Could you please {to_you(_their(one))}?" for one in known.asks)
    questions = [things_asked(_SENDS.sub("", one), language) for one in known.asks]
    return " ".join(questions) if all(questions) else ""


def told_to_do(known: Further, language: str) -> list[str]:
    """The same beside an outcome, in English."""
    return [f"Please {to_you(_their(one))}." for one in known.asks] if language == "en" else []


_SENDS = re.compile(
    r"^(?:(?:send|give|tell|provide|state|name|attach|supply|let) (?:(?:us|in|have) )*(?:with )?)",
    re.IGNORECASE,
)


def things_asked(said: str, language: str) -> str:
    """Things to send, as a question in a letter's language; empty where one is not known there."""
    split = re.split(r",? (?:and|und|et|y|en|i) |, ", said)
    parts = [_FOR_IT.sub("", part.strip(" .")) for part in split if part.strip(" .")]
    own = wordings()
    named: list[str] = []
    for part in parts:
        found = [
            thing
            for thing in own.things.values()
            if re.search(rf"\b(?:{thing['words']})\b", part, re.IGNORECASE)
        ]
        if not found:
            return ""
        named.append(found[0][language])
    listed = f" {own.and_[language]} ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    return own.wanted[language].format(what=listed)


_FOR_IT = re.compile(r"^(?:also |then )?for ", re.IGNORECASE)


def asked_alone(mind: Mind, language: str) -> str:
    """The one question that is wanted in place of a letter, where it is said what for; else empty."""
    asked = mind.asked_last if mind.context.said else mind.instructions
    found = _ASKING_FOR.search(asked) if bare(asked) else None
    return things_asked(found["what"], language) if found is not None else ""


_ASKING_FOR = re.compile(
    r"\b(?:ask(?:s|ing)?|request(?:s|ing)?)(?: (?:the customer|him|her|them|politely|kindly|back)){0,2}"
    r"(?: in (?:one|a single) (?:short )?sentence)? (?:for )(?P<what>[^.\n;?]{3,160})",
    re.IGNORECASE,
)


def _their(said: str) -> str:
    return re.sub(r"\btheir\b", "your", said, flags=re.IGNORECASE)
