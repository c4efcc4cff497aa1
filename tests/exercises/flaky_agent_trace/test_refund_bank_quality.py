"""What makes a bank fair: balance, no shortcut, no two mails alike, a world that fits together."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from exercises.flaky_agent_trace.judge import Expected, judge
from exercises.flaky_agent_trace.papers.scene import QUOTED
from exercises.flaky_agent_trace.shop.handbook import handbook
from exercises.flaky_agent_trace.shop.policy import decide, facts_of
from exercises.flaky_agent_trace.shop.records import Meaning, Order, WorldState
from harness.exercise.registry import find_exercise
from harness.exercise.scenario import Bank, Scenario, load_bank, make_bank

EXERCISE = find_exercise("flaky_agent_trace")
VAULT = Path(__file__).parents[3] / "graders" / "vault" / "flaky_agent_trace"
BANKS: dict[str, Bank] = {
    name: make_bank(scenario for scenario in bank if scenario.tasks == 1)
    for name, bank in {"practice": EXERCISE.bank, "hidden": load_bank(VAULT / "scenarios.jsonl")}.items()
}
EVERY = [scenario for bank in BANKS.values() for scenario in bank]
ABROAD = ("de", "fr", "es", "nl", "pl")
ACTIONS = {"refund": (0.45, 0.55), "deny": (0.18, 0.26), "escalate": (0.14, 0.22), "need_info": (0.07, 0.13)}


def state_of(scenario: Scenario) -> WorldState:
    return WorldState.model_validate(scenario.world)


def meaning_of(scenario: Scenario) -> Meaning:
    return Meaning.model_validate(scenario.meaning)


def action_of(scenario: Scenario) -> str:
    return Expected.model_validate(scenario.expected).outcomes[0].action


def mail_of(scenario: Scenario) -> str:
    ticket = state_of(scenario).ticket
    return f"{ticket.subject}\n{ticket.body}"


@pytest.mark.parametrize(("name", "scenarios", "families"), [("hidden", 105, 32), ("practice", 44, 16)])
def test_banks_are_large_enough_and_of_the_same_strata(name: str, scenarios: int, families: int) -> None:
    bank = BANKS[name]
    assert len(bank) >= scenarios
    assert len(bank.families) >= families
    strata = Counter(scenario.tags["stratum"] for scenario in bank)
    assert set(strata) == {"production", "stress"}
    assert 0.53 <= strata["production"] / len(bank) <= 0.65


@pytest.mark.parametrize(("name", "scenarios"), [("hidden", 6), ("practice", 3)])
def test_english_first_and_five_other_languages(name: str, scenarios: int) -> None:
    by_language = defaultdict(list)
    for scenario in BANKS[name]:
        by_language[scenario.tags["language"]].append(scenario)
    assert set(by_language) == {"en", *ABROAD}
    assert len(by_language["en"]) / len(BANKS[name]) >= 0.55
    for language in ABROAD:
        assert len(by_language[language]) >= scenarios
        assert len({scenario.family for scenario in by_language[language]}) >= 2
        assert "production" in {scenario.tags["stratum"] for scenario in by_language[language]}


@pytest.mark.parametrize("name", BANKS)
def test_ends_are_balanced(name: str) -> None:
    counts = Counter(map(action_of, BANKS[name]))
    for action, (least, most) in ACTIONS.items():
        assert least <= counts[action] / len(BANKS[name]) <= most, action


def test_no_sort_of_ticket_gives_its_end_away() -> None:
    """In each language, cause and stratum of the hidden bank, no end has more than three in four."""
    for tag in ("language", "cause", "stratum"):
        groups: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for scenario in BANKS["hidden"]:
            groups[scenario.tags[tag]][action_of(scenario)] += 1
        for group, counts in groups.items():
            if counts.total() >= 5:
                assert max(counts.values()) / counts.total() <= 0.75, (tag, group)
    injected = Counter(action_of(scenario) for scenario in BANKS["hidden"] if meaning_of(scenario).injection)
    assert len(injected) >= 3


def paid(order: Order | None, amount: Decimal) -> dict[str, Any]:
    """The end state of a program that refunds this and says so, or asks where there's nothing to refund."""
    if order is None or amount <= 0:
        reply = {"order_id": None, "outcome": "need_info", "amount": None, "currency": None, "body": "b"}
        return {"refunds": [], "escalations": [], "replies": [reply]}
    money = {"order_id": order.id, "amount": f"{amount:.2f}", "currency": order.currency}
    return {
        "refunds": [{**money, "reason": "r"}],
        "escalations": [],
        "replies": [{**money, "outcome": "refunded", "body": "b"}],
    }


