"""Whether the model's own block of lines would pass by what a program asks for in words."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.queries import UNTOLD
from exercises.flaky_agent_trace.reading.quoting import quoted_as_asked
from exercises.flaky_agent_trace.writing.closing import last_line_asked
from exercises.flaky_agent_trace.writing.telling import asks_wanted, thread_asked
from harness.simulation.reading.asking import sentences_in

from .advice import what_next
from .findings import wants_state
from .standing import answered_before
from .supposed import supposing

_WISHES = re.compile(
    r"\b(?:one|a single) (?:word|line|letter|token|label)\b|\bnothing (?:else|more)\b"
    r"|\b(?:answer|reply|respond|return|output|give|write|say)\b[^.\n]{0,30}\bonly\b"
    r"|\bno (?:conclusions?|decisions?|preamble|prose|verdict)\b|\b(?:first|last|final) line\b"
    r"|\b(?:table|csv|tsv|json|xml|yaml|toml|markdown|bullets?|bullet points?)\b"
    r"|\b(?:one|each|a) (?:\w+ )?(?:per|on (?:its|a) own) line\b|\bone per line\b"
    r"|\bin (?:the|this) format\b|\bformat:"
    r"|\b(?:at most|up to|under|no more than|max(?:imum)?) (?:\d+|two|three|four|five|six) "
    r"(?:\w+ )?(?:words?|characters?|lines?|steps?|sentences?)\b"
    r"|\b(?:pig latin|morse|rot13|sql|emoji|javascript|typescript|html|latex|regex|bold|italics"
    r"|brackets|parenthes[ei]s"
    r"|all caps|upper-?case|lower-?case|capitals|followed by|separated by|key: value|key-value"
    r"|code block|statement|literal)\b"
    r"|\b(?:answer|reply|respond) with [\"'`]?[A-Z][\"'`]? \("
    r"|\b(?:argue|debate|compare|differs?|difference|rank|score)\b",
    re.IGNORECASE,
)
"""What a decision in labelled lines, or all that was read in them, does not meet."""


def bypassed(mind: Mind) -> bool:
    """Whether something else is wanted than such a block, and nothing that is known here answers it."""
    if mind.contract.form != "text" or mind.contract.tools or not _WISHES.search(mind.instructions):
        return False
    if _met(mind):
        return False
    if mind.operation in {"decide", "revise"}:
        return True
    if mind.operation not in {"extract", "classify", "summarise"} or wants_state(mind):
        return False
    told = asks_wanted(mind.instructions) or thread_asked(mind.instructions)
    return not (told or quoted_as_asked(mind, mind.instructions))


def one_word_asked(mind: Mind) -> bool:
    """Whether the one word for what is to be done is wanted, and none is given to choose from."""
    said = sentences_in(mind.asked_last)[-2:]
    asks = any(_DO.search(line) for line in said) and any(_ONE_WORD.search(line) for line in said)
    return bool(asks and mind.operation == "decide" and mind.clauses and mind.labels is None)


_ONE_WORD = re.compile(
    r"\b(?:one|a single|1|ein|einem|un seul|una sola) (?:word|wort|mot|palabra)\b", re.IGNORECASE
)
_DO = re.compile(
    r"\bwhat (?:should|do|must|shall|would) (?:we|i|you|be done)\b|\b(?:your|the) (?:decision|verdict"
    r"|ruling|outcome)\b"
    r"|\bwas (?:tun|sollen wir tun)\b|^\W{0,4}(?:decide|decision|verdict)\b",
    re.IGNORECASE,
)


def _met(mind: Mind) -> bool:
    """Whether it is known what is asked."""
    if one_word_asked(mind):
        return True
    met = mind.told or mind.points or mind.labels is not None or mind.craft or mind.rule
    return bool(met or mind.question is not None or what_next(mind) or last_line_asked(mind.instructions))


_PICKS = re.compile(
    r"\b(?:pick|choose|select|name|which|what|how|is|say|rate|tag)\b[^.?\n:]{0,40}?"
    r"\b(?:moods?|tone|sentiment|emotion|urgen\w{1,3}|priority|severity|risk)\b[^.?\n:]{0,24}?[:,?]?\s{1,2}"
    r"[a-z_]{2,15}(?:(?:, (?:or )?| ?/ ?| ?\| ?| or )[a-z_]{2,15}){1,6}(?=[.?!\n]|$| in (?:a|one)\b)"
    r"|^\W{0,4}(?:mood|tone|sentiment|urgency|priority|severity|risk)\s?[?:]\s{1,2}"
    r"[a-z_]{2,15}(?:(?:, (?:or )?| ?/ ?| ?\| ?| or )[a-z_]{2,15}){1,6}\W{0,3}$",
    re.IGNORECASE | re.MULTILINE,
)


def unpicked(mind: Mind) -> str:
    """What is not clear of a choice of words for a feeling or for urgency: a number is no answer."""
    if mind.contract.form != "text" or mind.contract.tools or mind.labels is not None or mind.points:
        return ""
    found = _PICKS.search(mind.asked_last)
    if mind.told == "rated" and _GRADED.search(mind.asked_last):
        return ""
    return UNPICKED if found is not None and not _SCALE.search(mind.asked_last, found.start()) else ""


UNPICKED = "what the words on offer stand for is not clear"
_GRADED = re.compile(r"\blow\b[^.?\n]{1,30}\bhigh\b", re.IGNORECASE)
_SCALE = re.compile(r"\b\d{1,2} ?(?:to|-|–) ?\d|%|\bscore\b|\bnumber\b", re.IGNORECASE)


def adrift(mind: Mind) -> str:
    """What is not clear of a short turn after a decision that asks for something else than it again."""
    last = mind.context.last
    if mind.contract.form != "text" or mind.contract.tools or last is None or last.source != "user":
        return ""
    if not (mind.mail.present and answered_before(mind)) or mind.operation != "decide" or _met(mind):
        return ""
    asked = " ".join(last.text.split())
    if (
        supposing(mind)
        or len(asked.split()) > _SHORT
        or mind.scene.mail_share(last)
        or _DECIDES.search(asked)
    ):
        return ""
    return UNTOLD if asked.endswith("?") else "what you would like to know is not clear to me"


_SHORT = 30
_DECIDES = re.compile(
    r"\b(?:decid\w+|decision|verdict|outcome|conclu\w+|resol\w+|refund\w*|pay\w*|paid|due|owe\w*|amount|sum|action|act"
    r"|proceed|go (?:on|ahead)|continue|final|answer|respond|reply|format|result|next|what (?:now|then"
    r"|do we do)|and now|so what|anew"
    r"|(?:re-?)?(?:consider|assess|evaluate|check|think|read|do|try)|again|revis\w+|correct\w*|valid|error|wrong|fix"
    r"|ready|done|case|ticket)\b|[{}<>|]|\b[A-Z]-\d\b",
    re.IGNORECASE,
)
"""Wants the decision, or it in another way."""


def asks_otherwise(mind: Mind) -> bool:
    """Whether the last message wants some text or list of its own, and no decision: it must get none."""
    if (
        mind.operation != "decide"
        or mind.contract.form != "text"
        or mind.contract.tools
        or not mind.mail.present
    ):
        return False
    said = [line for line in sentences_in(mind.asked_last) if not _A_TAG.match(line)]
    return any(_WANTS_A_TEXT.search(line) for line in said) and not any(
        _OF_THE_DECISION.search(line) for line in said
    )


_A_TAG = re.compile(r"</?[\w-]+[^<>]{0,80}>?$")
_WANTS_A_TEXT = re.compile(
    r"^\W{0,6}(?:please |now |then |and |can you |could you )*(?:list|name|give(?: me)?|return|write"
    r"|draft|show|tell me|output|extract"
    r"|quote|count|find|identify|draw|make|compile|produce|generate|note|prepare|nenne|liste|gib|donne|liste[rz]?|lista|da|geef|noem|podaj"
    r"|wypisz)\b"
    r"|^\W{0,6}(?:a |the |one[- ](?:line|sentence) )?(?:gist|hand-?\s?over|timeline|list|table|overview"
    r"|note|glossary|faq|title|haiku)\b",
    re.IGNORECASE,
)
_OF_THE_DECISION = re.compile(
    r"\b(?:due|ow(?:e[ds]?|ing)|refund\w*|pay\w*|paid|decid\w*|decision|verdict|rul(?:e|es|ing)|entitled|approv\w+|deny|escalat\w+"
    r"|should|do we|(?:to|we) do|handle|resol\w+|next|answer|reply|respond|response|result|output"
    r"|outcome|action|case|ticket"
    r"|think|reason\w*|steps?|explain|analy\w+|assess\w*|judg\w+|evaluat\w+|determin\w+|clauses?|policy|handbook|recommend\w*"
    r"|amount|sum|entscheid\w*|erstatt\w*|décid\w*|rembours\w*|decid\w*|reembols\w*|beslis\w*|terugbetal\w*|zwrot\w*|decyz\w*)\b",
    re.IGNORECASE,
)
