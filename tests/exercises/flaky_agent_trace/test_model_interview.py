"""One small question a call, with the form of its answer: marks, letters, days, shares, reminders."""

from __future__ import annotations

import pytest

from harness.exchange import Message, Request, Text

from .conftest import Case, Open

FORMS = ("Please stick to the form that I asked for.", "Wrong format. The answer only, again please.")
BRIEFING = "You work at a refunds desk. I will put one question to you about the file below; answer it alone."


def _order(mark: str, order: dict, letters: str = "abcdef") -> str:  # type: ignore[type-arg]
    lines = "\n".join(
        f"   line {letter}: {item['quantity']} x {item['name']}, {item['unit_price']} "
        f"{order['currency']} each, "
        f"{item['category']}"
        for letter, item in zip(letters, order["items"], strict=False)
    )
    paid = "".join(f"\n   refunded {r['amount']} on {r['on']} (damage)" for r in order.get("refunds") or ())
    days = f"promised for {order['promised'][:10]}, delivered {(order.get('delivered') or 'not yet')[:10]}"
    return (
        f"{mark} order {order['id']}, placed {order['placed'][:10]}, {order['status']}, {days}, "
        f"shipping {order['shipping_fee']} {order['currency']}, chargeback {order['chargeback']}\n"
        f"{lines}{paid}"
    )


def ask(case: Case, question: str, *turns: tuple[str, str], orders: list | None = None) -> str:  # type: ignore[type-arg]
    shown = case.orders if orders is None else orders
    listed = "\n".join(_order(f"[{number}]", order) for number, order in enumerate(shown, 1))
    file = f"{BRIEFING}\n\nMAIL\n{case.mail}\n\nORDERS\n{listed}\n\nHANDBOOK\n{case.handbook}"
    said = [Message("system", (Text(file),)), Message("user", (Text(question),))]
    for answer, reminder in turns:
        said += [Message("assistant", (Text(answer),)), Message("user", (Text(reminder),))]
    return case.ask(Request("m", tuple(said))).text


def understood(case: Case) -> bool:
    return case.readings[-1].understood and not case.thoughts[-1].guessed


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Has the customer opened the speaker? Reply yes, no or unclear.", "yes"),
        ("Does the mail speak of a lawyer or a court? Reply yes, no or unclear.", "no"),
        ("Does the customer want store credit? Reply yes or no.", "no"),
    ],
)
def test_what_is_asked_of_the_model_is_no_proposal(open_case: Open, question: str, wanted: str) -> None:
    case = open_case("p-opened-01")
    assert ask(case, question).casefold().startswith(wanted)
    assert understood(case)


def test_a_sentence_to_the_customer_is_a_proposal_as_before(open_case: Open) -> None:
    case = open_case("p-opened-01")
    said = case.say(f"{case.prompt()}\n\nI will ask the customer for the order number. Is that right?").text
    assert said.startswith("No")


WHICH = "Which of these orders is meant? Answer with its number in square brackets, such as 2."


def test_the_place_of_an_order_in_a_list(open_case: Open) -> None:
    case = open_case("p-thread-01")
    orders, own = case.orders, ask(case, "Which order is meant? Give the order id only.").split(",")[0]
    for turned in (orders, orders[::-1]):
        place = str([order["id"] for order in turned].index(own) + 1)
        assert ask(case, WHICH, orders=turned) == place
    assert ask(case, "Which order is meant? Answer with the order number.").startswith("HL-")


def test_several_and_none_as_they_are_told(open_case: Open) -> None:
    case = open_case("p-desk-02")
    told = f"{WHICH} For several, all numbers, such as 1+3. If it could be one or the other, answer ?"
    both = ask(case, told)
    assert len(both.split("+")) == 2
    assert ask(case, f"{WHICH} If it could be one or the other, answer X") == "X"


def test_another_order_that_fits_as_well(open_case: Open) -> None:
    case = open_case("p-thread-01")
    question = "We take the mail to be about {}. Could another order be meant just as well? Yes or no."
    own = ask(case, "Which order is meant? Give the order id only.").split(",")[0]
    assert ask(case, question.format(own)).casefold().startswith("no")


LINES = "Which lines of {} does the customer want money for, how many pieces of each? {}"


def test_lines_by_their_letters(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    id = "HL-202913"
    assert ask(case, LINES.format(id, "Answer like: a 1, c 2.")) == "a 2"
    assert ask(case, LINES.format(id, "Answer like: a:1; c:2")) == "a:2"
    assert (
        ask(case, LINES.format(id, "Answer such as b=1, d=2. If it is the whole order, answer: all."))
        == "a=2"
    )


def test_all_of_an_order_in_the_word_for_it(open_case: Open) -> None:
    case = open_case("p-monday-02")
    assert ask(case, LINES.format("HL-208801", "Such as: a 1, b 2. If everything, write: total.")) == "total"


@pytest.mark.parametrize("reminder", FORMS)
@pytest.mark.parametrize("first", ["HL-202913", "The customer wants money."])
def test_a_reminder_asks_the_same_again(open_case: Open, reminder: str, first: str) -> None:
    case = open_case("p-damaged-01")
    question = LINES.format("HL-202913", "Answer like: a 1, c 2.")
    assert ask(case, question, (first, reminder), ("a", reminder)) == "a 2"
    assert understood(case)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("As YYYY-MM-DD.", "2026-10-14"),
        ("DD.MM.YYYY, nothing else.", "14.10.2026"),
        ("ISO date.", "2026-10-14"),
    ],
)
def test_a_day_in_the_form_that_is_told(open_case: Open, told: str, wanted: str) -> None:
    case = open_case("p-thread-01")
    said = ask(case, f"On which day did the customer first report this fault? Quoted mails count. {told}")
    assert (said, understood(case)) == (wanted, True)


