"""Weekends: one trial of many tickets, made of tickets that stand elsewhere and a schedule of events.

    start = 2026-11-21T00:00:00Z
    why = "An outage over lunch, and a copy of the orders that lags behind in the evening."
    tickets = [[0.5, "p-return-01"], [2, "p-opened-02"]]              # hour of arrival, scenario
    events = [
      { kind = "outage", hours = [9, 12] },                          # every model call fails
      { kind = "lie", hours = [30, 36], tool = "refund", rate = 0.7 },
      { kind = "new_snapshot", hours = [20, 48], model = "an-alias", snapshot = "what it stands for then" },
      { kind = "injections", hours = [15, 19] },                     # for the reader: other mails come
    ]

A ticket's dates move with it: it is received in its hour, and everything keeps its distance in days. So only
tickets whose mails name no day can be taken, and what the handbook says of each is checked again.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harness.errors import SpecError
from harness.exercise.scenario import AliasMove, ModelFault, Scenario, ToolFault
from harness.exercise.spec import read_toml

from .judge import Expected
from .shop.handbook import handbook
from .shop.policy import decide, facts_of
from .shop.records import Arrival, Lie, Meaning, Weekend, WorldState, cases_of

Json = Any
STRATUM = "weekend"
_MONTHS = (
    "january february march april june july august september october november december januar februar märz "
    "juni juli oktober dezember janvier février mars avril juin juillet août septembre octobre novembre "
    "décembre enero febrero marzo abril junio julio agosto septiembre octubre noviembre diciembre januari "
    "februari maart mei augustus stycznia lutego marca kwietnia maja czerwca lipca sierpnia września "
    "października listopada grudnia"
)
_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag "
    "samstag sonntag sonntags lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles "
    "jueves viernes sábado domingo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag poniedziałek "
    "wtorek środę środa czwartek piątek sobotę sobota niedzielę niedziela niedziele"
)
_DAY = re.compile(
    rf"\b(?:{'|'.join((_MONTHS + ' ' + _DAYS).split())})\b|"
    r"\b\d{1,2}/\d{1,2}\b|\b\d{1,2}\.\d{1,2}\.(?!\d)|"
    r"\b\d{1,2}(?:st|nd|rd|th)\b|\b\d{1,2}\.? (?:jan|feb|apr|may|aug|sept?|oct|okt|nov|dec|dez)\b",
    re.IGNORECASE,
)
"""What names a day or a month, in the languages of the inbox."""


def compile_weekends(
    folder: Path, tickets: Mapping[str, Scenario], background: Mapping[str, Json]
) -> list[Scenario]:
    """Every weekend of the folder, by file name, with the faults of an ordinary day. Raises `SpecError`."""
    return [_weekend(path, tickets, background) for path in sorted(folder.glob("*.toml"))]


def _weekend(path: Path, tickets: Mapping[str, Scenario], background: Mapping[str, Json]) -> Scenario:
    data: dict[str, Json] = dict(read_toml(path))
    start: dt.datetime = data["start"]
    parts: list[tuple[float, Scenario]] = []
    for hour, id in sorted(data["tickets"], key=lambda pair: pair[0]):
        if id not in tickets:
            raise SpecError(f"`{path}` names `{id}`, which is no scenario")
        try:
            parts.append((hour, _moved(tickets[id], start + dt.timedelta(hours=hour))))
        except SpecError as error:
            raise SpecError(f"`{path}`: {error}", hint="take another ticket") from None
    return join(
        Scenario(
            id=data.get("id", path.stem),
            family=path.stem.replace("-", "_"),
            tags={"stratum": STRATUM, "cause": "weekend", "language": "all"},
            world={
                "start": start,
                "lies": [_lie(event) for event in data["events"] if event["kind"] == "lie"],
            },
            tool_faults=tuple(ToolFault.model_validate(fault) for fault in background["tool_faults"]),
            model_faults=(
                *(_outage(event) for event in data["events"] if event["kind"] == "outage"),
                *(ModelFault.model_validate(fault) for fault in background["model_faults"]),
            ),
            aliases=tuple(_move(event) for event in data["events"] if event["kind"] == "new_snapshot"),
            expected={
                "events": [{"kind": event["kind"], "hours": event["hours"]} for event in data["events"]],
                "why": data["why"],
            },
            tasks=len(parts),
        ),
        parts,
    )


def join(weekend: Scenario, parts: Iterable[tuple[float, Scenario]]) -> Scenario:
    """The weekend with these tickets, each at its hour."""
    parts = list(parts)
    world = Weekend(
        start=weekend.world["start"],
        lies=weekend.world["lies"],
        arrivals=tuple(
            Arrival(hour=hour, state=WorldState.model_validate(part.world)) for hour, part in parts
        ),
    )
    _no_two_alike(weekend.id, world)
    return weekend.model_copy(
        update={
            "world": world.model_dump(
                mode="json", exclude={"arrivals": {"__all__": {"state": {"cached_share"}}}}
            ),
            "meaning": {"tickets": [part.meaning for _, part in parts]},
            "expected": {**weekend.expected, "tickets": [part.expected for _, part in parts]},
        }
    )


def split(weekend: Scenario) -> list[tuple[float, Scenario]]:
    """Its tickets, each as a scenario of its own."""
    return [
        (
            case.arrival.hour,
            Scenario(
                id=f"{weekend.id}.{place}",
                family=weekend.family,
                tags=weekend.tags,
                world=case.state.model_dump(mode="json"),
                meaning=case.meaning.model_dump(mode="json"),
                expected=expected,
            ),
        )
        for place, (case, expected) in enumerate(
            zip(cases_of(weekend), weekend.expected["tickets"], strict=True)
        )
    ]


def _no_two_alike(id: str, world: Weekend) -> None:
    """No number and no address may stand for two things in one shop."""
    orders = [order for arrival in world.arrivals for order in arrival.state.orders]
    numbers = [arrival.state.ticket.id for arrival in world.arrivals] + [order.id for order in orders]
    twice = {number for number in numbers if numbers.count(number) > 1}
    if twice:
        raise SpecError(f"weekend `{id}`: {', '.join(sorted(twice))} stand for two things")


def _moved(scenario: Scenario, when: dt.datetime) -> Scenario:
    """The ticket as it would have been written later. Raises `SpecError` where its mail names a day."""
    state = WorldState.model_validate(scenario.world)
    named = _DAY.search(f"{state.ticket.subject}\n{state.ticket.body}")
    if named:
        raise SpecError(f"the mail of `{scenario.id}` names a day: `{named.group()}`")
    days = dt.timedelta(days=(when.date() - state.ticket.received.date()).days)
    world = _shift(scenario.world, days)
    world["now"] = world["ticket"]["received"] = when.isoformat()
    meaning = _shift(scenario.meaning, days)
    moved = scenario.model_copy(update={"world": world, "meaning": meaning})
    new = WorldState.model_validate(world)
    decision = decide(facts_of(Meaning.model_validate(meaning), new), handbook(new.policy_version).by_id)
    first = Expected.model_validate(scenario.expected).outcomes[0]
    if (decision.action, decision.amount) != (first.action, first.amount):
        raise SpecError(f"`{scenario.id}` would end otherwise on {when.date()}: {decision.reason}")
    return moved


_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _shift(value: Json, days: dt.timedelta) -> Json:
    """All dates that stand alone, moved; those inside prose stay."""
    if isinstance(value, dict):
        return {key: _shift(item, days) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_shift(item, days) for item in value]
    if isinstance(value, str) and _DATE.fullmatch(value):
        return (dt.date.fromisoformat(value) + days).isoformat()
    return value


def _outage(event: Mapping[str, Json]) -> ModelFault:
    return ModelFault(kind="server_error", rate=1.0, hours=event["hours"])


def _lie(event: Mapping[str, Json]) -> Lie:
    return Lie.model_validate({key: value for key, value in event.items() if key != "kind"})


def _move(event: Mapping[str, Json]) -> AliasMove:
    return AliasMove.model_validate({key: value for key, value in event.items() if key != "kind"})
