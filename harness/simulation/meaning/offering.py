"""A narrow question with the answers that it leaves: `Possible answers: a / b`, `Answer yes, no or unknown`.

Of the answers some are values; the others say what there is to say where no value fits: that several do, that
it cannot be told, that there is none. What each of these is for stands beside it more often than in its name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from harness.simulation.meaning.beliefs import Belief
from harness.simulation.meaning.nothing import UNKNOWING
from harness.simulation.meaning.slots import words_of

POSED = "\0posed"
"""Key of a field that is a question: what a belief knows its answer by, and the slots that it rests on."""
TOLD = "\0told"
"""Key of what an exercise has made out of a program's words about a field: `slot`, what it is; `means`, value
→ option; `roles`, the word for why there is no id, by the slot `found`; `empty_for`, a slot and its values
for which a list is empty; `empty_unless`, those for which alone it is not; `ever`, whether this mail counts.
"""
Role = Literal["several", "unclear", "none"]
_MOST = 14
_WIDEST = 6
"""Words of an answer."""
_AROUND = " \t\"'`“”„‘’*_.;,()[]{}<>"
_BETWEEN = re.compile(
    r"\s{0,3}(?:\s/\s|/(?=\S)|\||;|,\s{0,3}(?:or\b|oder\b|ou\b|and\b)?|\s(?:or|oder|ou)\s)\s{0,3}",
    re.IGNORECASE,
)
_ANSWERS = (
    r"(?:answers?|options?|choices?|alternatives?|repl(?:y|ies)|responses?|values?|words?|verdicts?|antworten|optionen"
    r"|réponses?|choix|respuestas?|opciones|antwoorden|opties|odpowiedzi|opcje)"
)
_MAY = (
    r"(?:possible|allowed|valid|permitted|available|acceptable|admissible|offered|legal|only|the|your|these|following"
    r"|one of|mögliche|erlaubte|zulässige|possibles|posibles|mogelijke|możliwe)"
)
_MANY_ANSWERS = (
    rf"{_ANSWERS}(?<!answer)(?<!option)(?<!reply)(?<!response)(?<!value)(?<!word)(?<!verdict)(?<!choice)"
)
_LABELLED = re.compile(
    rf"(?:^|(?<=[.?!;)])\s)\W{{0,6}}"
    rf"(?:(?:{_MAY}\s){{0,3}}{_MANY_ANSWERS}(?:\s(?:are|is|to choose from|to pick from|{_MAY})){{0,3}}"
    r"|(?:pick|choose|select|exactly)?\s?"
    r"(?:from|(?:just |exactly )?one(?: of)?(?: (?:the following|these)(?: \w{3,12})?)?))"
    r"\s?[:=][ \t]{0,3}(?P<list>[^\n]{2,400})?$",
    re.IGNORECASE,
)
"""A line, or a heading over some, that names the answers."""
_SAY = r"(?:answer|reply|respond|say|choose|pick|select|return|output|write|give|state)"
_SENTENCE = re.compile(
    rf"(?<!not )\b{_SAY}\b(?: me)?(?: (?:only|just|with|by|exactly|using|in|strictly|simply|as|either"
    rf"|from|among"
    rf"|between|one|of|a|an|single|word|the|these|following|this|{_ANSWERS[3:-1]})){{0,8}}(?P<colon>\s?:)?\s{{1,3}}"
    r"(?P<list>(?![a-z]{1,12} (?:number|id|date|sentence))[^.?!:\n]{3,300})",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    r"[(\[]\s?(?P<list>[\w-]{1,24}(?:\s?[/|]\s?[\w -]{1,24}){1,9})\s?[)\]]\W{0,3}$", re.MULTILINE
)
_BULLET = re.compile(
    r"^[ \t]{0,8}(?:[-*•]|\d{1,2}[.)]"
    r"|\(?(?P<letter>[a-hA-H])[.)])[ \t]{1,4}[\"'`*]{0,2}(?P<word>[^\W_][\w /&'’-]{0,40}?)"
    r"[\"'`*]{0,2}(?:[ \t]{0,2}(?::|=|–|—|\s-|\().*)?$"
)
_QUESTION = re.compile(
    r"^\W{0,6}(?:the )?(?:question|q|task|frage|issue to settle)\b[^\w\n]{0,6}", re.IGNORECASE
)
_CLOSING = re.compile(r"</[^<>\n]{1,40}>")
_IF = re.compile(r",?\s(?:if|when|where|unless|in case|for)\b.*$", re.IGNORECASE | re.DOTALL)
_ENDS = re.compile(r"[.!](?:\s|$)")
_NO_ANSWERS = frozenset(
    {"json", "it", "the", "a", "an", "this", "that", "them", "nothing", "only", "please", "i", "you"}
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is asked, and which answers there are."""

    question: str
    answers: tuple[str, ...]
    told: str
    """The program's words from the question on: what the answers are for may stand there."""
    listed: bool = False
    """Whether they stand in a list of their own."""


