"""What a program says of the form of a text, and whether an answer has that form.

A model that reads words meets most of these; this one knows some forms and not others. An answer that
misses a form in plain sight is no answer that a model would give, so it is not given: the request counts as
not understood. Only what can be counted is checked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from harness.simulation.forms.ending import LAST_LINE
from harness.simulation.forms.skeletons import THOUGHTS
from harness.simulation.forms.tagged import ANSWERS, wrapping
from harness.simulation.reading.counts import IN_WORDS, count_of

Check = Callable[[str, re.Match[str]], bool]
"""(Answer, where the form was asked for) → whether it has the form."""

_SAY = r"\b(?:answer|reply|respond|return|output|print|give|say|write|summari[sz]e\w*|explain|tell)\b"
_N = rf"(?P<n>\d{{1,3}}|a single|{IN_WORDS}|a)"
_WHOLE = r"(?! (?:the |a |your |its )?(?:main )?(?:reasons?|grounds|why|cause|outcome|next steps?)\b)"
"""Not what is one part of the answer: "give the reason in a sentence"."""
_PART = r"(?<!\bwhy )(?<!reason )(?<!reasons )(?<!cause )(?<!next )(?<!outcome )"
_MOST = r"(?P<most>at most|no more than|max(?:imum)?(?: of)?|up to|under|fewer than|less than|within|<=?)"
_SCORE = re.compile(r"(?<![\w.-])\d{1,4}(?:\.\d{1,4})?(?![\w-])")
_NUMBERED = re.compile(r"\b[A-Z]{1,3}-?\d|§")
_SEVERAL = re.compile(r"\blines\b[^\n:]{0,40}:\s", re.IGNORECASE)
_SETS = re.compile(r"\b(?:lines?|with|must|should)\b", re.IGNORECASE)
_GAP = re.compile(r"(?:[<\[{]|(?<=[:=])).*", re.DOTALL)
_STOP = re.compile(r"[.!?…][\"”')\]]{0,2}(?:\s{1,3}[\"“(]?(?=[A-ZÄÖÜÉŁŚŻ])|$)")
_QUOTED = re.compile(r"[\"“„«'‘][^\"“”„«»'’\n]{0,300}[\"”»'’]")
_MARK = re.compile(r"^[ \t]{0,8}(?:[-*•–]|\d{1,2}[.)])[ \t]{1,4}", re.MULTILINE)
_COUNTED = re.compile(r"^[ \t]{0,8}\d{1,2}[.)][ \t]{1,4}", re.MULTILINE)
_POLAR = re.compile(r"\b(?:yes|no|ja|nein|nee|oui|non|sí|si|tak|nie)\b", re.IGNORECASE)


def missed(asked: str, said: str, labels: tuple[str, ...] = (), tags: tuple[str, ...] = ()) -> str:
    """The first form that `asked` names and `said` does not have, in the program's own words; else empty.

    `labels`: of the lines of an answer. What stands behind one in `asked` is said of that line alone.
    `tags`: those that the answer will stand in.
    """
    body = said.strip()
    for name in wrapping(asked):
        if name.casefold() in THOUGHTS | ANSWERS and name not in tags and f"<{name}" not in body:
            return f"<{name}>"
    for name in filter(None, tags):
        asked = re.sub(rf"</?{re.escape(name)}>", " ", asked)
    if len(labels) > 1:
        lines = asked.splitlines()
        # A stop stands for each, so that what comes behind is not taken for what was announced before.
        asked = "\n".join("." if line.lstrip(_LEAD).startswith(labels) else line for line in lines)
    ends = LAST_LINE.search(asked)
    last = ends is not None
    if ends is not None and _SETS.search(ends.group()) and not _closes(body, ends):
        return " ".join(ends.group().split())
    for found, kept in _demands(asked):
        whole = not last or kept in {_ends, _begins, _polar, _one_of}
        if not kept(body if whole else "\n".join(_lines(body)[:-1]), found):
            return " ".join(found.group().split())
    return ""


_LEAD = " \t-*•`\"'"


def _closes(said: str, ends: re.Match[str]) -> bool:
    """Whether the last line is the one with this label, and holds something; of several the first is."""
    label, several = ends["label"], _SEVERAL.search(ends.group())
    lines = [line.strip(" *`_") for line in _lines(said)]
    return any(
        line.casefold().startswith(label.casefold()) and line[len(label) :].strip(" :=*`")
        for line in (lines if several else lines[-1:])
    )


def _demands(asked: str) -> Iterator[tuple[re.Match[str], Check]]:
    for pattern, check in _CHECKS:
        found = pattern.search(asked)
        if found is not None:
            yield found, check


def _lines(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.strip(" \t`")]


def _one_word(said: str, _: re.Match[str]) -> bool:
    return len(said.split()) <= 2


def _bare_number(said: str, found: re.Match[str]) -> bool:
    """A number, or the word that the prompt keeps for there being none."""
    kept = said.isupper() and re.search(rf"(?<!\w){re.escape(said)}(?!\w)", found.string) is not None
    return kept or said.casefold() in {"none", "null"} or (len(said) <= 16 and any(map(str.isdigit, said)))


def _letter(said: str, _: re.Match[str]) -> bool:
    return len(said.strip(" .()*`\"'")) == 1


def _polar(said: str, _: re.Match[str]) -> bool:
    ends = [_lines(said)[0], _lines(said)[-1]] if said else []
    return any(map(_POLAR.search, ends))


def _sentences(said: str, found: re.Match[str]) -> bool:
    return len(_STOP.findall(_QUOTED.sub("", _VERDICT.sub("", said)))) <= count_of(found["n"])


def cut(asked: str, said: str) -> str:
    """A text in as many sentences as `asked` has room for at most: the first of them."""
    found = next((match for pattern in _AT_MOST if (match := pattern.search(asked)) is not None), None)
    if found is None or _sentences(said.strip(), found):
        return said
    plain = re.sub(r":\n- ", ": ", said.strip())
    plain = re.sub(r"(?<=[.!?])\s*\n(?:- )?", " ", re.sub(r"(?<![.!?])\n(?:- )?", "; ", plain))
    masked = _QUOTED.sub(lambda match: "_" * len(match.group()), plain)
    stops = [match.end() for match in _STOP.finditer(masked)]
    most = count_of(found["n"])
    return plain[: stops[most - 1]].rstrip('; "“(') if len(stops) > most else plain


_VERDICT = re.compile(r"^\W{0,3}\w{1,12}\.\s")
"""A word before the sentences: `A. In B, the sum is wrong.`"""


def _then(said: str, found: re.Match[str]) -> bool:
    """A verdict and so many sentences."""
    return len(_STOP.findall(_QUOTED.sub("", said))) <= count_of(found["n"]) + 1 and not _MARK.search(said)


def _within(said: str, found: re.Match[str]) -> bool:
    """Some number of the scale, a whole one where the scale goes beyond 1."""
    low, high = sorted((int(found["low"]), int(found["high"])))
    bare = _COUNTED.sub("", said) if len(_COUNTED.findall(said)) > 1 else said
    numbers = [n for n in _SCORE.findall(bare) if high == 1 or n.isdigit()]
    return any(low <= float(number) <= high for number in numbers)


def _expression(said: str, _: re.Match[str]) -> bool:
    return re.fullmatch(r"[`\s]*(?:[\d\s.+*/()-]+|\w+)[`\s]*", said) is not None


def _clause(said: str, _: re.Match[str]) -> bool:
    return _NUMBERED.search(said) is not None


def _words(said: str, found: re.Match[str]) -> bool:
    return len(said.split()) <= count_of(found["n"]) * 1.1


def _rows(said: str, found: re.Match[str]) -> bool:
    rows = len(_MARK.findall(said)) or len(_lines(said))
    wanted = count_of(found["n"])
    return rows <= wanted if found["most"] else rows == wanted


def _one_line(said: str, _: re.Match[str]) -> bool:
    return len(_lines(said)) <= 1


def _marked(said: str, _: re.Match[str]) -> bool:
    return _MARK.search(said) is not None


def _numbered(said: str, _: re.Match[str]) -> bool:
    return _COUNTED.search(said) is not None


def _table(said: str, found: re.Match[str]) -> bool:
    start = max(found.string.rfind(mark, 0, found.start()) for mark in ("\n", ". "))
    if _GIVEN.search(found.string[start + 1 : found.start()]):
        return True  # what the model gets is one
    return sum("|" in line or line.count(",") > 1 or "\t" in line for line in said.splitlines()) >= 2


_GIVEN = re.compile(
    r"\b(?:you(?:['’]ll| will| are|['’]re)? (?:get|receive|see|read|find|be given|given|shown|handed)"
    r"|(?:below|here) (?:is|are|follows?)|there is)\b",
    re.IGNORECASE,
)


def _parses(said: str, _: re.Match[str]) -> bool:
    inner = re.sub(r"^.*?```(?:json)?\s*|\s*```.*$", "", said, flags=re.DOTALL) if "```" in said else said
    try:
        json.loads(inner[min((at for at in map(inner.find, "[{") if at >= 0), default=0) :])
    except ValueError:
        return False
    return True


def _begins(said: str, found: re.Match[str]) -> bool:
    words = _GAP.sub("", found["words"]).strip().casefold()
    return said.lstrip("*_`\"'“ ").casefold().startswith(words)


def _ends(said: str, found: re.Match[str]) -> bool:
    words = _GAP.sub("", found["words"]).strip().casefold()
    last = _lines(said)[-1] if said else ""
    return words in last.casefold()


def _one_of(said: str, found: re.Match[str]) -> bool:
    parts = re.split(r",|/|\||\bor\b|\band\b", found["options"])
    options = {plain for part in parts if (plain := part.strip(" `\"'“”*.").casefold())}
    return options <= _NO_ANSWERS or any(option in said.casefold() for option in options)


_NO_ANSWERS = frozenset({"json", "csv", "xml", "yaml", "eur", "gbp", "pln", "usd", "yes", "no"})
"""Forms and currencies, which may be named so; and what `_polar` looks for."""


def _at_length(said: str, found: re.Match[str]) -> bool:
    """Several sentences are wanted, and one is not several."""
    return count_of(found["n"]) < 3 or len(_STOP.findall(_QUOTED.sub("", said))) > 1


def _tagged(said: str, found: re.Match[str]) -> bool:
    return f"<{found['tag']}".casefold() in said.casefold()


def _holds(said: str, found: re.Match[str]) -> bool:
    return _GAP.sub("", found["words"]).strip().casefold() in said.casefold()


def _headed(said: str, found: re.Match[str]) -> bool:
    """Every heading that stands alone in its line."""
    lines = {line.strip(" #*:_").casefold() for line in said.splitlines()}
    return all(head.casefold() in lines for head in _HEADING.findall(found["form"]))


_HEADING = re.compile(r"^[#* \t]{0,6}([A-Z]{4}[A-Z ]{0,30}?)[:* \t]{0,4}$", re.MULTILINE)


def _form(check: Check, *pattern: str) -> tuple[re.Pattern[str], Check]:
    return re.compile("".join(pattern), re.IGNORECASE), check


_OPTION = r"[\"'`“*]{0,2}[A-Za-z][\w-]{1,30}[\"'`”*]{0,2}"
_LITERAL = r"[\"'`“](?P<words>[^\"'`”\n]{2,60})[\"'`”]"
_CHECKS = (
    _form(
        _one_word,
        rf"{_SAY}[^.\n]{{0,40}}\b(?:one|(?:a )?single|just a|only a) (?:\w+ )?(?:word|token)\b(?!s)",
        r"(?![^.\n]{0,80}(?:\b(?:then|followed by|plus|afterwards)\b|\band (?:a|one"
        r"|the) (?:\w+ ){0,2}?(?:reason|sentence"
        r"|explanation|line)\b|\band (?:why|say|explain|tell|name)\b))",
    ),
    _form(
        _bare_number,
        r"\b(?:number|index|integer|digits?|percentage) (?:only|alone|and nothing else)\b",
        r"|\b(?:only|just|nothing but) (?:with )?(?:a|the|one|an) (?:single )?(?:number|integer|digit)\b",
    ),
    _form(
        _letter,
        r"\b(?:answer|reply|respond)(?: only| just)?(?: with| by)?(?: only| just)? (?:one|a single|the) ",
        r"letter\b(?! (?:to|for|in|of)\b)",
    ),
    _form(_polar, rf"{_SAY}[^.\n:]{{0,30}}\byes\b[\"'`*]{{0,2}}(?: ?/ ?| ?\| ?| or )[\"'`*]{{0,2}}no\b"),
    _form(_polar, r"(?:^|[.?!:]\s)[\"'`*]{0,2}(?-i:YES|Yes)[\"'`*]{0,2}(?: ?/ ?| or )[\"'`*]{0,2}no\b"),
    _form(
        _sentences,
        rf"{_SAY}{_WHOLE}[^.\n]{{0,60}}{_PART}\b(?:in|with|as|using) (?:{_MOST} )?{_N} (?:\w+ )?sentences?\b",
    ),
    _form(_sentences, rf"{_MOST} {_N} (?:\w+ )?sentences\b(?! each)"),
    _form(
        _then,
        rf"\b(?:then|plus|followed by|and)\b,? (?!why\b|the reason)"
        rf"(?:\w+ ){{0,2}}?{_N} (?:\w+ )?sentences?\b",
    ),
    _form(_then, r"\b(?:then|plus|followed by|and)\b,? (?P<n>a) (?:one|single)-sentence\b"),
    _form(
        _within,
        r"\b(?:rate|rating|grade|score|mark|scale)\b[^.\n]{0,60}?\b(?P<low>\d{1,3})(?: ?\([^()\n]{1,40}\))? ?"
        r"(?:to|and|-|–|\.\.) ?(?P<high>\d{1,3})\b(?![.,%]\d)",
    ),
    _form(
        _expression,
        r"\b(?:only|just|nothing but) (?:the |an? |one )?(?:\w+ ){0,2}(?:expression|formula)\b",
        r"|\b(?:expression|formula) (?:only|alone|and nothing else)\b",
    ),
    _form(
        _clause,
        rf"{_SAY}[^.\n]{{0,60}}\b(?:and|plus|with|then) (?:\w+ ){{0,3}}(?:clause|rule|paragraph)\b(?!s)",
    ),
    _form(_words, rf"{_MOST} {_N} words\b(?! (?:each|per))"),
    _form(_words, rf"\b{_N} words (?:max|or (?:less|fewer)|at most)"),
    _form(_rows, rf"\b(?P<most>at most )?(?:exactly )?{_N} (?:\w+ )?bullets?(?: points?)?\b(?! list)"),
    _form(
        _one_line,
        rf"{_SAY}[^.\n]{{0,40}}\b(?:in|on|as|with) (?:a single|one|just one) (?:\w+ )?line\b",
        r"(?! (?:per|each|for))",
    ),
    _form(_marked, r"\bbullet(?:ed)? (?:list|points)\b|\bbullets\b"),
    _form(_numbered, r"\bnumbered (?:list|steps?|plan|points)\b"),
    _form(_table, r"\btable (?:with|of|that)\b|\b(?:as|in) an? (?:\w+ )?table\b|\b(?:as|in) csv\b"),
    _form(_parses, rf"{_SAY}[^.\n]{{0,30}}\b(?:only |just |valid |strict |raw |pure )+json\b|\bjson only\b"),
    _form(
        _begins,
        r"\b(?:begin|start)s? (?:\w+ ){0,4}with (?:the (?:word|line|label) |exactly )?",
        _LITERAL,
    ),
    _form(
        _ends,
        r"\b(?:end|finish)(?:es)? (?:\w+ ){0,4}with (?:the (?:word|line|label) |a line |exactly )?",
        _LITERAL,
    ),
    _form(
        _at_length,
        rf"(?<!up )(?<!\w to )\b(?:in|with|(?<!two )(?<!one )(?<!\d )to|as|using) (?:exactly )?{_N} "
        r"(?!(?:to|or) )(?:\w+ )?sentences\b",
    ),
    _form(
        _tagged,
        r"\b(?:put|wrap|return|give|answer|respond|output|think|write|reply|reason)\b[^.\n<]{0,80}",
        r"<(?P<tag>answer|thinking|result|decision|verdict|output|final|reasoning|response)>",
    ),
    _form(
        _headed,
        r"\b(?:in|use|follow)\b[^.\n]{0,40}\b(?:form|format|structure|layout|sections?|headings?)\b",
        r"[^.\n]{0,20}:[ \t]*\n",
        r"\s*(?=[#* \t]{0,6}(?-i:[A-Z]{4}[A-Z ]{0,30}?)[:* \t]{0,4}\n)(?P<form>[\s\S]{1,2000})",
    ),
    _form(_holds, rf"\bthen a line {_LITERAL}"),
    _form(_one_of, rf"\((?P<options>(?:{_OPTION} ?[/|] ?){{2,8}}{_OPTION})\)"),
    _form(
        _one_of,
        r"(?-i:\b(?P<options>(?:[A-Z][A-Z_]{2,20}(?:, ?| or )){0,6}[A-Z][A-Z_]{2,20},? or "
        r"[A-Z][A-Z_]{2,20})\b)",
    ),
    _form(
        _one_of,
        r"\b(?:(?:exactly )?one of|out of|choose between|pick from|labels?(?: are)?)",
        r"(?: these| the following)?:?\s(?!(?:them|those|it)\b)",
        rf"(?P<options>(?:{_OPTION}(?:, ?| ?/ ?| ?\| ?|,? or )){{1,12}}{_OPTION})",
    ),
)


_AT_MOST = tuple(pattern for pattern, check in _CHECKS if check is _sentences)


_ALOUD = re.compile(
    r"\b(?:after|following) (?:your|the|this|that) (?:\w+ )?(?:reasoning|analysis|thoughts?|deliberations?)\b"
    r"|\b(?:give|write|state|show|set out|lay out|put down) (?:down )?your (?:\w+ )?"
    r"(?:reasoning|analysis|thoughts?|thinking)\b"
    r"|\b(?:work|go|think|reason|talk)\b[^.\n]{0,40}\b(?:in writing|on paper|aloud|out loud)\b"
    r"|\b(?:think|reason|work|talk)\b (?:\w+ ){0,3}(?:through|over)\b[^.\n]{0,30}"
    r"\bin (?:a few |some |\w+ )?(?:sentences|words|prose)\b"
    r"|\b(?:reason|think|analyse|analyze|explain)\b[^.\n]{0,60}\bfirst\b"
    r"|\bfirst\b,? (?:reason|think|analyse|analyze|explain)\b",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\b(?:finish|end|close|conclude|then|finally|last|afterwards|after (?:your|the) \w+)\b[^.\n]{0,70}"
    r"\bJSON\b|\bJSON\b[^.\n]{0,40}\b(?:at the (?:very )?end|last|as the last)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\b(?:only|nothing but|just|solely|exclusively) (?:with )?(?:the |a |an |one |this |valid )*JSON\b"
    r"|\bJSON(?: object| block)?,? (?:only|alone|and nothing else)\b|\bnothing else\b"
    r"|\bno (?:other |further |additional )?(?:text|prose|comments?)\b|\bwithout any (?:other )?text\b",
    re.IGNORECASE,
)


def aloud(asked: str) -> bool:
    """Whether what stands before the JSON is to be the reasoning; never where JSON is to stand alone."""
    return bool(_ALOUD.search(asked) and _THEN.search(asked)) and not _ALONE.search(asked)
