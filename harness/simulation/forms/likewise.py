"""A form shown by one example, or by each word that it may have: `like #### refund 12.00`, `[[deny]]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.simulation.forms.gaps import SAID, SHOWN
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import MARK, Layout
from harness.simulation.forms.tokens import FIELDS, Token, laid_out, tokens_of

Json = Any
_EXAMPLE = re.compile(
    r"(?:\b(?:e\.g\.,?|eg|for example,?|for instance,?|such as|like:?(?: [A-Z]{1,8}\d\w{0,4}:)?|z\. ?B\."
    r"|par exemple|por ejemplo)"
    r"|\b[Ee]xample:)\s{1,2}"
    r"(?P<quote>[`\"'“„]?)(?P<said>[^\n`\"“”„']{4,80}?)(?:[`\"'”“]|(?<!\d)\.(?=\s|$)|(?<=\d)\.(?=\s|$)|[;)]|$)",
    re.MULTILINE,
)
_MARKED = re.compile(
    r"(?P<open>\[\[|\\boxed\{|\*\*|<<|==|\{\{|#{2,6} ?)(?P<word>[A-Za-z][A-Za-z_ ]{1,20}?)(?P<shut>\]\]"
    r"|\}\}?|\*\*|>>|==|(?=[,.\s]|$))"
)
_LINKS = re.compile(r"[`\"']?\s{0,2}(?:,|/|\||,? ?\b(?:or|oder|ou|o|of|lub)\b)\s{0,2}(?:\bor\b\s)?[`\"']?")
_LAST = re.compile(
    r"\b(?:think|reason|explain|analy[sz]e|step by step|last|final(?:ly)?|end|finish|conclude"
    r"|conclusion|work)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\b(?:name|tell|say|nenne|nomme|nombra|noem|podaj)\b", re.IGNORECASE)
_CALL = re.compile(r"\s{0,8}\w{1,40}\(")
_ACTION = "action"


def likewise_in(page: Page) -> Iterator[Wanted]:
    """Every form of a decision that a text shows so."""
    yield from _marked(page)
    for match in _EXAMPLE.finditer(page.text):
        line = page.text[
            max(page.text.rfind("\n", 0, match.start()), match.start() - 300) + 1 : match.start()
        ]
        told = SAID.search(line) or _NAMES.search(line)
        if not told or SHOWN.search(line) or _CALL.match(match["said"]):
            continue
        said = match["said"].strip()
        said += ")" * (said.count("(") > said.count(")") and page.text[match.end() - 1 : match.end()] == ")")
        if (made := _by_example(page, said)) is not None:
            schema, layout = made
            yield Wanted(
                schema, replace(layout, thought=_thought(page, line), exact=True), match.start("said")
            )


def _by_example(page: Page, said: str) -> tuple[dict[str, Json], Layout] | None:
    tokens = list(tokens_of(said, page.ontology))
    template = ""
    seen: dict[str, list[str]] = {}
    for at, token in enumerate(tokens):
        name = FIELDS.get(token.kind, "")
        if token.kind == "id":
            name = next((n for n, s in page.ontology.slots.items() if s.kind == "id"), "")
        if token.kind == "words":
            if not _is_label(tokens, at):
                return None
            name = ""
        elif token.kind != "literal" and (not name or name in seen):
            return None
        if name:
            seen[name] = [token.text]
        template += f"{MARK}{name}{MARK}" if name else token.text
    if _ACTION not in seen or (len(seen) < 2 and template == f"{MARK}{_ACTION}{MARK}"):
        return None
    return laid_out(template, seen, page.text, page.ontology)


def _is_label(tokens: list[Token], at: int) -> bool:
    """Whether words only say what comes behind them: `FINAL: deny`."""
    after = tokens[at + 1].text.lstrip() if at + 1 < len(tokens) else ""
    return after.startswith((":", "=", "|")) or (at == 0 and tokens[at].text.isupper() and after == "")


def _marked(page: Page) -> Iterator[Wanted]:
    """Each word of a choice within the same signs."""
    run: list[re.Match[str]] = []
    for match in (*_MARKED.finditer(page.text), None):
        same = (
            run and match is not None and (match["open"], match["shut"]) == (run[0]["open"], run[0]["shut"])
        )
        if same and match is not None and _LINKS.fullmatch(page.text[run[-1].end() : match.start()]):
            run.append(match)
            continue
        if len(run) > 1 and (found := _of_run(page, run)) is not None:
            yield found
        run = [match] if match is not None else []


def _of_run(page: Page, run: list[re.Match[str]]) -> Wanted | None:
    lead = page.before(run[0].start(), near=300)
    words = [match["word"] for match in run]
    known = {page.ontology.value_of(_ACTION, word) for word in words} - {None}
    if (
        not (SAID.search(lead) or _LAST.search(lead))
        or SHOWN.search(lead.rpartition("\n")[2])
        or len(known) < len(words)
    ):
        return None
    schema = {"type": "object", "properties": {_ACTION: {"type": "string", "enum": words}}}
    text = f"{run[0]['open']}{MARK}{_ACTION}{MARK}{run[0]['shut']}"
    return Wanted(
        schema, Layout("template", {"": text}, thought=_thought(page, lead), exact=True), run[0].start()
    )


def _thought(page: Page, lead: str) -> str:
    return "plain" if _LAST.search(lead) or _LAST.search(page.text[-600:]) else ""
