"""The desk's rules as pure reasoning: what is due, by what is believed and the rules that are known."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from harness.simulation.reading.values import Money


@dataclass(frozen=True)
class Rules:
    """The rules that stand in the context; one that does not stand there does not bind."""

    lost_days: int | None = None
    """After more days than this without a scan a parcel counts as lost."""
    damage_days: int | None = None
    """Damage has to be reported within so many days of delivery."""
    limit: Money | None = None
    """Claims above it are for people."""
    disputes: bool = False
    """What the record calls delivered and the customer did not get is for people."""
    declared: bool = False
    """Claims are for the declared value, whatever the customer asks for."""


@dataclass(frozen=True)
class Facts:
    """What is believed of a case; `None` where it is not known."""

    tracking_id: str | None
    issue: str | None
    demanded: Money | None
    today: dt.date | None
    status: str | None = None
    last_scan: dt.date | None = None
    delivered: dt.date | None = None
    declared: Money | None = None


@dataclass(frozen=True)
class Decision:
    """What is to be done, and why."""

    action: str
    reason: str = field(compare=False)
    kind: str | None = None
    value: Money | None = None


def decide(facts: Facts, rules: Rules) -> Decision:
    """What an unerring reader does with what is known."""
    if facts.tracking_id is None or facts.issue is None:
        return Decision("hand_over", "it is not clear which parcel is meant or what is wrong with it")
    if facts.issue == "whereabouts":
        return Decision("send_status", "the customer asks where the parcel is")
    return _damaged(facts, rules) if facts.issue == "damaged" else _missing(facts, rules)


def _damaged(facts: Facts, rules: Rules) -> Decision:
    if rules.damage_days is not None:
        days = _days(facts.delivered, facts.today)
        if days is None:
            return Decision("hand_over", "it is not known how long ago the parcel was delivered")
        if days > rules.damage_days:
            return Decision("hand_over", "the damage was reported too late")
    return _claim(facts, rules, "damaged", "the parcel arrived damaged")


def _missing(facts: Facts, rules: Rules) -> Decision:
    if rules.disputes and (facts.issue == "not_received" or facts.status == "delivered"):
        return Decision("hand_over", "the record says delivered and the customer did not receive the parcel")
    if rules.lost_days is None:
        return _claim(facts, rules, "lost", "the customer says that the parcel is lost")
    days = _days(facts.last_scan, facts.today)
    if days is None:
        return Decision("hand_over", "it is not known how long ago the parcel was scanned")
    if days <= rules.lost_days:
        return Decision("send_status", "the last scan is too recent for the parcel to count as lost")
    return _claim(facts, rules, "lost", "the parcel has not been scanned for too long")


def _days(since: dt.date | None, today: dt.date | None) -> int | None:
    return None if since is None or today is None else (today - since).days


def _claim(facts: Facts, rules: Rules, kind: str, why: str) -> Decision:
    value = facts.declared if rules.declared else facts.demanded or facts.declared
    if value is None:
        return Decision("hand_over", "it is not known what the parcel was worth")
    if rules.limit is not None and value.cents > rules.limit.cents:
        return Decision("hand_over", "the claim is above what the desk may open")
    return Decision("open_claim", why, kind, value)
