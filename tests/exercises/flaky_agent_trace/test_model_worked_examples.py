"""Forms by lines and worked examples: they tell how an answer looks, and nothing of the case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.forms.parted import parted_in
from tests.exercises.flaky_agent_trace.conftest import Case

Open = Callable[..., Case]
BROKEN, OPENED, SHARED, BACK = "p-damaged-01", "p-opened-01", "p-knows-03", "p-return-01"

SHOWN = (
    (
        "Mail: Two of the cups came in pieces, yesterday. Please refund them.\n"
        "Orders: HL-300001 placed 2026-02-01, delivered 2026-02-04: CU-11 Cup x6"
    ),
    (
        "Mail: The kettle is too loud for me, I boiled water once. Please take it back.\n"
        "Orders: HL-300002 placed 2026-03-01, delivered 2026-03-04: KE-20 Kettle x1 (electronics)"
    ),
    (
        "Mail: My rug isn't here and I'm tired of waiting.\n"
        "Orders: HL-300003 placed 2026-04-01: RU-7 Rug x1; HL-300004 placed 2026-04-02: RU-8 Rug x1"
    ),
)


def _examples(*answers: str, form: str = "<sample>\n{case}\n\n{answer}\n</sample>") -> str:
    pairs = enumerate(zip(SHOWN, answers, strict=True), start=1)
    return "\n\n".join(form.format(case=case, answer=answer, n=n) for n, (case, answer) in pairs)


def _told(case: Case) -> str:
    orders = "\n".join(
        f"{order['id']} placed {order['placed']}, {order['status']}, delivered {order['delivered']}: "
        + "; ".join(f"{i['sku']} {i['name']} x{i['quantity']} ({i['category']})" for i in order["items"])
        for order in case.orders
    )
    return f"{case.mail}\n\nOrders:\n{orders}"


LINES = """Triage mail for a shop's refunds. Write nothing but these lines:

purchase: HL-number | doubtful (two or more would fit) | many (something is asked on more than one)
wish: WHY; SKU xCOUNT, SKU xCOUNT (or: whole); unopened or opened; YYYY-MM-DD we first heard of it
forward: none | lawyer | exchange

