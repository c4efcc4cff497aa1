"""The same case under other names: ids, people and addresses change, sums and dates don't.

Which names a scenario gets depends on the assessment alone, so all its candidates meet the same ones
and nobody's memory of another assessment helps. World, meaning and expected outcome change together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from harness.exercise.scenario import Scenario
from harness.rng import SHARED, DrawKey, Draws

from .shop.names import FAMILY, GIVEN, MEN, WOMEN
from .shop.records import Meaning, WorldState
from .weekend import join, split

Json = Any
_TRIES = 20
_NUMBER = re.compile(r"(?<![\d.,])(\d{6})(?![\d.,]\d|\d)")
_TICKET = re.compile(r"(?<!\d)T-\d{5}(?!\d)")


def vary(scenario: Scenario, draws: Draws) -> Scenario:
    """The scenario renamed. Scenario, family, SKUs, sums, dates and tags stay."""
    if scenario.tasks > 1:
        return _weekend(scenario, draws)
    state = WorldState.model_validate(scenario.world)
    meaning = Meaning.model_validate(scenario.meaning)
    numbers = _numbers(scenario, state, draws)
    words = _people(scenario, state, meaning, draws)
    ticket = f"T-{_pick(scenario, draws, 'ticket', 90_000) + 10_000}"

    names = re.compile("|".join(rf"(?<!\w){re.escape(old)}(?!\w)" for old in words))

    def text(value: str) -> str:
        # One pass, so that no new name is taken for another old one.
        value = names.sub(lambda match: words[match.group(0)], value)
        value = _TICKET.sub(
            lambda match: ticket if match.group(0) == state.ticket.id else match.group(0), value
        )
        return _NUMBER.sub(lambda match: numbers.get(match.group(1), match.group(1)), value)

    return scenario.model_copy(
        update={name: _map(getattr(scenario, name), text) for name in ("world", "meaning", "expected")}
    )


def _weekend(scenario: Scenario, draws: Draws) -> Scenario:
    """Each ticket renamed by itself; one whose new numbers or addresses are taken is renamed once more."""
    taken: set[str] = set()
    renamed = []
    for hour, part in split(scenario):
        for again in range(_TRIES):
            new = vary(part.model_copy(update={"id": f"{part.id}.{again}"}), draws)
            names = _unique(WorldState.model_validate(new.world))
            if not names & taken:
                break
        taken |= names
        renamed.append((hour, new))
    return join(scenario, renamed)


def _unique(state: WorldState) -> set[str]:
    """What may stand only once in a shop: numbers of tickets and orders, addresses of customers."""
    people = {order.customer.email for order in state.orders} | {state.ticket.sender.email}
    return {state.ticket.id, *(order.id for order in state.orders)} | people


def _map(value: Json, text: Callable[[str], str]) -> Json:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {key: _map(item, text) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_map(item, text) for item in value]
    return value


def _pick(scenario: Scenario, draws: Draws, what: str, count: int) -> int:
    key = DrawKey("text", f"variant:{scenario.id}", what, SHARED)
    return int(draws.uniform(key) * count)


def _numbers(scenario: Scenario, state: WorldState, draws: Draws) -> dict[str, str]:
    """New order numbers. They keep their order, so that newer orders still have higher numbers."""
    known = {order.id[3:] for order in state.orders}
    told = set(re.findall(r"HL-(\d{6})", state.ticket.subject + "\n" + state.ticket.body))
    shift = 1 + _pick(scenario, draws, "orders", 90_000)
    fresh: dict[str, str] = {}
    for number in sorted(known | told):
        # A small own step keeps the distance between two numbers from giving the old ones away.
        step = _pick(scenario, draws, f"order {number}", 7)
        fresh[number] = f"{int(number) + shift + step + 8 * len(fresh):06d}"
    return fresh


def _people(scenario: Scenario, state: WorldState, meaning: Meaning, draws: Draws) -> dict[str, str]:
    """New words by old ones, longest first: addresses, whole names, then given and family names alone."""
    pairs: dict[str, str] = {}
    people = {state.ticket.sender.name: state.ticket.sender.email}
    for order in state.orders:
        people.setdefault(order.customer.name, order.customer.email)
    families: dict[str, str] = {}
    given: dict[str, str] = {}
    for name in people:
        first, _, family = _bare(name).partition(" ")
        if family not in families:
            families[family] = _fresh(FAMILY[meaning.language], families, scenario, draws, f"family {family}")
        if first not in given:
            pool = WOMEN if first in meaning.women else MEN if first in meaning.men else GIVEN
            given[first] = _fresh(pool[meaning.language], given, scenario, draws, f"given {first}")
        old, new = (first[0], family), (given[first][0], families[family])
        for form in ("{0}. {1}", "{0} {1}"):
            pairs[form.format(*old)] = form.format(*new)
        pairs[f"{old[0]}.{old[1][0]}."] = f"{new[0]}.{new[1][0]}."
    pairs |= families | given
    addresses = {state.ticket.sender.email}
    for order in state.orders:
        addresses |= {order.customer.email, *order.customer.also}
    for number, address in enumerate(sorted(addresses)):
        pairs[address] = _address(address, given, families, number=number, scenario=scenario, draws=draws)
    return dict(sorted(pairs.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def _fresh(pool: Sequence[str], taken: dict[str, str], scenario: Scenario, draws: Draws, what: str) -> str:
    """A name from the pool that isn't in use in this scenario."""
    free = [name for name in pool if name not in taken.values() and name not in taken]
    return free[_pick(scenario, draws, what, len(free))]


def _address(
    address: str,
    given: dict[str, str],
    families: dict[str, str],
    *,
    number: int,
    scenario: Scenario,
    draws: Draws,
) -> str:
    """A new mailbox; a provider's domain stays, one that bears a name bears the new one."""
    _, _, domain = address.partition("@")
    for old, new in families.items():
        domain = domain.replace(_plain(old), _plain(new))
    own = [new for old, new in {**given, **families}.items() if _plain(old) in _plain(address)]
    box = ".".join(_plain(name) for name in own) or f"box{number}"
    return f"{box}.{_pick(scenario, draws, f'address {address}', 900) + 100}@{domain}"


def _bare(name: str) -> str:
    """A name without title."""
    return re.sub(r"^(Dr|Prof|Mrs|Mr|Ms)\.?\s+", "", name)


def _plain(name: str) -> str:
    """ASCII letters of a name, small, for addresses."""
    spelled = name.replace("ł", "l").replace("Ł", "L").replace("ß", "ss").replace("ø", "o")
    letters = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", letters)
