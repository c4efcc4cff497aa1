"""What the model itself has done so far, as its context shows: calls, and what came back."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.amounts import sum_within
from harness.simulation.calling.results import demands, denies, standing
from harness.simulation.calling.tools import ToolKind, kind_of, mapping
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.logs import actions_in, turn_after

from .logged import loads, log_in, result_for, shown_of, steps_in

Json = Any
Trouble = Literal["", "unknown", "busy", "refused", "invalid", "unbooked"]


@dataclass(frozen=True, slots=True)
class Deed:
    """One call of a tool."""

    kind: str
    arguments: dict[str, Json]
    """By canonical names."""
    result: str | None
    """`None` while nothing came back."""
    trouble: Trouble
    """`unknown`: it may have been done (a time-out). `busy`: it was not done, for now. `refused`: it
    is not possible. `invalid`: the call itself was wrong. `unbooked`: it was confirmed, and the order
    that was read since does not show it. Empty: it went well."""
    name: str = ""
    index: int = 0

    @property
    def done(self) -> bool:
        """Whether it went well."""
        return self.result is not None and not self.trouble

    @property
    def order(self) -> str:
        """The order it was about, the first of several."""
        return next(iter(self.orders), "")

    @property
    def orders(self) -> tuple[str, ...]:
        """Every order it was about."""
        said = self.arguments.get("order_id") or ()
        every = said if isinstance(said, list | tuple) else (said,)
        return tuple(str(one).strip().upper() for one in every)


_WRITTEN = re.compile(
    r"^[ \t]{0,16}Action[ \t]{0,4}:[ \t]{0,4}`?(?P<name>[\w.-]{1,40})(?P<open>[(\[])"
    r"(?P<input>[^\n]{0,2000})[)\]]`?[ \t]{0,8}$",
    re.IGNORECASE | re.MULTILINE,
)


def deeds_of(
    context: Context,
    offered: Mapping[str, str] | None = None,
    *,
    follows: Mapping[str, str] | None = None,
    minor: Mapping[str, frozenset[str]] | None = None,
    by_json: bool = False,
    ids: frozenset[str] = frozenset(),
    takes: Mapping[str, tuple[str, ...]] | None = None,
    names: Mapping[str, Mapping[str, str]] | None = None,
) -> tuple[Deed, ...]:
    """Every call that the context shows, by the API or in text, in order.

    `offered`: tools by name → their kind, where more than the name tells it. `by_json`: they are called
    by JSON in the answer. `ids`: this case's orders; a log of others is an example. `follows`: tools that
    carry through what another has begun, with that one's name. `minor`: tool → its arguments that are sums
    in cents.
    `takes`: tool → its arguments in order. `names`: tool → what its arguments are.
    """
    stepped = offered if by_json else None
    found: list[Deed] = []
    told: list[Deed] = []
    for piece in context.pieces:
        if piece.source == "call" and (first := (follows or {}).get(piece.tool)):
            begun = next((n for n in reversed(range(len(found))) if _begins(found[n], first)), None)
            if begun is not None:
                result = context.result_of(piece)
                text, failed = (result.text, result.is_error) if result else (None, False)
                pays = found[begun].kind == "refund"
                trouble = _trouble(text, failed=failed, acts=True, pays=pays, answer=True)
                found.append(replace(found.pop(begun), result=text, trouble=trouble, index=piece.index))
        elif piece.source == "call":
            kind = (offered or {}).get(piece.tool) or kind_of(piece.tool, "", vocabulary().tools)
            if kind is not None:
                result = context.result_of(piece)
                text, failed = (result.text, result.is_error) if result else (None, False)
                if kind in ACTS and (word := _word_on(result or piece, context)):
                    text = word
                cents = (minor or {}).get(piece.tool, frozenset())
                items = (piece.arguments or {}).items()
                given = {name: _major(sum_within(value)) if name in cents else value for name, value in items}
                own = (names or {}).get(piece.tool, {})
                given = {own.get(name, name): value for name, value in given.items()}
                deed = _deed(kind, piece.tool, given, text, piece.index, failed=failed, answer=True)
                found += _each(deed)
        elif piece.source in {"assistant", "user"}:
            told += _in_text(piece, context, stepped, takes, offered or {})
    # A program's log stands for what is no longer shown; beside the model's own lines it would repeat them.
    told = told or _of_log(context, offered or {}, ids)
    return tuple(sorted([*told, *found], key=lambda deed: deed.index))


def _begins(deed: Deed, first: str) -> bool:
    """Whether a deed is what another tool carries through."""
    return deed.name == first or (first == "*" and deed.kind not in {*LOOKS, "reply"})


def no_such_order(deeds: tuple[Deed, ...], order_id: str) -> bool:
    """Whether a look into an order has come back with word that there is none."""
    looks = [deed for deed in deeds if deed.kind == "get_order" and order_id in deed.orders]
    return any(deed.trouble == "refused" for deed in looks)


def _in_text(
    piece: Piece,
    context: Context,
    by_json: Mapping[str, str] | None,
    takes: Mapping[str, tuple[str, ...]] | None,
    offered: Mapping[str, str],
) -> list[Deed]:
    found = []
    actions = actions_in(piece, context)
    for action in actions:
        kind = offered.get(action.tool) or kind_of(action.tool, "", vocabulary().tools)
        if kind is not None:
            found.append(_deed(kind, action.tool, loads(action.given), action.result, piece.index))
    written = list(_WRITTEN.finditer(piece.text)) if piece.source == "assistant" and not actions else []
    for match in written:
        kind = offered.get(match["name"]) or kind_of(match["name"], "", vocabulary().tools)
        if kind is not None:
            names = list((takes or {}).get(match["name"], vocabulary().tools[kind].arguments))
            given = (_called_with if match["open"] == "(" else _listed_with)(match["input"], names)
            found.append(_deed(kind, match["name"], given, turn_after(piece, context), piece.index))
    if not actions and not written and piece.source == "assistant":
        steps = [step for step in steps_in(piece.text, by_json) if _kind(step.name, by_json)]
        for number, step in enumerate(steps):
            after = turn_after(piece, context)
            told = result_for(after, steps, number) if after is not None else None
            found.append(_deed(str(_kind(step.name, by_json)), step.name, step.arguments, told, piece.index))
    return [each for deed in found for each in _each(deed)]


def _called_with(text: str, names: list[str]) -> dict[str, Json]:
    """The arguments of a call as code, those without a name by their order."""
    try:
        call = ast.parse(f"f({text})", mode="eval").body
        assert isinstance(call, ast.Call)
        given = dict(zip(names, (ast.literal_eval(one) for one in call.args), strict=False))
        named = {one.arg: ast.literal_eval(one.value) for one in call.keywords if one.arg}
    except (ValueError, SyntaxError, AssertionError, RecursionError):
        return {}
    return {**given, **named}


def _listed_with(text: str, names: list[str]) -> dict[str, Json]:
    """The arguments of a call that lists bare values, the last of which may hold commas."""
    parts = [part.strip(" \"'`") for part in text.split(",", max(0, len(names) - 1))]
    return dict(zip(names, parts, strict=False))


def _word_on(result: Piece, context: Context) -> str:
    """What a person or the program says right after a result that confirms nothing, where it is no."""
    later = [piece for piece in context.pieces if piece.index > result.index]
    said = next((piece for piece in later if piece.source not in {"result", "call"}), None)
    if said is None or said.source != "user" or len(said.text) >= _LONGEST_WORD:
        return ""
    if result.source == "call":  # nothing came back for it
        return said.text if demands(said.text) else ""
    stands = standing(result.text)
    denied = _DENIED.search(said.text[:80])
    if stands == "done":
        return ""
    if stands == "not":
        lost = _UNKNOWN.search(result.text) or _BUSY.search(result.text)
        return "" if lost else f"{result.text} {said.text}"
    return said.text if denied or (stands == "said" and denies(said.text)) else ""


LOOKS = frozenset({"get_order", "get_policy", "search_orders"})
"""Tools that change nothing."""
ACTS = frozenset({"refund", "escalate", "reply", "deny"})
_LONGEST_WORD = 300
"""Characters of a remark on a call."""


def _kind(name: str, by_json: Mapping[str, str] | None) -> str | None:
    return (by_json or {}).get(name) or kind_of(name, "", vocabulary().tools)


def _of_log(context: Context, kinds: Mapping[str, str], ids: frozenset[str]) -> list[Deed]:
    """What a program tells of calls where it does not show the model's own answers."""
    found = [
        (piece.index, call)
        for piece in context.of("user")
        for call in log_in(piece.text, kinds)
        if call.name in kinds
    ]
    named = {match.group().upper() for _, call in found for match in ORDER_ID.finditer(str(call.arguments))}
    if not ids.issuperset(named):
        return []
    return [_deed(kinds[call.name], call.name, call.arguments, call.result, index) for index, call in found]