WHY is back (doesn't want it any more), broken (damaged, faulty or not what was ordered), \
stop (cancel the order), lost (never arrived), slow (compensation for a delay) or \
extra (any other gesture). One wish line for each."""


def test_a_line_of_several_fields_is_filled_field_by_field(open_case: Open) -> None:
    case = open_case(BROKEN)
    said = case.say(_told(case), system=LINES).text.splitlines()
    assert case.readings[-1].understood
    assert said == [
        "purchase: HL-202913", "wish: broken; KD-3307 x2; opened; 2026-09-23", "forward: none",
    ]  # fmt: skip


def test_each_field_of_a_line_follows_the_mail(open_case: Open, altered: Open) -> None:
    opened = open_case(OPENED)
    assert "wish: back; EL-9150 x1; opened; " in opened.say(_told(opened), system=LINES).text
    facts = [
        {**fact, "value": "changed_mind"} if fact["fact"] == "issue" else fact
        for fact in open_case(BROKEN).scenario.meaning["facts"]
    ]
    other = altered(BROKEN, "unerring", facts=facts)
    assert "wish: back; KD-3307 x2; " in other.say(_told(other), system=LINES).text


def test_the_word_for_an_order_that_is_not_settled(open_case: Open) -> None:
    case = open_case(SHARED)
    assert case.say(_told(case), system=LINES).text.startswith("purchase: doubtful\n")


@pytest.mark.parametrize(
    "gap",
    ["late | lost | broken", "<number> | none", "HL-number | unclear | several", "yes or no", "a, b or c"],
)
def test_options_are_one_field(gap: str) -> None:
    assert parted_in("what", gap, f"what: {gap}", vocabulary().ontology) is None


@pytest.mark.parametrize(
    "gap",
    ["SKU xPIECES | sealed or opened", "<sku>, <pieces>", "SKU x QTY; YYYY-MM-DD", "WHY -> SKU xCOUNT"],
)
def test_fields_behind_one_another_are_several(gap: str) -> None:
    text = f"what: {gap}\nWHY is back, broken or lost."
    assert parted_in("what", gap, text, vocabulary().ontology) is not None


ORDER, GOODS = ("HL-300001", "HL-300002", "doubtful"), ("CU-11 x2", "KE-20 x1", "all")
WHY, STATE = ("broken", "return", "lost"), ("sealed", "opened", "sealed")


def _each(form: str) -> list[str]:
    cells = zip(ORDER, WHY, GOODS, STATE, strict=True)
    return [form.format(order=o, why=w, goods=g, state=s) for o, w, g, s in cells]


FORMS = {
    "lines": "order: {order}\nwhy: {why}\ngoods: {goods}\nstate: {state}",
    "a line within": "order: {order}\nwish: {why} | {goods} | {state}",
    "row": "{order} | {why} | {goods} | {state}",
    "tags": "<note><order>{order}</order><why>{why}</why><state>{state}</state></note>",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_examples_alone_tell_the_form(open_case: Open, form: str) -> None:
    system = f"Note what the customer of a shop wants, like this:\n\n{_examples(*_each(form))}"
    for ticket, order, why, goods, state in (
        (BROKEN, "HL-202913", "broken", "KD-3307 x2", "opened"),
        (OPENED, "HL-203901", "return", "EL-9150 x1", "opened"),
    ):
        case = open_case(ticket)
        said = case.say(_told(case), system=system).text
        assert said == form.format(order=order, why=why, goods=goods, state=state)
        assert case.readings[-1].understood


@pytest.mark.parametrize("ticket", [BROKEN, SHARED, "p-post-04", "p-return-01"])
def test_what_stands_in_an_example_is_no_answer(open_case: Open, ticket: str) -> None:
    case = open_case(ticket)
    system = f"{LINES}\n\n{_examples(*_each(FORMS['a line within']))}"
    said = case.say(_told(case), system=system).text
    assert not any(word in said for word in ("HL-30000", "CU-11", "KE-20", "RU-"))


def test_answers_of_a_form_that_is_not_known_are_not_guessed(open_case: Open) -> None:
    case = open_case(BROKEN)
    system = f"Four marks for each mail.\n\n{_examples('no yes no no', 'yes no yes no', 'no no no no')}"
    case.say(_told(case), system=system)
    assert not case.readings[-1].understood


def test_a_row_is_told_by_its_legend(open_case: Open) -> None:
    system = (
        "Read the mail of a shop. Reply with one line: PURCHASE -> CAUSE -> GOODS\n"
        "PURCHASE is the HL-number, or doubtful. CAUSE is one of back, broken, lost, slow, stop, extra. "
        "GOODS is SKU x pieces, parted by commas."
    )
    case = open_case(BROKEN)
    assert case.say(_told(case), system=system).text == "HL-202913 -> broken -> KD-3307 x 2"


def test_numbered_lines_are_told_one_by_one(open_case: Open) -> None:
    system = (
        "Read the mail of a shop. Reply with three numbered lines:\n1. the order's number, or doubtful\n"
        "2. unopened or opened\n3. the articles with their pieces (AB-12 x3)"
    )
    case = open_case(OPENED)
    assert case.say(_told(case), system=system).text == "1. HL-203901\n2. opened\n3. EL-9150 x1"


LETTERS = """Word the shop's letters from a note, in <mail> and </mail>.

<example>
Note: paid, HL-300001, 24.00 EUR, broken
<mail>Dear Ann,

We have refunded 24.00 EUR for order HL-300001.</mail>
</example>"""


@pytest.mark.parametrize(
    "outcome", ["handed over to the refunds desk", "denied", "asking which order is meant"]
)
@pytest.mark.parametrize("ticket", [BROKEN, "p-continent-01", "p-continent-02"])
def test_a_letter_without_an_order_leaves_no_gap(open_case: Open, ticket: str, outcome: str) -> None:
    case = open_case(ticket)
    name = case.task["ticket"]["from"]["name"]
    mail = case.task["ticket"]["body"]
    said = case.say(f"Note: {outcome}, no order, see the desk\nMail from {name}: {mail}", system=LETTERS).text
    assert "  " not in said
    assert "HL-300001" not in said
    assert "{" not in said


def test_a_letter_with_an_order_names_it(open_case: Open) -> None:
    case = open_case(BROKEN)
    mail = case.task["ticket"]["body"]
    note = f"Note: handed over to the refunds desk, HL-202913, a promise\nMail from Callum: {mail}"
    assert "HL-202913" in case.say(note, system=LETTERS).text
