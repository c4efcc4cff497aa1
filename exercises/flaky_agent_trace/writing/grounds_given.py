"""Why it was decided, as a program says it for a letter, and what else it says in sentences of their own."""

from __future__ import annotations

import re
from typing import Any

from exercises.flaky_agent_trace.deciding.handed import grounds_in
from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.coded_reasons import to_whomever, uncoded
from exercises.flaky_agent_trace.papers.outcomes import outcome_in

from .further import KEYED
from .noted_facts import SENTENCES, kept_in, noted_in, past_in

NOTHING = re.compile(
    r"\b(?:nothing|no money|not)\b[^.;\n]{0,20}\b(?:refunded|paid|due)\b"
    r"|\bnichts\b[^.;\n]{0,20}\w*erstattet|\brien\b[^.;\n]{0,20}\brembours\w+"
    r"|\bnada\b[^.;\n]{0,20}\breembols\w+"
    r"|\bniets\b[^.;\n]{0,20}\bterugbetaald|\bnic\b[^.;\n]{0,20}\bzwró\w+",
    re.IGNORECASE,
)
_WHY_KEY = re.compile(
    r"^(?:(?:the |customer |internal )?(?:reasons?|why|because|grounds?|background|explanation|rationale"
    r"|justification)(?: (?:for|to) (?:the )?customer)?"
    r"(?:,? \(?(?:clause|rule|section|under|by|per|see|§)\b[^:=]{0,40})?|grund|begründung|hintergrund"
    r"|motif|raison|motivo|razón|reden|achtergrond|powód|uzasadnienie)$",
    re.IGNORECASE,
)


def is_why(key: str) -> bool:
    """Whether a label says that behind it stands why it was decided."""
    return _WHY_KEY.match(to_whomever(key.strip())) is not None


def withheld(text: str) -> bool:
    """Whether a program says that the customer is not to be told why."""
    return _WITHHELD.search(text) is not None


_WITHHELD = re.compile(
    r"\b(?:do(?:es)? not|don['’]t|never|must ?n(?:o|['’])t|must not|should not|not to|without|avoid) (?:be )?"
    r"(?:tell|told|mention|say|disclos|reveal|giv|quot|explain|stat|shar|nam)\w*\b[^.\n]{0,30}"
    r"\b(?:reasons?|grounds?|why|rationale)\b"
    r"|\b(?:reasons?|grounds?|rationale)\b[^.:;\n]{0,30}\b(?:must|should|is|are|may|to be)\b[^.:;\n]{0,12}"
    r"\b(?:not|never)\b[^.\n]{0,20}\b(?:told|mentioned|disclosed|revealed|shared|stated|given|passed on)\b"
    r"|\b(?:keep|withhold) (?:the |this |that |our )?(?:reasons?|grounds?)\b"
    r"|\b(?:den grund|die gründe)\b[^.\n]{0,20}\bnicht\b[^.\n]{0,20}\b(?:nennen|mitteilen|sagen|verraten)\b",
    re.IGNORECASE,
)


def why_in(said: str) -> str:
    """Why it was decided, of what a program gives as the reason, less the outcome that it says again."""
    if "?" in said:
        return said
    if (words := uncoded(said)) != said:
        return words
    plain = " ".join(_CLAUSE.sub("", said).split())
    sentences = [one for one in SENTENCES.split(plain) if one.strip()]
    told = next((one for one in sentences if outcome_in(one) is not None), None)
    if told is None:
        return said
    behind = re.search(r":\s+(?P<why>[^:]{4,200})$", told.rstrip(" ."))
    aside = re.search(r"\((?P<why>[^()]{4,200})\)\W*$", told)
    before = re.search(r"(?:^|:\s+)(?P<why>[^:]{4,200}?),? (?:so|therefore|hence|which is why)\b", told)
    found = next(
        (one["why"] for one in (before, aside, behind) if one and outcome_in(one["why"]) is None), ""
    )
    others = [one for one in sentences if one is not told and outcome_in(one) is None]
    return found or (told if not others else others[0])


_CLAUSE = re.compile(r"\s?\((?:(?:see |rule |clause |§ ?)?[A-Z]-\d(?:, | and )?)+\)|(?<=\w) [A-Z]-\d(?=[:,])")
LED_TO = re.compile(
    r"(?:\b(?:because|since|as|for|so|why|reasons?|due to|weil|da|denn|wegen|car|parce que|porque|omdat"
    r"|ponieważ|gdyż)\b\W{0,3}|[:(])\s*$",
    re.IGNORECASE,
)