@lru_cache(maxsize=512)
def offer_in(asked: str) -> Offer | None:
    """The last question of a program's own words that leaves only some answers; `None`: there is none."""
    lines = asked.splitlines()
    for at in range(len(lines) - 1, -1, -1):
        if (found := _offered(lines, at)) is None:
            if "?" in lines[at]:
                return None  # that is what is asked, and it leaves all open
            continue
        answers, before = found
        head = before.strip()
        above = lines[:at] + ([head] if head else [])
        question = _asked_above(above)
        if question:
            listed = _LABELLED.search(lines[at]) is not None
            return Offer(_alone(question), answers, "\n".join([question, *lines[at:]]), listed)
    return None


def asked_with(asked: str, answers: tuple[str, ...]) -> Offer | None:
    """The last question of a program's own words, for a field that has these answers."""
    lines = [line for line in asked.splitlines() if line.strip()]
    question = _asked_above(lines)
    return Offer(_alone(question), answers, asked) if "?" in question else None


@lru_cache(maxsize=1024)
def offer_of(told: str, options: tuple[str, ...] = ()) -> Offer | None:
    """The question that the description of a field asks, with the answers in quotes behind it, if any."""
    question, mark, rest = told.partition("?")
    if not mark or len(question.split()) < 3:
        return None
    shown = _SAMPLES.sub(" ", rest)
    words = dict.fromkeys(word.strip() for word in _IN_QUOTES.findall(shown))
    polar = _POLAR.search(shown)
    answers = options or tuple(words) or (polar.groups() if polar is not None else ())
    return Offer(f"{question}?", answers, told)


_SAMPLES = re.compile(
    r"\b(?:for example|for instance|e\.g\.|such as|like|as in)[:,]?\s{0,2}[\"'`“][^\"'`”\n]{1,40}[\"'`”]",
    re.IGNORECASE,
)
_IN_QUOTES = re.compile(r"(?<!\w)[\"'`“„]([^\W_][\w -]{0,30})[\"'`”“](?!\w)")
_POLAR = re.compile(r"\b(yes|true)\b\W{1,3}(?:or\W{1,3})?\b(no|false)\b", re.IGNORECASE)


def _offered(lines: list[str], at: int) -> tuple[tuple[str, ...], str] | None:
    """The answers that a line offers, and what stands there before them."""
    line = lines[at]
    if (match := _LABELLED.search(line)) is not None:
        told = match["list"] or ""
        answers = _parted(_IF.sub("", _ENDS.split(told)[0])) if told.strip() else _bullets(lines[at + 1 :])
        if answers:
            return answers, line[: match.start()]
    for match in reversed([*_SENTENCE.finditer(line), *_BRACKETED.finditer(line)]):
        if answers := _parted(_IF.sub("", match["list"])):
            return answers, line[: match.start()]
    head = re.search(rf"\b(?:one of|{_ANSWERS})\b[^:\n]{{0,40}}:\s*$", line, re.IGNORECASE)
    answers = _bullets(lines[at + 1 :]) if head is not None else ()
    return (answers, line[: head.start()] if head else "") if answers else None


