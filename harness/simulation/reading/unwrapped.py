"""Prompts whose sentences an editor broke at a width: each stands in one line again.

A run of lines (a paragraph, or an item with what hangs below it) is put together where the breaks are those
of a width: each line is as full as the longest lets it be, and at one break at least the sentence plainly
goes on. Items, labels, tables, quoted mails, code, data and the lines of documents stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from harness.simulation.reading.blobs import blobs

_NARROWEST = 45
"""Characters of the longest line of a run, at least: shorter ones are a list's."""
_SLACK = 12
"""Characters that people leave free at the end of a line when they break it themselves."""
_LOOKED_BACK = 8
"""Lines in which a bracket may stand open."""
_SAID = 6
"""Words of a line that is no item of a list."""
_LEANING = """
a an the your our their and or nor of than every either whether per
der die das den dem des ein eine einen einem einer eines und oder vom zum zur im am
dieser diese diesen dieses diesem folgende folgenden
le la les un une du des et ou à au aux de el los las una y o del al het een en of i lub albo oraz
"""
_UNDER_WAY = """
this that these those its his her each any no not never but neither both with without to in into on
onto at by for from as about between within via is are was were be been have has had do does may
must can could should shall will would if when where which who whom whose what how because since
while until unless so only just also more most other under over after before aber mit ohne von zu
auf aus bei für nach über unter als wie wenn ob dass weil ist sind wird werden hat haben nicht kein
keine keinen nur auch sich mais avec sans dans sur par pour que qui dont si est sont ne pas plus son
sa pero con sin en por para según es no se su lo maar met zonder van naar op uit bij voor door dat
als is zijn wordt niet geen te ale z ze bez do na w we od dla po przez że który która które jeśli
gdy jest są nie się tylko
"""
LEANING = frozenset(_LEANING.split())
"""Words that nothing ends with, a list's line neither."""
GOES_ON = LEANING | frozenset(_UNDER_WAY.split())
"""Words behind which a sentence mostly goes on."""
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|vs|incl|z\.\s?B|d\.\s?h|bzw|p\. ex|p\.ej|bijv|np|tj)\.)$", re.IGNORECASE
)
_ENDED = re.compile(r"[.!?…:;][)\"'”’*_`\]]{0,4}$")
_OPEN_END = re.compile(r"(?:[,(|/&+]|\s[–—-])$")
_LAST_WORD = re.compile(r"(?:^|[\s(\"'“`*])([^\W\d_]{1,12})$")
_STARTS = re.compile(
    r"\s{0,60}(?:[-*•‣◦▪–—+]\s|\(?\d{1,2}[.)](?:\s|$)|\(?[A-Za-z][.)]\s|[#>|{}\[\]@]|```|~~~|[-=_*]{3}|<[/!]?\w|//|\"{3}|'{3})"
)
"""An item, a heading, quoted text, a table's row, code, a tag."""
_MARK = re.compile(r"\s{0,60}(?:[-*•‣◦▪–—+]|\(?\d{1,2}[.)])\s{1,60}")
_LABEL = re.compile(
    r"\s{0,60}(?:[\"'`*_“]{0,3}\w[\w/()-]{0,24}(?: [\w/()-]{1,20}){0,3}[\"'`*_”]{0,3}\s{0,2}(?::|=>|->|→|=)"
    r"|(?:[`\"*“]{1,3}[^`\"*”\n]{1,40}[`\"*”]{1,3}|[A-Z][A-Z_ ]{1,30}|\w{1,24})\s(?:[–—-]|→)\s)"
)
"""What names a field, an option or a speaker."""
_CALL = re.compile(r"\s{0,60}[A-Za-z_][\w.]{1,60}\s?(?:\([^()\n]{0,300}\)|\{[^{}\n]{0,300}\})")
_RETURNED = re.compile(r"\s{0,3}(?:->|=>|→|=|:)")
_ARROW = re.compile(r"\s(?:->|=>|→)\s")
_ALONE = re.compile(r"\s{0,60}<[/!]?[^<>]{1,80}>(?:[^<>]*</[^<>]{1,60}>)?\s{0,60}")
_FENCE = re.compile(r"\s{0,60}(?:```|~~~)")
_CODE = re.compile(r"\s{0,60}(?:def |class |import |from \w+ import |return\b|interface |type \w+ =)")
_COLUMNS = re.compile(r"[^\s.!?:][ \t]{2,60}\S")
"""Set out in columns."""
_DATUM = re.compile(r"(?<![\w.-])(?:[A-Z]{1,4}-\d{2,12}|\d{1,9}[.,]\d\d|\d{4}-\d\d-\d\d)(?!\w)")
"""A number of a thing, a sum or a day: two of them make a line a record's."""
_PLAIN_END = re.compile(r"[^\W\d_][\"'”’`*)\]]{0,3}$")
_DEFINED = re.compile(r"`\w{1,40}`\s(?:is|are|means|holds|stays|=)\s")
"""What a field is, told in a sentence."""
_BACKSLASH = re.compile(r"\s{0,4}\\$")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    fixed: bool
    """Whether it stays as it is, whatever stands beside it."""
    broken: bool = False
    """Whether a backslash at its end says that it goes on."""

    @property
    def opens(self) -> bool:
        """Whether something begins with it that is no rest of a sentence."""
        marks = (_STARTS.match, _LABEL.match, _returned)
        return self.fixed or any(mark(self.text) is not None for mark in marks)


