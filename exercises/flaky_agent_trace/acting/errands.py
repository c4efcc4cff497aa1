"""Calls that are wanted before or after another: a tool that the program names as the one to call first, the
second step of a pair; and the values that earlier results hold for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from exercises.flaky_agent_trace.deciding.questions import since
from exercises.flaky_agent_trace.papers.briefing import STATEMENT
from exercises.flaky_agent_trace.papers.deeds import LOOKS, Deed
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.calling.results import standing
from harness.simulation.calling.staging import ANY, checks
from harness.simulation.calling.texts import names_called
from harness.simulation.calling.tools import Offered
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.blobs import blobs

Json = Any
_FIRST = re.compile(
    r"\b(?:must|always|first|before|prior to|required?|mandatory|need(?:s|ed)? to|have to|never)\b",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:if|unless|in case|optional(?:ly)?|may|can|need not|do not|don['’]t|must not|only when|once)\b",
    re.IGNORECASE,
)
_FAULT = re.compile(r"error|reject|block|guard|invalid|denied|exceed|refused|mismatch", re.IGNORECASE)
_HANDLES = frozenset(["id", "token", "code", "key", "ref", "reference", "handle", "hash"])


def takes_list(tool: Offered, canonical: str) -> bool:
    """Whether an argument of a tool is a list."""
    part = (tool.spec.schema.get("properties") or {}).get(tool.named(canonical) or "")
    return isinstance(part, dict) and part.get("type") == "array"


def called(mind: Mind, tool: Offered, at: int = -1) -> bool:
    """Whether a tool has been called, by the API or in a text, from some place in the context on."""
    name = tool.spec.name
    made = [piece for piece in mind.context.of("call", "assistant") if piece.index >= at]
    return any(piece.tool == name or (not piece.tool and name in names_called(piece.text)) for piece in made)


def named_first(mind: Mind, action: str) -> Offered | None:
    """A tool of the program's own that its words have called before anything is done, and that was not."""
    if mind.contract.form != "calls":
        return None
    acting = mind.contract.tool(action)
    own = [tool for tool in mind.contract.tools if tool.kind == "foreign" and not tool.follows]
    texts = [piece.text for piece in mind.context.of("system", "user") if not mind.scene.mail_share(piece)]
    texts += [f"{acting.spec.name}: {acting.spec.description}"] if acting is not None else []
    said = [part for text in texts for part in STATEMENT.split(text)]
    for tool in own:
        name = re.compile(rf"\b{re.escape(tool.spec.name)}\b")
        about = [part for part in said if name.search(part)]
        about += STATEMENT.split(tool.spec.description)
        if tool.precedes:
            if tool.precedes == action and not called(mind, tool):
                return tool
            continue
        if not called(mind, tool) and any(_wanted(mind, part, tool, action) for part in about):
            return tool
    return None


def _wanted(mind: Mind, statement: str, tool: Offered, action: str) -> bool:
    if not _FIRST.search(statement) or _LOOSE.search(statement):
        return False
    rest = statement.replace(tool.spec.name, " ")
    others = [t for t in mind.contract.tools if t is not tool and t.kind not in LOOKS]
    named = {t.kind for t in others if re.search(rf"\b{re.escape(t.spec.name)}\b", rest)}
    pays = re.search(r"\b(?:refund\w*|pay(?:ing|ment|s|out)?|money)\b", rest, re.IGNORECASE)
    return action in named or (not named and (action == "refund" or not pays))


def vetoed(mind: Mind, action: str) -> bool:
    """Whether what has to be asked before a deed has said no, or has not said yes yet."""
    asked = [tool.spec.name for tool in mind.contract.tools if tool.precedes == action]
    calls = [piece for piece in mind.context.of("call") if piece.tool in asked]
    result = mind.context.result_of(calls[-1]) if calls else None
    return result is not None and (result.is_error or standing(result.text) in {"not", "open"})


def second_step(mind: Mind) -> Offered | None:
    """The next tool that carries through what was only begun: a refund, a proposal, a letter's draft."""
    deeds = [deed for deed in mind.deeds if deed.kind not in LOOKS]
    if not deeds or mind.contract.form != "calls" or deeds[-1].result is None:
        return None
    last = deeds[-1]
    after = [tool for tool in mind.contract.tools if tool.follows in {last.name, *_any(last)} - {""}]
    done = {tool.spec.name for tool in after if called(mind, tool, _begun(mind, last))}
    clean = not _FAULT.search(last.result or "") and not any(checks(t) for t in after if t.spec.name in done)
    begun = not last.trouble or (last.trouble in {"invalid", "unknown"} and clean)
    left = [tool for tool in after if tool.spec.name not in done]
    return next(iter(sorted(left, key=lambda tool: not checks(tool))), None) if begun else None


def _any(deed: Deed) -> tuple[str, ...]:
    return () if deed.kind == "reply" else (ANY,)


def _begun(mind: Mind, deed: Deed) -> int:
    """Where the last call stands that began a deed."""
    return max((piece.index for piece in mind.context.of("call") if piece.tool == deed.name), default=-1)