def _parted(told: str) -> tuple[str, ...]:
    """The answers in a list; empty where they can be none."""
    if re.search(r"[<{]", told):
        return ()  # a shape that is to be filled
    plain = _PLACE.sub("", re.sub(r"\s?\([^()\n]{1,120}\)", "", told)).strip(_AROUND)
    parts = tuple(re.sub(r"^(?:either|or|and)\s", "", part.strip(_AROUND)) for part in _BETWEEN.split(plain))
    return _fit(tuple(part for part in parts if not _OF_FORM.fullmatch(part)))


_PLACE = re.compile(
    r"[\"'`”]?,?\s(?:on|in|at|as) (?:its|a|an|the)(?: very)? (?:own|separate|new|last|final"
    r"|single)\b[^\n]{0,60}$",
    re.IGNORECASE,
)
"""Says where the answer is to stand."""
_OF_FORM = re.compile(
    r"(?:(?:one|an?|a single|exactly one|the) )?(?:word|line|label|option|answer)s?(?: only)?|only|please"
    r"|nothing (?:else|more)|exactly|no (?:comments?|explanations?|other text)",
    re.IGNORECASE,
)
"""Says how to answer, and is no answer."""


def _bullets(lines: list[str]) -> tuple[str, ...]:
    found = []
    for line in lines:
        match = _BULLET.match(line)
        if match is None:
            break
        found.append(match["word"].strip(_AROUND))
    return _fit(tuple(found))


def _fit(parts: tuple[str, ...]) -> tuple[str, ...]:
    known = {part.casefold() for part in parts}
    short = all(part and len(part.split()) <= _WIDEST for part in parts)
    topics = any(_TOPIC.match(part) for part in parts)  # `say why, and what is wanted`
    fits = 1 < len(parts) == len(known) <= _MOST and short and not known & _NO_ANSWERS
    return parts if fits and not topics else ()


_TOPIC = re.compile(
    r"(?:(?:by|of|for|in|on|to|under|from|since|until) )?"
    r"(?:why|what|which|who|whom|whose|how|whether|when|where|warum|weshalb|welche\w?|was|wer|wie|wann|ob"
    r"|pourquoi|quel\w*|comment|qué|cuál\w*|cómo|quién|waarom|welke?|hoe|dlaczego|jak\w?|czy)"
    r"(?: [^\s]+){2,}$",
    re.IGNORECASE,
)
"""A question that is to be gone into, and no answer."""


def _asked_above(lines: list[str]) -> str:
    """The question over the answers: what stands under its heading, else from the last line that asks."""
    near = [line.strip() for line in lines if line.strip() and not _CLOSING.fullmatch(line.strip())]
    for at in range(len(near) - 1, max(-1, len(near) - 12), -1):
        if (head := _QUESTION.match(near[at])) is not None:
            rest = near[at][head.end() :]
            return " ".join(filter(None, [rest, *near[at + 1 :]]))
    asking = [at for at, line in enumerate(near[-6:]) if "?" in line]
    if asking:
        return " ".join(near[-6:][asking[0] :])
    return near[-1] if near and len(near[-1].split()) > 2 and not near[-1].endswith(":") else ""


def _alone(question: str) -> str:
    """The question without what is said of its answers."""
    end = question.find("?")
    return question[: end + 1] if end > 0 else re.split(r"(?<=[.])\s", question)[0]


