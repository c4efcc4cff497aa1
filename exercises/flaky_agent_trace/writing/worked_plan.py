"""A plan for a case whose order and rules are at hand: the steps themselves, and none to look up.

In the form that it is asked for in: so many steps, numbered or as a list to tick off, with tools or owners.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exercises.flaky_agent_trace.deciding.told_letters import LANGUAGES
from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.reading.mind import Mind
from harness.simulation.reading.counts import IN_WORDS, count_of

from .case import Case
from .in_brief import things
from .letter_parts import choices
from .telling import named, the
from .wording import PLAN, money_text, reason_text
from .working import working

_START = r"(?:^|[.!?:;]\s+|\b(?:and|then|please|now)\s)\W{0,6}(?:please |now |then |can you |could you )*"
_ASKED = re.compile(
    r"\b(?:numbered|ordered|action|step-by-step|short|concrete|work|handling|resolution) plan\b"
    r"|\bplan of (?:action|attack|what)\b|\bto-?do(?: list|s)?\b|\baction (?:items?|list|points?)\b"
    rf"|{_START}(?:write|draft|make|prepare|produce|create|give(?: me)?|list|outline|sketch|devise|draw up)\b"
    r"[^.?\n]{0,40}\b(?:plan|checklist|roadmap|(?:next )?steps(?! (?:of|behind|you took|that led"
    r"|to the (?:amount"
    r"|sum|decision|result))))\b"
    rf"|{_START}plan (?:the|this|your|how|what|our|it)\b"
    r"|\b(?:next steps|what (?:would you|should (?:we|i)|to) do)\b[^\n]{0,40}\b(?:step by step|bullets?"
    r"|bullet points?"
    r"|numbered|checklist|list)\b",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:summari[sz]e|translate|classify|extract|decision:|verdict|json)\b"
    r"|\b(?:write|draft|compose)\b[^.\n]{0,24}\b(?:reply|answer|e-?mail|letter)\b(?! (?:step|as a step))",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\b(?:at most|no more than|not more than|max(?:imum)?\.?(?: of)?|up to|within) "
    rf"(?P<n>[1-9]|{IN_WORDS})\b"
    rf"|\b(?P<m>[1-9]|{IN_WORDS}) (?:\w+ )?(?:steps?|points?|items?|actions?|bullets?|tasks?|lines?)"
    r",? (?:at most|max\w*|or (?:less|fewer))",
    re.IGNORECASE,
)
_JUST = re.compile(
    rf"\b(?P<n>[1-9]|{IN_WORDS})[ -](?:\w+ )?(?:steps?|points?|items?|actions?"
    rf"|bullets?(?: points?)?|tasks?)\b",
    re.IGNORECASE,
)
_TOOLS = re.compile(r"\b(?:tools?|function|api call)\b", re.IGNORECASE)
_OWNERS = re.compile(
    r"\b(?:owners?|responsible|who (?:does|has to do|is to do)|assignee|assigned)\b", re.IGNORECASE
)
_TICKS = re.compile(r"\b(?:check-?list|check ?box\w*|to-?do|tick)\b", re.IGNORECASE)
_BULLETS = re.compile(r"\bbullet\w*\b|\b(?:unnumbered|dashes)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\bnumber(?:ed|s)?\b|\bordered\b|\b1\.", re.IGNORECASE)
_KINDS = {
    "get_policy": r"\w*(?:policy|handbook|rules)\w*",
    "get_order": r"(?:get|read|fetch|load|show|look)\w*order|order_?(?:details?|info|lookup)|get_order",
    "refund": r"\w*refund(?!s)\w*|pay_?(?:out|back)\w*",
    "escalate": r"\w*escalat\w*|hand_?over\w*|to_?desk\w*|create_?case",
    "reply": r"\w*repl(?:y|ies)\w*|send_?(?:mail|email|message|reply|letter)\w*|answer_?customer",
}
_NAME = re.compile(r"\b(?:[a-z]{2,12}_[a-z_]{2,20}|[a-z]{2,12}[A-Z]\w{2,20})\b")


@dataclass(frozen=True, slots=True)
class Step:
    """One action."""

    text: str
    tool: str = ""
    owner: str = "agent"
    weight: int = 0
    """What is left out first where there is room for few has the largest."""


def plan_asked(asked: str) -> bool:
    """Whether a plan of steps is what is asked for, in words."""
    return bool(_ASKED.search(asked)) and not _ELSE.search(asked)


def worked_plan(case: Case, asked: str) -> str:
    """The plan."""
    return laid_out(list(_steps(case)), asked, case.mind)


def listed_plan(texts: Sequence[str], mind: Mind) -> str:
    """A plan before anything is known, without the look-ups of what the request gives."""
    given = {_FIND, _READ} if mind.sees_orders else set()
    given |= {_RULES} if mind.clauses else set()
    last = {_ACT: 1, _REPLY: 0}
    steps = [Step(text, weight=last.get(text, 2)) for text in texts if text not in given]
    return laid_out(steps, mind.asked_last if mind.context.said else mind.instructions, mind)


_FIND, _READ, _RULES, _HANDOVER, _ACT, _REPLY = PLAN


def laid_out(steps: list[Step], asked: str, mind: Mind) -> str:
    """Steps in the form that is asked for."""
    steps = _chosen(steps, asked)
    marks = _marks(asked)
    tools, owners = _TOOLS.search(asked), _OWNERS.search(asked)
    lines = []
    for number, step in enumerate(steps, start=1):
        tool = f" Tool: {_tool(step.tool, mind) or 'none'}." if tools else ""
        owner = f" Owner: {step.owner}." if owners else ""
        lines.append(f"{marks.format(n=number)}{step.text}{tool}{owner}")
    return "\n".join(lines)


def _marks(asked: str) -> str:
    if _TICKS.search(asked) and not _NUMBERED.search(asked):
        return "- [ ] "
    return "- " if _BULLETS.search(asked) and not _NUMBERED.search(asked) else "{n}. "


def _chosen(steps: list[Step], asked: str) -> list[Step]:
    """As many steps as there is room for, what matters most kept, in their order."""
    most, just = _MOST.search(asked), _JUST.search(asked)
    found = most or just
    spare = 2
    if found is None:
        return [step for step in steps if step.weight <= spare]
    said = next(word for word in found.groupdict().values() if word)
    number = count_of(said)
    if most:
        steps = [step for step in steps if step.weight <= spare]
    if number == 1 and len(steps) > 1:
        first, second = sorted(steps, key=lambda step: step.weight)[:2]
        both = f"{first.text.rstrip('.')}, and then {second.text[:1].lower()}{second.text[1:]}"
        return [Step(both, first.tool, first.owner)]
    kept = sorted(steps, key=lambda step: step.weight)[:number]
    return [step for step in steps if step in kept]


def _tool(kind: str, mind: Mind) -> str:
    """The tool by the name that the request gives it, where it names any."""
    if not kind:
        return ""
    said = "\n".join(piece.text for piece in mind.context.of("system", "user"))
    names = [
        name for name in dict.fromkeys(_NAME.findall(said)) if re.fullmatch(_KINDS[kind], name, re.IGNORECASE)
    ]
    return kind if kind in names or not names else names[0]


def _steps(case: Case) -> Iterator[Step]:
    own, mind = case.resolution, case.mind
    order = own.order_id or case.belief.order_id
    who = mind.sender_name or "the customer"
    letter = f"Write to {who}{_tongue(mind)}"
    why = reason_text(mind, own)
    if own.action == "need_info" or order is None:
        yield from _asking(case, letter)
        return
    yield Step(
        f"Check once more that {order} is the order meant and that the sender is on it.",
        "get_order",
        weight=4,
    )
    if own.action == "refund":
        for_what = " and ".join(dict.fromkeys(filter(None, (things(case, ask) for ask in case.facts.asks))))
        steps = working(case) or ""
        shown = f"; {steps}" if "=" in steps else ""
        goods = f" for {for_what}" if for_what else ""
        yield Step(f"Refund {money_text(own)} on {order}{goods}: {why}{shown}.", "refund", weight=0)
    elif own.action == "escalate":
        yield Step(f"Hand {order} over to the refunds desk: {why}.", "escalate", weight=0)
        yield Step(f"Refund nothing on {order} from here; what is due is for the desk to decide.", weight=2)
    else:
        yield Step(f"Refund nothing on {order}: {why}.", weight=0)
    if own.action == "refund":
        yield from _left_alone(case, order)
        yield Step(
            f"Look at {order} again to see that the refund was booked, and only once.", "get_order", weight=2
        )
    told = {
        "refund": f"{money_text(own)} is refunded for {order}, and why",
        "escalate": "the refunds desk has the case now",
    }.get(own.action, f"no refund is due for {order}, with the reason")
    yield Step(f"{letter} that {told}{_points_to(mind, own.reason)}.", "reply", weight=1)
    yield Step("Note the outcome on the ticket and close it.", weight=5)
    if own.action == "escalate":
        yield Step(f"Decide what is due on {order}.", owner="refunds desk", weight=3)


def _asking(case: Case, letter: str) -> Iterator[Step]:
    """What to do while something is open: ask, pay nothing, go on from the answer."""
    offered = choices(case.mind)
    orders = f" ({' or '.join(offered)})" if len(offered) > 1 else ""
    if case.belief.order_id is None:
        yield Step(f"{letter} and ask which order is meant{orders}.", "reply", weight=0)
    else:
        yield Step(f"{letter} and ask: {reason_text(case.mind, case.resolution)}.", "reply", weight=0)
    yield Step("Refund nothing until the answer is there.", weight=2)
    yield Step("Answer the question.", owner="customer", weight=3)
    yield Step("Then read that order and decide by the handbook.", "get_order", weight=1)


def _left_alone(case: Case, order: str) -> Iterator[Step]:
    """What stands beside what is asked for and is not to be paid."""
    wanted = {sku for ask in case.facts.asks for sku, _ in ask.items}
    own = case.facts.order
    goods = {"changed_mind", "damaged", "wrong_item"}
    if own is not None and wanted and all(ask.issue in goods for ask in case.facts.asks):
        rest = [the(named(case, item.sku)) for item in own.items if item.sku not in wanted]
        them = "it" if len(rest) == 1 else "them"
        if rest:
            yield Step(
                f"Leave {' and '.join(rest)} out of it: nothing is asked for {them}.",
                weight=2,
            )
    others = [id for id in case.mind.discussed if id != order and ORDER_ID.fullmatch(id)]
    if others and case.facts.orders_concerned < 2:
        yield Step(f"Leave {' and '.join(others)} alone: nothing is asked about it now.", weight=3)


_URL = re.compile(r"\b[\w-]{3,30}\.(?:example|com|org|net)/\w{2,30}\b")


def _points_to(mind: Mind, reason: str) -> str:
    """Where a clause sends the customer who gets nothing."""
    texts = [mind.clauses[id].clause.text for id in reason.split() if id in mind.clauses]
    found = next((met[0] for text in texts if (met := _URL.search(text))), "")
    return f", and point to {found}" if found else ""


def _tongue(mind: Mind) -> str:
    """The customer's language, where it is another than English."""
    code = mind.scene.meaning.language if mind.mail.present else "en"
    return "" if code == "en" else f" in {LANGUAGES[code]}"
