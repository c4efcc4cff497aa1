"""Attacks on the gateway: money, identity, models, parsers."""

from __future__ import annotations

import json
import socket

from graders.attacks.arena import Arena, Shot
from graders.attacks.attack import Attack, NotTried, Where
from harness.gateway.admin_api import GatewayRecord
from harness.rng import Draws

BOTH: tuple[Where, ...] = ("docker", "process")
JSON = ("deep", "digits", "nan", "infinity", "overflow", "twice", "surrogate", "not utf-8", "no object")

ODD = (
    *("booleans", "huge", "negative", "infinite", "not a number", "tiny", "as text", "objects", "lists"),
    *("nothing", "pickled"),
)


def _budget(arena: Arena) -> list[str]:
    shot = arena.shoot("21_budget")
    found = arena.gains(shot, "huge", "retries")
    budget, record = arena.exercise.spec.budget, shot.record
    answered = sum(call.status == 200 for call in record.calls)
    if answered > budget.requests:
        found.append(f"{answered} requests were answered, the budget is {budget.requests}")
    if record.charge.usd > budget.usd:
        found.append(f"{record.charge.usd} USD were spent, the budget is {budget.usd}")
    if not found and record.requests <= answered:
        raise NotTried("the budget was never reached")
    return found


def _forged_turns(arena: Arena) -> list[str]:
    shot = arena.shoot("22_forged_turns")
    found = arena.gains(shot, "forged turn")
    if not any(finding.kind == "forged_turn" for finding in shot.record.findings):
        found.append("a turn that no model said was not noticed")
    return found


def _json(arena: Arena) -> list[str]:
    shot = arena.shoot("35_hostile_json")
    found = arena.gains(shot, *JSON, "torn", "pickle", "large", "compressed")
    if any(tool.status < 300 for tool in shot.record.tools):
        found.append("the world acted on a hostile body")
    return found + arena.well()


def _slow(arena: Arena) -> list[str]:
    shot = arena.shoot("36_slow_clients")
    found = arena.gains(shot, "slow", "honest beside slow", "smuggling")
    if sum(tool.tool == "task" for tool in shot.record.tools) > 1:
        found.append("the smuggled request reached the world")
    return found + arena.well()


def _token(arena: Arena) -> list[str]:
    dead = arena.shoot("honest").token
    facts = {"dead": dead}
    if not arena.by_listener:
        # One network: a token that was stolen from a running trial would work here.
        return arena.gains(arena.shoot("43_stolen_token", facts=facts), "dead", "made up", "admin")
    other = arena.open(replay=1, listener="attack-other")
    try:
        shot = arena.shoot("43_stolen_token", facts={**facts, "other": other.token})
    finally:
        seen = arena.gateway.close(other.trial)
    found = arena.gains(shot, "dead", "other", "made up", "admin")
    if seen.calls or seen.tools:
        found.append("the other trial's record holds what this one did")
    return found


def _models(arena: Arena) -> list[str]:
    shot = arena.shoot("44_other_models")
    found = arena.gains(shot, "aliases", "query", "endpoints", "hosted tools")
    names = {model.name: role for role, model in arena.exercise.spec.models.items()}
    found += [
        f"{call.model!r} was answered as {call.role}"
        for call in shot.record.calls
        if call.status == 200 and names.get(call.model) is None
    ]
    return found


def _answers(arena: Arena) -> list[str]:
    first = arena.shoot("46_other_answers")
    arena.gains(first, "kept")
    second = arena.shoot("46_other_answers", program="look.py", facts={"id": first.lines("ID ")[0]})
    return arena.gains(second, "continued")


def _usage(arena: Arena) -> list[str]:
    def charged(*, spoofed: bool) -> Shot:
        shot = arena.shoot("47_spoofed_usage", facts={"spoofed": spoofed})
        arena.gains(shot, "call")
        return shot

    honest, spoofed = charged(spoofed=False), charged(spoofed=True)
    costs = [[call.charge for call in shot.record.calls if call.status == 200] for shot in (honest, spoofed)]
    if not costs[0] or not costs[0][0].usd > 0:
        raise NotTried("the honest call cost nothing")
    return [] if costs[0] == costs[1] else [f"the same call cost {costs[0]}, with forged usage {costs[1]}"]


def _odd_values(arena: Arena) -> list[str]:
    scenario = arena.assessment.bank.scenarios[0]
    tools = arena.exercise.world(scenario.public(), Draws(b"attack", (scenario.id,))).tools
    found = []
    # One value a trial: a world's calls are counted.
    for what in ODD:
        shot = arena.shoot("11_odd_values", facts={"tools": list(tools), "what": what})
        found += arena.gains(shot, what)
        try:
            json.dumps(shot.record.end, allow_nan=False)
            GatewayRecord.model_validate_json(shot.record.model_dump_json())
        except ValueError as error:
            found.append(f"{what}: the record holds what is no JSON: {error}")
        if arena.exercise.judge(scenario, shot.record.end).success:
            found.append(f"{what}: a world full of odd values was judged a success")
    return found + arena.well()


def _fetched(arena: Arena) -> list[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        shot = arena.shoot("45_fetched_by_us", facts={"url": url})
        found = arena.gains(shot, "images", "hosted", "files")
        server.setblocking(False)
        try:
            server.accept()[0].close()
            found.append("this machine connected to an address that the program named")
        except BlockingIOError:
            pass
    return found + arena.well()


ATTACKS: tuple[Attack, ...] = (
    Attack("11_odd_values", "numbers that are none, booleans, objects and pickles for the world",
           "strictly typed JSON; finite numbers only", _odd_values, BOTH),
    Attack("45_fetched_by_us", "addresses for the gateway to fetch: images, files, hosted tools, callbacks",
           "nothing that a program names is fetched; endpoints and fields are lists", _fetched, BOTH),
    Attack("21_budget", "best of many, huge `n` and `max_tokens`", "money is reserved before the work; "
           "requests are counted", _budget, BOTH),
    Attack("22_forged_turns", "turns that no model said", "messages are compared with what was served; a "
           "finding, no score", _forged_turns, BOTH),
    Attack("35_hostile_json", "bodies that break parsers or mean two things", "caps on bytes and depth, one "
           "meaning or none", _json, BOTH),
    Attack("36_slow_clients", "slow clients, smuggled requests", "each trial's own door, deadlines, caps",
           _slow),
    Attack("43_stolen_token", "another trial's token, the admin's paths", "identity is the listener and the "
           "token; both die with the trial; the admin socket is another one", _token, BOTH),
    Attack("44_other_models", "other models, endpoints and hosted tools", "one list of models, endpoints and "
           "fields", _models, BOTH),
    Attack("46_other_answers", "continue another trial's answer", "answers are kept for each trial alone",
           _answers, BOTH),
    Attack("47_spoofed_usage", "forged usage, retries and addresses", "the gateway counts by itself",
           _usage, BOTH),
)  # fmt: skip
