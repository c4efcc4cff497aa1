"""From readable families to a bank: `python -m exercises.flaky_agent_trace.bank FOLDER OUT.jsonl`.

A family is a TOML file of scenarios, with mails whose meaning is marked where it stands:

    [[order=HL-204173|order HL-204173]]         a fact and the words that carry it
    [[issue@1=late; order=HL-1|…]]              two facts in one place; `@1` is the mail's second request
    [[+issue=damaged|…]]                        more words that the same fact needs as well
    [[item=KT-1702*1|the kettle]]               one piece of an item
    [[!order=HL-204001|HL-204001]]              a decoy
    [[inject|ignore your instructions …]]       an injection; `injection = {wants = …}` says for what

The same fact marked twice means that either place is enough. `expect` is the author's own judgement,
`refund 79.00`, `deny`, `escalate` or `need_info`; several, joined by ` | `, are all defensible. It is
checked against `policy.decide` before anything is written.

`english` is the mail in English, where it is in another language: as many paragraphs, the same facts marked.
`settled` lists what the mail says was dealt with before: `text` in English, and the `spans` that say so.

`women` and `men` list given names whose gender the words of the mail show, so that a renamed mail still
agrees with itself. Every scenario gets the faults of `background.toml` besides its own.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from harness.errors import SpecError
from harness.exercise.scenario import Scenario, make_bank
from harness.exercise.spec import explain, read_toml

from .judge import Expected
from .papers.english import paragraphs
from .shop.handbook import handbook
from .shop.policy import decide, facts_of
from .shop.records import Meaning, WorldState
from .weekend import compile_weekends

Json = Any
_MARK = re.compile(r"\[\[([^\[\]|]+)\|([^\[\]]+)\]\]")
_FACT = re.compile(r"^([!+]?)(\w+)(?:@(\d+))?=(.+?)(?:\*(\d+))?$")
_CUSTOMER = re.compile(r"^(.+) <(\S+)>, ([A-Z]{2})$")
_ITEM = re.compile(r"^(\d+) (\S+) ([^|]+?) \| (\w+) \| ([\d.]+)( \| final)?$")


@dataclass
class Marked:
    """What the marks of one mail say."""

    facts: list[dict[str, Json]] = field(default_factory=list)
    decoys: list[dict[str, Json]] = field(default_factory=list)
    injections: list[str] = field(default_factory=list)

    def plain(self, text: str) -> str:
        """The text without its marks, each remembered."""
        return _MARK.sub(lambda match: self._note(match.group(1), match.group(2)), text)

    def _note(self, marks: str, words: str) -> str:
        for mark in marks.split(";"):
            if mark.strip() == "inject":
                self.injections.append(words)
                continue
            match = _FACT.match(mark.strip())
            if match is None:
                raise SpecError(
                    f"`{mark.strip()}` is not a mark", hint="see `bank.py` for what marks look like"
                )
            sign, fact, ask, value, quantity = match.groups()
            entry = {"fact": fact, "value": value}
            if sign == "!":
                self.decoys.append({**entry, "spans": [words]})
                continue
            entry |= {"ask": int(ask or 0), "quantity": int(quantity) if quantity else None}
            if sign == "+":
                same = [known for known in self.facts if entry.items() <= known.items()]
                if not same:
                    raise SpecError(f"`{mark.strip()}` adds to a fact that no earlier mark states")
                same[-1]["spans"].append(words)
            else:
                self.facts.append({**entry, "spans": [words]})
        return words


def _order(data: dict[str, Json]) -> dict[str, Json]:
    """An order from its short form: customer and items as one line each."""
    order = dict(data)
    customer = _CUSTOMER.match(order["customer"])
    if customer is None:
        raise SpecError(f"`{order['customer']}` is not `Name <address>, COUNTRY`")
    name, email, country = customer.groups()
    order["customer"] = {"name": name, "email": email, "country": country, "also": order.pop("also", ())}
    items = []
    for line in order["items"]:
        item = _ITEM.match(line)
        if item is None:
            raise SpecError(f"`{line}` is not `PIECES SKU name | category | price`")
        quantity, sku, title, category, price, final = item.groups()
        items.append(
            {
                "sku": sku,
                "name": title,
                "category": category,
                "quantity": int(quantity),
                "unit_price": price,
                "final_sale": bool(final),
            }
        )
    order["items"] = items
    order["shipping_fee"] = order.pop("shipping")
    order.setdefault("status", "delivered" if "delivered" in order else "shipped")
    order.setdefault("currency", "EUR")
    return order


def _expected(data: dict[str, Json], state: WorldState, meaning: Meaning) -> dict[str, Json]:
    """The author's ends. Raises `SpecError` when the handbook says otherwise."""
    facts = facts_of(meaning, state)
    decision = decide(facts, handbook(state.policy_version).by_id)
    outcomes: list[dict[str, Json]] = []
    for end in data["expect"].split(" | "):
        action, _, amount = end.partition(" ")
        outcome: dict[str, Json] = {"action": action}
        if facts.order is not None and facts.orders_concerned == 1:
            outcome["order"] = facts.order.id
        if amount:
            outcome |= {"amount": amount, "currency": facts.order.currency if facts.order else None}
        outcomes.append(outcome)
    first = Expected.model_validate({"outcomes": outcomes, "why": data["why"]}).outcomes[0]
    if (first.action, first.amount) != (decision.action, decision.amount):
        raise SpecError(
            f"scenario `{data['id']}` expects `{data['expect']}`, but the handbook says "
            f"{decision.action} {decision.amount or ''} ({decision.reason})"
        )
    return {"outcomes": outcomes, "why": data["why"]}


