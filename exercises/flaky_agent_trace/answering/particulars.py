"""Particulars of a mail and its order that decide nothing: whether it has an attachment, a link, a question;
on which weekday it came, from which domain, how it is signed, how old the order is.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers import mail_facts
from exercises.flaky_agent_trace.papers.listings import stands
from exercises.flaky_agent_trace.papers.mail_text import MailText
from exercises.flaky_agent_trace.reading.given import as_shown
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.threads import newest
from harness.simulation.reading.text import fold

_SENTENCE = re.compile(r"(?<!\d[.])(?<=[.!?…])\s+|\n\s*\n")
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|to whom|hallo|guten"
    r"|sehr geehrte\w?|liebe\w?|moin|servus|bonjour|bonsoir|salut|madame|monsieur|chers?"
    r"|chère|hola|buen[oa]s|estimad\w+|querid\w+|beste|geachte|goede\w*|dag|dzień|witam|cześć|szanown\w+|to)"
    r"\b[^.,:?!\n]{0,40}(?:[,!:.]|$|(?= \())",
    re.IGNORECASE,
)
_SYMBOLS = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u27BF]|(?<!\w)[:;]-?[)(DPp/](?!\w)")
_FORWARDED = re.compile(
    r"\b(?:fwd?|wg|tr|rv|doorst|pd)\s?:|forwarded message|weitergeleitete nachricht|message transféré"
    r"|mensaje reenviado|doorgestuurd bericht|wiadomość przekazana",
    re.IGNORECASE,
)
_INDIRECT = re.compile(
    r"\b(?:wonder\w*|want(?:ed)? to know|like to know|let me know|tell me (?:if|whether|how|what|when)"
    r"|please explain|wüsste|wissen|möchte fragen|sagen sie mir|savoir|dites[- ]moi"
    r"|saber|decidme|díganme|weten|wiedzieć|proszę o informację)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"^[A-ZÀ-ÖØ-ÞĀ-Ž][\w.'’-]*(?: [A-ZÀ-ÖØ-ÞĀ-Žvd][\w.'’-]*){0,4}$")
_STATES = {"opened": "opened, used", "sealed": "unopened"}
_SEALS = frozenset({"opened", "sealed"})
_MOTIVES = (
    "moving", "duplicate", "mistake", "cheaper", "allergy", "too_large", "too_small", "size", "colour",
    "gift", "expectation", "not_needed", "disliked",
)  # fmt: skip
_WIDER = {"too_large": "size", "too_small": "size", "expectation": "disliked", "colour": "disliked"}
_THERE = frozenset({"shipped", "delivered", "returned"})


class Particulars:
    """The slots of these; `None` where nothing of it is known."""

    def __init__(self, mind: Mind, read: Callable[[str], Any]) -> None:
        """`read`: the model's answer for another slot."""
        self.mind = mind
        self.read = read

    def __call__(self, slot: str) -> Any:
        """The canonical value."""
        return getattr(self, f"_{slot}")() if self.mind.mail.present else None

    def __getattr__(self, name: str) -> Callable[[], bool | None]:
        """The facts that `mail_facts.toml` has cues for."""
        if name[1:] not in mail_facts.facts():
            raise AttributeError(name)
        return lambda: self.told(name[1:])

    def told(self, slot: str) -> bool | None:
        """What the mail says of one of these facts."""
        return mail_facts.told(slot, self._said) if self.mind.mail.present else None

    @property
    def _said(self) -> str:
        """What the customer writes now, be some sentences of it others than those that were sent."""
        lines = (line for line in as_shown(self.mind).splitlines() if not line.lstrip().startswith(">"))
        shown = "\n".join(lines)
        return f"{self.mind.scene.state.ticket.subject}\n{newest(self.mind) or ''}\n{shown}"

    def _one(self, kind: str) -> str | None:
        """The first thing of a kind that stands in the mail."""
        return next(iter(stands(kind, MailText("", "", self._said))), None)

    def _phone_number(self) -> str | None:
        return self._one("phone numbers")

    def _bank_account(self) -> str | None:
        return self._one("bank accounts")

    def _tracking_number(self) -> str | None:
        return self._one("tracking numbers")

    def _phone_given(self) -> bool:
        return self._phone_number() is not None

    def _bank_account_given(self) -> bool:
        return self._bank_account() is not None

    def _tracking_given(self) -> bool:
        return self._tracking_number() is not None

    def _link_given(self) -> bool:
        return self._link() is not None

    def _salutation(self) -> str | None:
        """How the mail begins, where it greets anybody."""
        first = next((line.strip() for line in (newest(self.mind) or "").splitlines() if line.strip()), "")
        greets = _GREETING.match(first)
        return greets[0].strip() if greets is not None else None

    def _words_written(self) -> float:
        return float(len((newest(self.mind) or "").split()))

    def _exclamations(self) -> float:
        return float(f"{self.mind.scene.state.ticket.subject}{newest(self.mind)}".count("!"))

    def _link(self) -> str | None:
        return self._one("links")

    def _order_number_given(self) -> Any:
        return self.read("given_order_id")

    def _order_in_subject(self) -> bool:
        return ORDER_ID.search(self.mind.scene.state.ticket.subject) is not None

    def _contacted_before(self) -> bool | None:
        return True if self.read("quotes_earlier") else self.told("contacted_before")

    def _first_contact(self) -> bool | None:
        before = self._contacted_before()
        return None if before is None else not before

    def _attachment(self) -> bool | None:
        return True if self.read("pictures") else self.told("attachment")

    def _sender_domain(self) -> str | None:
        return (self.mind.mail.sender or "").partition("@")[2] or None

    def _weekday(self) -> str | None:
        day = self.mind.mail.received
        return None if day is None else _WEEKDAYS[day.weekday()]

    def _on_weekend(self) -> bool | None:
        day = self.mind.mail.received
        return None if day is None else day.weekday() >= _SATURDAY

    def _sentences(self) -> list[str]:
        return [" ".join(part.split()) for part in _SENTENCE.split(newest(self.mind) or "") if part.strip()]

    def _first_sentence(self) -> str | None:
        said = (_GREETING.sub("", part).strip() for part in self._sentences())
        return next(filter(None, said), None)

    def _asks_question(self) -> bool | None:
        said = self._said.partition("\n")[2]
        return True if "?" in said else None if _INDIRECT.search(said) else False

    def _questions_asked(self) -> list[dict[str, Any]]:
        asked = [said for said in self._sentences() if said.endswith("?")]
        return [{"text": said, "question": said} for said in asked]

    def _forwarded(self) -> bool:
        return _FORWARDED.search(self._said) is not None

    def _emoji(self) -> bool:
        return _SYMBOLS.search(self._said) is not None

    def _signed_name(self) -> str | None:
        """The name below the mail, as it is signed."""
        own = set(fold(self.mind.scene.state.ticket.sender.name).words)
        lines = [line.strip(" \t,.–—-") for line in (newest(self.mind) or "").splitlines() if line.strip()]
        signs = (line for line in reversed(lines[1:]) if _NAME.match(line))
        return next((line for line in signs if _is_name(line, own)), None)

    def _order_age(self) -> float | None:
        placed, received = self.read("placed"), self.mind.mail.received
        known = isinstance(placed, dt.date) and received is not None
        return float((received - placed).days) if known and received is not None else None

    def _refunds_count(self) -> float | None:
        past = self.read("past_refunds")
        return None if past is None else float(len(past))

    def _order_shipped(self) -> bool | None:
        status = str(self.read("status") or "").lower()
        if self.read("delivered") is not None or status in _THERE:
            return True
        return False if status in {"processing", "placed", "cancelled"} else None

    def _motive(self) -> list[str] | None:
        """Why goods are given back that nothing is wrong with; what says it most closely comes first."""
        if self.read("issue") != "changed_mind":
            return None
        said = newest(self.mind) or ""
        found = [name for name in _MOTIVES if mail_facts.told(f"because_{name}", said)]
        wider = (_WIDER[name] for name in found if name in _WIDER)
        return list(dict.fromkeys((*found, *wider)))

    def _packaging_state(self) -> str | None:
        """Of what goes back; that a thing is broken says nothing of its box."""
        state = self.read("item_state")
        if state not in _SEALS:
            return "damaged" if self.told("torn_box") else None
        return str(state)

    def _condition_told(self) -> str | None:
        """What is wrong with a thing; of one that is not wanted whether it was used."""
        if self.read("issue") in {"damaged", "wrong_item"}:
            return self.read("problem_told")  # type: ignore[no-any-return]
        silent = None if self.read("issue") == "changed_mind" else "not stated"
        return _STATES.get(self.read("item_state") or "", silent)


def _is_name(line: str, own: set[str]) -> bool:
    """Whether a line is a person's name or its initials: `B. Stokes`, `D.V.`."""
    words = fold(line.replace(".", " ")).words
    return bool({*words} & own) or {*words} <= {word[:1] for word in own}


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SATURDAY = 5