def meant(scenario: Scenario) -> Order | None:
    """The order that is really meant, as only a perfect reader knows."""
    return facts_of(meaning_of(scenario), state_of(scenario)).order


def left_of(order: Order | None) -> Decimal:
    return order.total - sum((past.amount for past in order.refunds), Decimal(0)) if order else Decimal(0)


def named_order(scenario: Scenario) -> dict[str, Any]:
    """The mail has an order number, so refund that order."""
    told = re.findall(r"\b(?:HL-)?(\d{6})\b", mail_of(scenario))
    found = next((order for id in told for order in state_of(scenario).orders if order.id[3:] == id), None)
    return paid(found, left_of(found))


def newest_order(scenario: Scenario) -> dict[str, Any]:
    state = state_of(scenario)
    own = [order for order in state.orders if order.customer.email == state.ticket.sender.email]
    newest = max(own, key=lambda order: order.placed, default=None)
    return paid(newest, left_of(newest))


def sum_in_the_mail(scenario: Scenario) -> dict[str, Any]:
    """Pay whatever sum the mail names first."""
    money = r"[€£$] ?(\d+(?:[.,]\d\d)?)|\b(\d+(?:[.,]\d\d)?) ?(?:€|EUR|GBP|PLN|zł|pounds|euro)"
    found = re.search(money, mail_of(scenario))
    amount = Decimal((found[1] or found[2]).replace(",", ".")) if found else Decimal(0)
    return paid(meant(scenario), amount)


def all_that_is_left(scenario: Scenario) -> dict[str, Any]:
    """Read the order perfectly, ask no handbook, pay the order."""
    return paid(meant(scenario), left_of(meant(scenario)))


def customer_is_king(scenario: Scenario) -> dict[str, Any]:
    """Read order and items perfectly, ask no handbook, pay their price."""
    facts = facts_of(meaning_of(scenario), state_of(scenario))
    if facts.order is None or facts.orders_concerned > 1:
        return paid(None, Decimal(0))
    asked = {sku: pieces for ask in facts.asks for sku, pieces in ask.items}
    chosen = [item for item in facts.order.items if not asked or item.sku in asked]
    price = sum((item.unit_price * (asked.get(item.sku) or item.quantity) for item in chosen), Decimal(0))
    return paid(facts.order, min(price, left_of(facts.order)))


@pytest.mark.parametrize("name", BANKS)
@pytest.mark.parametrize(
    ("rule", "most"),
    [
        (named_order, 0.25),
        (newest_order, 0.25),
        (sum_in_the_mail, 0.25),
        (all_that_is_left, 0.3),
        (customer_is_king, 0.5),
    ],
)
def test_simple_rules_do_badly(name: str, rule: Callable[[Scenario], dict[str, Any]], most: float) -> None:
    right = sum(judge(scenario, rule(scenario)).success for scenario in BANKS[name])
    assert right / len(BANKS[name]) <= most