WHY = """What is it that the customer wants?
A. to give back something that is fine but no longer wanted, for the money that it cost
B. money for a thing that was broken, faulty or other than ordered when it came
C. something off because the parcel was late
D. their money because nothing has arrived so far
E. that an order is stopped before it is sent out
F. a refund made earlier that has not reached them
G. something else
Answer with the letter."""


@pytest.mark.parametrize(
    ("id", "letter"),
    [
        ("p-opened-01", "A"),
        ("p-damaged-01", "B"),
        ("p-delay-01", "C"),
        ("p-desk-04", "D"),
        ("p-monday-02", "E"),
        ("p-earlier-02", "F"),
    ],
)
def test_long_answers_by_letter(open_case: Open, id: str, letter: str) -> None:
    case = open_case(id)
    assert (ask(case, WHY), understood(case)) == (letter, True)


@pytest.mark.parametrize(("id", "letter"), [("p-damaged-01", "Z"), ("p-desk-01", "W"), ("p-damaged-02", "V")])
def test_letters_that_stand_for_words(open_case: Open, id: str, letter: str) -> None:
    case = open_case(id)
    menu = "Z. pay money back\nV. decline, nothing is due\nW. hand it over to the desk\nK. ask the customer"
    assert ask(case, f"What is to be done?\n{menu}\nAnswer with the letter.") == letter


SHARE = (
    "By the handbook, how much of the price of the {} is to be paid back, in per cent? A number, 0 to 100."
)


def test_the_share_of_a_price(open_case: Open) -> None:
    opened, damaged, late = open_case("p-opened-01"), open_case("p-damaged-01"), open_case("p-damaged-02")
    assert ask(opened, SHARE.format("Shower speaker")) == "85"
    assert ask(opened, SHARE.format("USB charger 30 W")) == "0"
    assert ask(damaged, SHARE.format("Ramen bowl")) == "100"
    assert ask(late, SHARE.format("Head torch")) == "0"


def test_the_share_follows_the_rule(open_case: Open) -> None:
    case = open_case("p-opened-01")
    file = f"{case.mail}\n\nOrders: {case.orders}\n\nHandbook:\n{case.handbook.replace('15 %', '40 %')}"
    assert case.say(f"{file}\n\n{SHARE.format('Shower speaker')}").text == "60"


@pytest.mark.parametrize(("first", "second", "wanted"), [(85, 100, "M"), (0, 85, "S"), (0, 100, "X")])
def test_who_of_two_is_right_about_a_share(open_case: Open, first: int, second: int, wanted: str) -> None:
    case = open_case("p-opened-01")
    menu = f"M. {first} % for the Shower speaker\nS. {second} % for the Shower speaker\nX. neither of them"
    said = ask(
        case, f"Two of us differ on what is to be paid back. Who is right?\n{menu}\nAnswer with the letter."
    )
    assert said == wanted


OBJECT = (
    "It is proposed to pay back {} GBP for order HL-202913 under D-1. In at most two sentences, name the "
    "strongest "
    'reason against it. If there is none, say "all clear".'
)


def test_a_sceptic_keeps_to_its_words(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    assert ask(case, OBJECT.format("28.60")) == "all clear"
    said = ask(case, OBJECT.format("57.20"))
    assert "28.60, not 57.20" in said
    assert "\n" not in said
    assert understood(case)


def test_an_advocate_gives_up_what_is_wrong(open_case: Open) -> None:
    case = open_case("p-damaged-01")
    plea = (
        "It is proposed to pay back {} GBP for order HL-202913 under D-1. The sceptic objects: too much.\n"
        "You speak for "
        "the customer: in at most two sentences, why is it right all the same? "
        "If the sceptic is right, answer: granted."
    )
    assert ask(case, plea.format("57.20")) == "granted"
    assert "28.60" in ask(case, plea.format("28.60"))


def test_lines_with_letters_are_all_read(open_case: Open) -> None:
    case = open_case("p-opened-01")
    for item in case.orders[0]["items"]:
        said = ask(case, f"How many pieces of the {item['name']} were ordered? Only the number.")
        assert said == str(item["quantity"])
    assert ask(case, LINES.format("HL-203901", "Such as: a 1, b 2. If it is all of it, say: all.")) == "a 1"


def test_a_status_that_is_denied_is_none(open_case: Open) -> None:
    case = open_case("p-monday-02")
    plan = "Proposal: pay back 83.90 EUR for order HL-208801 under L-4 (not shipped yet, cancelled)."
    menu = "P. pay as proposed\nD. decline, nothing is due\nH. hand over to the refunds desk"
    assert (
        ask(case, f"{plan}\nFor the customer: fine.\nWhat is to be done?\n{menu}\nAnswer with the letter.")
        == "P"
    )
