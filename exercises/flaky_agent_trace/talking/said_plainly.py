"""The answer once more for people who don't know the handbook: without its clauses, in a sentence."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.abroad import asked_in
from exercises.flaky_agent_trace.writing.in_brief import in_one_sentence

from .in_prose import decided_in_prose
from .standing import last_turn

_LONGEST = 35
_CLAUSES = (
    r"(?:(?:clauses?|rules?|paragraphs?|sections?|policy|handbook)(?: (?:numbers?|ids?|codes?"
    r"|references?|names?))?"
    r"|references?|codes|jargon|legalese|(?:klausel|paragra(?:f|ph)|regel)\w*|verweise?|fachchinesisch|clauses?"
    r"|cláusulas?|paragraf\w*|klauzul\w*)\b"
)
_PLAINLY = re.compile(
    rf"\b(?:no|without|leave out|leaving out|drop|omit|skip|minus|ohne|lass\w*|sans|sin|zonder|bez)\b"
    rf"[^.?\n]{{0,20}}\b{_CLAUSES}"
    r"|\bin (?:plain|simple|normal|everyday|human) (?:words|english|language|terms)\b"
    r"|\b(?:one|a|single|in) (?:\w+ )?(?:plain|simple) sentence\b"
    r"|\b(?:for|to) (?:someone|somebody|a person|people|anyone|a layman) who (?:does ?n[o'’]t"
    r"|do ?n[o'’]t|never)\b"
    r"[^.?\n]{0,30}\b(?:handbook|policy|rules?|clauses?)\b"
    r"|\bin (?:einfachen|einfacheren|normalen|klaren) worten\b|\beinfache[mn]? (?:deutsch|satz)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\b(?:say|put|repeat|rephrase|reword|restate|write|give|tell|explain|make|phrase|sum|again|once more"
    r"|sag\w{0,2}|wiederhol\w*|formulier\w*|noch ?mal|noch einmal|schreib\w{0,2}|gib|redis|dites?|di"
    r"|repite|dilo"
    r"|zeg|herhaal|powiedz|powtórz)\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\W*(?:(?:and|now|please|ok(?:ay)?|but)\b\W*)*(?:in|one|a|without|no|plain|bitte|und)\b", re.IGNORECASE
)
_ONE = re.compile(
    r"\b(?:one|a|single|1|einem|einen|ein|une|una|één|jednym) (?:[\w-]+ ){0,2}(?:sentence|line|satz"
    r"|phrase|frase|zin|zdaniu?)\b"
    r"|^[^.]*\.? ?one (?:\w+ )?sentence\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:why|letter|e-?mail|mail|draft|reply to|customer|json|table|bullets?|handbook says)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r" ?\((?:[A-Z]-?\d{1,2}(?:, | and | )?)+\)")


def plainly_asked(mind: Mind, asked: str) -> bool:
    """Whether the last turn wants the answer again, in words for everybody."""
    if not mind.in_talk or len(asked.split()) > _LONGEST or _OTHERWISE.search(asked):
        return False
    return bool(_PLAINLY.search(asked)) and bool(_AGAIN.search(asked) or _BARE.match(asked))


def said_plainly(mind: Mind, answers: Answers) -> str:
    """The decision without the numbers of its clauses, in one sentence where that is wanted."""
    due = _CLAUSE.sub("", decided_in_prose(mind, answers))
    if asked_in(mind) != "en" or not _ONE.search(last_turn(mind)) or not answers.facts.asks:
        return due
    return f"{in_one_sentence(answers).rstrip('.')}; {due[:1].lower()}{due[1:]}"
