"""Copies of the mail and of its parts, and the days that it names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from exercises.flaky_agent_trace.shop.records import Item
from harness.simulation.reading.counts import IN_WORDS, count_of
from harness.simulation.reading.text import fold, stem
from harness.simulation.reading.values import Money, dates, moneys

from .mind import Mind
from .threads import held, newest

_ARRIVED = re.compile(
    r"\b(?:arriv(?:ed|é\w{0,2})|came|delivered|turned up|reached|received|got (?:it|them|here)"
    r"|(?:was|were) here|brought|kam(?:en)?|angekommen|geliefert|erhalten|bekommen|eingetroffen"
    r"|reçue?s?|livrée?s?|lleg(?:ó|aron)|recib[ií]\w{0,3}|entregaron|kwam(?:en)?|aangekomen|ontvangen"
    r"|geleverd|bezorgd|przysz\w{1,4}|dotar\w{1,4}|dosta\w{1,4}|otrzyma\w{1,4}|doręcz\w{1,5})\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:should|would|was to|were to|supposed|promised|n[o']t|never|nicht|nie|pas|no|niet|soll\w{0,4})\b",
    re.IGNORECASE,
)
_PROMISED = re.compile(
    r"\b(?:promised?|should(?:'ve| have) (?:been|come|arrived)|undert(?:ook|aken)|guaranteed"
    r"|(?:was|were) due|versprochen|zugesagt|promises?|prometid\w{1,2}|prometieron|beloofd"
    r"|toegezegd|obiecan\w{1,3})\b",
    re.IGNORECASE,
)
_AFTERWARDS = re.compile(r"\b(?:and|but|und|aber|et|mais|y|pero|en|maar|i|ale)\b", re.IGNORECASE)
_DAYS = (
    "monday montag lundi lunes maandag poniedziałek",
    "tuesday dienstag mardi martes dinsdag wtorek",
    "wednesday mittwoch mercredi miércoles woensdag środę",
    "thursday donnerstag jeudi jueves donderdag czwartek",
    "friday freitag vendredi viernes vrijdag piątek",
    "saturday samstag samedi sábado zaterdag sobotę",
    "sunday sonntag dimanche domingo zondag niedzielę",
)  # fmt: skip
_WEEKDAY = {word: number for number, names in enumerate(_DAYS) for word in fold(names).words}
_BACK = {
    "today": 0, "heute": 0, "aujourd'hui": 0, "hoy": 0, "vandaag": 0, "dzisiaj": 0,
    "this morning": 0, "tonight": 0,
    "yesterday": 1, "gestern": 1, "hier": 1, "ayer": 1, "gisteren": 1, "wczoraj": 1,
}  # fmt: skip
_AGO = re.compile(
    rf"\b(an?|{IN_WORDS}|\d{{1,2}}) (day|week|fortnight)s? (?:ago|back)\b"
    r"|\bvor (einem|einer|zwei|drei|vier|\d{1,2}) (tag|woche)", re.IGNORECASE,
)  # fmt: skip
_SPANS = {"day": 1, "tag": 1, "week": 7, "woche": 7, "fortnight": 14}
_MONTHLY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.|er)? (?:of |de )?([^\W\d_]{3,10})", re.IGNORECASE)
_ORDINAL = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_ZLOTY = re.compile(r"(?<=\d)\s?z[łl]\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:!?()\n]|(?<!\d)\.(?=\s|$)")


class Copied:
    """What stands in the mail, given back."""

    def __init__(self, mind: Mind, read: Callable[[str], Any]) -> None:
        """`read`: the model's answer for another slot."""
        self.mind = mind
        self.read = read

    def __call__(self, slot: str) -> Any:
        """The canonical value, `None` where nothing of it is known."""
        return getattr(self, f"_{slot}")() if self.mind.mail.present else None

    def _original_mail(self) -> str | None:
        return held(self.mind, self.mind.scene.state.ticket.body, gaps=True) or None

    def _cleaned_mail(self) -> str | None:
        """The mail without what speaks to the model, as far as the model sees that it does."""
        text = self._original_mail()
        injection = self.mind.scene.meaning.injection if self.read("injection") else None
        for span in injection.spans if injection is not None and text else ():
            text = text.replace(span, "") if text else None
        return re.sub(r"[ \t]*\n[ \t]*(?:\n\s*)+", "\n\n", text).strip() if text else None

    def _signature(self) -> str | None:
        """What stands below the mail, from the greeting or the name on; of a letter, the shop's."""
        if (closing := self.read("letter_closing")) is not None:
            return str(closing)
        lines = (newest(self.mind) or "").splitlines()
        names = set(fold(self.mind.scene.state.ticket.sender.name).words)
        signed = [n for n, line in enumerate(lines) if n and names & set(fold(line).words) and len(line) < 60]
        if not signed and len(lines) > 1 and len(lines[-1]) < 30:
            return lines[-1].strip()
        return "\n".join(lines[signed[0] :]).strip() if signed else None

    def _claimed_amount(self) -> Money | None:
        """What is demanded, else the one sum that the customer names now."""
        if (demanded := self.read("demanded")) is not None:
            return demanded  # type: ignore[no-any-return]
        named = {sum.value for sum in moneys(_ZLOTY.sub(" PLN", newest(self.mind) or ""))}
        return Money(*named.pop()) if len(named) == 1 else None

    def _delivered_said(self) -> dt.date | None:
        return delivered_said(self.mind)

    def _dates_told(self) -> list[dict[str, Any]] | None:
        """The days that the customer names, each with its words and what is said of it."""
        received = self.mind.mail.received
        if received is None:
            return None
        clauses = _CLAUSE.split(newest(self.mind) or "")
        told = [part.strip() for clause in clauses for part in _AFTERWARDS.split(clause) if part.strip()]
        foreign_here = self.read("language") in {"de", "nl"}
        days = [(part, day_in(_HERE.sub(" ", part) if foreign_here else part, received)) for part in told]
        return [
            {"day_told": day, "day_words": _day_words(part), "day_event": part, "text": day.isoformat()}
            for part, day in days
            if day is not None
        ]