def _deed(
    kind: str,
    name: str,
    arguments: dict[str, Json] | None,
    result: str | None,
    index: int,
    *,
    failed: bool = False,
    answer: bool = False,
) -> Deed:
    """`answer`: the result is the tool's own, no turn of the program's that stands for one."""
    known = _canonical(vocabulary().tools[kind], arguments or {}, called=answer)
    if _BARE.fullmatch(str(known.get("order_id"))):
        known["order_id"] = f"HL-{known['order_id']}"
    if isinstance(sum := known.get("amount"), str) and (found := _SUM.fullmatch(sum.strip())):
        known["amount"] = found[1].replace(",", ".")
    return Deed(
        kind,
        known,
        result,
        _trouble(
            result,
            failed=failed,
            acts=kind in ACTS or _turned_down(kind, result),
            pays=kind == "refund",
            answer=answer,
        ),
        name,
        index,
    )


def _each(deed: Deed) -> list[Deed]:
    """A look into several orders at once, as one into each."""
    given = deed.arguments.get("order_id")
    named = given if isinstance(given, list) else ORDER_ID.findall(given) if isinstance(given, str) else ()
    ids = [str(id).strip().upper() for id in named]
    if deed.kind != "get_order" or not ids or not (isinstance(given, list) or len(ids) > 1):
        return [deed]
    shown = [(id, shown_of(id, deed.result or "")) for id in ids]
    return [
        replace(
            deed,
            arguments={**deed.arguments, "order_id": id},
            result=None if deed.result is None else own or deed.result,
            trouble="refused" if own and _REFUSED.search(own[:_LONGEST_WORD]) else deed.trouble,
        )
        for id, own in shown
    ]


