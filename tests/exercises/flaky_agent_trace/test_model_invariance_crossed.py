"""Twenty layouts of a prompt, each in six languages, in each style of program: wording alone decides nothing.

All arms meet the same tickets with the same luck, and are held against plain English in the same style.
A longer prompt is read a little worse, so that a ticket at the edge may tip.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from statistics import fmean
from typing import Any

import pytest

from tests.exercises.flaky_agent_trace.test_model_invariance import RULES, STYLES

Open = Callable[..., Any]
Rules = tuple[str, ...]

LANGUAGES: dict[str, Rules] = {
    "en": RULES,
    "de": (
        "Du bearbeitest das Postfach für Erstattungen eines Shops.",
        "Entscheide nach dem Regelwerk, was die Kundenmail verlangt: refund, deny, escalate oder need_info.",
        "Der Betrag ist, was nach dem Regelwerk fällig ist, und null, wo nichts fällig ist.",
        "Nenne die Bestellung, um die es in der Mail geht, oder null, wenn es sich nicht sagen lässt.",
    ),
    "fr": (
        "Tu traites la boîte des remboursements d'une boutique.",
        "Décide selon le règlement ce qu'appelle le mail du client : refund, deny, escalate ou need_info.",
        "Le montant est ce qui est dû selon le règlement, et null si rien n'est dû.",
        "Donne la commande dont parle le mail, ou null si on ne peut pas le dire.",
    ),
    "es": (
        "Atiendes el buzón de reembolsos de una tienda.",
        "Decide según las normas lo que pide el correo del cliente: refund, deny, escalate o need_info.",
        "El importe es lo que corresponde según las normas, y null si no corresponde nada.",
        "Indica el pedido del que trata el correo, o null si no se puede saber.",
    ),
    "nl": (
        "Je behandelt de postbus voor terugbetalingen van een winkel.",
        "Beslis volgens de regels waar de mail van de klant om vraagt: refund, deny, escalate of need_info.",
        "Het bedrag is wat volgens de regels verschuldigd is, en null als er niets verschuldigd is.",
        "Geef de bestelling waar de mail over gaat, of null als dat niet te zeggen is.",
    ),
    "pl": (
        "Obsługujesz skrzynkę zwrotów pieniędzy sklepu.",
        "Zdecyduj zgodnie z zasadami, czego wymaga mail klienta: refund, deny, escalate lub need_info.",
        "Kwota to suma należna według zasad, a null, jeśli nic się nie należy.",
        "Podaj zamówienie, którego dotyczy mail, albo null, jeśli nie da się tego ustalić.",
    ),
}


def _lines(mark: str) -> Callable[[Rules], str]:
    return lambda rules: "\n".join(f"{mark}{rule}" for rule in rules)


LAYOUTS: dict[str, Callable[[Rules], str]] = {
    "plain": " ".join,
    "a line each": "\n".join,
    "paragraphs": "\n\n".join,
    "dashes": _lines("- "),
    "stars": _lines("* "),
    "arrows": _lines("→ "),
    "numbers": lambda rules: "\n".join(f"{n}. {rule}" for n, rule in enumerate(rules, start=1)),
    "ids": lambda rules: "\n".join(f"[R{n:02}] {rule}" for n, rule in enumerate(rules, start=1)),
    "headings": lambda rules: "\n\n".join(f"## {n}\n\n{rule}" for n, rule in enumerate(rules, start=1)),
    "bold": lambda rules: "\n".join(f"**{rule}**" for rule in rules),
    "xml": lambda rules: "<rules>\n" + "\n".join(f"  <rule>{rule}</rule>" for rule in rules) + "\n</rules>",
    "html": lambda rules: "<ul>" + "".join(f"<li>{rule}</li>" for rule in rules) + "</ul>",
    "json": lambda rules: json.dumps({"rules": rules}, ensure_ascii=False),
    "escaped json": lambda rules: json.dumps({"rules": rules}),
    "yaml": lambda rules: "rules:\n" + "\n".join(f'  - "{rule}"' for rule in rules),
    "table": lambda rules: "| # | |\n|---|---|\n" + "\n".join(f"| {n} | {r} |" for n, r in enumerate(rules)),
    "quoted": _lines("> "),
    "fenced": lambda rules: "```\n" + "\n".join(rules) + "\n```",
    "capitals": lambda rules: " ".join(rules).upper(),
    "backwards": lambda rules: " ".join(reversed(rules)),
}


def share(open_case: Open, ids: list[str], style: str, system: str, replay: int = 0) -> list[float]:
    """Success by ticket."""
    return [float(STYLES[style](open_case(id, "practice", replay=replay), system)) for id in ids]


def moved(open_case: Open, ids: list[str], style: str, language: str) -> dict[str, float]:
    """By how much each layout moves success from that of plain English."""
    base = share(open_case, ids, style, LAYOUTS["plain"](RULES))
    return {
        layout: fmean(share(open_case, ids, style, lay(LANGUAGES[language]))) - fmean(base)
        for layout, lay in LAYOUTS.items()
    }


def test_there_are_as_many_as_it_says() -> None:
    assert len(LAYOUTS) == 20
    assert len(LANGUAGES) == 6
    made = {lay(rules) for lay in LAYOUTS.values() for rules in LANGUAGES.values()}
    assert len(made) >= 115, "escaped and unescaped JSON are one where nothing is to be escaped"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_layout_in_no_language_moves_a_single_call(open_case: Open, ids: list[str], language: str) -> None:
    some = ids[::4]
    found = moved(open_case, some, "structured", language)
    assert max(map(abs, found.values())) <= 1 / len(some), found
    assert abs(fmean(found.values())) <= 0.03


@pytest.mark.slow
@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_layout_in_no_language_moves_any_style(
    open_case: Open, ids: list[str], language: str, style: str
) -> None:
    found = moved(open_case, ids, style, language)
    assert {layout: by for layout, by in found.items() if abs(by) > 0.03} == {}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_tools_by_the_api_and_in_text_come_to_the_same(open_case: Open, ids: list[str]) -> None:
    """Both decide on what they looked up; whatever the frameworks, they differ by less than three points."""
    system = LAYOUTS["plain"](RULES)
    sides = [fmean(fmean(share(open_case, ids, s, system, n)) for n in range(4)) for s in ("native", "react")]
    assert abs(sides[0] - sides[1]) < 0.03
