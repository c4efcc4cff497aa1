"""The form in which a reviewer is asked to answer: `PASS or FAIL`, `OK, or say what is wrong`, a score.

Read from the instruction's own alternatives, whatever they are: what two words mean is known from an
exercise's vocabulary, or said by the conditions beside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from harness.simulation.forms.choices import SAY, emphasised, label_before, marked, offered
from harness.simulation.meaning.slots import sides
from harness.simulation.meaning.specs import SlotSpec

_SENTENCE = re.compile(r"(?<=[.!?])[\"'`*”]*\s+|\n")
_LONGEST = 400
_ALONE = re.compile(
    r"\b(?:only|just|nothing else|nothing but|exactly|(?:one|single|a) (?:word|letter|number|digit)|"
    r"(?:no|without(?: an?y?)?) (?:explanations?|reasons?|comments?|other text)"
    r"|(?:answer|reply|respond|say)(?: with)? yes (?:or|/) no)\b",
    re.IGNORECASE,
)
_NOTHING_ELSE = re.compile(
    r"\bnothing (?:else|but|more)\b|\b(?:one|a single) word\b|\b(?:word|number|letter) (?:only|alone)\b|\bno other (?:text|words?)\b",  # noqa: E501
    re.IGNORECASE,
)
_UNREASONED = re.compile(
    r"\b(?:no|without|do not|don't|never)\b(?:\s\w+){0,2}?\s(?:expla\w+|reasons?|justif\w+|comments?)",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:reasons?|reasoning|why|expla\w+|because|justif\w+|what(?: is|'s) (?:wrong|missing)|details?|"
    r"comments?|sentences?|rationale|grounds|grund|begründ\w*|warum|(?:right|correct) (?:amount|sum|one)"
    r"|then|followed by|list|begin|start|first (?:line|word))\b|: ?[<\[(](?:what|why|reason|short)\b",
    re.IGNORECASE,
)
_BETWEEN = {
    "\n": re.compile(
        r"\b(?:reason|why|grounds?|explanation|rest)\b[^.\n]{0,24}\b(?:second|2nd|next|new|line 2"
        r"|line two|separate|following)\b|\b(?:second|2nd|next|new|separate|following) line\b[^.\n]{0,30}"
        r"\b(?:reason|why|grounds?|explanation|sentence)\b|\b(?:first|1st) line\b[^.\n]{0,60}"
        r"\b(?:second|2nd|next)\b"
        r"|\btwo lines\b|\bzweite[rn]? zeile\b",
        re.IGNORECASE,
    ),
    " - ": re.compile(r"\b(?:hyphen|dash|gedankenstrich)\b|[A-Z]{2} [-–—] (?:reason|why|<)", re.IGNORECASE),
    ": ": re.compile(
        r"\bcolon\b|\bdoppelpunkt\b|(?-i:[A-Z]{2}): ?(?:<|\[)?(?:what|why|reason|short)", re.IGNORECASE
    ),
}
"""What stands between a word and its grounds, and how a program says so."""
_BRIEF = re.compile(
    r"\b(?:one|a|single|1|eine[rm]?)[ -](?:short |single |brief |kurzen )?(?:line|sentence|zeile|satz)\b"
    r"|\b(?:short|brief) (?:reason|explanation|why|sentence|justification)\b|\bin (?:brief|short)\b"
    r"|\bbriefly\b",
    re.IGNORECASE,
)
_LAST = re.compile(r"\b(?:end|finish|conclude|last line|final line|finally|then)\b", re.IGNORECASE)
_FAULTS = re.compile(
    r"\b(?:wrong|mistakes?|errors?|problems?|issues?|invalid|incorrect|object\w*|violat\w+|reject\w*|faults?|"
    r"flaws?|flawed|stop(?:ped)?|block(?:ed)?|held|withh\w+|amiss)\b",
    re.IGNORECASE,
)
_UNTRUE = re.compile(
    r"\b(?:not|never|n['’]t|nobody|without) (?:\w+ ){0,3}?(?:made|done|taken|happen\w*|executed|issued"
    r"|paid|performed|called"
    r"|true|supported|backed|in the|there|logged|decided|match\w*)\b|\b(?:false|untrue|unsupported"
    r"|hallucinat\w+|made[- ]up)\b"
    r"|\b(?:promis\w+|offer\w*|claim\w*|mention\w*|assert\w*)\b[^.?\n]{0,40}\b(?:not|never|n['’]t|beyond|outside|nobody)\b"
    r"|\b(?:invent\w+|mislead\w*|contradict\w*|mismatch\w*|overpromis\w*)\b",
    re.IGNORECASE,
)
"""Something is said that is not so."""
_EITHER = re.compile(
    r"\b(?:true or false|right or wrong|correct or incorrect|valid or invalid)\b", re.IGNORECASE
)
_SOUND = re.compile(
    r"\b(?:right|correct|valid|fine|ok|okay|good|agrees?|sound|accurate|consistent|in order|follows?|"
    r"approved?|well|complies|due|true|truthful|faithful|happened|took place|supported|backed"
    r"|match(?:es)?)\b",
    re.IGNORECASE,
)
_NONE = re.compile(r"\b(?:nothing|no|not|none|without|never|cannot)\b|n['’]t\b", re.IGNORECASE)
_OTHERWISE = r"\b(?:otherwise|else|if not|in (?:all|any) other cases?)\b"
_AFTER = re.compile(
    rf"[\W_]{{0,8}}(?:(?P<other>{_OTHERWISE})|(?:only\s+)?"
    r"(?:if|when|where|in case|means?|for|=)\s(?P<clause>[^,;.]*))",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:(?P<other>{_OTHERWISE})|\b(?:if|when|where|in case)\s(?P<clause>[^,;:]*)[,;:])"
    r"[^,;]*$",
    re.IGNORECASE,
)
_SCORED = re.compile(
    r"\b(?:scor\w+|rat(?:e|es|ing)|grad(?:e|es|ing)|"
    r"points?|marks?)\b|\bout of\b",
    re.IGNORECASE,
)
_FELT = re.compile(r"\b(?:confiden\w+|certain\w*|sure|urgen\w+|ang(?:er|ry)|mood|sentiment)\b", re.IGNORECASE)
_SCALE = re.compile(
    r"\b([01])\s{0,3}(?:-|–|to|\.\.|through|and)\s{0,3}(5|10|100)\b|(?:\bout of |/\s?)(5|10|100)\b"
)


@dataclass(frozen=True, slots=True)
class Ballot:
    """The form of an answer."""

    good: str = ""
    """The word for what is found to be right."""
    bad: str = ""
    """The word for what is not; empty: none was told, what is wrong is said in sentences."""
    alone: bool = False
    """Whether the word is all that is wanted."""
    label: str = ""
    """What stands before the word: `VERDICT`."""
    last: bool = False
    """Whether the grounds come first."""
    scale: tuple[int, int] | None = None
    """From where to where a score goes that is wanted instead of a word."""
    between: str = ""
    """What stands between the word and the grounds, where a program says it."""
    brief: bool = False
    """Whether the grounds are to be one sentence or line."""

    def filled(self, grounds: str, *, good: bool, share: float) -> str:
        """The answer. `share`: how good the thing is, from 0 to 1."""
        word = self.good if good else self.bad
        if self.scale is not None:
            word = str(max(self.scale[0], round(share * self.scale[1])))
        if not word:
            return grounds
        labelled = f"{self.label}: {word}" if self.label else word
        if self.alone:
            return labelled
        if self.last:
            return f"{grounds}\n{labelled}"
        if self.between:
            return f"{labelled}{self.between}{grounds}"
        own_line = self.label or self.scale is not None  # a number and a stop would begin a list
        return f"{labelled}\n{grounds}" if own_line else f"{word}. {grounds}"


def ballot(asked: str, spec: SlotSpec) -> Ballot | None:
    """The form that instructions ask for, the last that they name. `spec`: the flag for right and wrong."""
    told = [line for line in _SENTENCE.split(asked) if 1 < len(line) < _LONGEST]
    for at in range(len(told) - 1, -1, -1):
        found = _of_two(told, at, spec) or _score(told[at])
        if found is not None and _bare(told[at : at + 2]):
            return replace(found, alone=True)  # whatever the sentences around it want reported
        if found is not None:
            return with_grounds(found, " ".join(told[max(0, at - 1) : at + 3]))
    return _by_conditions(told, spec)


def _bare(own: list[str]) -> bool:
    """Whether the sentence that offers the words, or the next, wants nothing besides."""
    return any(map(_NOTHING_ELSE.search, own)) and not any(
        _REASON.search(_UNREASONED.sub(" ", one)) for one in own
    )


_YES, _NO = {"yes", "true"}, {"no", "false"}


def says(spec: SlotSpec, words: str) -> str | None:
    """`good` or `bad`, where words mean one of them; `yes` and `no` mean what the question makes of them."""
    if words.casefold() in _YES:
        return "yes"
    if words.casefold() in _NO:
        return "no"
    good, bad = sides(spec, (words,))
    return "good" if good else "bad" if bad else None


def _of_two(told: list[str], at: int, spec: SlotSpec) -> Ballot | None:
    """A sentence that offers two words."""
    choice = offered(told[at], lambda words: says(spec, words))
    if choice is None:
        return None
    words = {
        key: word if choice.marked or choice.label else word.capitalize()
        for key, word in choice.words.items()
    }
    plain = words.keys() == {"yes", "no"}
    if plain:
        good, bad = ("no", "yes") if _for_faults(told, at) else ("yes", "no")
    else:
        good, bad = "good", "bad"
    if words.keys() != {good, bad}:
        return None
    last = bool(_LAST.search(told[at][: choice.start]))
    return Ballot(words[good], words[bad], choice.marked and not last, choice.label, last)


def _for_faults(told: list[str], at: int) -> bool:
    """Whether the question that yes or no answers looks for what is wrong."""
    asking = [
        line for line in (*told[at + 1 : at + 2], *told[: at + 1]) if line.rstrip(" \"'`*").endswith("?")
    ]
    question = _EITHER.sub(" ", asking[-1] if asking else told[at])
    return bool(_FAULTS.search(question) or _UNTRUE.search(question))


def _score(sentence: str) -> Ballot | None:
    scale = _SCALE.search(sentence)
    if scale is None or not _SCORED.search(sentence) or _FELT.search(sentence):
        return None
    bounds = (int(scale[1] or 0), int(scale[2] or scale[3]))
    return Ballot(alone=True, label=label_before(sentence[: scale.start()]), scale=bounds)


def with_grounds(found: Ballot, said: str) -> Ballot:
    """Whether the words around it ask for grounds, or for none."""
    if _REASON.search(_UNREASONED.sub(" ", said)):
        between = next((sign for sign, told in _BETWEEN.items() if told.search(said)), "")
        brief = bool(between or _BRIEF.search(said))
        return replace(found, alone=False, between=between, brief=brief)
    return replace(found, alone=found.alone or bool(_ALONE.search(said)))


def _by_conditions(told: list[str], spec: SlotSpec) -> Ballot | None:
    """Words with a condition each: `OK, or say what is wrong`, `NONE if nothing is wrong`."""
    words: dict[str, str] = {}
    other = ""
    for sentence in told:
        for at, word in emphasised(sentence):
            sense = _sense(sentence, at, word, spec)
            if sense == "other":
                other = other or word
            elif sense:
                words.setdefault(sense, word)
    if other and len(words) == 1:
        words["bad" if "good" in words else "good"] = other
    if "good" not in words:
        return None
    found = Ballot(words["good"], words.get("bad", ""), alone=True)
    return with_grounds(found, " ".join(told)) if found.bad else found


def _sense(sentence: str, at: int, word: str, spec: SlotSpec) -> str:
    """`good` or `bad` by the vocabulary or the condition; `other`: what else; empty: no word to answer."""
    before, after = sentence[:at], sentence[at + len(word) :]
    said = _AFTER.match(after) or _BEFORE.search(before)
    told = SAY.search(before)
    known = says(spec, word)
    if known in {"good", "bad"}:
        return known if told or said else ""
    if said is None or not (told or known) or not (known or marked(sentence, word) or _AFTER.match(after)):
        return ""
    if said["other"]:
        return "other"
    return _by_clause(said["clause"])


def _by_clause(clause: str) -> str:
    """`good` or `bad` by what is said to be the case; empty: neither."""
    none = bool(_NONE.search(clause))
    if _UNTRUE.search(clause):
        return "good" if re.search(r"\b(?:nothing|none)\b", clause, re.IGNORECASE) else "bad"
    if _FAULTS.search(clause):
        return "good" if none else "bad"
    if _SOUND.search(clause):
        return "bad" if none else "good"
    return ""