_HERE = re.compile(r"\bhier\b", re.IGNORECASE)
"""A day in French alone."""


def _day_words(text: str) -> str:
    """The words by which a text names its day; all of it where they cannot be told apart."""
    if found := dates(text):
        return text[found[0].start : found[0].end]
    names = "|".join(map(re.escape, (*_BACK, *_WEEKDAY)))
    forms = (_AGO, _MONTHLY, _ORDINAL, re.compile(rf"\b(?:{names})\b", re.IGNORECASE))
    return next((match.group() for form in forms if (match := form.search(text)) is not None), text)


def delivered_said(mind: Mind) -> dt.date | None:
    """The day on which the customer says that it arrived."""
    received = mind.mail.received
    if received is None:
        return None
    for clause in _CLAUSE.split(newest(mind) or ""):
        arrived = _ARRIVED.search(clause)
        if arrived is None:
            continue
        parts = (part for part in _AFTERWARDS.split(clause) if _ARRIVED.search(part))
        for part in parts if _ahead(clause) else (clause,):
            if not _ahead(part) and (day := day_in(part, received)):
                return day
    return None


def _ahead(text: str) -> bool:
    """Whether a text speaks of what was to come, or has not."""
    return bool(_NOT_YET.search(text) or _PROMISED.search(text))


def promised_said(mind: Mind) -> dt.date | None:
    """The day for which it was promised, as the customer says."""
    received = mind.mail.received
    if received is None:
        return None
    parts = (part for clause in _CLAUSE.split(newest(mind) or "") for part in _AFTERWARDS.split(clause))
    days = (day_in(part, received) for part in parts if _PROMISED.search(part))
    return next(filter(None, days), None)


def day_in(text: str, today: dt.date) -> dt.date | None:
    """The past day that a text names, be it only by weekday or by how long ago; as seen from `today`."""
    if found := dates(text):
        return found[0].value  # type: ignore[no-any-return]
    low = text.casefold()
    if ago := _AGO.search(low):
        count, span = (ago[1], ago[2]) if ago[1] else (ago[3], ago[4])
        return today - dt.timedelta(days=count_of(count) * _SPANS[span])
    back = next((days for word, days in _BACK.items() if re.search(rf"\b{word}\b", low)), None)
    for match in _MONTHLY.finditer(text):
        known: list[dt.date] = [
            day.value
            for year in (today.year, today.year - 1)
            for day in dates(f"{match[1]} {match[2]} {year}")
        ]
        if past := [day for day in known if day <= today]:
            return max(past)
    if back is None and (said := _ORDINAL.search(text)):
        back = next((n for n in range(31) if (today - dt.timedelta(days=n)).day == int(said[1])), None)
    if back is None:
        names = [word for word in fold(text).words if word in _WEEKDAY]
        back = (today.weekday() - _WEEKDAY[names[0]] - 1) % 7 + 1 if names else None
    return None if back is None else today - dt.timedelta(days=back)


def phrase_for(mind: Mind, item: Item) -> str | None:
    """The mail's own words for an item of the shop: those of its name that stand there side by side, and
    rather its first than its last ones.
    """
    ticket = mind.scene.state.ticket
    names = _stems(item.name)
    said = _runs(names, f"{ticket.subject}\n{ticket.body}")
    found = [(-len(run), min(names.index(stem(w.casefold())) for w in run), " ".join(run)) for run in said]
    return min(found)[-1] if found else None


def thing_in(mind: Mind, order_id: str | None) -> str | None:
    """What of the shop's a mail speaks of that has not been noted: in its own words, else in English."""
    if not mind.mail.present:
        return None
    english = mind.scene.meaning.english
    shown = held(mind, mind.scene.state.ticket.body, gaps=True) or ""
    orders = [order for order in mind.scene.state.orders if order_id in {None, order.id}]
    names = [name for order in orders for item in order.items for name in _stems(item.name.split(",")[0])]
    for text in (shown, english.body if english is not None else ""):
        if said := [(-len(run), at, " ".join(run)) for at, run in enumerate(_runs(names, text))]:
            return min(said)[-1]
    return None


def sku_called(mind: Mind, order_id: str, said: str) -> str | None:
    """The one item of an order, as the context shows it, with all these words in its name; else `None`."""
    record, words = mind.orders.get(order_id), {stem(word) for word in fold(said).words}
    shown = record.parts.get("items", []) if record is not None else []
    found = [part for part in shown if words and words <= {*_stems(str(part.get("name") or ""))}]
    return str(found[0].get("sku") or found[0].id) if len(found) == 1 else None


def _stems(name: str) -> list[str]:
    return [stem(word) for word in fold(name).words if len(word) > 2 and not word.isdigit()]


def _runs(names: list[str], text: str) -> Iterator[list[str]]:
    """The words of a text that stand side by side and are of these."""
    for line in text.splitlines():
        words = re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", line)
        for known, run in groupby(words, key=lambda word: stem(word.casefold()) in names):
            if known:
                yield list(run)
