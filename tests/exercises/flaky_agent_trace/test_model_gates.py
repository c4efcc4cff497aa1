"""Gates and verdicts: one word on the mail, whether a proposal is signed, whether a draft may go out."""

from __future__ import annotations

import re

import pytest

from .conftest import Json, Open

GATES = [
    ("p-sale-02", "Did the customer file a lawsuit or announce one?", True),
    ("p-return-02", "Did the customer file a lawsuit or announce one?", False),
    ("p-sale-02", "Is a lawyer, a court or an ombudsman brought into it?", True),
    ("p-desk-03", "Does the sender demand anything other than their money back?", True),
    ("p-return-02", "Does the sender demand anything other than their money back?", False),
    ("p-desk-03", "Does she want credit in the shop only, and no money?", True),
    ("p-opened-01", "Has the author opened or used the piece that is to be returned?", True),
    ("p-return-02", "Has the author opened or used the piece that is to be returned?", False),
    ("p-names-02", "Does the mail settle without any doubt which one of the orders is meant?", False),
    ("p-return-02", "Does the mail settle without any doubt which one of the orders is meant?", True),
]


@pytest.mark.parametrize(("id", "question", "holds"), GATES)
def test_a_gate_is_answered_by_its_one_word(open_case: Open, id: str, question: str, *, holds: bool) -> None:
    case = open_case(id)
    mail = f"{case.mail}\n\nOrders:\n{case.orders}" if "orders" in question else case.mail
    system = "Reply with one word, YES or NO. No comments.\nGo by the mail alone; if in doubt, say YES."
    said = "YES" if holds else "NO"
    assert case.say(f"{mail}\n\nQuestion: {question}", system=system, max_tokens=2).text == said
    assert case.say(mail, system=f"{question}\nReply YES or NO, nothing else.", max_tokens=1).text == said
    word = case.say(f"{mail}\n\nQ: {question}", system="Single word: yes or no.", max_tokens=3).text
    assert word == said.capitalize()


SIGNS = ("countersign", "release", "may_go_out", "let_it_pass", "ok_to_pay", "sign")


@pytest.mark.parametrize("name", SIGNS)
@pytest.mark.parametrize(("amount", "signed"), [("28.60", True), ("33.50", False)])
def test_who_signs_agrees_with_what_it_found(
    open_case: Open, name: str, amount: str, *, signed: bool
) -> None:
    case = open_case("p-damaged-01")
    own: Json = {
        "type": "object",
        "properties": {"action": {"enum": ["refund", "decline", "desk"]}, "sum": {"type": "string"}},
    }
    objections: Json = {"type": "array", "items": {"type": "string"}}
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {"mine": own, name: {"type": "boolean"}, "objections": objections},
        "required": ["mine", name, "objections"],
    }
    said = case.decide(
        f"{case.mail}\n\nOrders: {case.orders}\n\n==== PROPOSAL ====\n"
        f"refund {amount} EUR on HL-202913, broken on arrival.",
        system=f"You check a colleague's proposal for a refund. {case.handbook}",
        schema=schema,
    )
    assert said["mine"]["sum"] == "28.60"
    assert said[name] is signed
    assert (said["objections"] == []) is signed


FORM: dict[str, Json] = {
    "type": "object",
    "properties": {
        "order_number": {"type": ["string", "null"]},
        "orders_asked_on": {"type": "array", "items": {"type": "string"}},
        "trouble": {"enum": ["unwanted", "faulty_or_wrong_goods", "late_or_lost", "cancelled", "gesture"]},
        "all_goes_back": {"type": "boolean"},
        "state_of_seal": {"enum": ["opened", "still_sealed", "not_said", "n/a"]},
    },
    "required": ["order_number", "orders_asked_on", "trouble", "all_goes_back", "state_of_seal"],
}
RULE = "- order_number: the order that it is about; null if they want something on two or more orders."


@pytest.mark.parametrize(
    ("id", "trouble", "seal"),
    [
        ("p-damaged-01", "faulty_or_wrong_goods", "opened"),
        ("p-monday-01", "faulty_or_wrong_goods", "n/a"),
        ("p-autumn-02", "late_or_lost", "n/a"),
        ("p-opened-01", "unwanted", "opened"),
    ],
)
def test_an_option_of_two_things_holds_where_either_does(
    open_case: Open, id: str, trouble: str, seal: str
) -> None:
    case = open_case(id)
    said = case.decide(f"{case.mail}\n\n{case.orders}", system=f"Fill in the form.\n{RULE}", schema=FORM)
    assert said["trouble"] == trouble
    assert said["state_of_seal"] == seal
    assert said["order_number"] in said["orders_asked_on"]
    assert not case.thoughts[-1].guessed


def test_no_order_is_named_of_several_where_none_is_to_be(open_case: Open) -> None:
    case = open_case("p-desk-02")
    said = case.decide(f"{case.mail}\n\n{case.orders}", system=f"Fill in the form.\n{RULE}", schema=FORM)
    assert len(said["orders_asked_on"]) > 1
    assert said["order_number"] is None
    free = case.decide(f"{case.mail}\n\n{case.orders}", system="Fill in the form.", schema=FORM)
    assert free["order_number"] is not None


