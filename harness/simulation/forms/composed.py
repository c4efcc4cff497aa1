"""One line with which an answer ends, made of words and gaps of any kind: `VERDICT|<refund/deny>|<amount>`,
`DECISION: REFUND|DENY; AMOUNT: x.xx; CLAUSE: X-n`. It counts only where it is known what each gap is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from harness.simulation.forms.ending import LAST_LINE
from harness.simulation.forms.gaps import SHOWN, gap_field, gap_schema, losses_of
from harness.simulation.forms.page import Page, Wanted
from harness.simulation.forms.rendering import MARK, Layout
from harness.simulation.meaning.slots import words_of

Json = Any
_ANNOUNCED = re.compile(
    r"\b(?:(?:very )?(?:last|final|closing|concluding|ending) line|(?:exactly |just |only )?(?:one"
    r"|a single) line"
    r"|(?:end|finish|conclude|close)\b[^\n:`\"]{0,40}\b(?:with|by|on|in)|letzte zeile|dernière ligne"
    r"|última línea"
    r"|laatste regel|ostatnia linia)\b[^\n:`\"“<|]{0,80}(?:[:`\"“]|must (?:read|be|say)"
    r"|reads?)[\s:`\"“*]{0,6}",
    re.IGNORECASE,
)
_WORD = r"[A-Za-zÀ-ÿ_]{2,20}"
_GAP = re.compile(
    r"<(?P<angled>[^<>\n]{1,80})>|\[(?P<square>[A-Za-z][^\[\]\n]{1,80})\]|\{(?P<curled>[A-Za-z][^{}\n]{1,80})\}"
    rf"|(?P<options>{_WORD}(?:\|{_WORD}){{1,5}}|{_WORD}(?:/{_WORD}){{1,5}})"
    r"|(?P<sum>(?<![\w.])(?:[xXnN]{1,3}[.,][xXnN]{2}|0[.,]00|12[.,]34|\d{1,3}[.,]\d\d)(?![\w.]))"
    r"|(?P<clause>(?<![\w-])[A-Z]-(?:[nNxX#]|\d{1,2})(?![\w-]))"
    r"|(?P<order>(?<![\w-])HL-(?:[xXnN#0]{1,6}|\.\.\.|…))"
    r"|(?P<unit>(?<!\w)(?:EUR|GBP|PLN|USD|CUR)(?!\w))"
)
_LABEL = re.compile(r"(?P<label>[A-Za-zÀ-ÿ_][\wÀ-ÿ -]{1,24}?)\s?[:=]\s?\Z")
_SECOND = re.compile(r"[;|,]\s?[A-Za-z_]{3,20}\s?[:=]")
_AFTER = re.compile(r"[`\"”]|(?<=[>\]}\w])\.(?=\s|$)|\n")
_ACTION, _AMOUNT, _CLAUSE, _ORDER, _UNIT = "action", "amount", "clause", "order_id", "currency"
_FEWEST = 2


def composed_in(page: Page) -> Iterator[Wanted]:
    """Every such line that a text wants an answer to end with."""
    labelled = [match.span("form") for match in LAST_LINE.finditer(page.text)]
    for match in _ANNOUNCED.finditer(page.text):
        end = _AFTER.search(page.text, match.end())
        form = page.text[match.end() : end.start() if end is not None else len(page.text)].strip(" *")
        if not form or SHOWN.search(page.line_at(match.start())):
            continue
        known = any(a <= match.end() + len(form) and match.end() <= b for a, b in labelled)
        if known and not _SECOND.search(form) and not re.match(r"[A-Z]\w{1,20} = ", form):
            continue  # the ending of a text in words
        if (made := _made(page, form)) is not None:
            schema, template, losses = made
            layout = Layout(
                "template", {"": template}, losses=losses, thought=_thought(page, match.start()), exact=True
            )
            yield Wanted(schema, layout, match.end() + len(form))


def _made(page: Page, form: str) -> tuple[dict[str, Json], str, dict[str, str]] | None:
    parts: dict[str, Json] = {}
    losses: dict[str, str] = {}
    template, at = "", 0
    for gap in _GAP.finditer(form):
        before = form[at : gap.start()]
        name, part = _field(page, before, gap)
        if not name or name in parts:
            return None
        parts[name] = part
        losses |= losses_of([(name, gap.group().strip("<>[]{}"))])
        template += f"{before}{MARK}{name}{MARK}"
        at = gap.end()
    if _ACTION not in parts or len(parts) < _FEWEST:
        return None
    return {"type": "object", "properties": parts}, template + form[at:], {_AMOUNT: "0.00", **losses}


def _field(page: Page, before: str, gap: re.Match[str]) -> tuple[str, dict[str, Json]]:
    """What a gap is for, by what stands in it, else by the label before it; no name: it is not known."""
    text: dict[str, Json] = {"type": "string", "nullable": True}
    fixed = {"sum": _AMOUNT, "clause": _CLAUSE, "order": _ORDER, "unit": _UNIT}.get(gap.lastgroup or "")
    label = _LABEL.search(before)
    if fixed is not None:
        return fixed, {"type": "number", "nullable": True} if fixed == _AMOUNT else text
    inner = gap.group().strip("<>[]{} ")
    options = tuple(map(str, gap_schema(inner).get("enum") or re.split(r"[|/]", inner)))
    if len(options) > 1 and all(page.ontology.value_of(_ACTION, option) for option in options):
        return _ACTION, {"type": "string", "enum": list(options)}
    name, part = gap_field(page.ontology, inner)
    if page.ontology.slot_of(name) is None and label is not None:
        name = " ".join(words_of(label["label"]))
    slot = page.ontology.slot_of(name)
    if slot == _ACTION and len(options) < _FEWEST:
        return _ACTION, {"type": "string", "enum": ["refund", "deny", "escalate", "need_info"]}
    return (name, part) if slot is not None else ("", {})


def _thought(page: Page, start: int) -> str:
    near = page.text[max(0, start - 300) : start + 40]
    return "plain" if _THINKS.search(near) else ""


_THINKS = re.compile(
    r"\b(?:think|reason|analy[sz]e|step by step|explain|work (?:it|through)|steps|denke|begründe"
    r"|réfléchi\w*|explica|piensa)\b",
    re.IGNORECASE,
)
