"""What a program says that others have found: that several orders fit, or that a mail names more than one.

Whoever is told so looks again. A rule for cases such as there may be (`if two orders fit, ask`) says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from exercises.flaky_agent_trace.ontology import ORDER_ID

_OTHERS = re.compile(
    r"\b(?:(?:an?other|other|second|third|first|both|two|three|different|independent|earlier) (?:\w+ )?"
    r"(?:readers?|colleagues?|models?|reviewers?|checkers?|readings?|extractions?|opinions?|annotators?"
    r"|agents?|views?|runs?|passes|pass|assistants?|clerks?)"
    r"|(?:readers?|reviewers?|readings?|extractions?|opinions?|views?|runs?|models?) "
    r"(?:disagree|differ|do(?: not|n['’]t) agree)"
    r"|(?:an?|one|the|our|my) (?:\w+ )?(?:readers?|colleagues?|reviewers?|annotators?|clerks?)"
    r"|ein anderer (?:leser|kollege)|un autre lecteur|otro lector|een andere lezer|inny czytelnik)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:two|three|several|both|more than one|multiple|\d) (?:\w+ ){0,3}?(?:fit|fits|match\w*|qualify"
    r"|possible|candidates?|(?:may|might|could) be meant|remain|are left|left)\b"
    r"|\b(?:two|three|several|more than one|multiple|\d) (?:\w+ ){0,2}?orders?\b"
    r"|\b(?:ambiguous|undecided|unsettled|not settled|open|unclear)\b"
    r"|\b(?:fit|match)\w* (?:equally|just as|as) well\b"
    r"|(?:\b(?:not|unable to|failed to)|n['’]t) (?:\w+ )?(?:tell|settle|decide|say|determine|see)\b"
    r"[^.;\n]{0,20}\bwhich\b",
    re.IGNORECASE,
)
_DISAGREE = re.compile(
    r"\b(?:disagree\w*|differ\w*|(?:not|n['’]t) agree|uneinig|the other|another)\b", re.IGNORECASE
)
_CASES = re.compile(
    r"\b(?:if|when|whenever|unless|whether|in case|should (?:two|several|both)|falls|wenn|si)\b",
    re.IGNORECASE,
)
_IN_MAIL = re.compile(
    r"\b(?:mail|email|message|customer|they|he|she|it|ticket|text|subject)\b[^.;\n]{0,40}"
    r"\b(?:names?|mentions?|speaks? of|asks?|wants?|contains?|lists?|is about|concerns?|has|gives?"
    r"|spells? out|talks? (?:of|about)|says?)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_WINDOW = 3
"""Sentences from the one that speaks of another reader on, which tell what that one found."""


def doubted(texts: Iterable[str]) -> bool:
    """Whether it is said that somebody else found more than one order to fit, or another one."""
    for text in texts:
        said = [part for part in _SENTENCE.split(text) if part.strip()]
        for at, part in enumerate(said):
            if _OTHERS.search(part) is None or _CASES.search(part):
                continue
            found = " ".join(said[at : at + _WINDOW])
            ids = {id.upper() for id in ORDER_ID.findall(found)}
            if len(ids) > 1 and _DISAGREE.search(found):
                return True
            if _SEVERAL.search(found) and (ids or "order" in found.casefold()):
                return True
    return False


def several_told(texts: Iterable[str]) -> frozenset[str]:
    """The orders that a mail is told to be about, where it is said that there are several; else none."""
    for text in texts:
        for part in _SENTENCE.split(text):
            ids = frozenset(id.upper() for id in ORDER_ID.findall(part))
            told = _IN_MAIL.search(part) or re.search(r"\b(?:missing|missed|left out|overlooked)\b", part)
            if len(ids) > 1 and told and not _CASES.search(part):
                return ids
    return frozenset()


def left_out(mail: str, words: str) -> bool:
    """Whether the sentence of a mail that has these words says that it is not about what they name."""
    sentence = next((part for part in _SENTENCE.split(" ".join(mail.split())) if words in part), "")
    return _LEFT_OUT.search(sentence) is not None


_LEFT_OUT = re.compile(
    r"(?:\b(?:not|never|nicht|nie|pas|no|niet)|n['’]t)\b[^.;,]{0,30}"
    r"\b(?:that|this|the) (?:one|other|newer|older|first|second|last|latest|order)\b"
    r"|\bnot (?:speak|talk|about|meant|concerned)\b"
    r"|\b(?:leave|forget|never mind|ignore) (?:about )?(?:that|this|it)\b"
    r"|\b(?:um (?:die|den|das)|darum) geht es nicht\b|\b(?:pas|non pas) (?:celui|celle)\b"
    r"|\bno (?:es |hablo de |me refiero a )?(?:es[ao]|aquell[ao])\b|\bniet om (?:die|dat)\b"
    r"|\bnie o (?:to|tę|ten)\b",
    re.IGNORECASE,
)
