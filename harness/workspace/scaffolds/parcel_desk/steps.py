"""An agent's next step, by what its context shows of the steps before."""

from __future__ import annotations

from harness.exchange import Text, ToolCall
from harness.simulation.base import Parts
from harness.simulation.calling.tools import Offered
from harness.simulation.filling.schema import Filling
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.noise import Noise
from harness.simulation.saying import call

from .answers import Answers
from .deeds import Deed
from .mind import Mind
from .ontology import vocabulary
from .perception import right_parcel

TRIES = 3


def next_step(mind: Mind) -> str:
    """The question that the model faces now. Nothing is drawn: the answer keys the draws."""
    act = last_act(mind)
    if act is not None and act.result is not None:
        return "recover" if act.failed else "close"
    return "look_up" if _may_look_up(mind, right_parcel(mind)) else "resolution"


def act(mind: Mind, answers: Answers, noise: Noise, step: str) -> Parts:
    """What the model says and calls now."""
    contract, acts = mind.contract, [deed for deed in mind.deeds if deed.acts]
    if step == "close":
        return [Text(f"Done: {acts[-1].kind.replace('_', ' ')}.")]
    if step == "recover" and len(acts) >= TRIES:
        return _give_up(mind, answers)
    tool = contract.tool("get_parcel")
    looks = step != "recover" and _may_look_up(mind, answers.facts.tracking_id)
    if not looks or noise.fires("skips_lookup", mind.features, subject=mind.about):
        tool = contract.tool(answers.decision.action)
    return [Text(answers.letter())] if tool is None else [_call(tool, answers)]


def last_act(mind: Mind) -> Deed | None:
    """What was done last to deal with the mail."""
    return next((deed for deed in reversed(mind.deeds) if deed.acts), None)


def _may_look_up(mind: Mind, id: str | None) -> bool:
    looks = sum(deed.kind == "get_parcel" and deed.arguments.get("tracking_id") == id for deed in mind.deeds)
    offered = mind.contract.tool("get_parcel") is not None
    return offered and id is not None and looks < TRIES and not mind.knows(id)


def _give_up(mind: Mind, answers: Answers) -> Parts:
    tool, failed = mind.contract.tool("hand_over"), last_act(mind)
    if tool is None or failed is None or failed.kind == "hand_over":
        return [Text("I could not finish this: the tools keep failing.")]
    why = f"{failed.kind.replace('_', ' ')} keeps failing"
    return [_call(tool, lambda slot: why if slot == "reason" else answers(slot))]


def _call(tool: Offered, answers: Belief) -> ToolCall:
    """A call in the tool's own shape: its arguments are fields, and filled as those of any schema."""
    schema = tool.spec.schema
    filling = Filling(vocabulary().ontology, schema)
    filled = {
        own: filling.fill(part, answers, path=tool.arguments.get(own, own))
        for own, part in (schema.get("properties") or {}).items()
    }
    required = schema.get("required") or ()
    return call(tool.spec.name, {k: v for k, v in filled.items() if v is not None or k in required})