_SEVERAL = re.compile(
    r"\b(?:(?:more than one|two or more|several|multiple|both|various|different|two) (?:of (?:the |these )?)?"
    r"(?:orders?|purchases?|ids?|parcels?|shipments?|deliver(?:y|ies)|packages?|of (?:them|these)))\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:tell|told|clear|sure|certain|settle\w*|decid\w*|know|known|ambig\w+|doubt\w*|undecided|unclear|apart|alike"
    r"|equally|could be|might|may|fits?|match(?:es)?)\b",
    re.IGNORECASE,
)
_CLAIMS = re.compile(
    r"\b(?:asks?|asked|wants?|wanted|claims?|claimed|requests?|requested|something|on each|for each|concerns?"
    r"|demands?|complains?)\b",
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:none|no|not any|nothing|neither|isn['’]t there|not listed)\b", re.IGNORECASE)
_NAMED: dict[Role, frozenset[str]] = {
    "several": frozenset(
        {"several", "multiple", "many", "more", "both", "various", "two", "mehrere", "plusieurs"}
    ),
    "unclear": frozenset({
        "unclear", "ambiguous", "unsure", "undecided", "uncertain", "unsettled", "doubtful", "unknown",
        "unresolved",
        "undetermined", "open", "unklar", "ask", "indistinct",
    }),
    "none": frozenset({"none", "no", "neither", "nothing", "null", "nomatch", "missing", "keine", "aucune"}),
}  # fmt: skip


def role_of(word: str, told: str) -> Role | None:
    """What an answer is for that is no value: by what is told of it, else by its own words."""
    own = {*words_of(word)}
    named = next((role for role, words in _NAMED.items() if own & words), None)
    gloss = gloss_of(word, told)
    if not gloss:
        return named
    if _SEVERAL.search(gloss):
        if _CLAIMS.search(gloss) and not re.search(
            r"\b(?:tell|ambig\w+|unclear|fits?|match(?:es)?)\b", gloss
        ):
            return "several"
        return "unclear" if _DOUBT.search(gloss) else named or "several"
    if _NONE.search(gloss) and re.search(r"\b(?:fits?|match(?:es)?|shown|listed|order|found)\b", gloss):
        return named if named == "unclear" else "none"
    if named in {None, "none"} and _DOUBT.search(gloss):
        return "unclear"
    return named


@lru_cache(maxsize=1024)
def gloss_of(word: str, told: str) -> str:
    """What a text says that an answer is for; empty where it says nothing of it."""
    name = rf"(?<![\w-])[\"'`*]{{0,2}}{re.escape(word)}[\"'`*]{{0,2}}(?![\w-])"
    after = re.search(
        rf"{name}\s{{0,2}}(?:(?:if|when|where|for|means|is for|stands for)\b|[:=–—(]"
        rf"|\s-\s)\s{{0,2}}(?P<said>[^;\n]{{4,260}})",
        told,
        re.IGNORECASE,
    )
    if after is not None:
        said = re.split(
            r"\.(?:\s|$)|\)\s?[,;.]|,\s(?=(?:or\s|and\s)?(?:[A-Z]{3,}|[\"'`“]\w|\w{2,20}_\w))"
            r"|,?\s(?=(?:or|and)\s\w{3,20}\s(?:if|when|where)\b)",
            after["said"],
        )[0]
        return said.strip(_AROUND)
    before = re.search(
        rf"(?:^|[.;\n]\s{{0,3}})(?:only )?(?:if|when|where)\s(?P<said>[^.;\n]{{4,200}}),\s(?:then\s)?"
        rf"(?:{_SAY}|put|use|set|it is)\b[^.;\n]{{0,20}}?{name}",
        told,
        re.IGNORECASE,
    )
    return before["said"].strip(_AROUND) if before is not None else ""


_SILENT = frozenset(words_of("unknown unsaid untold unstated unspecified silent unsure unclear open"))


def unknowing(answers: Collection[str]) -> str:
    """The answer by which nothing is known; empty where there is none."""

    def says(answer: str) -> bool:
        said = words_of(answer)
        told = said[:1] in {("not",), ("no",), ("can",), ("cannot",), ("dont",)} and len(said) > 1
        return answer.casefold() in UNKNOWING or bool({*said} & _SILENT) or told

    return next((answer for answer in answers if says(answer)), "")


def void_by(schema: Mapping[str, Any], belief: Belief) -> str:
    """The slot for whose value a list is said to be empty; empty where it is not, or that is not known."""
    notes = schema.get(TOLD, {})
    slot, *values = notes.get("empty_for") or ("",)
    if slot and belief(slot) in values:
        return str(slot)
    slot, *values = notes.get("empty_unless") or ("",)
    return str(slot) if slot and belief(slot) is not None and belief(slot) not in values else ""


def told_instead(schema: Mapping[str, Any], belief: Belief) -> Any:
    """The word that a program keeps for why there is no id, where there is none."""
    told = schema.get(TOLD, {})
    roles = told.get("roles") or {}
    found = belief(told["found"]) if roles else None
    return next((roles[one] for one in (found if isinstance(found, list) else [found]) if one in roles), None)