_BARE = re.compile(r"\d{6}")
"""An order's number as some tools want it."""
_SUM = re.compile(r"(?:[A-Z]{3}|[€£])?\s?(\d{1,6}(?:[.,]\d{1,2})?)\s?(?:[A-Z]{3}|[€£]|zł)?")
"""A sum with a decimal comma or its currency."""
_TURNED_DOWN = re.compile(
    r"^\W{0,12}(?:refused|rejected|blocked|denied|error|invalid"
    r"|not (?:sent|asked|done|allowed|possible|yet))\b",
    re.IGNORECASE,
)


def _turned_down(kind: str, result: str | None) -> bool:
    """Whether a question was not put: else what comes back is the customer's answer, whatever it says."""
    return kind == "need_info" and _TURNED_DOWN.match(result or "") is not None


def _major(value: Json) -> Json:
    """A sum in cents as one in the currency."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number or (isinstance(value, str) and re.fullmatch(r"\d{1,9}", value)):
        return float(value) / 100
    return value


def _canonical(kind: ToolKind, arguments: dict[str, Json], *, called: bool) -> dict[str, Json]:
    aliases = {
        "".join(words_of(alias)): known
        for known, others in kind.arguments.items()
        for alias in (known, *others)
    }
    named = {name: aliases[key] for name in arguments if (key := "".join(words_of(name))) in aliases}
    left = {name: None for name in arguments if name not in named} if called else {}
    more = {name: known for name, known in mapping(left, kind).items() if known not in named.values()}
    found = {known: arguments[name] for name, known in {**more, **named}.items()}
    return {known: sum_within(value) if known == "amount" else value for known, value in found.items()}


_FAILED = re.compile(
    r"\berrors?\b|\bexception\b|traceback|timed? ?out|unavailable|\bfailed\b|too many requests"
    r"|\b(?:4|5)\d\d\b.{0,30}(?:error|status)|status.{0,5}\b(?:4|5)\d\d\b",
    re.IGNORECASE,
)
_DENIED = re.compile(r"\b(?:denied|declined|disapproved|vetoed|not approved)\b", re.IGNORECASE)
"""Who was to approve it did not."""
_UNSURE = re.compile(
    r"\bno (?:answer|response|acknowledg\w+)\b|\bconnection (?:was )?(?:lost|reset|closed|aborted|refused)\b"
    r"|^\W*(?:\w+\W+){0,4}?(?:pending|queued|waiting|awaiting|awaits)\b",
    re.IGNORECASE,
)
"""It is not said whether it was done."""
_UNKNOWN = re.compile(r"504|timed? ?out|no answer|connection|\breset\b|gateway|\blost\b", re.IGNORECASE)
_BUSY = re.compile(
    r"503|429|502|unavailable|overload|\brate.?limit|try again(?: later| in\b| soon| shortly|\W*$)|too many"
    r"|temporar",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"nothing (?:is |was )?(?:left|remaining|more)\b"
    r"|404|409|not_found|exceeds|conflict|wrong_currency|no (?:such )?order|already",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def _trouble(  # noqa: PLR0911  (the first trouble that fits)
    result: str | None, *, failed: bool, acts: bool, pays: bool, answer: bool
) -> Trouble:
    """What is wrong with a call, by what came back. An action is done only where that is confirmed."""
    if result is None:
        return ""
    head = _NO_ERROR.sub("", result[:1500])
    stands = standing(result, answer=answer or failed) if acts else "said"
    if (stands == "done" and not failed) or (not acts and _WELL.search(head)):
        return ""
    if pays and len(result) < 300 and _DENIED.search(head):
        return "refused"
    if acts and not failed and len(result) < 300 and (stands == "open" or _UNSURE.search(head)):
        return "unknown"
    if not (failed or (len(result) < 1500 and _FAILED.search(head))):
        return "invalid" if stands == "not" else ""
    if acts and _WANTED.search(head):
        return "invalid"
    if _UNKNOWN.search(head):
        return "unknown"
    if _BUSY.search(head):
        return "busy"
    return "refused" if _REFUSED.search(head) else "invalid"


_NO_ERROR = re.compile(r"\"errors?\"\s{0,3}:\s{0,3}(?:null|None|false|\"\"|\[\]|\{\}),?", re.IGNORECASE)
_WELL = re.compile(
    r"succeeded|\"status\"\s*:\s*\"(?:open|sent)\"|refund_id|case_id|message_id", re.IGNORECASE
)
_WANTED = re.compile(
    r"\bre-?(?:read|consider|check|think)\b|\bdouble-?check|does not (?:match|fit)|\bmismatch|\bfirst\b[.!]"
    r"|not (?:sent|made|paid|executed|done|carried out)\b[^.\n]{0,20}:",
    re.IGNORECASE,
)
"""Another call is wanted, whatever else went wrong."""
