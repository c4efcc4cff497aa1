"""Prompts whose sentences an editor broke at a width: each stands in one line again.

A run of lines (a paragraph, or an item with what hangs below it) is put together where the breaks are those of
a width: each line is as full as the longest lets it be, and at one break at least the sentence plainly goes on.
Items, labels, tables, quoted mails, code, data and the lines of documents stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.simulation.reading.blobs import blobs

_NARROWEST = 45
"""Characters of the longest line of a run, at least: shorter ones are a list's."""
_SLACK = 12
"""Characters that people leave free at the end of a line when they break it themselves."""
_FEW = """
a an the this that these those your our their its his her each every any no not never and or nor but either neither
both with without of to in into on onto at by for from as than about between within per via is are was were be been
has have had do does may must can could should shall will would if when where which who whom whose what how whether
because since while until unless so only just also more most other one two you it they we all under over after before
der die das den dem des ein eine einen einem einer eines und oder aber mit ohne von vom zu zum zur im am auf aus bei
für nach über unter als wie wenn ob dass weil ist sind wird werden hat haben nicht kein keine keinen nur auch sich
le la les un une du des et ou mais avec sans de à au aux dans sur par pour que qui dont si est sont ne pas plus son sa
el los las una y o pero con sin del al en por para según es son no se su lo
het een en of maar met zonder van naar op uit bij voor door dat die als is zijn wordt niet geen te
i lub albo oraz ale z ze bez do na w we od dla po przez że który która które jeśli gdy jest są nie się tylko
"""
GOES_ON = frozenset(_FEW.split())
"""Words behind which a sentence goes on."""
_SHORTENED = re.compile(r"(?:\b(?:e\.g|i\.e|cf|vs|incl|z\.\s?B|d\.\s?h|bzw|p\. ex|p\.ej|bijv|np|tj)\.)$", re.IGNORECASE)
_ENDED = re.compile(r"[.!?…:;][)\"'”’*_`\]]{0,4}$")
_OPEN_END = re.compile(r"(?:[,(|/&+]|\s[–—-])$")
_LAST_WORD = re.compile(r"(?:^|[\s(\"'“`*])([^\W\d_]{1,12})$")
_STARTS = re.compile(
    r"\s*(?:[-*•‣◦▪–—+]\s|\(?\d{1,2}[.)](?:\s|$)|\(?[A-Za-z][.)]\s|[#>|{}\[\]@]|```|~~~|[-=_*]{3}|<[/!]?\w|//|\"{3}|'{3})"
)
"""An item, a heading, quoted text, a table's row, code, a tag."""
_MARK = re.compile(r"\s*(?:[-*•‣◦▪–—+]|\(?\d{1,2}[.)])\s+")
_LABEL = re.compile(
    r"\s*(?:[\"'`*_“]{0,3}\w[\w/()-]{0,24}(?: [\w/()-]{1,20}){0,3}[\"'`*_”]{0,3}\s{0,2}(?::|=>|->|→|=)"
    r"|(?:[`\"*“]{1,3}[^`\"*”\n]{1,40}[`\"*”]{1,3}|[A-Z][A-Z_ ]{1,30}|\w{1,24})\s(?:[–—-]|→)\s)"
)
"""What names a field, an option or a speaker."""
_ALONE = re.compile(r"\s*<[/!]?[^<>]{1,80}>(?:[^<>]*</[^<>]{1,60}>)?\s*")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_CODE = re.compile(r"\s*(?:def |class |import |from \w+ import |return\b|interface |type \w+ =)")
_COLUMNS = re.compile(r"[^\s.!?:][ \t]{2,}\S")
"""Set out in columns."""
_PLAIN_END = re.compile(r"[^\W\d_][\"'”’`*)\]]{0,3}$")
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
        return self.fixed or _STARTS.match(self.text) is not None or _LABEL.match(self.text) is not None


def unwrapped(text: str, kept: Callable[[str], bool] = lambda _: False) -> str:
    """A text whose sentences stand in one line each. `kept`: whether a line is a document's own."""
    if "\n" not in text.strip():
        return text
    out: list[str] = []
    for run in _runs(_lines(text, kept)):
        out += _joined(run)
    return "\n".join(out)


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
        fixed = fixed or _COLUMNS.search(_MARK.sub("", raw)) is not None or kept(raw)
        lines.append(_Line(raw, fixed, not code and bool(_BACKSLASH.search(raw))))
        at = end + 1
    return lines


def _runs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Paragraphs, and items with what hangs below them."""
    run: list[_Line] = []
    for at, line in enumerate(lines):
        below = lines[at + 1].text if at + 1 < len(lines) else ""
        if run and (run[-1].fixed or (line.opens and not _within(run, line, below))):
            yield run
            run = []
        run.append(line)
    if run:
        yield run


def _within(run: Sequence[_Line], line: _Line, below: str) -> bool:
    """Whether a line that looks like a label or a tag stands inside a sentence after all."""
    above = run[-1].text.rstrip()
    if line.fixed or (_STARTS.match(line.text) and not line.text.lstrip().startswith("<")):
        return False
    if line.text.lstrip().startswith("<"):
        return _goes_on(above)
    so_far = "".join(each.text for each in run)
    return so_far.count("(") > so_far.count(")") and ")" in line.text + below


def _goes_on(above: str) -> bool:
    """Whether a line ends where no sentence does."""
    word = _LAST_WORD.search(above)
    plain = word is not None and word[1].casefold() in GOES_ON
    return plain or bool(_OPEN_END.search(above) or _SHORTENED.search(above))


def _joined(run: Sequence[_Line]) -> Iterator[str]:
    """The lines of a run, put together where a width broke them."""
    part: list[_Line] = []
    for line in run:
        if part and not _may_go_on(part[-1], line, _widest(run)):
            yield from _put(part)
            part = []
        part.append(line)
    yield from _put(part)


def _widest(lines: Sequence[_Line]) -> int:
    return max(len(line.text.rstrip()) for line in lines)


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
    return first.islower() and _PLAIN_END.search(above) is not None


def _put(part: Sequence[_Line]) -> Iterator[str]:
    """A part of a run in one line, if it was broken at a width; else its lines."""
    pairs = [(part[at], part[at + 1]) for at in range(len(part) - 1)]
    widest = _widest(part)
    plain = [(above, below) for above, below in pairs if above.broken or _plainly(above.text, below.text)]
    at_width = all(above.broken or _full(above.text, below.text, widest, _SLACK) for above, below in plain)
    if not plain or not at_width or (widest < _NARROWEST and not part[0].broken):
        yield from (line.text for line in part)
        return
    said = _whole(part[0])
    for above, below in pairs:
        sure = above.broken or _plainly(above.text, below.text) or _full(above.text, below.text, widest)
        if not sure:
            yield said
            said = _whole(below)
        else:
            said = f"{said.rstrip()} {_whole(below).strip()}"
    yield said


def _whole(line: _Line) -> str:
    return _BACKSLASH.sub("", line.text) if line.broken else line.text