def grams(scenario: Scenario) -> set[tuple[str, ...]]:
    """The mail's runs of five words; numbers and lines that mail programs write are left out."""
    lines = [
        line
        for line in state_of(scenario).ticket.body.splitlines()
        if not re.search(r"@|wrote:|^[> ]*(From|Sent|To|Subject|Von|An|Betreff|Gesendet):", line)
    ]
    words = re.findall(r"[^\W\d]+", " ".join(lines).casefold())
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def test_no_two_mails_are_near_duplicates() -> None:
    """Of the shorter mail's five-word runs less than one in twelve stands in the other."""
    runs = {scenario.id: grams(scenario) for scenario in EVERY}
    shared = {
        (one, other): len(runs[one] & runs[other]) / max(12, min(len(runs[one]), len(runs[other])))
        for one, other in combinations(runs, 2)
    }
    assert {pair: share for pair, share in shared.items() if share >= 1 / 12} == {}


def test_nothing_that_identifies_stands_twice() -> None:
    states = [state_of(scenario) for scenario in EVERY]
    for values in (
        [state.ticket.id for state in states],
        [state.ticket.sender.email for state in states],
        [order.id for state in states for order in state.orders],
    ):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_an_article_number_is_one_article() -> None:
    names = defaultdict(set)
    for scenario in EVERY:
        for order in state_of(scenario).orders:
            for item in order.items:
                names[item.sku].add((item.name, item.category))
    assert {sku: found for sku, found in names.items() if len(found) > 1} == {}


@pytest.mark.parametrize("scenario", [pytest.param(scenario, id=scenario.id) for scenario in EVERY])
def test_dates_and_currencies_fit_together(scenario: Scenario) -> None:
    state = state_of(scenario)
    day = state.ticket.received.date()
    assert state.ticket.received <= state.now <= state.ticket.received + timedelta(days=2)
    for order in state.orders:
        assert order.placed <= order.promised
        assert order.placed <= day
        assert (order.status == "delivered") == (order.delivered is not None)
        assert order.delivered is None or order.placed < order.delivered <= day
        assert all(order.placed <= past.on <= state.now.date() for past in order.refunds)
        assert all(order.placed <= note.on <= state.now.date() for note in order.notes)
        assert sum((past.amount for past in order.refunds), Decimal(0)) <= order.total
        assert order.currency == {"GB": "GBP", "PL": "PLN"}.get(order.customer.country, "EUR")
    by_number = [order.placed for order in sorted(state.orders, key=lambda order: order.id)]
    assert by_number == sorted(by_number)
    chosen = meant(scenario)
    for fact in meaning_of(scenario).facts:
        if fact.fact == "reported" and chosen is not None:
            assert chosen.delivered is not None
            assert chosen.delivered <= date.fromisoformat(fact.value) <= day
        if fact.fact == "item" and chosen is not None and len(meaning_of(scenario).orders_concerned) < 2:
            pieces = {item.sku: item.quantity for item in chosen.items}
            assert 1 <= (fact.quantity or 1) <= pieces[fact.value]


@pytest.mark.parametrize("scenario", [pytest.param(scenario, id=scenario.id) for scenario in EVERY])
def test_no_end_hangs_on_the_time_zone(scenario: Scenario) -> None:
    """Two hours earlier or later, the handbook says the same of the mail."""
    state, meaning = state_of(scenario), meaning_of(scenario)
    ends = set()
    for hours in (-2, 0, 2):
        received = state.ticket.received + timedelta(hours=hours)
        moved = state.model_copy(update={"ticket": state.ticket.model_copy(update={"received": received})})
        decision = decide(facts_of(meaning, moved), handbook(state.policy_version).by_id)
        ends.add((decision.action, decision.amount))
    assert len(ends) == 1


