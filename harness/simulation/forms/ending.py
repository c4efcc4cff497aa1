"""The line that a text is to end with, after thoughts: `FINAL: <action> | <order id>`."""

from __future__ import annotations

import re
from typing import Any

from harness.simulation.forms.loose import parsed
from harness.simulation.forms.rendering import Layout

Json = Any

LAST_LINE = re.compile(
    r"\b(?i:end|finish|conclude|(?:last|final) line|finally|letzte Zeile|dernière ligne|última línea"
    r"|laatste regel|ostatnia linia|then(?= [\"'`“][A-Za-z]{2,20} ?[=:]))\b[^\n]{0,60}?"
    r"(?:[ \t\"'`*“(:]|(?<![.!?])\n|\n(?=[A-Z][^\n]{0,60}[<\[{|])|:[ \t]{0,3}\n[ \t`*]{0,6})"
    r"(?P<label>[A-Z][A-Za-z_]*(?: [A-Za-z]+){0,2})(?P<sign>:|[ \t]?=)[ \t]*"
    r"(?P<shut>[\"'`”’][ \t]?)?(?:(?:plus|followed by|and then|then)[ ])?(?P<form>[^\n\"`”]{1,120})",
)
_GAPS = re.compile(r"<[^<>\n]{1,60}>")
_CELL = re.compile(r"(?:<[^<>\n]{1,60}>|\[[^\[\]\n]{1,60}\]|\{[^{}\n]{1,60}\}|[^|;,<>\[\]{}\n])+|[|;,]")
_BRACKETED = re.compile(r"^\s*[<\[{].{1,60}[>\]}]\s*$")


def cells_of(form: str) -> list[str]:
    """The cells of a row and the signs between them, as they stand there; empty for a single value."""
    parts = _CELL.findall(form)
    cells = [part for part in parts if part not in {"|", ";", ","}]
    row = len(cells) > 1 and len(parts) == 2 * len(cells) - 1
    apart = row and (all(map(_BRACKETED.match, cells)) or all(part.startswith(" ") for part in cells[1:]))
    return parts if apart else []


def row_after_label(text: str, start: int) -> bool:
    """Whether what stands at a place is the row of such a line: its label belongs to the answer."""
    return any(
        match.start("label") - 1 <= start <= match.end("form")
        and (cells_of(match["form"].strip(" .'*")) or len(_GAPS.findall(match["form"])) > 1)
        for match in LAST_LINE.finditer(text)
    )


def final_in(text: str) -> tuple[dict[str, Json] | None, Layout | None]:
    """The object with which a format of `Thought:` and `Action:` lines ends, and the name of its line with
    what is thought before it; nothing where the last line holds no object.
    """
    for line in _ACTION.finditer(text):
        found = _FINAL.search(text, line.end(), line.end() + _FORMAT)
        if found is None or _OBSERVED.search(text, line.end(), found.start("object")):
            continue
        schema = parsed(text, found.start("object"))[0]
        if schema.get("properties"):
            return schema, Layout("json", {found["label"]: (found["thought"] or "").strip()})
    return None, None


_FORMAT = 900
_ACTION = re.compile(r"^[ \t]{0,16}Action(?: Input)?[ \t]{0,4}:", re.MULTILINE)
_FINAL = re.compile(
    r"(?:^[ \t]{0,16}Thought[ \t]?:[ \t]?(?P<thought>[A-Z][^\n<>\[\]]{3,80})\n)?"
    r"^[ \t]{0,16}(?!(?:Thought|Action|Action Input|Observation)\b)"
    r"(?P<label>[A-Z][A-Za-z]{1,20}(?: [A-Za-z]{1,20})?)[ \t]?:[ \t]{0,2}(?P<object>\{)",
    re.MULTILINE,
)
_OBSERVED = re.compile(r"^[ \t]{0,16}Observation[ \t]?:[ \t]?[\[{]", re.MULTILINE)
"""What was really done stands there, and no format."""


def ends_with(text: str) -> str:
    """What a prompt of thoughts and actions calls the line with which they end; empty where it has none."""
    ends = (
        found for found in _ENDS.finditer(text) if not _NO.search(text, found.start() - 30, found.start())
    )
    return next((" ".join(next(filter(None, found.groups())).split()) for found in ends), "")


_NO = re.compile(
    r"\b(?:no|not|never|without|don['’]t|kein\w{0,2}|nicht|pas|sin)\b[^.\n]{0,20}\Z", re.IGNORECASE
)
_CLOSING = (
    r"(?:Final|Last)(?: (?:Answer|Reply|Response|Result|Decision|Output|Message))?|Answer|Finish|Conclusion"
    r"|Result|Endg\w{1,8} Antwort|Antwort|R\w{1,3}ponse(?: finale)?|Respuesta(?: final)?|Odpowied\w{1,3}"
)
_ENDS = re.compile(
    rf"^[ \t>*`\"-]{{0,8}}(?P<label>{_CLOSING})[*`]{{0,2}}[ \t]?:"
    rf"|[`\"“'](?P<named>{_CLOSING}):?[`\"”']?[ \t]?:?(?=[ \w<{{\[.…`\"”'])"
    r"|(?P<bare>\bFinal Answer\b)",
    re.MULTILINE,
)
