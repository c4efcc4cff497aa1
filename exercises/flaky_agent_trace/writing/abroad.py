"""The grounds of a decision in the language that a program wants them in, as `abroad.toml` has them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from exercises.flaky_agent_trace.deciding.doubts import is_doubt
from exercises.flaky_agent_trace.deciding.judgement import Resolution
from exercises.flaky_agent_trace.deciding.told_letters import language_of
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.exercise.spec import Strict, read_toml
from harness.simulation.reading.asking import sentences_in
from harness.simulation.reading.glossed import glossed

from .denials import failing
from .wording import money_text, which_half

Lines = tuple[str, ...]


class Abroad(Strict):
    """`abroad.toml`."""

    languages: dict[str, Lines]
    fields: dict[str, Lines]
    says: dict[str, dict[str, str]]
    reasons: dict[str, dict[str, str]]
    denials: dict[str, dict[str, Lines]]
    told: dict[str, dict[str, str]]
    asking: dict[str, Lines]
    sums: dict[str, dict[str, str]]
    declined: dict[str, Lines]
    insisted: dict[str, Lines]
    changed: dict[str, Lines]


@cache
def abroad() -> Abroad:
    """What `abroad.toml` says."""
    return Abroad.model_validate(read_toml(Path(__file__).with_name("abroad.toml")))


_SUFFIX = re.compile(r"^(?:reason|rationale|explanation|justification)\w{0,12}_(de|fr|es|nl|pl|en)$")


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A language beside a word for grounds, and a whole answer in one."""
    told = "|".join(rf"(?P<{code}>{'|'.join(names)})\w{{0,3}}" for code, names in abroad().languages.items())
    named = "|".join(name for names in abroad().fields.values() for name in names)
    into = rf"\b(?:in|into|auf|en|in het|po|język\w*|an?|one)\s(?:plain |simple |einfachem )?(?:{told})\b"
    grounds = (
        r"\b(?:reasons?|rationale|explanations?|justification|why|grounds|reasoning|explain|justify|begründe"
        rf"|{named})\b"
    )
    answers = (
        r"\b(?:answer|respond|reply|write|everything|all texts?|antworte\w{0,2}|schreibe?\w{0,2}|réponds"
        r"|répondez|responde|responda|antwoord|odpowiedz)\b(?! to\b)"
    )
    return (
        re.compile(rf"{grounds}[^.\n]{{0,60}}?{into}", re.IGNORECASE),
        re.compile(rf"{answers}(?:(?!customer|mail|letter|\bthem\b)[^.\n]){{0,24}}?{into}", re.IGNORECASE),
    )


def tongue(mind: Mind) -> str:
    """The language that a program wants grounds in, where it says so or names their field in it."""
    fields = (mind.contract.schema or {}).get("properties") or {}
    shape = json.dumps(fields, ensure_ascii=False) if fields else ""
    beside, whole = _patterns()
    for text, pattern in ((shape, beside), (mind.instructions, beside), (mind.instructions, whole)):
        if found := pattern.search(text.replace('", "', " ")):
            return next(code for code, said in found.groupdict().items() if said)
    named = {name.casefold() for name in fields}
    suffix = next((m[1] for name in named if (m := _SUFFIX.search(name))), "")
    if suffix:
        return suffix
    return next((code for code, names in abroad().fields.items() if named.intersection(names)), "en")


def grounds_abroad(mind: Mind, resolution: Resolution) -> str:
    """The grounds in that language; empty where it is English or where they have no words in it."""
    return grounds_in(tongue(mind), mind, resolution)


def grounds_in(language: str, mind: Mind, resolution: Resolution) -> str:
    """The grounds in a language; empty where it is English or where they have no words in it."""
    known, fails = abroad().reasons.get(language, {}), abroad().denials.get(language, {})
    told = (
        (id, failing(id, mind, resolution, fails) or known.get(which_half(id, resolution), ""))
        for id in resolution.reason.split()
    )
    said = [f"{words} ({id})" if id in mind.clauses else words for id, words in told if words]
    if is_doubt(resolution.reason):
        said = ["".join([said[0], *(f" ({id})" for id in resolution.reason.split()[1:])])] if said else []
    if not said:
        return ""
    order, amount = resolution.order_id or "?", money_text(resolution) or "?"
    form = abroad().says[language][resolution.action]
    whole = form.format(order=order, amount=amount, why="; ".join(said))
    return whole if "?" not in whole else f"{said[0][:1].upper()}{said[0][1:]}."


YES_NO = {
    "en": ("yes", "no"), "de": ("Ja", "Nein"), "fr": ("Oui", "Non"), "es": ("Sí", "No"), "nl": ("Ja", "Nee"),
    "pl": ("Tak", "Nie"),
}  # fmt: skip


def asked_in(mind: Mind) -> str:
    """The language of the question, of those that grounds can be told in; English where it is another."""
    if mind.contract.form == "text" and (wanted := tongue(mind)) != "en":
        return wanted
    asked = last_question(mind)
    said = [piece.text for piece in mind.context.of("assistant") if piece.text]
    if said and len(asked.split()) <= _FEW and not _ENGLISH.search(asked):
        return tongue_of(said[-1])
    if asked:
        return tongue_of(asked)
    return tongue_of(" ".join(sentences_in(mind.scene.instructions(mind.context.of("system")))[-_LAST:]))


_LAST = 2
"""Sentences of a system prompt that say what is wanted."""
_FEW = 3
"""Words that go on in whatever language the talk is in."""


def tongue_of(asked: str) -> str:
    """The language of a short text, English in doubt."""
    if _ENGLISH.search(asked):
        return "en"
    said = re.findall(r"[^\W\d_]+", asked.casefold())
    counts = {code: sum(word in known for word in said) for code, known in abroad().asking.items()}
    best = max(counts, key=lambda code: counts[code])
    enough = 1 if glossed(asked) != asked else _SURE
    return best if counts[best] >= enough else language_of(asked) or "en"


_SURE = 2
"""Words of a language."""


def last_question(mind: Mind) -> str:
    """What the last message asks, in its own words: the paragraph of its last question."""
    pieces = mind.context.of("user")
    text = pieces[-1].text if pieces else ""
    paragraphs = re.split(r"\n\s*\n", text)
    parts = [part for part in paragraphs if "?" in part] or paragraphs[-1:]
    own = [part for part in parts if any(glossed(line) in mind.asked_last for line in part.split("\n"))]
    return " ".join(own[-1].split())[-_LONGEST:] if own else ""


_LONGEST = 400
_ENGLISH = re.compile(
    r"\b(?:the|what|which|how|why|who|if|does|should|would|could|explain|tell|please|this|that|with|she|her|it)\b",
    re.IGNORECASE,
)
"""Words that none of the other languages has."""
