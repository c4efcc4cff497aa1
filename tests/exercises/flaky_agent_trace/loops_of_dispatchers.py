"""Loops with one tool for many deeds, or two."""

from __future__ import annotations

from collections.abc import Callable

from harness.exchange import ToolSpec

from .loops import Loop, Meant, Values, by, choice, dispatched, end, find, hand, pay, read, rules, say, tool


def back_office() -> Loop:
    ops = by(
        orders__list=find("email"),
        orders__read=read("id"),
        policy__read=rules,
        refunds__create=pay("id", "amount"),
        cases__open=hand("why"),
        mail__send=say("outcome", "text"),
    )
    told = (
        "Single entry point. Ops: orders.list {email}, orders.read {id}, policy.read {}, "
        "refunds.create {id, amount}, cases.open {id, why}, mail.send {outcome, text}"
    )
    names = told.split("Ops: ")[1]
    options = [name for name in names.replace(",", " ").split() if "." in name]
    return Loop(
        (tool("back_office", told, op=choice(*options), args="object"),),
        dispatched("op", "args", ops),
        "Refund agent. All work goes through back_office. mail.send ends the ticket; send it only once. "
        "Outcomes: refunded/denied/escalated/need_info.",
    )


def method_and_payload() -> Loop:
    table = by(
        search=find("customer_email"),
        details=read("order_no"),
        terms=rules,
        reimburse=pay("order_no", "amount_cents", 100),
        handover=hand("note"),
        answer=say("outcome", "message"),
    )
    prompt = """You answer refund requests with the tool `crm`. Methods and their payloads (JSON in a string):
- search: {"customer_email": "..."}
- details: {"order_no": "HL-..."}
- terms: {}
- reimburse: {"order_no": str, "amount_cents": int}
- handover: {"order_no": str, "note": str}
- answer: {"outcome": "refunded|denied|escalated|need_info", "message": str}
`answer` is the last call."""
    methods = choice("search", "details", "terms", "reimburse", "handover", "answer")
    return Loop(
        (tool("crm", "The CRM", method=methods, payload="string"),),
        dispatched("method", "payload", table),
        prompt,
    )


def one_mode() -> Loop:
    modes = choice("lookup_order", "read_rules", "pay_refund", "escalate", "reply")
    nullable = {"type": ["string", "null"]}
    spec = ToolSpec(
        "shop",
        "Everything about the shop; fields that a mode has no use for are null",
        {
            "type": "object",
            "properties": {
                "mode": modes,
                "order": nullable,
                "amount": {"type": ["number", "null"]},
                "outcome": choice("refunded", "denied", "escalated", "need_info", nullable=True),
                "text": nullable,
            },
            "required": ["mode", "order", "amount", "outcome", "text"],
            "additionalProperties": False,
        },
        strict=True,
    )
    table = by(
        lookup_order=read("order"),
        read_rules=rules,
        pay_refund=pay("order", "amount"),
        escalate=hand("text"),
        reply=say("outcome", "text"),
    )
    return Loop((spec,), dispatched("mode", "", table))


def two_dispatchers() -> Loop:
    reads = dispatched("what", "", by(order=read("ref"), orders=find("ref"), handbook=rules))
    acts = dispatched(
        "action",
        "params",
        by(
            refund=pay("ref", "amount"),
            decline=end("deny", "text"),
            ask_customer=end("ask", "text"),
            hand_over=hand("text"),
        ),
    )
    parts = {"ref": {"type": "string"}, "amount": {"type": "number"}, "text": {"type": "string"}}
    return Loop(
        (
            tool(
                "look",
                "Reads: an order by its number, the orders of an e-mail address, or the handbook",
                ("ref",),
                what=choice("order", "orders", "handbook"),
                ref="string",
            ),
            tool(
                "act",
                "Does it. refund(ref, amount), decline(text), ask_customer(text), hand_over(ref, text)",
                action=choice("refund", "decline", "ask_customer", "hand_over"),
                params={"type": "object", "properties": parts},
            ),
        ),
        lambda name, values: (reads if name == "look" else acts)(name, values),
        "Refund agent with two tools. Exactly one `act` ends the ticket.",
        ends=frozenset({"refund", "escalate", "deny", "ask"}),
    )


