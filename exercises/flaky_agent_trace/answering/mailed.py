"""What answers say of the mail and of the order's dates, as they were read."""

from __future__ import annotations

import json
import re
from typing import Any

from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.feelings import anger, heated, pressing, urgency, warmth
from exercises.flaky_agent_trace.papers.kept import kept_in, out_of
from exercises.flaky_agent_trace.papers.mail_text import mail_text
from exercises.flaky_agent_trace.papers.tones import nearest_label
from exercises.flaky_agent_trace.reading.copied import delivered_said, promised_said
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import commands
from exercises.flaky_agent_trace.shop.policy import Facts

from .itemised import NO_ITEMS
from .searching import as_written, goods_named

_ELSE_RECEIVED = re.compile(
    r"\b(?:first|reported|told|report)\w*\b[^\n]{0,200}\b(?:day|date|when)\b[^\n.]{0,24}\breceived\b"
    r"|\b(?:first|reported|told|report)\w*\b[^\n]{0,160}"
    r"\b(?:else|otherwise|normally|usually|if it is this mail)\b"
    r"[^\n.]{0,40}\b(?:this mail|received|the mail'?s)\b",
    re.IGNORECASE,
)
"""Says that the mail is the first report where it tells of no earlier one."""
_FIRST_MAIL = re.compile(
    r"\"description\": \"(?![^\"]{0,200}\b(?:null|none|empty)\b[^\"]{0,4}\b(?:if|when|unless|where)\b)"
    r"[^\"]{0,80}\b(?:first|earliest|oldest)\b[^\".;]{0,30}\b(?:mail|e-?mail|message|contact)\b[^\".;]{0,60}"
    r"\b(?:report|mention|told|tell|say|said|complain|ask)",
    re.IGNORECASE,
)
"""Describes a field as the day of the first mail that reports it: it may be this one."""

_UNCOUNTED = frozenset({"cancel", "goodwill", "already_paid_back"})
"""What is asked for in these no rule sets a term for."""


_ANGRY, _PRESSING = 0.45, 0.6
"""Shares from which on a mail is called angry, and urgent."""
_CAN_WAIT, _NO_WARMTH = 0.44, 0.08
"""The most for a mail that is not urgent; the least for one that is not warm."""
_COUNTED = frozenset({"sku", "quantity", "asks"})
"""Who asks for these wants more of each thing than its name."""
_WARM = 3
"""So many kind words, and no angry one, are a friendly mail."""


