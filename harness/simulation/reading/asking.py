"""What a program asks for in its own words, and the form of the answer: one of two words, a number alone.

The last message's own question comes first. Where that holds only the case, or no more than "Decide.", the
system prompt's rule for answers is the question: "Answer with exactly one word: ...".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

_SENTENCE = re.compile(r"(?<=[.!?])[\"'”]?\s+|\n")
_MARKS = " \t-*•#>"
_DATA = re.compile(
    r"^</?\w[^<>]{0,40}>$|^(?!(?:answer|reply|respond|say|write|return|tick|check)\b)[\w' ]{2,30}:$|^\W*$"
    r"|^(?:now|ticket|from|to|received|date|sent|subject|orders?|mail|e-?mail|policy|today)\s*:",
    re.IGNORECASE,
)
"""A label, a tag or a mail's head."""
_POLITE = r"^(?:(?:please|now|then|so|and|finally|just|simply|only|task|question|q)\b[:,]?\s+){0,3}"
_SAY = r"(?:answer|reply|respond|output|return|print|say|state|give|write|report)"
_ORDERS = (
    rf"(?:{_SAY}|name|tell|explain|list|quote|rewrite|describe|classify|categori[sz]e|label|rate|score"
    rf"|extract"
    r"|identify|determine|decide whether|find|pull|detect|check|justify|walk|show|compute|calculate|copy"
    r"|pick|choose|select|assign"
    r"|break down|lay out|set out|put|restate|paraphrase"
    r"|simplify|rephrase|reword|argue|play|route|sort|triage|work out)"
)
_ASKING = re.compile(
    rf"{_POLITE}(?:{_ORDERS}\b|(?:what|which|who|whose|when|where|why|how|is|are|was|were|does|do|did|has"
    rf"|have"
    r"|had|can|could|may|must|should|will|would)\b[^.]*\?"
    rf"|if\b[^.]{{3,80}},\s(?:then\s)?{_SAY}\b)|\?[\"'”]?$",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{_POLITE}(?:decide|answer|begin|start|go(?: on| ahead)?|proceed|continue|classify|label|review"
    r"|handle)(?: (?:it|this|the|now|please|ticket|case|mail|e-?mail|message|request|below)){0,3}\W*$",
    re.IGNORECASE,
)
"""Asks for nothing that the system prompt has not asked for."""
_ALONE = (
    r"\b(?:only|just|nothing (?:else|more|but|further)|alone"
    r"|(?:exactly |in )?(?:one|(?:a )?single|a) (?:word|number|integer|digit|letter)"
    r"|no (?:explanations?|other text|comments?)|without (?:an? )?(?:explanation|comment)s?)\b"
)
_BRIEF = re.compile(_ALONE, re.IGNORECASE)
_RULE = re.compile(
    rf"{_POLITE}(?:(?:{_SAY}|tell me|name|detect|identify|determine)\b"
    r"(?!\W+(?:to )?(?:the |a |an )?(?:customer|sender|e-?mail|letter|json|xml|yaml|csv)\b)"
    r"|one (?:word|number|of)\b|(?:on |in )?(?:the |your )?first (?:line|word)\b"
    r"|(?:start|begin)\b[^.\n]{0,20}\bwith\b|[\"'`]?yes\W{1,4}(?:or )?\W?no\b[^.\n]{0,20}\bfirst\b"
    r"|(?:your (?:answer|reply|output) (?:is|must be|should be))\b"
    rf"|(?:if|when)\b[^.]{{3,80}},\s{{0,2}}{_SAY}\b)",
    re.IGNORECASE,
)
_SHORT = 5
"""`Number only.`, `Nothing but the id, please.`"""
_NUMBER = re.compile(r"\b(?:number|integer|digit|figure|numeral)\b", re.IGNORECASE)
_SENTENCES = re.compile(r"\b(?:one|two|three|a|1|2|3|full|short) (?:short )?sentences?\b", re.IGNORECASE)
_QUOTE = r"[\"'`“”‘’*]{0,2}"
_WORD = rf"{_QUOTE}([A-Za-z][\w/-]{{0,20}}){_QUOTE}"
_IF_THEN = re.compile(
    rf"\b{_SAY}\b(?:\s(?:with|only|just|the|word|exactly)){{0,3}}\s{_WORD}\s(?:if|when"
    rf"|where)\s([^,;.]{{4,200}})[,;.]?\s"
    rf"{{0,2}}(?:and |or )?(?:otherwise|else|if not|in all other "
    rf"cases)[,:]?\s(?:{_SAY}\s)?(?:with\s)?{_WORD}",
    re.IGNORECASE,
)
_IF_FIRST = re.compile(
    rf"\bif\s([^,;.]{{4,200}}),\s(?:then\s)?{_SAY}\b(?:\s(?:with|only|just|the|word"
    rf"|exactly)){{0,3}}\s{_WORD}[,;.]\s{{0,2}}"
    rf"(?:and |or )?(?:otherwise|else|if not|in all other cases)[,:]?\s(?:{_SAY}\s)?(?:with\s)?{_WORD}",
    re.IGNORECASE,
)
_LOSS = re.compile(
    rf"(?:\bor\s(?:{_SAY}\s)?(?:with\s)?{_QUOTE}(?P<or>NONE|UNKNOWN|UNCLEAR|UNSURE|UNDECIDED|NULL|N/?A|-1"
    rf"|0|none|unknown"
    rf"|unclear|unsure|null|[A-Z]{{3,20}}(?=\W{{1,3}}(?:if|when|where)\b))"
    rf"|\b(?:[Oo]therwise|[Ee]lse|[Ii]f (?:you are |it is |it's )?(?:not|unclear|not clear|unsure|unknown"
    rf"|in doubt|not sure))[,:]?"
    rf"\s(?:{_SAY}\s)?(?:with\s|just\s)?{_QUOTE}(?P<else>[A-Z][A-Z_/]{{2,20}}|-1|0|none|null|unknown"
    rf"|unclear|unsure)"
    rf"|\b(?:[Aa]nswer|[Rr]eply|[Ss]ay|[Rr]eturn|[Ww]rite|[Oo]utput|[Pp]rint)\s(?:with\s|just\s)?{_QUOTE}"
    rf"(?P<when>[A-Z][A-Z_/]{{2,20}}){_QUOTE}(?=\s(?:if|when|where)\s[^.,;\n]{{0,40}}"
    rf"\b(?:not|cannot|can't|can’t|n't|unclear|open|unsure|unsettled|doubt)\b)"
    rf"|\b[Ii]f\s[^.,;\n]{{3,60}}\b(?:not|cannot|can't|n't|unclear|open|ambiguous|doubt|unsure"
    rf"|unsettled)\b[^.,;\n]{{0,40}},\s(?:then\s)?{_SAY}\s(?:with\s|just\s)?"
    rf"{_QUOTE}(?P<then>[A-Z][A-Z_/]{{2,20}}|-1|0|none|null|unknown|unclear|unsure))"
    rf"{_QUOTE}(?=\s{{0,2}}(?:$|[.,;)]|if\b|when\b|where\b))"
)
_DOUBT = re.compile(
    rf"\b(?:if|when|where) (?:you(?:['’]re| are) )?(?:in (?:any )?doubt|unsure|not sure|uncertain)[,:]? "
    rf"(?:{_SAY} )?(?:with )?{_QUOTE}(yes|no|true|false)\b",
    re.IGNORECASE,
)
"""Says which of yes and no is for what is not known."""
_BESIDE = re.compile(
    rf"(?i:{_ALONE})|^[\"'`]?[A-Z][A-Z_-]+[\"'`]?(?:(?:,? or |, | ?/ ?| ?\| "
    rf"?)[\"'`]?[A-Z][A-Z_-]+[\"'`]?){{1,6}}\W{{0,3}}$"
    rf"|{_LOSS.pattern}"
)
"""Says how to answer, and asks nothing itself."""
_POLAR_WORDS = (("yes", "no"), ("true", "false"), ("ja", "nein"), ("oui", "non"), ("y", "n"), ("si", "no"))
_CLOSED = re.compile(
    r"^(?:(?:and|so|please|now|question|q)\b[:,]?\s+){0,2}(?:is|are|was|were|do|does|did|has|have|had|can|may"
    r"|must|should|will|would|could)\b[^?]{3,300}\?",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:question|q|frage|task)\s?\d{0,2}\s?[:.]\s+(?=\w)", re.IGNORECASE)
_WHETHER = re.compile(
    r"\b(?:whether|if)\s((?:the|this|it|an?|there|we|customer)\b[^.,;:?]{4,200})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with the form of its answer."""

    text: str
    """All that asks and that says how to answer, in the program's words."""
    question: str
    """The sentence that says what is asked."""
    words: tuple[str, str] | None = None
    """The word for yes and the word for no."""
    closed: bool = False
    """Whether the question is answered by yes or no."""
    brief: bool = False
    """Whether the value alone is wanted."""
    number: bool = False
    """Whether a number is wanted."""
    loss: str = ""
    """What to say where it is not known."""
    own: bool = True
    """Whether the last message asks it, and not the system prompt."""
    ruled: bool = False
    """Whether the form of the answer was told."""
    sentences: bool = False
    why: bool = False
    """Whether the grounds are wanted after the answer."""


@lru_cache(maxsize=512)
def ask_in(last: str, system: str) -> Ask | None:
    """The question, `None` where none is asked. Both texts are without mail, documents and data."""
    mine, theirs = sentences_in(last), sentences_in(system)
    own = [line for line in mine if _ASKING.search(line) and not _BARE.match(line)] or _nominal(mine)
    rules = [line for line in (mine if own else theirs) if _is_rule(line)]
    borrowed = (
        []
        if rules or not own
        else [
            f"{line} {after}" if _WHY.search(f". {after}") else line
            for line, after in zip(theirs, [*theirs[1:], ""], strict=False)
            if _is_form(line)
        ]
    )
    if own:
        said = [line for line in mine if line in own or line in rules or _goes_along(line)]
        borrowed.sort(key=lambda line: polar_words(line) is not None)
    elif rules:
        last_rule = len(theirs) - 1 - theirs[::-1].index(rules[-1])
        near = theirs[max(0, last_rule - 2) : last_rule + 2]
        said = [line for line in near if _ASKING.search(line) or _goes_along(line)]
        said = said or [rules[-1]]
    else:
        return None
    found = _formed(said, borrowed, own=bool(own), ruled=bool(rules or borrowed))
    if found.words is None or found.loss or (doubt := _DOUBT.search(f"{system}\n{last}")) is None:
        return found
    return replace(found, loss=next((w for w in found.words if w.casefold() == doubt[1].casefold()), ""))


def _nominal(mine: list[str]) -> list[str]:
    """The thing that is wanted where it stands without a verb: `Language as ISO code, nothing else.`"""
    last = mine[-1] if mine else ""
    if not _ENDS_BRIEFLY.search(last):
        return []
    if len(last.split()) < _FEW and set(re.findall(r"[a-z]+", last.casefold())) - _GENERIC:
        return [last]
    return mine[-2:] if len(mine) >= _TWO and _A_THING.match(mine[-2]) else []


_OF_KIND = """
answer reply respond output return print say state give write report with only just please yes no true
false and or one a an word words single the your by exactly nothing else more alone in explanation number
digit digits figure integer code value text english body letter mail sentence json final message
translation summary draft letters id result lines line plain decision label percentage two without
"""
_GENERIC = frozenset(_OF_KIND.split())
"""Says of what kind an answer is, and not what it is."""
_TWO = 2
_FEW = 16
_ENDS_BRIEFLY = re.compile(
    r"(?:\bonly|\balone|\bnothing (?:else|more)|\b(?:one|a single) word|\bno explanation)\W{0,3}$",
    re.IGNORECASE,
)
_A_THING = re.compile(r"^(?:the |its )?[\w-]+(?:,? [\w'’-]+){1,14}[.:]?$")
_GIVES = re.compile(
    rf"(?:^|[.!?,;]\s)(?:just|only|simply)\s{_SAY.replace(')', '|tell)')}\s(?:me\s|us\s)?(?:the|its)\s"
    r"(?!(?:word|answer|result|letter|verdict|number|digit|customer)s?\b)[^.?!\n]{3,60}\W{0,3}$|"
    rf"(?:^|[.!?,;]\s|\band\s|\bthen\s){_SAY.replace(')', '|tell)')}\s(?:me\s|us\s)?(?:only\s|just\s)?"
    r"(?:the|its)\s(?!(?:word|answer|result|letter|verdict|number|digit|customer)s?\b)"
    r"[^.?!\n]{3,60}\b(?:only|alone|nothing (?:else|more))\W{0,3}$"
    rf"|(?:^|[.!?,;]\s|\band\s|\bthen\s){_SAY.replace(')', '|tell)')}\s(?:me\s|us\s)?(?:only|just)\s"
    r"(?:the|its)\s(?!(?:word|answer|result|letter|verdict|number|digit|customer)s?\b)[^.?!\n]{3,60}\W{0,3}$",
    re.IGNORECASE,
)
"""Says which value is to be given, whatever was asked on the way to it."""


def _goes_along(line: str) -> bool:
    """Whether a sentence says how to answer, and asks nothing itself."""
    return bool(_BESIDE.search(line)) or (_says_form_only(line) and polar_words(line) is not None)


def sentences_in(text: str) -> list[str]:
    """The sentences of a program's own words, without labels, tags and heads of mails."""
    lines = (line.strip(_MARKS) for line in _SENTENCE.split(text))
    return [line for line in lines if 5 < len(line) < 400 and not _DATA.match(line)]


def _is_rule(line: str) -> bool:
    """Whether a sentence tells the form of a short answer."""
    if len(line.split()) <= _SHORT and _BRIEF.search(line):
        return True
    if polar_words(line) is not None and _says_form_only(line):
        return True
    return bool(_RULE.match(line)) and (
        bool(_BRIEF.search(line) or _LOSS.search(line) or _IF_THEN.search(line) or _IF_FIRST.search(line))
        or polar_words(line) is not None
        or bool(_NUMBER.search(line))
        or len(re.findall(r"\b[A-Z]{3,}\b", line)) > 1
        or bool(re.match(r"one of\b", line, re.IGNORECASE))
    )


def _is_form(line: str) -> bool:
    """Whether it says nothing but the form."""
    return _is_rule(line) and (
        polar_words(line) is not None or len(line.split()) <= 8 or _LOSS.search(line) is not None
    )


def _formed(said: list[str], borrowed: list[str], *, own: bool, ruled: bool) -> Ask:
    text = " ".join([*said, *borrowed[-1:]])
    found = _IF_THEN.search(text)
    first = None if found else _IF_FIRST.search(text)
    loss = _LOSS.search(text)
    brief = bool(_BRIEF.search(text)) or polar_words(text) is not None
    if (found and _apart(found[1], found[3])) or (first and _apart(first[2], first[3])):
        one, condition, other = (
            (found[1], found[2], found[3])
            if found
            else (first[2], first[1], first[3])
            if first
            else ("",) * 3
        )
        return Ask(text, condition.strip(), (one, other), True, True, own=own, ruled=True)
    asking = [line for line in said if line.rstrip("\"'”").endswith("?") and not _says_form_only(line)]
    main = asking[-1] if asking else next((line for line in said if not _is_form(line)), said[-1])
    if ":" in main and (parts := [p.strip() for p in main.split(":") if not _says_form_only(p)]):
        main = max(parts, key=len) if polar_words(main) is not None else main
    main = _LABEL.sub("", main)
    words = polar_words(text)
    if words is None and len(said) > 1 and (given := _GIVES.search(said[-1])):
        main = given.group().strip(" .,;")
        text = " ".join([main, *borrowed[-1:]])
    closed = bool(_CLOSED.match(main)) and not re.search(
        r"\bor\b(?! (?:not|more|less|so|later)\b)", main.partition("?")[0]
    )
    if words is not None and not closed and (about := _WHETHER.search(text)):
        main, closed = about[1], True
    return Ask(
        text, main, words, closed or words is not None, brief, bool(_NUMBER.search(text)),
        next(filter(None, loss.groups()), "") if loss else "", own, ruled, bool(_SENTENCES.search(text)),
        bool(_WHY.search(text)) and not _NO_WHY.search(text),
    )  # fmt: skip


_WHY = re.compile(
    r"(?:\b(?:then|and|followed by|plus|second line|after that|below|below it)\b|[,;:.])[^.\n]{0,30}"
    r"\b(?:why|reasons?|explain|explanation|justif\w+|grounds)\b",
    re.IGNORECASE,
)
_NO_WHY = re.compile(
    r"\b(?:no|without|not?|don['’]t)\b(?: \w+){0,3} (?:why|reasons?|explain|explanations?|justif\w+)",
    re.IGNORECASE,
)
_OF_FORM = """
answer reply respond output return print say state give write report with only just please either
yes no true false ja nein oui non or and one a word single the question in your by exactly nothing
else y n simply alone
"""
_FORM_WORDS = frozenset(_OF_FORM.split())


def _says_form_only(line: str) -> bool:
    """Whether a sentence names the words of the answer and nothing to answer."""
    return not set(re.findall(r"[a-z]+", line.casefold())) - _FORM_WORDS


def _apart(one: str, other: str) -> bool:
    little = {"with", "its", "the", "a", "an", "only", "it"}
    return one.casefold() != other.casefold() and not {one.casefold(), other.casefold()} & little


def polar_words(text: str) -> tuple[str, str] | None:
    """The words for yes and no that a text offers, as they stand there."""
    for yes, no in _POLAR_WORDS:
        found = re.search(
            rf"(?<!\w){_QUOTE}({yes}){_QUOTE}\s?(?:,|/|\||\bor\b|\boder\b|\bou\b|\bo\b)\s?(?:or "
            rf")?{_QUOTE}({no})(?!\w)",
            text,
            re.IGNORECASE,
        )
        if found:
            return (found[1], found[2])
    return None
