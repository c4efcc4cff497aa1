"""What programs ask in plain words besides decisions, readings and letters: a label, a rule, another craft.

What is beyond the model is said to be, rather than answered with something else.
"""

from __future__ import annotations

import re
from dataclasses import replace

from exercises.flaky_agent_trace.answering.labels import tells
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.offers import labels_of, many_asked
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.writing.translatable import ENGLISH_ONLY, INTO
from harness.simulation.forms.spoken import YES_OR_NO, Question, question
from harness.simulation.meaning.labels import labels_in
from harness.simulation.reading.asking import Ask

from .rules import NO_RULES, rule_asked, ruled

UNTOLD_LABELS = "what the labels on offer stand for is not clear"
_START = r"(?:^|[.!?]\s+)\W{0,6}(?:please |now |then |can you |could you )*"
_BEYOND = re.compile(
    rf"{_START}(?:rewrite|rephrase|reword|proofread|polish|spell-?check|shorten"
    r"|correct the (?:grammar|spelling))\b[^.\n]{0,40}\b(?:mail|e-?mail|message|text|letter|ticket)\b"
    rf"|{_START}(?:ask|(?:write|draft)\b[^.\n]{{0,30}}\b(?:asking|to ask))\b"
    r"(?:(?!\bif\b|\bwhen\b)[^.\n]){0,40}"
    r"\b(?:photos?|pictures?|images?|videos?|receipts?)\b(?!(?:[^.\n]*)\b(?:if|when)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_HEAD = re.compile(r"\s{0,8}[\w ]{2,20}:")
_FEW = 3
_YES_OR_NO = re.compile(
    r"\W{0,8}(?:\w{1,20} ){0,4}yes\W{1,8}(?:or\W{1,8})?no(?: only)?\W{0,8}", re.IGNORECASE
)


def plain_ask(mind: Mind, operation: str, asked: str, answerable: frozenset[str]) -> str:
    """The operation, where a program asks for one of these; empty: it does not."""
    mind.labels, mind.rule, mind.lacking = None, "", ""
    if mind.contract.form != "text" or mind.contract.tools or mind.proposal is not None:
        return ""
    if operation in _OPEN and (rule := rule_asked(asked)):
        mind.rule = ruled(mind, rule)
        mind.lacking = "" if mind.clauses else NO_RULES
        return "summarise" if mind.rule or mind.lacking else "chat"
    into = INTO.search(asked) if operation == "translate" else None
    if not mind.mail.present:
        mind.lacking = ENGLISH_ONLY if into else ""
        return operation if into else ""
    mind.lacking = ENGLISH_ONLY if into and into.lastgroup != mind.scene.meaning.language else ""
    if operation in {"chat", "draft"} and _BEYOND.search(asked):
        return "chat"
    if operation in _OPEN:
        return _labelled(mind, operation, asked, answerable)
    return operation if mind.lacking else ""


def question_in(asked: str, answerable: frozenset[str]) -> Question | None:
    """The question that is asked: told to say yes or no to a refund, it is whether one is due."""
    found = question(asked, vocabulary().ontology, answerable)
    if found is not None and found.slots == ("amount",) and YES_OR_NO.search(asked):
        return replace(found, slots=("eligible",))
    return found


_OPEN = frozenset({"chat", "classify"})


def labelled_ask(mind: Mind, ask: Ask, answerable: frozenset[str]) -> str:
    """The operation, where one of several labels is to be the answer and it is known what they mean."""
    asked = mind.asked_last if ask.own else mind.scene.instructions(mind.context.of("system"))
    sure = bool(_CLASSIFIES.search(asked))
    found = _labelled(mind, "classify", asked, answerable, sure=sure) if mind.mail.present else ""
    return found if mind.labels is not None or mind.lacking else ""


_CLASSIFIES = re.compile(
    r"\b(?:classify|klassifizier\w{1,3}|ordne|categori[sz]e|triage|route|label|sort|tag)\b", re.IGNORECASE
)


def _labelled(
    mind: Mind, operation: str, asked: str, answerable: frozenset[str], *, sure: bool = False
) -> str:
    said = [line for line in asked.splitlines() if len(line.split()) > _FEW and not _HEAD.match(line)]
    if operation == "chat" and said and all(_YES_OR_NO.fullmatch(line) for line in said):
        return "chat"  # to what?
    labels = labels_of(asked, mind.context)
    if labels is None:
        return ""
    if not labels.slot and _CLASSIFIES.search(asked) and labels_in(asked):
        mind.lacking = UNTOLD_LABELS
        return "chat"
    if labels.slot in {"", "topic", "effort"} and not (sure and labels.slot):
        found = question(asked, vocabulary().ontology, answerable)
        if found is not None and found.slots != ("issue",):
            return ""
    if not tells(labels, mind.mail.values("issue")):
        mind.lacking = UNTOLD_LABELS
    if not labels.slot or mind.lacking:
        return "chat"
    mind.labels = replace(labels, many=many_asked(asked))
    slot = labels.slot if labels.slot in vocabulary().ontology.slots else "issue"
    mind.contract = replace(mind.contract, slots=frozenset({slot}))
    return "decide" if slot == "action" else "classify"