def function_and_lines() -> Loop:
    table = by(
        find_orders=find("email"),
        get_rules=rules,
        pay=pay("order", "amount"),
        handover=hand("reason"),
        close=say("outcome", "text"),
    )
    told = """Calls a function of the shop. function is one of:
find_orders(email) - all orders of a customer
get_rules() - the rules
pay(order, amount) - pays back
handover(reason) - people take it
close(outcome, text) - last mail; outcome is refunded, denied, escalated or need_info"""
    names = choice("find_orders", "get_rules", "pay", "handover", "close")
    return Loop(
        (tool("invoke", told, function=names, arguments="object"),),
        dispatched("function", "arguments", table),
    )


def any_op() -> Loop:
    table = by(
        orders=find("email"),
        rules=rules,
        refund=pay("id", "amount"),
        case=hand("why"),
        mail=say("outcome", "text"),
    )
    told = (
        "Shop API. op is orders (params: email), rules, refund (params: id, amount), case (params: why) "
        "or mail (params: outcome, text)"
    )
    return Loop((tool("api", told, op="string", params="object"),), dispatched("op", "params", table))


def paths() -> Loop:
    told = "HTTP to the shop: GET /orders?email=, GET /policy, POST /refunds, POST /cases, POST /mails"
    return Loop(
        (tool("http", told, method=choice("GET", "POST"), path="string", body="object"),),
        lambda _, __: ("says", {"text": "404"}),
    )


def _acting(looks: ToolSpec, table: Callable[[str, Values], Meant], key: str, *more: ToolSpec) -> Loop:
    """A look-up by an option, beside tools that act."""
    acts = by(
        read_rules=rules, refund=pay("order", "amount"), hand_over=hand("why"), answer=say("outcome", "text")
    )
    outcome = choice("refunded", "denied", "escalated", "need_info")
    tools = (
        tool("refund", "Pays back", order="string", amount="number"),
        tool("hand_over", "Gives the case to the refunds desk", why="string"),
        tool("answer", "The mail to the customer, ends the ticket", outcome=outcome, text="string"),
    )
    means = dispatched(key, "", table)
    return Loop(
        (looks, *more, *tools), lambda name, values: (means if name == looks.name else acts)(name, values)
    )


_RULES = tool("read_rules", "The current refund handbook.")


def by_criterion() -> Loop:
    looks = tool(
        "look_up",
        "Look into the order database. kind=by_email lists a customer's orders, kind=by_id shows one order.",
        kind=choice("by_email", "by_id"),
        value="string",
    )
    return _acting(looks, by(by_email=find("value"), by_id=read("value")), "kind", _RULES)


def by_field() -> Loop:
    looks = tool(
        "order_search", "Find orders", search_by=choice("order_number", "email", "name"), term="string"
    )
    return _acting(looks, by(order_number=read("term"), email=find("term")), "search_by", _RULES)


def by_action() -> Loop:
    looks = tool(
        "orders",
        "Orders of the shop",
        ("email", "id"),
        action=choice("get", "list"),
        email="string",
        id="string",
    )
    return _acting(looks, by(get=read("id"), list=find("email")), "action", _RULES)


def by_subject() -> Loop:
    looks = tool(
        "fetch",
        "Reads from the shop",
        ("key",),
        what=choice("order", "orders_by_email", "handbook"),
        key="string",
    )
    return _acting(looks, by(order=read("key"), orders_by_email=find("key"), handbook=rules), "what")


def by_two_choices() -> Loop:
    looks = tool(
        "store_query", "Query the store: what, by which key",
        what=choice("orders", "policy"), by=choice("email", "number", "none"), value="string",
    )  # fmt: skip
    return _acting(looks, by(policy=rules, orders=lambda _: ("says", {"text": "404"})), "what", _RULES)