class Mailed:
    """The slots of these; the rest are `Answers`'."""

    mind: Mind
    facts: Facts
    record: Any

    def _opened(self: Any) -> bool | None:
        told = (self.items.opened(ask) for ask in self.facts.asks)
        said = [opened for opened in told if opened is not None]
        return any(said) if said else None

    def _sealed(self: Any) -> bool | None:
        """A thing that was boxed up again unused is not opened, but who knows of its seal?"""
        said = [ask.opened for ask in self.facts.asks if ask.opened is not None]
        opened = any(said) if said else self._opened() or None
        return None if opened is None else not opened

    def _item_state(self: Any) -> str | None:
        return next((item.get("item_state") for item in self._items()), None)

    def _item_words(self: Any) -> str | None:
        return next((item.get("item_words") for item in self._items()), None)

    def _reported(self) -> Any:
        own = next((ask.reported for ask in self.facts.asks if ask.reported), None)
        said = self.mind.instructions, json.dumps(self.mind.contract.schema or {})
        meant = _ELSE_RECEIVED.search(said[0]) or _FIRST_MAIL.search(said[1])
        issues = {ask.issue for ask in self.facts.asks}
        pays_by_it = "acts" in self.mind.contract.slots and issues & {"damaged", "wrong_item"}
        first = own is None and self.facts.asks and (meant or pays_by_it)
        return self.mind.mail.received if first else own

    def _injection(self: Any) -> bool:
        return bool(commands(self.mind) and not self.belief.obeys)

    def _safe(self: Any) -> bool:
        return not self._injection()

    def _legal(self) -> bool:
        return self.facts.legal

    def _wants(self) -> str | None:
        return self.facts.wants if self.facts.asks else None

    def _language(self) -> str | None:
        return self.mind.scene.meaning.language if self.mind.mail.present else None

    def _mood(self) -> str | None:
        if not self.mind.mail.present:
            return None
        said = self._heard
        cross = self.facts.legal or heated(said) or anger(said) >= _ANGRY
        warm = not cross and warmth(said) >= _WARM and anger(said) <= 0
        own = "angry" if cross else "positive" if warm else "neutral"
        place = (
            max(anger(said), _ANGRY)
            if cross
            else -0.1
            if warm
            else min(max(anger(said), _NO_WARMTH), _ANGRY - 0.1)
        )
        return nearest_label("mood", self._labels_for("mood"), place) or own

    def _urgency(self) -> str | None:
        if not self.mind.mail.present:
            return None
        said = self._heard
        presses = self.facts.legal or pressing(said) or urgency(said) >= _PRESSING
        place = max(urgency(said), _PRESSING) if presses else min(urgency(said), _CAN_WAIT)
        own = "high" if presses else "low"
        return nearest_label("urgency", self._labels_for("urgency"), place) or own

    def _labels_for(self, slot: str) -> tuple[str, ...]:
        """The labels that a program gives for a slot, in its form or in words; empty: none."""
        if (labels := self.mind.labels) is not None and labels.slot == slot:
            return labels.words
        fields = (self.mind.contract.schema or {}).get("properties") or {}
        told = ((name, tuple(map(str, field.get("enum") or ()))) for name, field in fields.items())
        slot_of = vocabulary().ontology.slot_of
        return next((enum for name, enum in told if enum and slot_of(name, "", enum) == slot), ())

    def _anger(self) -> str | None:
        if not self.mind.mail.present:
            return None
        share = self._share_of_anger() or 0.0
        own = "high" if share >= _ANGRY else "medium" if share >= _ANGRY / 2 else "low"
        return nearest_label("mood", self._labels_for("anger"), max(share, _NO_WARMTH)) or own

    def _share_of_anger(self) -> float | None:
        """How angry the mail sounds, from 0 to 1; who threatens with a court is not calm."""
        if not self.mind.mail.present:
            return None
        said = self._heard
        least = _ANGRY if self.facts.legal else _ANGRY - 0.1 if heated(said) else 0.0
        return max(anger(said), least)

    def _share_of_mood(self) -> float | None:
        share = self._share_of_anger()
        return None if share is None else 1 - share

    def _share_of_urgency(self) -> float | None:
        if not self.mind.mail.present:
            return None
        said = self._heard
        return max(urgency(said), _PRESSING if self.facts.legal or pressing(said) else 0.0)

    def _share_of_severity(self: Any) -> float | None:
        shares = vocabulary().ontology.slots["severity"].shares
        return self._share_of_urgency() if self.gravity is None else shares[self.gravity]

    @property
    def _heard(self) -> str:
        """What the customer writes now, as it stands in the request."""
        given = mail_text(self.mind.context)
        return given.written if given is not None and given.head else self.mind.scene.written

    def _severity(self: Any) -> str | None:
        """How bad it is: of a proposal that is judged what is wrong with it; beside the question whether
        somebody tampers with the agent, that.
        """
        if (judged := self.gravity) is not None:
            return str(judged)
        tampered = self.mind.mail.injected and bool(self.mind.contract.slots & {"injection", "safe"})
        return "high" if tampered else self._urgency()

    def _compensation_asked(self) -> bool | None:
        asks = self.facts.asks if self.mind.mail.present else None
        return None if asks is None else any(ask.issue in {"late", "goodwill"} for ask in asks)

    def _sender(self) -> str | None:
        return self.mind.mail.sender

    def _name(self) -> str | None:
        return self.mind.sender_name

    def _first_name(self) -> str | None:
        return next(iter((self.mind.sender_name or "").split()), None)

    def _last_name(self) -> str | None:
        return next(iter((self.mind.sender_name or "").split()[1:][-1:]), None)

    def _received(self) -> Any:
        return self.mind.mail.received

    def _delivered(self) -> Any:
        said = delivered_said(self.mind) if self.record is None and self.mind.mail.present else None
        return said or self._field("delivered")

    def _keeps(self) -> bool | None:
        """Whether the customer keeps what it is about; of damage nothing says it."""
        issues = {ask.issue for ask in self.facts.asks}
        if issues & {"changed_mind", "cancel", "not_arrived"}:
            return False
        return True if issues and issues <= {"late", "goodwill"} else None

    def _keeps_some(self: Any) -> bool | None:
        """Whether anything at all stays with the customer."""
        kept = self._kept_items()
        if kept or self._keeps():
            return True
        said = out_of(self._heard)
        some = [pieces for ask in self.facts.asks for _, pieces in ask.items if pieces is not None]
        if said is not None and some and sum(some) < said:
            return True
        return False if self.record is not None and kept == [] else None

    def _kept_items(self: Any) -> list[dict[str, Any]] | None:
        """What stays with the customer: of an order what nothing is asked for, else by the mail's words."""
        if not self.mind.mail.present:
            return None
        said = kept_in(self._heard)
        parts = self.record.parts.get("items", []) if self.record is not None else []
        asked = {sku for ask in self.facts.asks for sku, _ in ask.items}
        own = [str(part.get("sku") or part.id) for part in parts]
        if own and not asked and self._keeps():
            return [self.items.entry(sku, None) for sku in own]
        if asked and own:
            return [self.items.entry(sku, None) for sku in own if sku not in asked]
        return [{"text": name, "name": name, "item": name, "sku": None, "quantity": None} for name in said]

    def _named_alone(self: Any) -> list[dict[str, Any]]:
        """The goods that the mail names, for a list of names where no order shows any."""
        asked = self.mind.contract.slots
        if self._deciding or self.mind.sees_orders or asked & _COUNTED or self._issue() in NO_ITEMS:
            return []
        names = [as_written(self.mind, name) for name in goods_named(self.mind, self.facts)]
        return [{"text": name, "name": name, "item": name, "sku": None, "quantity": None} for name in names]

    def _promised(self) -> Any:
        overdue = any(ask.issue in {"late", "not_arrived"} for ask in self.facts.asks)
        said = promised_said(self.mind) if self.record is None and overdue else None
        return said or self._field("promised")

    def _placed(self) -> Any:
        return self._field("placed")

    def _field(self, name: str) -> Any:
        return self.record.get(name) if self.record is not None else None

    def _days(self) -> float | None:
        delivered, received = self._delivered(), self.mind.mail.received
        return float((received - delivered).days) if delivered and received else None

    def _days_counted(self) -> float | None:
        """Those on which the rules for what is asked turn."""
        ask = next(iter(self.facts.asks), None)
        delivered = self._delivered()
        if ask is None or ask.issue == "late":
            return self._delay() if ask is not None else self._days()
        if delivered is None or ask.issue == "not_arrived":
            return self._days_overdue()
        told = ask.reported or self.mind.mail.received
        known = told is not None and ask.issue in {"damaged", "wrong_item"}
        return float((told - delivered).days) if known and told is not None else self._days()

    def _shown_currency(self) -> str | None:
        """The one that all orders have between which it is open which is meant."""
        known = {str(one.get("currency")) for one in self.mind.orders.values() if one.get("currency")}
        return next(iter(known)) if len(known) == 1 else None

    @property
    def _span(self) -> tuple[str, str] | None:
        """The events between which these days lie; `None` where the rules for it count none."""
        ask = next(iter(self.facts.asks), None)
        if ask is None or ask.issue in _UNCOUNTED or self.record is None:
            return None
        if self._delivered() is None or ask.issue == "not_arrived":
            return "promised", "received"
        if ask.issue == "late":
            return "promised", "delivered"
        told = ask.issue in {"damaged", "wrong_item"} and ask.reported not in {None, self.mind.mail.received}
        return "delivered", "reported" if told else "received"

    def _counted_from_event(self) -> str | None:
        return self._span[0] if self._span is not None else None

    def _counted_to_event(self) -> str | None:
        return self._span[1] if self._span is not None else None

    def _span_met(self: Any) -> bool | None:
        waits = any(ask.issue == "not_arrived" for ask in self.facts.asks)
        said: bool | None = self.reckoned("counts_as_lost" if waits else "in_time")
        return said

    def _counted_from(self: Any) -> Any:
        return self(self._span[0]) if self._span is not None else None

    def _counted_to(self: Any) -> Any:
        return self(self._span[1]) if self._span is not None else None

    def _delay(self) -> float | None:
        delivered, promised = self._delivered(), self._promised()
        return float((delivered - promised).days) if delivered and promised else None

    def _days_overdue(self) -> float | None:
        """The days after the promise on which it came, or without it up to the mail."""
        ended, promised = self._delivered() or self.mind.mail.received, self._field("promised")
        return float(max(0, (ended - promised).days)) if ended and promised else None

    def _refund_request(self) -> bool | None:
        return bool(self.facts.asks) if self.mind.mail.present else None