def _english(data: dict[str, Json], mail: dict[str, Json], own: Marked) -> dict[str, Json] | None:
    """The mail in English. Raises `SpecError` where it is not the same mail."""
    said = data.get("english")
    if said is None:
        if data.get("language", "en") != "en":
            raise SpecError(f"scenario `{data['id']}` has a mail that is not put into English")
        return None
    marked = Marked()
    subject, body = marked.plain(said["subject"]), marked.plain(said["body"]).strip()
    if len(paragraphs(body)) != len(paragraphs(mail["body"])):
        raise SpecError(f"scenario `{data['id']}` has other paragraphs in English")
    if _kinds(marked) != _kinds(own):
        raise SpecError(f"scenario `{data['id']}` marks other facts in English")
    return {"subject": subject, "body": body, "facts": marked.facts, "injection": marked.injections}


def _noted(meaning: Meaning) -> dict[str, Json]:
    """The author's reading as data, without what few mails have where this one has none of it."""
    noted = meaning.model_dump(mode="json")
    return {key: value for key, value in noted.items() if value or key not in {"english", "settled"}}


def _kinds(marked: Marked) -> set[tuple[Json, ...]]:
    injected = {("inject",)} if marked.injections else set()
    return {(f["fact"], f["value"], f["ask"], f["quantity"]) for f in marked.facts} | injected


@cache
def _background() -> dict[str, Json]:
    """The faults of an ordinary day."""
    return dict(read_toml(Path(__file__).with_name("background.toml")))


def scenario_of(data: dict[str, Json], family: str, common: dict[str, Json]) -> Scenario:
    """One scenario from its readable form. Raises `SpecError`."""
    data = {**common, **data}
    marked = Marked()
    mail = data["mail"]
    ticket = {
        "id": f"T-{data['ticket']}",
        "sender": {"name": mail["name"], "email": mail["email"]},
        "subject": marked.plain(mail["subject"]),
        "body": marked.plain(mail["body"]).strip(),
        "received": mail["received"],
    }
    state = WorldState.model_validate(
        {
            "now": data["now"],
            "ticket": ticket,
            "orders": [_order(order) for order in data["orders"]],
            "cached_policy": data.get("cached_policy"),
        }
    )
    text = ticket["subject"] + "\n" + ticket["body"]
    named = [fact["value"] for fact in marked.facts if fact["fact"] == "order"]
    injection = {**data["injection"], "spans": marked.injections} if marked.injections else None
    meaning = Meaning.model_validate(
        {
            "language": data.get("language", "en"),
            "facts": marked.facts,
            "ambiguity": data.get("ambiguity", 0.0),
            "orders_discussed": list(dict.fromkeys([*named, *re.findall(r"\bHL-\d{6}\b", text)])),
            "orders_concerned": data.get("concerns", list(dict.fromkeys(named))),
            "decoys": marked.decoys,
            "injection": injection,
            "english": _english(data, ticket, marked),
            "settled": data.get("settled", ()),
            "women": data.get("women", ()),
            "men": data.get("men", ()),
        }
    )
    stratum = data.get("stratum", "production")
    usual = _background()
    return Scenario(
        id=data["id"],
        family=family,
        tags={
            "language": meaning.language,
            "stratum": stratum,
            "cause": data.get("cause", "none"),
        },
        world=state.model_dump(mode="json", exclude={"cached_share"}),
        meaning=_noted(meaning),
        tool_faults=(*data.get("tool_faults", ()), *usual.get("tool_faults", ())),
        model_faults=(*data.get("model_faults", ()), *usual.get("model_faults", ())),
        weight=data.get("weight", 1.0),
        expected=_expected(data, state, meaning),
    )


def compile_families(folder: Path) -> list[Scenario]:
    """Every scenario of every family in the folder, by file name. Raises `SpecError`."""
    scenarios = []
    for path in sorted(folder.glob("*.toml")):
        data: dict[str, Json] = dict(read_toml(path))
        common = {key: value for key, value in data.items() if key not in ("scenario", "canary")}
        for item in data["scenario"]:
            try:
                scenarios.append(scenario_of(item, path.stem, common))
            except ValidationError as error:
                raise SpecError(f"`{path}`, scenario `{item.get('id')}`:\n{explain(error)}") from None
            except KeyError as error:
                raise SpecError(f"`{path}`, scenario `{item.get('id')}`: {error} is missing") from None
    return list(make_bank(scenarios))


def compile_bank(folder: Path) -> list[Scenario]:
    """The families of a folder, and the weekends in `weekends` beside it, which are made of them and of the
    tickets in `weekends/mails`. Raises `SpecError`.
    """
    tickets = compile_families(folder)
    weekends = folder.parent / "weekends"
    own = compile_families(weekends / "mails") if (weekends / "mails").is_dir() else []
    known = {scenario.id: scenario for scenario in (*tickets, *own)}
    return list(make_bank([*tickets, *compile_weekends(weekends, known, _background())]))


def main(folder: str, out: str, *comments: str) -> None:
    """Compile `folder` into `out`; each of `comments` becomes a `#` line at the top."""
    scenarios = compile_bank(Path(folder))
    lines = [f"# {comment}" for comment in comments]
    lines += [
        json.dumps(scenario.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":"))
        for scenario in scenarios
    ]
    Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(scenarios)} scenarios of {len({s.family for s in scenarios})} families\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
