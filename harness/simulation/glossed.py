"""Short instructions in German, French, Spanish, Dutch and Polish, put into English.

Only what programs say in one line is known: which thing they ask for, how short, and between which words.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PHRASES: dict[str, tuple[str, ...]] = {
    "give": (
        r"gib", r"gib mir", r"nenne?", r"nenne? mir", r"nenne? nur", r"schreibe?n?", r"donne", r"donnez",
        r"donne[- ]moi", r"indique", r"dame?", r"indica", r"geef", r"noem", r"podaj",
    ),
    "answer": (
        r"antworten sie", r"antworten?", r"réponds", r"répondez", r"répondre", r"responde", r"responda",
        r"contesta", r"antwoord", r"beantwoord", r"odpowiedz",
    ),
    "decide": (
        r"entscheide", r"entscheiden sie", r"décide", r"décidez", r"beslis", r"zdecyduj",
    ),
    "nothing else": (
        r"nichts weiter", r"nichts sonst", r"nichts anderes", r"sonst nichts", r"rien d['’]autre",
        r"nada más", r"niets anders", r"nic więcej",
    ),
    "only": (
        r"ausschließlich(?: mit)?", r"nur(?: mit)?", r"uniquement(?: par)?", r"seulement(?: par)?",
        r"solamente(?: con)?", r"únicamente(?: con)?", r"s[oó]lo(?: con)?", r"alleen(?: met)?",
        r"uitsluitend(?: met)?", r"tylko", r"wyłącznie",
    ),
    "with exactly one word": (
        r"(?:mit|in) (?:genau )?einem wort", r"(?:en|par) un (?:seul )?mot",
        r"(?:con|en) una (?:sola )?palabra", r"(?:met|in) (?:één|een) (?:enkel )?woord",
        r"jednym słowem",
    ),
    "which order": (
        r"welche (?:bestellung|order)", r"quelle commande", r"(?:qué|cuál) (?:es el )?pedido",
        r"de qué pedido", r"welke (?:bestelling|order)", r"któr(?:e|ego) zamówieni[ea]",
    ),
    "is meant": (
        r"(?:ist|wird) gemeint", r"est (?:concernée|visée)", r"se trata", r"wordt bedoeld", r"chodzi",
        r"dotyczy",
    ),
    "the order number": (
        r"(?:(?:die|la|el|het|de) )?(?:bestellnummer|bestelnummer|numer zamówienia)",
        r"(?:le )?numéro de (?:la )?commande", r"(?:el )?número de(?:l)? pedido",
    ),
    "the number": (
        r"(?:(?:die|le|el|het) )?(?:nummer|numéro|número|numer|zahl)",
    ),
    "how much": (
        r"wie ?viel", r"wie hoch (?:ist|wäre)", r"combien", r"cuánto", r"hoeveel", r"ile",
    ),
    "the amount": (
        r"(?:(?:der|den|le|el|het) )?(?:betrag|montant|importe|bedrag|kwot[aę])",
    ),
    "is a refund due": (
        r"(?:ist|wäre|steht) (?:hier )?(?:eine |die )?(?:rück)?erstattung (?:fällig|geschuldet|zu)",
        r"(?:le |un )?remboursement est[- ]il d[ûu]", r"est-ce qu['’]un remboursement est d[ûu]",
        r"(?:corresponde|procede) (?:un |el )?reembolso",
        r"is (?:er )?(?:een |de )?terugbetaling verschuldigd",
        r"czy (?:należy się )?zwrot(?: się należy)?",
    ),
    "yes or no": (
        r"ja (?:oder|/|of) (?:nein|nee)", r"oui (?:ou|/) non", r"s[ií] (?:o|/) no",
        r"tak (?:lub|albo|czy|/) nie",
    ),
    "or": (
        r"(?<=[A-ZÄÖÜ]{3} )(?:oder|ou|o|of|lub|albo)(?= [A-ZÄÖÜŻ]{3})", r"oder", r"lub", r"albo",
    ),
}  # fmt: skip
_KNOWN = tuple(
    (re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)", re.IGNORECASE), english)
    for english, said in _PHRASES.items()
)
_POLAR = re.compile(
    r"\b(?P<yes>ja|oui|s[ií]|tak)\s{0,2}(?:oder|ou|o|of|lub|albo|czy|/)\s{0,2}(?P<no>nein|non|no|nee|nie)\b",
    re.IGNORECASE,
)
_ASKING = frozenset({"which order", "is a refund due", "how much", "yes or no", "with exactly one word"})
_LONGEST = 400


@lru_cache(maxsize=256)
def glossed(text: str) -> str:
    """The text with its lines that instruct in another language in English."""
    return "\n".join(_line(line) if len(line) <= _LONGEST else line for line in text.split("\n"))


def _line(line: str) -> str:
    said, hits, asks = line, 0, 0
    for pattern, english in _KNOWN:
        said, found = pattern.subn(english, said)
        hits += found and english != "or"
        asks |= found and english in _ASKING
    return said if hits > 1 or (asks and len(line.split()) < 12) else line


def yes_or_no(text: str, said: str) -> str:
    """A yes or no in the words that a text gives for it."""
    pair = None
    for match in _POLAR.finditer(text):
        pair = match
    if pair is None or said.strip(" .").casefold() not in {"yes", "no"}:
        return said
    return pair[said.strip(" .").casefold()]