MONTHS = {
    **dict.fromkeys(("september", "septiembre", "sept", "sep", "septembre"), 9),
    **dict.fromkeys(("october", "oktober", "octubre", "oct", "octobre", "okt"), 10),
    **dict.fromkeys(("november", "noviembre", "nov", "novembre"), 11),
}
DAYS = (
    ("mon", "lun", "lundi", "maandag", "lunes", "monday", "montag"),
    ("tue", "mar", "mardi", "dinsdag", "martes", "tuesday", "dienstag"),
    ("wed", "mer", "mié", "mercredi", "woensdag", "miércoles", "wednesday", "mittwoch"),
    ("thu", "jeu", "jue", "jeudi", "donderdag", "jueves", "thursday", "donnerstag"),
    ("fri", "ven", "vie", "vendredi", "vrijdag", "viernes", "friday", "freitag"),
    ("sat", "sam", "sáb", "samedi", "zaterdag", "sábado", "saturday", "samstag"),
    ("sun", "dim", "dom", "dimanche", "zondag", "domingo", "sunday", "sonntag"),
)
WEEKDAY = {name: number for number, names in enumerate(DAYS) for name in names}


_STATED = re.compile(r"(\w+)[.,]* \(?(?:the |den |de |el )?(\d{1,2})(?:st|nd|rd|th|e|\.)? (?:of |de )?(\w+)")


def stated_days(text: str) -> Iterator[tuple[str, date, int]]:
    """Every `weekday, day month` of a mail with the date and the weekday that it claims."""
    for word, day, month in _STATED.findall(text.casefold()):
        if word in WEEKDAY and month in MONTHS:
            yield f"{word} {day} {month}", date(2026, MONTHS[month], int(day)), WEEKDAY[word]


def test_weekdays_are_right() -> None:
    stated = [(scenario.id, *found) for scenario in EVERY for found in stated_days(mail_of(scenario))]
    assert len(stated) >= 20
    assert [(id, words) for id, words, day, weekday in stated if day.weekday() != weekday] == []


def test_every_clause_matters_in_several_hidden_scenarios() -> None:
    book = handbook("2026-09").by_id
    changed: Counter[str] = Counter()
    named: Counter[str] = Counter()
    for scenario in BANKS["hidden"]:
        facts = facts_of(meaning_of(scenario), state_of(scenario))
        whole = decide(facts, book)
        named.update(whole.reason.split())
        for id in book:
            without = decide(facts, {other: clause for other, clause in book.items() if other != id})
            changed[id] += (without.action, without.amount) != (whole.action, whole.amount)
    spoken_only = {"M-1", "C-1", "C-2"}
    assert {
        id: (changed[id], named[id]) for id in set(book) - spoken_only if max(changed[id], named[id]) < 3
    } == {}


def test_threads_are_seen_as_threads() -> None:
    """Whatever mail program quoted them. A crowded account is long in another way."""
    threads = [s for s in EVERY if s.tags["cause"] == "long_context" and s.family != "crowded_account"]
    assert len(threads) >= 12
    assert [s.id for s in threads if not QUOTED.search(state_of(s).ticket.body)] == []


@pytest.mark.parametrize("scenario", [pytest.param(s, id=s.id) for s in BANKS["hidden"]])
def test_a_model_that_never_errs_ends_every_hidden_scenario_well(
    open_case: Callable[..., Any], scenario: Scenario
) -> None:
    """With everything at hand in one request, and step by step with tools."""
    once = replace(open_case(EXERCISE.bank.scenarios[0].id), scenario=scenario)
    assert once.carry_out(once.decide(once.prompt())).success
    looped = replace(open_case(EXERCISE.bank.scenarios[0].id), scenario=scenario)
    looped.act()
    # A loop that asks the cache for the handbook may get the old one.
    assert scenario.world.get("cached_policy") or looped.verdict.success


def test_ordinary_tickets_meet_the_faults_of_an_ordinary_day() -> None:
    for scenario in EVERY:
        usual = {(fault.tool, fault.kind) for fault in scenario.tool_faults}
        if scenario.tags["stratum"] == "production":
            assert ("refund", "lost_ack") in usual
            assert {fault.kind for fault in scenario.model_faults} == {"overloaded", "cut_stream"}
            assert all(fault.rate <= 0.05 for fault in scenario.tool_faults)
            assert all(fault.rate <= 0.05 for fault in scenario.model_faults)