def sent_to(mind: Mind, deed: Deed) -> Offered | None:
    """The tool that a refusal sends to, one that changes nothing, where it was not called since."""
    return next((tool for tool in _sent_to(mind, deed.result or "") if not _later(mind, tool, deed)), None)


def sent_back(mind: Mind) -> Offered | None:
    """The look-up that the refusal of an answer which was handed in by a tool sends to."""
    submit, last = mind.contract.submit, mind.context.pieces[-1] if mind.context.pieces else None
    if submit is None or last is None or last.source != "result" or mind.contract.form != "calls":
        return None
    answers = [piece for piece in mind.context.of("call") if piece.tool == submit.spec.name]
    refused = bool(answers) and mind.context.result_of(answers[-1]) is last
    return next(_sent_to(mind, last.text), None) if refused and len(last.text) < _LONGEST else None


def _sent_to(mind: Mind, text: str) -> Iterator[Offered]:
    """The tools that change nothing which a refusal names, by their names or by what they do."""
    tools = [tool for tool in mind.contract.tools if tool.kind in {*LOOKS, "foreign"}]
    for tool in tools:
        own = tool.kind in LOOKS or mind.contract.form == "calls"
        if own and re.search(rf"\b{re.escape(tool.spec.name)}\b", text):
            yield tool
    yield from (tool for tool in tools if any(_demands(part, tool) for part in STATEMENT.split(text)))


def _demands(statement: str, tool: Offered) -> bool:
    """Whether a sentence has something looked into first: what this tool shows, or in its name's own verb."""
    about = _SHOWN.get(tool.kind)
    verb = words_of(tool.spec.name)[:1]
    bare = bool(verb) and re.match(
        rf"\W{{0,3}}(?:please )?{verb[0]}\b(?: \w+){{0,3}} first\b", statement, re.IGNORECASE
    )
    return about is not None and bool(bare or (_LOOKED.search(statement) and about.search(statement)))


_LOOKED = re.compile(
    r"\b(?:without|before|not|no|none|never|first|must|please|have to|has to|need(?:s|ed)? to|required?)\b"
    r"|n['’]t\b|^\W{0,3}(?=open|look|read|check|fetch)",
    re.IGNORECASE,
)
_READING = (
    r"(?:(?<!no )(?<!any )(?<!an )(?<!is )(?<!are )(?<!still )"
    r"open(?:ed|ing)?(?! (?:charge|case|claim|dispute|refund))"
    r"|look(?:ed|ing)?|read(?:ing)?|peek(?:ed|ing)?|fetch(?:ed|ing)?|retriev(?:e|ed|ing)"
    r"|inspect(?:ed|ing)?|load(?:ed|ing)?|view(?:ed|ing)?|consult(?:ed|ing)?|pull(?:ed|ing)?(?: up)?)"
)
_OF = r"(?:(?!\bmail|\bmessage)[^.;:\n]){0,40}"
_SHOWN = {
    "get_order": re.compile(
        rf"\b{_READING}\b{_OF}\b(?:orders?|files?|records?|HL-\d{{6}})\b"
        rf"|\b(?:orders?|files?|records?|HL-\d{{6}})\b[^.;\n]{{0,30}}\b{_READING}\b",
        re.IGNORECASE,
    ),
    "get_policy": re.compile(
        rf"\b{_READING}\b{_OF}\b(?:handbook|polic(?:y|ies)|rule ?book|rules|clauses?)\b"
        rf"|\b(?:handbook|polic(?:y|ies)|rule ?book)\b[^.;\n]{{0,30}}\b{_READING}\b",
        re.IGNORECASE,
    ),
}
"""What a look-up shows, as refusals speak of it."""
_LONGEST = 400
"""Characters of a refusal."""


def _later(mind: Mind, tool: Offered, deed: Deed) -> bool:
    first = tool is mind.contract.tool(tool.kind)
    told = {other.name for other in since(mind, deed)} | {o.kind for o in since(mind, deed) if first}
    return called(mind, tool, deed.index + 1) or bool({tool.spec.name, tool.kind} & told)


def held(mind: Mind, own: str) -> Json:
    """What earlier results call by an argument's name, a token or a number; `None` where nothing."""
    words = words_of(own)
    if not words or words[-1] not in _HANDLES:
        return None
    name = "[ _-]?".join(map(re.escape, words))
    told = re.compile(
        rf"\b{name}\b\W{{0,3}}(?:is |was )?[`\"']?([\w-]{{0,40}}\d[\w-]{{0,40}})", re.IGNORECASE
    )
    for piece in reversed(mind.context.of("result")):
        for blob in blobs(piece.text):
            for key, value in _leaves(blob.value, 0):
                if words_of(key) == words and value not in {None, ""}:
                    return value
        if said := told.search(piece.text):
            return said[1]
    return None


def _leaves(value: Json, depth: int) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict) and depth < 4:
        for key, part in value.items():
            if isinstance(part, str | int | float):
                yield key, part
            else:
                yield from _leaves(part, depth + 1)