DESKS = (
    "Post room. Answer with the pigeonhole's label alone.\n\n"
    "UNWANTED   they send it back, it is all right\n"
    "BROKEN     it arrived damaged or does not work, or they got the wrong thing\n"
    "TARDY      it was delivered late\n"
    "GONE       it never arrived\n"
    "KINDNESS   they ask for a voucher or other compensation only\n"
    "REST       anything else\n\n"
    'Post: "Lamp smashed. Refund?"\nPigeonhole: BROKEN\n\n'
    'Post: "Too big, sending it back."\nPigeonhole: UNWANTED'
)


@pytest.mark.parametrize(
    ("id", "label"),
    [
        ("p-autumn-02", "TARDY"),
        ("p-damaged-01", "BROKEN"),
        ("p-monday-01", "BROKEN"),
        ("p-return-02", "UNWANTED"),
    ],
)
def test_a_label_that_is_explained_is_the_one_that_says_the_issue(
    open_case: Open, id: str, label: str
) -> None:
    case = open_case(id)
    post = f'Post: "{case.task["ticket"]["body"]}"\nPigeonhole:'
    assert case.say(post, system=DESKS, max_tokens=6).text == label


HOUSE = (
    "Compose the reply to the customer; it is all done already. House rules: their own language, four to six "
    "short sentences, the outcome in the first two sentences, no promises. Return the text of the reply only."
)


@pytest.mark.parametrize(
    ("id", "done", "words"),
    [
        ("p-damaged-01", "refund of 28.60 EUR paid, order HL-202913", ["28.60", "HL-202913"]),
        (
            "p-return-02",
            "declined, order HL-199561\n* because: it was asked after 30 days",
            ["HL-199561", "30"],
        ),
    ],
)
def test_a_letter_has_as_many_sentences_as_it_is_to_have(
    open_case: Open, id: str, done: str, words: list[str]
) -> None:
    case = open_case(id)
    facts = f"WHAT IS KNOWN\n* what was done: {done}\n\nTHEIR MAIL\n{case.task['ticket']['body']}"
    letter = case.say(facts, system=HOUSE).text
    assert all(word in letter for word in words)
    body = "\n\n".join(letter.split("\n\n")[1:-1])
    assert 4 <= len(re.findall(r"[.!?](?=\s|$)", body)) <= 6


@pytest.mark.parametrize(
    ("names", "options"),
    [
        (
            ["raisonnement", "décision", "article_du_manuel", "somme"],
            ["rembourser", "refuser", "transmettre"],
        ),
        (["herleitung", "entscheidung", "klausel", "summe"], ["erstatten", "ablehnen", "weitergeben"]),
        (["onderbouwing", "uitkomst", "paragraaf", "som"], ["terugbetalen", "afwijzen", "doorsturen"]),
        (["wyjaśnienie", "rozstrzygnięcie", "klauzula", "suma"], ["zwrot", "odmowa", "przekazanie"]),
        (["explicación", "resolución", "cláusula", "monto"], ["reembolsar", "denegar", "derivar"]),
    ],
)
def test_fields_have_their_names_in_other_languages(
    open_case: Open, names: list[str], options: list[str]
) -> None:
    why, decision, clause, sum = names
    case = open_case("p-damaged-01")
    schema: dict[str, Json] = {
        "type": "object",
        "properties": {
            why: {"type": "string"},
            decision: {"enum": options},
            clause: {"type": "string"},
            sum: {"type": "string"},
        },
        "required": names,
    }
    said = case.decide(f"{case.mail}\n\n{case.orders}", system=case.handbook, schema=schema)
    assert said[why]
    assert (said[decision], said[clause], said[sum]) == (options[0], "D-1", "28.60")


READER = (
    "You check drafts before they leave the house, against the journal of what was done. "
    "Hold a draft back if it\n"
    "1. speaks of money paid or to come that the journal does not show, or of another sum,\n"
    "2. says that a colleague has it and nothing was handed over,\n"
    "3. promises anything else.\n"
    "Let every other draft pass."
)
VERDICT: dict[str, Json] = {
    "type": "object",
    "properties": {
        "let_it_pass": {"type": "boolean"},
        "rules_broken": {"type": "array", "items": {"type": "integer", "enum": [1, 2, 3]}},
        "offending_passage": {"type": ["string", "null"]},
    },
    "required": ["let_it_pass", "rules_broken", "offending_passage"],
}


@pytest.mark.parametrize(
    ("draft", "broken", "words"),
    [
        ("Order HL-202913 was looked at, and we cannot give a refund for it.", [], None),
        ("We have refunded 28.60 EUR for order HL-202913.", [1], "We have refunded 28.60 EUR"),
        (
            "Your order HL-202913: it has been handed over to a colleague of ours.",
            [2],
            "handed over",
        ),
    ],
)
def test_a_draft_is_read_against_the_log_by_the_rules_of_the_prompt(
    open_case: Open, draft: str, broken: list[int], words: str | None
) -> None:
    case = open_case("p-damaged-01")
    said = case.decide(
        "## action log\nrefunds paid: none (the bank was down)\ncases opened: none\nclosing as: denied\n\n"
        f"## mail ({case.task['ticket']['from']['email']})\n{case.task['ticket']['body']}\n\n"
        f"## draft\nDear customer,\n\n{draft}\n\nKind regards\nHarbour Lane",
        system=READER,
        schema=VERDICT,
    )
    assert said["let_it_pass"] is (broken == [])
    assert said["rules_broken"] == broken
    assert (words in said["offending_passage"]) if words else said["offending_passage"] is None
