"""Syntaxes that a prompt names, with the keys beside: bullets with bold labels, `key=value`, a dict, TOML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.simulation.forms.columns import hinted
from harness.simulation.forms.gaps import SAID, SHOWN, losses_of, schema_of
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import MARK, Layout

Json = Any
_BOLD = r"bold(?:ed|face)?|fett\w*|en gras|negrita|\*\*"
_NAMED = {
    "bold": re.compile(
        rf"\b(?:bullets?|bulleted|list|lines|aufzählung|stichpunkt\w*|puces|viñetas)\b[^.\n]{{0,60}}?(?<!\w)(?:{_BOLD})"
        rf"|(?<!\w)(?:{_BOLD})[^.\n]{{0,40}}\b(?:bullets?|bulleted|list|lines)\b",
        re.IGNORECASE,
    ),
    "bullet": re.compile(
        r"\bbullets?(?: points?)?\b[^.\n:]{0,40}(?:\b(?:labels?|labelled|keys|fields)\b"
        r"|:(?= [A-Z]))", re.IGNORECASE
    ),
    "equals": re.compile(r"\bkey ?= ?value\b|\bkey-value (?:lines|pairs) with (?:an? )?(?:="
    r"|equals)", re.IGNORECASE),
    "dict": re.compile(r"\bpython (?:dict(?:ionary|s)?|literal|object)\b", re.IGNORECASE),
    "object": re.compile(r"\b(?:javascript|js|typescript|ts|ruby|json5) (?:object|hash"
    r"|literal)\b", re.IGNORECASE),
    "pairs": re.compile(
        r"\bkey ?[:=] ?value(?: pairs?)?\b[^.\n]{0,30}\b(?:separated|delimited|joined) (?:by|with) (?:a )?"
        r"(?:semicolons?|commas?|pipes?)",
        re.IGNORECASE,
    ),
    "toml": re.compile(r"\btoml\b", re.IGNORECASE),
}  # fmt: skip
_KEYS = re.compile(
    r"(?:\b(?:keys?|fields?|labels?|names?|entries|schlüsseln?|feldern?|champs|campos)\b[ :]{1,3}"
    r"|:[ ]{1,3}|\()"
    r"(?P<keys>[A-Za-zÀ-ÿ_`\"'][^\n]{5,300})",
    re.IGNORECASE,
)
_SECTION = re.compile(r"\[[\w. -]{1,40}\]")
_PAIR = re.compile(
    r"(?P<key>[A-Za-z_]\w{0,30})(?P<sign> ?= ?)(?P<quote>[\"']?)(?P<gap>[^\"'\n#]{0,120}?)(?P=quote)"
    r"(?:\s*#\s?(?P<note>[^\n]{1,160}))?"
)
_ZERO = re.compile(r"0(?:[.,]00?)?")
_VALUE = re.compile(r"\d{2}|@")


def syntaxes_in(page: Page) -> Iterator[Wanted]:
    """Every list of keys whose syntax is named, and every file of `key = value` with gaps."""
    for kind, named in _NAMED.items():
        for match in named.finditer(page.text):
            line = page.line_at(match.start())
            after = page.text[match.start() : match.end() + 400].partition("\n\n")[0]
            if kind == "bullet" and _NAMED["bold"].search(line):
                continue
            if SHOWN.search(line) or not (SAID.search(line) or kind in {"bold", "bullet"}):
                continue
            found = _listed(page, after)
            if found is not None and (kind != "bullet" or all(name[:1].isupper() for name, _ in found)):
                bare: dict[str, Json] | None = {} if kind in {"dict", "toml", "object"} else None
                yield Wanted(
                    schema_of(found, bare=bare), _layout(kind, found), match.end() + len(found[-1][0]) + 200
                )
    yield from _files(page)
    yield from _bare_lines(page)


def _bare_lines(page: Page) -> Iterator[Wanted]:
    """Names alone, one below the other, where lines are wanted: `three lines:`, `decision`, `amount`."""
    for head in _LINES.finditer(page.text):
        names = [line.strip(" -*`") for line in head["lines"].strip().split("\n")]
        if page.are_keys(names) and SAID.search(head["head"]) and not SHOWN.search(head["head"]):
            yield Wanted(
                schema_of([(n, "") for n in names]), Layout("lines", dict.fromkeys(names, "")), head.end()
            )


_LINES = re.compile(
    r"^(?P<head>[^\n]{0,160}\blines?\b[^\n:]{0,40}):[ \t]*\n"
    r"(?P<lines>(?:[ \t]{0,4}(?:[-*][ ])?[A-Za-z_][\w ]{1,24}[ \t]*(?:\n|\Z)){2,8})",
    re.MULTILINE,
)


def _listed(page: Page, after: str) -> list[tuple[str, str]] | None:
    for match in _KEYS.finditer(after):
        listed = match["keys"]
        if after[match.start()] == "(":
            listed = listed.partition(")")[0]
        fields = hinted(re.sub(r"['*]", "", re.sub(r" / ", ", ", listed)))
        if page.are_keys([name for name, _ in fields]):
            return fields
    return None


def _layout(kind: str, fields: list[tuple[str, str]]) -> Layout:
    losses = losses_of(fields)
    if kind in {"bold", "bullet"}:
        mark = "**" if kind == "bold" else ""
        return Layout(
            "lines", {n: f"- {mark}{n[:1].upper()}{n[1:]}:{mark} " for n, _ in fields}, losses=losses
        )
    if kind == "object":
        return Layout("json", {}, losses=losses)
    if kind == "pairs":
        text = "; ".join(f"{n}: {MARK}{n}{MARK}" for n, _ in fields)
        return Layout("template", {"": text}, losses=losses)
    if kind == "equals":
        return Layout("lines", {n: f"{n}=" for n, _ in fields}, losses=losses)
    return Layout("dict" if kind == "dict" else "toml", {n: n for n, _ in fields}, losses=losses)


def _files(page: Page) -> Iterator[Wanted]:
    """A section with keys, each with a gap behind its sign: `[decision]`, `action = "refund|deny"`."""
    at = 0
    block: list[str] = []
    for line in [*page.text.split("\n"), ""]:
        plain = line.strip("` ")
        if (_PAIR if block else _SECTION).fullmatch(plain):
            block.append(plain)
        else:
            if len(block) > 2 and (found := _file(page, at - len("\n".join(block)) - 1, block)) is not None:
                yield found
            block = []
        at += len(line) + 1


def _file(page: Page, start: int, block: list[str]) -> Wanted | None:
    above = page.before(max(0, start), near=300)
    pairs = [match for line in block[1:] if (match := _PAIR.fullmatch(line)) is not None]
    gaps = {match["key"]: " ".join(filter(None, (match["gap"], match["note"]))) for match in pairs}
    if not SAID.search(above) or SHOWN.search(above) or not page.are_keys([*gaps]):
        return None
    if any(_VALUE.search(gap.replace("0", "")) for gap in gaps.values()):
        return None
    lines = [f"{m['key']}{m['sign']}{m['quote']}{MARK}{m['key']}{MARK}{m['quote']}" for m in pairs]
    fields = [(key, "number" if _ZERO.fullmatch(gap) else gap) for key, gap in gaps.items()]
    losses = {key: gap if _ZERO.fullmatch(gap) else "" for key, gap in gaps.items()} | losses_of(fields)
    layout = Layout("template", {"": "\n".join([block[0], *lines])}, losses=losses)
    schema = schema_of(fields)
    parts = {
        n: {**p, "nullable": True} if p.get("type") == "number" else p
        for n, p in schema["properties"].items()
    }
    return Wanted({**schema, "properties": parts}, layout, start + len("\n".join(block)))
