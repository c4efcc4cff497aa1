# ruff: noqa: E501  (prompts as they are sent)
"""Prompts as editors, files and clipboards leave them: the same answers as to the plain prompt."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from harness.simulation.reading.laid_out import plain, straightly_quoted, without_margin
from harness.simulation.reading.unwrapped import unwrapped

from .conftest import Open
from .test_model_rewrites import REWRITES

FORMS = {
    "keys in a sentence": (
        "Answer with a JSON object and nothing else, with the keys decision (one of refund, deny, escalate or "
        "need_info), order_id (null where it cannot be told), amount (null where nothing is due) and reason."
    ),
    "a skeleton in a line": (
        'Decide what the mail calls for by the policy. Answer in JSON: {"action": "refund" | "deny" | "escalate" '
        '| "need_info", "order": "the order\'s id or null", "refund_amount": number or null, "why": "one sentence"}'
    ),
    "a last line": (
        "Think it through in two or three sentences. Then, on the last line and on no other, write either "
        '"VERDICT: REFUND" or "VERDICT: NO REFUND", and nothing whatever besides these words.'
    ),
    "bullets": (
        "Extract from the customer's mail. Answer with one JSON object:\n"
        "- order: the number of the order that the customer wants something for, and null where it is not settled\n"
        "- reason: one of unwanted, damaged, late, lost, cancel or other, for what the customer wants money for now\n"
        "- opened: true or false where the customer says that the goods were unpacked or used, null where nothing "
        "is said of it"
    ),
    "labelled lines": (
        "Read the mail and the order, and answer with these lines and with nothing before or behind them:\n\n"
        "OUTCOME: REFUND | DENY | ESCALATE | ASK\nORDER: <order number or ->\nAMOUNT: <0.00 or ->"
    ),
    "in German": (
        "Entscheide nach dem Regelwerk, was die Mail verlangt. Antworte mit einem JSON-Objekt und mit sonst nichts, "
        "und zwar mit den Feldern entscheidung (refund, deny, escalate oder need_info), bestellnummer und betrag "
        "(null, wenn nichts fällig ist)."
    ),
}  # fmt: skip


def wrapped(text: str, width: int, hang: str = "", newline: str = "\n") -> str:
    """As an editor breaks a text at a width; `hang`: before what goes on below an item."""
    lines = [
        textwrap.fill(
            line, width, subsequent_indent=hang if line.startswith("-") else "", break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.split("\n")
    ]  # fmt: skip
    return "\n".join(lines).replace("\n", newline)


LAYOUTS: dict[str, Callable[[str], str]] = {
    "at 72": lambda text: wrapped(text, 72),
    "at 80, hanging": lambda text: wrapped(text, 80, "  "),
    "at 99, hanging, CRLF": lambda text: wrapped(text, 99, "  ", "\r\n"),
    "at 76 in a margin": lambda text: textwrap.indent(wrapped(text, 76, "  "), "        "),
    "at 88 below the quotes": lambda text: wrapped(text, 88).replace("\n", "\n    "),
    "at 80 with backslashes": lambda text: "\n".join(
        textwrap.fill(line, 80, break_on_hyphens=False, break_long_words=False).replace("\n", " \\\n")
        for line in text.split("\n")
    ),
    "tabs": lambda text: textwrap.indent(text, "\t"),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "trailing spaces": lambda text: text.replace("\n", "  \n"),
    "hard spaces": lambda text: text.replace(" or ", "\u00a0or ").replace(": ", ":\u00a0"),
    "curly quotes": lambda text: text.replace('"', "”").replace(" ”", " “").replace("{”", "{“"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", FORMS)
def test_how_a_prompt_is_laid_out_says_nothing(open_case: Open, form: str, layout: str) -> None:
    for id in ("p-damaged-01", "p-delay-01"):
        one, other = open_case(id), open_case(id)
        said = one.say(one.prompt(), system=FORMS[form]).text
        assert other.say(other.prompt(), system=LAYOUTS[layout](FORMS[form])).text == said
        assert other.readings[-1].understood is one.readings[-1].understood


@pytest.mark.parametrize("form", sorted(FORMS))
def test_the_forms_are_understood(open_case: Open, form: str) -> None:
    case = open_case("p-damaged-01")
    case.say(case.prompt(), system=FORMS[form])
    assert case.readings[-1].understood


@pytest.mark.parametrize("layout", ["at 72", "at 99, hanging, CRLF", "at 76 in a margin"])
def test_of_one_message_too(open_case: Open, layout: str) -> None:
    """The mail, the orders and the handbook stand below, as the program has them."""
    form = FORMS["keys in a sentence"]
    one, other = open_case("p-delay-01"), open_case("p-delay-01")
    said = one.say(f"{form}\n\n{one.prompt()}").text
    assert other.say(f"{LAYOUTS[layout](form)}\n\n{other.prompt()}").text == said


@pytest.mark.parametrize("width", [64, 72, 80, 100])
def test_rewrites_are_put_together_again(width: int) -> None:
    """Prose in five languages, but for breaks where a sentence ends and before what looks like a label."""
    parts = [part for texts in REWRITES.values() for text in texts.values() for part in text.split("\n")]
    prose = [part for part in parts if len(part) > 3 * width and part[0].isalpha()]
    broken = [wrapped(part, width).count("\n") for part in prose]
    left = [unwrapped(wrapped(part, width)).split("\n")[:-1] for part in prose]
    inside = [
        line for lines in left for line in lines if not line.rstrip().endswith((".", "?", "!", ":", ";"))
    ]
    assert len(inside) < 0.03 * sum(broken), inside


@pytest.mark.parametrize(
    "text",
    [
        "order: which order it is, the number\nreason: why, in one sentence that names the clause\nsum: what is due",
        "- first item of a list that goes on for quite a while, and ends here\n- second item of it, as long as that",
        "A sentence that ends here, and is quite long enough.\nAnother one begins on a line of its own, and ends.",
        "Answer with one of these labels:\nunwanted goods\ndamaged goods\ngoods that are late",
        "```\nAnswer with the decision that the policy leads to, and\nwith the reason for it\n```",
        "| order number of the customer that wrote to us | the\n| amount that is due |",
        '{\n  "decision": "one of refund, deny, escalate or\n    need_info",\n  "why": "x"\n}',
        "> I have ordered this lamp three weeks ago, and it is still\n> on its way to the\n> wrong house",
        "RETURN    they do not want it any more, nothing is wrong with it, or\nFAULT     it came broken",
        "FIRST REPORTED – the date on which the customer told us, and the words that show\nSTATE – opened, sealed",
        "* pay: `fee` is what is kept back of the sum, and `postage` is what the parcel had cost in the\n  shop",
        "# What the customer wants, in the words of the mail and in the\n# order of the mail",
        "HL-207961 laura.kemp@example.co.uk delivered 2026-10-09, total 102.95, refundable 102.95\nitem EL-8102",
        "get_order(HL-207961) -> ok\nrefund(HL-207961, 102.95 EUR) -> ok, refund id R-77",
        'looked_up {"id": "HL-207961"} one order\npay_back {"id": "HL-207961", "sum": 102.95} booked, R-77',
        "lookup of order HL-207961 → found\npayment of 102.95 EUR on HL-207961 → accepted, number R-77",
    ],
)  # fmt: skip
def test_lines_that_are_no_wrapped_prose_stay_lines(text: str) -> None:
    assert unwrapped(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Call the tool get_order(order_id) for every number, and when it has answered call\nrefund(order_id, amount).",
        "Map what is late -> delay, what has never come -> lost, and where neither of them\nfits the words of the mail -> other.",
    ],
)  # fmt: skip
def test_calls_and_arrows_within_wrapped_prose_are_prose(text: str) -> None:
    assert unwrapped(text) == text.replace("\n", " ")


def test_lines_of_documents_stay_lines() -> None:
    text = "The lamp came with a crack in its foot on Monday, and the\nshade of it is bent"
    assert unwrapped(text) == text.replace("\n", " ")
    assert unwrapped(text, lambda line: "shade" in line) == text


def test_margins() -> None:
    assert without_margin("    One.\n\n      - two\n    Three.") == "One.\n\n  - two\nThree."
    assert without_margin("One.\n    Two.\n      - three") == "One.\nTwo.\n  - three"
    assert without_margin("Order:\n  id: 1\n  sum: 2") == "Order:\n  id: 1\n  sum: 2"
    data = "    Read this:\n\norder:\n    id: 1\n\n    Answer in JSON."
    assert without_margin(data) == "Read this:\n\norder:\n    id: 1\n\nAnswer in JSON."


def test_quotes_of_data_stay() -> None:
    form, data = "Answer like {“sum”: “0.00”}", '{"body": "“sealed”"}'

    def kept(line: str) -> bool:
        return "“I”" in line

    assert straightly_quoted(f"{form} “so”\n{data}", kept, everywhere=False) == (
        f'Answer like {{"sum": "0.00"}} “so”\n{data}'
    )
    assert straightly_quoted(f"“so”\nit is “I”\n{data}", kept, everywhere=True) == f'"so"\nit is “I”\n{data}'
    assert plain("One\r\ntwo\u00a0three \rfour") == "One\ntwo three\nfour"