def unwrapped(text: str, kept: Callable[[str], bool] = lambda _: False) -> str:
    """A text whose sentences stand in one line each. `kept`: whether a line is a document's own."""
    if "\n" not in text.strip():
        return text
    parts = [part for run in _runs(_lines(text, kept)) for part in _parts(run)]
    room = max((_widest(part) for part in parts if _is_broken(part)), default=0)
    return "\n".join(line for part in parts for line in _put(part, room))


def _lines(text: str, kept: Callable[[str], bool]) -> list[_Line]:
    """The lines of a text, each with whether it may be a part of a paragraph."""
    spans = [(blob.start, blob.end) for blob in blobs(text) if "\n" in blob.raw]
    lines: list[_Line] = []
    at, fenced, depth = 0, False, 0
    for raw in text.split("\n"):
        end = at + len(raw)
        fence = _FENCE.match(raw) is not None
        while spans and spans[0][1] <= at:
            del spans[0]
        data = bool(spans) and spans[0][0] < end
        stripped = raw.strip()
        if stripped[:1] in {"}", "]"}:
            depth = 0
        code = fence or fenced or data or depth > 0 or _CODE.match(raw) is not None
        depth += stripped[-1:] in {"{", "["}
        fenced ^= fence
        fixed = not stripped or code or stripped[0] in "#>|@" or bool(_ALONE.fullmatch(raw))
        fixed = fixed or _in_columns(raw) or _is_record(raw) or kept(raw)
        lines.append(_Line(raw, fixed, not code and bool(_BACKSLASH.search(raw))))
        at = end + 1
    return lines


def _in_columns(line: str) -> bool:
    """Whether a line has wide gaps, but for those behind an item's mark."""
    mark = _MARK.match(line)
    return _COLUMNS.search(line, mark.end() if mark is not None else 0) is not None


def _is_record(line: str) -> bool:
    """Whether a line is a record's: full of numbers, or one beside strokes between its parts."""
    return len(_DATUM.findall(line)) > (" | " not in line)


