"""Short questions back in other languages than English, and their answers: the sum, the grounds, the rule.

What is asked so and not understood is declined in its own language.
"""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.papers.clauses import worded
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.queries import UNTOLD
from exercises.flaky_agent_trace.writing.abroad import abroad, grounds_in, tongue_of
from exercises.flaky_agent_trace.writing.sum_lines import sum_lines
from exercises.flaky_agent_trace.writing.telling import named
from exercises.flaky_agent_trace.writing.wording import money_text

from .in_prose import decided_in_prose

_LONGEST = 24
"""Words of a turn that asks no more than that."""
_ASKS: dict[str, dict[str, str]] = {
    "de": {
        "sum": r"\brechn\w{1,3} (?:\w+ ){0,8}?vor\b|\bwie (?:kommst|kommen|kommt) (?:du|sie|ihr"
        r"|man) (?:\w+ )?auf\b"
        r"|\b(?:zeig|erklär|nenn)\w{0,2} (?:\w+ ){0,3}(?:rechenweg|rechnung|berechnung)\b"
        r"|\bwie (?:setzt|errechnet|berechnet) sich\b|\bwie wurde (?:das|es|der betrag) (?:be|er)rechnet\b",
        "grounds": r"^\W*(?:und |aber )?(?:warum|wieso|weshalb)(?: (?:das|denn|so|nicht|ist das so"
        r"|genau))*\W*$"
        r"|^\W*(?:bitte )?begründ\w{0,2} (?:das|es|deine \w+)(?: bitte)?\W*$",
        "rule": r"^\W*(?:und )?(?:nach |unter |gemäß |auf )?welche\w? (?:regel|klausel|paragra\w+"
        r"|grundlage)\b",
    },
    "fr": {
        "sum": r"\bcomment (?:arrive[sz]|obtene[zs]|calcule[sz]|avez|as)\b[^?]{0,30}\b(?:montant|somme"
        r"|chiffre)\b"
        r"|\b(?:montre|détaille|explique)\w{0,2}\b[^?.]{0,20}\bcalcul\b",
        "grounds": r"^\W*(?:et |mais )?pourquoi(?: (?:cela|ça|donc|pas))?\W*$",
        "rule": r"^\W*(?:et )?(?:selon |d['’]après )?quelle (?:règle|clause)\b",
    },
    "es": {
        "sum": r"\bcómo (?:llegas?|has|calculas?|se calcula)\b[^?]{0,30}\b(?:importe|suma|cifra|cantidad)\b"
        r"|\b(?:muestra|enseña|explica|detalla)\w{0,3}\b[^?.]{0,20}\bcálculo\b",
        "grounds": r"^\W*(?:y |pero )?por qué(?: (?:eso|no|así))?\W*$",
        "rule": r"^\W*(?:y )?(?:según |por )?(?:qué|cuál) (?:es la )?(?:regla|cláusula|norma)\b",
    },
    "nl": {
        "sum": r"\bhoe (?:kom je|komt u|kom jij)\b[^?]{0,20}\b(?:bedrag|som|getal)\b"
        r"|\breken\w? (?:\w+ ){0,4}?voor\b",
        "grounds": r"^\W*(?:en |maar )?waarom(?: (?:dat|niet|dan))?\W*$",
        "rule": r"^\W*(?:en )?(?:volgens )?welke (?:regel|clausule)\b",
    },
    "pl": {
        "sum": r"\b(?:skąd|jak)\b[^?]{0,24}\b(?:kwot\w{1,2}|sum[aęy])\b"
        r"|\b(?:pokaż|rozpisz|wyjaśnij)\b[^?.]{0,20}\b(?:oblicz|wylicz)\w+",
        "grounds": r"^\W*(?:a |ale )?dlaczego(?: (?:tak|nie))?\W*$",
        "rule": r"^\W*(?:a )?(?:według )?(?:jak|któr)(?:a|iej|ej) (?:reguł\w|klauzul\w|zasad\w)\b",
    },
}  # fmt: skip
_KNOWN = {
    (code, kind): re.compile(said, re.IGNORECASE)
    for code, kinds in _ASKS.items()
    for kind, said in kinds.items()
}


def asked_abroad(mind: Mind, asked: str) -> str:
    """The language and the kind of what is asked back, `de:sum`; empty where it is none of these."""
    if not mind.in_talk or len(asked.split()) > _LONGEST:
        return ""
    return next((":".join(known) for known, said in _KNOWN.items() if said.search(asked)), "")


def told_abroad(which: str, mind: Mind, answers: Answers) -> str:
    """The answer, in the language of the question."""
    code, kind = which.split(":")
    own = answers.resolution
    due = grounds_in(code, mind, own) or decided_in_prose(mind, answers)
    if kind == "rule":
        ids = [id for id in own.reason.split() if id in mind.clauses]
        return "\n".join([*(f"{id}: {' '.join(worded(mind.clauses[id]).split())}" for id in ids), due])
    if kind == "sum" and own.action == "refund":
        words = abroad().sums[code]
        lines = sum_lines(
            own, answers.reckoned.steps, answers.reckoned.clauses, lambda sku: named(answers, sku)
        )
        told = [_put(line["text"], words) for line in lines]
        return "\n".join([*told, f"{words['Total']}: {money_text(own)}. {due}"])
    return due


def _put(said: str, words: dict[str, str]) -> str:
    """A line of a sum in those words."""
    for english, own in words.items():
        said = said.replace(english, own, 1)
    return said


def declined_abroad(mind: Mind, said: str) -> str:
    """What is said to who is declined, in the language of a short question that is not English."""
    pieces = mind.context.of("user")
    asked = pieces[-1].text if pieces and mind.contract.form == "text" else ""
    if not asked or len(asked.split()) > _SHORT or mind.scene.mail_share(pieces[-1]):
        return said
    known = abroad().declined.get(tongue_of(asked))
    return said if known is None else known[said.rstrip(".") == UNTOLD]


_SHORT = 40
