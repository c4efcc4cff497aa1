"""The grounds of a decision in the language that a program wants them in, as `abroad.toml` has them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from harness.exercise.spec import Strict, read_toml

from .denials import failing
from .judgement import Resolution
from .mind import Mind
from .wording import money_text, which_half

Lines = tuple[str, ...]


class Abroad(Strict):
    """`abroad.toml`."""

    languages: dict[str, Lines]
    fields: dict[str, Lines]
    says: dict[str, dict[str, str]]
    reasons: dict[str, dict[str, str]]
    denials: dict[str, dict[str, Lines]]


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
    language = tongue(mind)
    known, fails = abroad().reasons.get(language, {}), abroad().denials.get(language, {})
    told = (
        (id, failing(id, mind, resolution, fails) or known.get(which_half(id, resolution), ""))
        for id in resolution.reason.split()
    )
    said = [f"{words} ({id})" if id in mind.clauses else words for id, words in told if words]
    if not said:
        return ""
    order, amount = resolution.order_id or "?", money_text(resolution) or "?"
    form = abroad().says[language][resolution.action]
    whole = form.format(order=order, amount=amount, why="; ".join(said))
    return whole if "?" not in whole else f"{said[0][:1].upper()}{said[0][1:]}."