def _runs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Paragraphs, and items with what hangs below them."""
    run: list[_Line] = []
    for at, line in enumerate(lines):
        below = lines[at + 1].text if at + 1 < len(lines) else ""
        opens = run and (line.opens or _logged(run[-1].text, line.text))
        if run and (run[-1].fixed or (opens and not _within(run, line, below))):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _returned(line: str) -> re.Match[str] | None:
    """What says that a call returned something, where a line begins with a call: an entry of a log."""
    call = _CALL.match(line)
    return _RETURNED.match(line, call.end()) if call is not None else None


def _logged(above: str, line: str) -> bool:
    """Whether two lines are entries of one log: a call each, or one arrow in each."""
    if _goes_on(above.rstrip()):
        return False
    calls = _CALL.match(above) is not None and _CALL.match(line) is not None
    return calls or len(_ARROW.findall(above)) == len(_ARROW.findall(line)) == 1


def _within(run: Sequence[_Line], line: _Line, below: str) -> bool:
    """Whether a line that looks like a label, a tag or data stands inside a sentence after all."""
    above, text = run[-1].text.rstrip(), line.text.strip()
    if line.fixed:
        return False
    said = "".join(each.text for each in run[-_LOOKED_BACK:])
    if text[0] in '{[]}"' or _LABEL.match(text):
        inside = not run[0].text.lstrip().startswith("{") and said.count("{") > said.count("}")
        if inside and not run[-1].text.rstrip().endswith(("{", "[")):
            return True  # a form in one line, broken like the sentence before it
    if text.startswith("<"):
        return _goes_on(above)
    bracketed = said.count("(") > said.count(")") and ")" in text + below
    if _STARTS.match(text):
        return bracketed and text[0] in "{["
    if run[-1].broken or bracketed or _ends_with(above, LEANING):
        return True
    heading = text.endswith(":") and _is_said(above)
    return text[0].islower() and (heading or (not _LABEL.match(below) and _is_under_way(run, text)))


def _is_under_way(run: Sequence[_Line], text: str) -> bool:
    """Whether a paragraph that a width broke before goes on with a text."""
    last = run[-_LOOKED_BACK:]
    broke = any(_plainly(above.text, below.text) for above, below in pairwise(last))
    return broke and _plainly(last[-1].text, text) and _filled(last[-1].text, text, _widest(last))


def _ends_with(above: str, words: frozenset[str]) -> bool:
    """Whether a line ends with one of some words."""
    word = _LAST_WORD.search(above)
    return word is not None and word[1].casefold() in words


def _is_said(line: str) -> bool:
    """Whether a line is the better part of a sentence, which its end leaves open."""
    return len(line.split()) >= _SAID and _LABEL.match(line) is None and _PLAIN_END.search(line) is not None


def _goes_on(above: str) -> bool:
    """Whether a line ends where no sentence does."""
    return _ends_with(above, GOES_ON) or bool(_OPEN_END.search(above) or _SHORTENED.search(above))


def _parts(run: Sequence[_Line]) -> Iterator[list[_Line]]:
    """A run without what plainly ends before the width does, such as a heading."""
    part: list[_Line] = []
    widest = _widest(run)
    for line in run:
        if part and not _may_go_on(part[-1], line, widest):
            yield part
            part = []
        part.append(line)
    yield part


def _widest(lines: Sequence[_Line]) -> int:
    return max(len(line.text.rstrip()) for line in lines)


def _filled(above: str, below: str, widest: int) -> bool:
    """Whether a line is full and what follows may stand behind it.

    After a sentence's end no small letter does, and no name in marks, which begins what is said of a field.
    """
    first = below.lstrip()[:1]
    anew = (first.islower() or first in "`*") and _ENDED.search(above.rstrip()) is not None
    return _full(above, below, widest) and not anew


def _full(above: str, below: str, widest: int, slack: int = 0) -> bool:
    """Whether the first word of the line below had no room any more."""
    return len(above.rstrip()) + 1 + len(below.split(maxsplit=1)[0]) > widest - slack


def _may_go_on(above: _Line, below: _Line, widest: int) -> bool:
    """Whether a line may be the one above gone on: this is full, or its sentence ends nowhere."""
    return above.broken or _full(above.text, below.text, widest, _SLACK) or _plainly(above.text, below.text)


def _plainly(above: str, below: str) -> bool:
    """Whether a sentence plainly goes on from a line to the next."""
    above, first = above.rstrip(), below.lstrip()[:1]
    if _goes_on(above):
        return True
    return (first.islower() or first == "(") and _PLAIN_END.search(above) is not None


def _is_broken(part: Sequence[_Line]) -> bool:
    """Whether a width broke a part of a run: its lines are full, and somewhere a sentence goes on."""
    pairs = list(pairwise(part))
    plain = [(above, below) for above, below in pairs if above.broken or _plainly(above.text, below.text)]
    widest = _widest(part)
    at_width = all(above.broken or _full(above.text, below.text, widest, _SLACK) for above, below in plain)
    return bool(plain) and at_width and (widest >= _NARROWEST or part[0].broken)


def _put(part: Sequence[_Line], room: int) -> Iterator[str]:
    """A part of a run in one line where a width broke it. `room`: that of the whole text; 0: none is seen."""
    if len(_DEFINED.findall("\n".join(line.text for line in part))) > 1:
        yield from (line.text for line in part)  # what is said of a field by its line is read line by line
        return
    widest = _widest(part)
    broken = _is_broken(part)
    said = _whole(part[0]) if broken else part[0].text
    for above, below in pairwise(part):
        goes_on = above.broken or _plainly(above.text, below.text) or _filled(above.text, below.text, widest)
        filled = widest <= room and _filled(above.text, below.text, room) and not above.text.endswith(":")
        if goes_on if broken else filled:
            said = f"{said.rstrip()} {_whole(below).strip()}"
        else:
            yield said
            said = _whole(below) if broken else below.text
    yield said


def _whole(line: _Line) -> str:
    return _BACKSLASH.sub("", line.text) if line.broken else line.text