def others_in(text: str, told: list[str], grounds: str) -> tuple[str, ...]:
    """The sentences behind the outcome, in its paragraph, that are of no kind that is known."""
    at = next((at for at, said in enumerate(told) if outcome_in(said) is not None), None)
    if at is None:
        return ()
    start = text.find(told[at][-20:])
    block = text[start:].partition("\n\n")[0] if start >= 0 else ""
    above = text[: max(start, 0)].rpartition("\n\n")[2]
    return tuple(
        said.strip(" -*•")
        for number, said in enumerate(told)
        if number != at
        and (said.strip() in block if number > at else _LISTED.match(said) and said.strip() in above)
        and _STATES.match(said.strip(" -*•"))
        and not (KEYED.match(said) or outcome_in(said) or _OF_WRITING.search(said) or said.endswith("?"))
        and said.strip(" .").casefold() not in grounds.casefold()
        and not (grounds and grounds.casefold() in said.casefold())
        and not (past_in(said, {}) or kept_in(said, {}) or noted_in(ORDER_ID.sub(" ", said), {}))
    )


def led_by(one: str, told: list[str]) -> bool:
    """Whether a sentence stands before the one that tells the outcome, as a reason does."""
    first = next(said for said in told if outcome_in(said) is not None or one in said)
    return one in first


_STATES = re.compile(
    r"(?:we|our|the|your|she|he|her|his|this|that|it|they|an?|there|until|from|both|all|no)\b[^?]{0,60}?"
    r"\b(?:is|are|was|were|has|have|had|will|can|cannot|may|must|could|does|do|did|came"
    r"|\w{3,}(?:[^s\W]s|ed))\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s{0,8}[-*•]\s")
_OF_WRITING = re.compile(
    r"\b(?:repl(?:y|ies)|letters?|e-?mails?|mails?|answers?|sentences?|tone|words?|polic(?:y|ies)|handbook"
    r"|rules?|wrote|writes?|tickets?|json|format|decided|decision|refund\w*|desk|you)\b",
    re.IGNORECASE,
)
"""Speaks to the writer, or of the case itself."""


def grounds_told(slots: dict[str, Any], sentences: list[str]) -> str:
    """Why it was decided, as the sentence that tells the outcome says it, or the one behind it."""
    plain = (_LINK.sub("", said) for said in sentences)
    told = [said for said in plain if not past_in(said, {}) and not noted_in(ORDER_ID.sub(" ", said), {})]
    at = next((at for at, said in enumerate(told) if outcome_in(said) is not None), None)
    if at is None:
        return ""
    said = grounds_in({"action": slots["action"]}, told[at])
    if said and not _BARE_IDS.fullmatch(said):
        return said
    found = outcome_in(told[at])
    if (colon := _BEHIND.search(told[at], found[1] if found is not None else 0)) is not None:
        return colon["said"].strip(" .")
    if said:
        return said
    behind = re.split(r" [-–—] ", told[at], maxsplit=1)[1:]
    last = _LAST.search(re.sub(r"\([^()]*\)", "", ORDER_ID.sub("", told[at])))
    after = [
        said for said in told[at + 1 : at + 2] if not KEYED.match(said) and _SENTENCE.match(said.strip())
    ]
    said = next((one for one in [*behind, last["said"] if last else "", *after] if one.strip()), "").strip(
        " ."
    )
    if NOTHING.search(said) or outcome_in(said) is not None:
        return ""
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


_BARE_IDS = re.compile(r"[A-Z]-\d(?: [A-Z]-\d)*")
_BEHIND = re.compile(r":\s{1,3}(?P<said>(?!\d+[.,]\d\d)\w{1,20} [^:]{6,200})$")
"""What stands behind the outcome and a colon, where else only a clause is named."""
_LINK = re.compile(r"[:(,]?\s{0,3}(?:https?://)?[\w-]{1,40}(?:\.[\w-]{1,40}){1,3}/\S{0,80}")
_LAST = re.compile(r"[:,]\s{0,3}(?P<said>[^\W\d_]{2,20} (?!\d+[.,]\d\d)[^,:]{6,120})\W{0,3}$")
"""A few words behind the last comma."""
_SENTENCE = re.compile(r"[^\W\d_]\w{0,20} \w[^:=]{8,160}$")
