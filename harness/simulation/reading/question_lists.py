"""Several questions in one message, each with a mark of its own: `1. … 2. …`, `(a) … (b) …`, `Q1: …`.

Each is a question by itself, in the same context: who reads the message can put them one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_MARK = re.compile(
    r"(?:^|(?<=\n)|(?<=[\s:]))[ \t>*_-]{0,4}(?P<mark>\((?P<in>\d{1,2}|[a-zA-Z])\)|(?P<q>[QF]\s?\d{1,2})[.):]"
    r"|(?P<out>\d{1,2}|[a-zA-Z])[.):])[ \t*_]{1,3}(?=\S)"
)
_ENDS = re.compile(r"\?[\"'”»*_)]{0,3}\s*$")
_ASKS = re.compile(
    r"^\W*(?:what|which|who|whose|when|where|why|how|is|are|was|were|does|do|did|has|have|can|may|must|should"
    r"|would|will|name|give|state|tell|list|explain"
    r"|was|welche\w?|wer|wann|wo|warum|wieso|wie|ist|sind|hat|haben|darf|muss|soll|kann|nenne?|gib"
    r"|que|quoi|quel\w*|qui|quand|où|pourquoi|combien|est-ce|faut-il|doit-on|peut-on|indique\w*|donne\w*"
    r"|qué|cuál\w*|quién|cuándo|dónde|cuánto\w*|cómo|hay|es|está|debemos|indica|di"
    r"|wat|welk\w?|wie|wanneer|waar|waarom|hoe|hoeveel|heeft|mag|moet|noem|geef"
    r"|co|któr\w+|kto|kiedy|gdzie|dlaczego|jak\w*|ile|czy|o co|o któr\w+|podaj|wymień)\b",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:questions?|fragen?|preguntas?|vragen|pytani\w+|each|jede\w?|chaque|chacune?|cada|elke?|każd\w+"
    r"|numbered|nummeriert\w*|numérot\w+|number|things|points|following|below|answer|antworte\w{0,2}"
    r"|beantworte\w*|répond\w+|responde\w*|contesta|antwoord|beantwoord|odpowiedz|brief\w*|short\w*|kurz|knapp"
    r"|bref|brèvement|brevemente|kort|krótko|please|bitte|thanks?|danke)\b",
    re.IGNORECASE,
)
"""Says that questions come, or how to answer them."""
_PICKS = re.compile(
    r"\b(?:letter|buchstabe\w?|lettre|letra|liter\w{1,3}|which of (?:these|the|them)|choose|pick|vote"
    r"|options?|one of|json|xml|yaml|table|final line|last line|then (?:decide|write|give|say))\b",
    re.IGNORECASE,
)
"""One of them is to be taken, or the answer has a form of its own."""
_LONGEST, _MOST, _WORDS = 260, 12, 40


@dataclass(frozen=True, slots=True)
class QuestionList:
    """The questions of a message with their marks, and what stands around them."""

    before: str
    items: tuple[tuple[str, str], ...]
    after: str

    def alone(self, at: int) -> str:
        """The message as it would be with that one question for all of them."""
        return f"{self.before}{self.items[at][1]}\n{self.after}"


@lru_cache(maxsize=256)
def question_list(text: str) -> QuestionList | None:
    """The last list of questions in a text; none where a list is one of options, or of something else."""
    met = list(_MARK.finditer(text))
    for start in reversed(range(len(met))):
        if _key(met[start]) not in {"1", "a"}:
            continue
        run = _run(met, start)
        if len(run) > 1 and (found := _listed(text, run)) is not None:
            return found
    return None


def _key(match: re.Match[str]) -> str:
    return (match["in"] or match["out"] or re.sub(r"\D", "", match["q"] or "")).casefold()


def _run(met: list[re.Match[str]], start: int) -> list[re.Match[str]]:
    """The marks that count on from that one."""
    run = [met[start]]
    for match in met[start + 1 :]:
        last = _key(run[-1])
        follows = str(int(last) + 1) if last.isdigit() else chr(ord(last) + 1)
        if _key(match) == follows and len(run) < _MOST:
            run.append(match)
    return run


def _listed(text: str, run: list[re.Match[str]]) -> QuestionList | None:
    spans = [*zip([one.end() for one in run], [one.start() for one in run[1:]], strict=False)]
    last = run[-1].end()
    end = last + len(re.split(r"\n|(?<=\?)\s", text[last:], maxsplit=1)[0])
    said = [" ".join(text[start:stop].split()).strip(" *_") for start, stop in [*spans, (last, end)]]
    if not all(0 < len(one) <= _LONGEST and (_ENDS.search(one) or _ASKS.match(one)) for one in said):
        return None
    if not any(_ENDS.search(one) for one in said):
        return None
    before, after = _head_off(text[: run[0].start()]), text[end:]
    if _PICKS.search(text[max(0, run[0].start() - _LONGEST) : run[0].start()]) or _PICKS.search(
        after[:_LONGEST]
    ):
        return None
    marks = [" ".join(one["mark"].split()) for one in run]
    return QuestionList(before, tuple(zip(marks, said, strict=True)), after)


def _head_off(before: str) -> str:
    """Without the line that says that questions come."""
    lines = before.rstrip().split("\n")
    last = lines[-1]
    sentences = re.split(r"(?<=[.!?])\s+", last)
    if len(sentences[-1].split()) <= _WORDS and (_FORM.search(sentences[-1]) or last.rstrip().endswith(":")):
        lines[-1] = " ".join(sentences[:-1])
    return "\n".join(lines).rstrip() + "\n\n"


def says_form_alone(sentence: str) -> bool:
    """Whether a sentence beside such a list says no more than that questions come, or how to answer them."""
    return len(sentence.split()) <= _WORDS and _FORM.search(sentence) is not None
