"""When a reading is not to be trusted by itself, and how it is looked at again."""

import re

from handbook import Ask, Case, Decision, barriers
from shop import order_numbers

UNSURE = 0.82
"""Below it a reading says itself that it may be wrong: of right ones next to none does, of wrong ones about half."""

_QUOTED = re.compile(r"(?m)^\s*>|^-{3,} ?\w|(?:wrote|schrieb|écrit|escribió|schreef|napisał\w*)\b[^\n]{0,40}:\s*$")
_LEGAL = re.compile(
    r"\b(?:lawyer|solicitor|attorney|legal|court|ombuds\w*|trading standards|citizens advice|tribunal|sued?|suing"
    r"|small claims|statut\w+|anw[aä]lt\w*|rechtsanw\w*|gericht\w*|verbraucher(?:zentrale|schutz)\w*|schlichtung\w*|klage\w*"
    r"|avocat\w*|justice|juge|médiat\w+|dgccrf|que choisir|abogad\w+|juzgado\w*|denuncia\w*|demanda\w*|omic|consumo"
    r"|advoca\w+|rechter|rechtbank|rechtsbijstand|geschillencommissie|consumentenbond|acm"
    r"|prawnik\w*|adwokat\w*|sąd\w*|rzecznik\w*|uokik|pozew\w*)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(?:credit|voucher|replace\w*|exchang\w*|swap|send (?:me )?(?:a )?(?:new|another)|new one|gift card"
    r"|gutschein\w*|guthaben\w*|umtausch\w*|ersatz\w*|austausch\w*|tausch\w*|avoir|bon d'achat|échang\w+|remplac\w+"
    r"|vale|cambi\w+|reemplaz\w+|reposición|tegoed\w*|ruil\w*|omruil\w*|vervang\w*|nieuwe"
    r"|bon|bonu|wymian\w*|wymieni\w*|kredyt\w*|zamian\w*|nowy|nową|nowe)\b",
    re.IGNORECASE,
)


def named(ticket: dict, known: dict[str, dict | None]) -> list[str]:
    """The orders that a mail names by number and that exist."""
    return [id for id in order_numbers(f"{ticket['subject']}\n{ticket['body']}") if known.get(id)]


def unsure(case: Case) -> bool:
    """Whether the reader doubts its own reading."""
    return case.confidence < UNSURE


def risks(ticket: dict, case: Case, decision: Decision, known: dict[str, dict | None]) -> list[str]:
    """Why a second reader should look at the mail; nothing where the records alone settle it."""
    one_named = len(named(ticket, known)) == 1
    if not unsure(case):
        if one_named and (known.get(case.order_id or "") and barriers(known[case.order_id], ticket["from"]["email"])):
            return []
        if decision.action == "need_info" and not named(ticket, known):
            return []  # it would be asked whatever a second reader said
    text = f"{ticket['subject']}\n{ticket['body']}"
    order = known.get(case.order_id or "") or {}
    wanted = {sku for ask in case.asks for sku in ask.items}
    found = {
        "low confidence": unsure(case),
        "not one order named": not one_named,
        "quoted mails": bool(_QUOTED.search(ticket["body"])),
        "the language it reads worst": case.language == "pl",
        "more than one request": len(case.asks) != 1,
        "legal words": bool(_LEGAL.search(text)) or case.legal,
        "something instead of money": bool(_INSTEAD.search(text)) or case.wants != "refund",
        "sealed, it seems": any(
            ask.issue == "changed_mind"
            and not ask.opened
            and any(i["category"] == "electronics" and (not ask.items or i["sku"] in ask.items) for i in order.get("items", []))
            for ask in case.asks
        ),
        "things much the same": _alike(order, wanted),
    }
    return [risk for risk, is_there in found.items() if is_there]


def contradicted(case: Case, shown: list[dict], ticket: dict) -> str:
    """What the records say against a reading, in words for the reader; empty where nothing does."""
    orders = {order["id"]: order for order in shown}
    numbers = order_numbers(f"{ticket['subject']}\n{ticket['body']}")
    if case.several:
        return ""
    if case.order_id is None:
        if any(id in orders for id in numbers):
            listed = ", ".join(id for id in numbers if id in orders)
            return f"The mail names {listed}. To leave the order open is wrong unless none of them can be meant."
        if numbers and orders:
            return f"There is no order {', '.join(numbers)}: that number is wrong. See whether what the mail tells of the order fits one of the list."
        return ""
    order = orders.get(case.order_id)
    if order is None:
        return f"There is no order {case.order_id} on the list: that order is wrong. See whether what the mail tells of it fits one of the list."
    skus = {item["sku"] for item in order["items"]}
    if any(sku not in skus for ask in case.asks for sku in ask.items):
        return f"The items are wrong: order {case.order_id} has none with that sku."
    if len(orders) > 1 and any(_settled(order, ask) for ask in case.asks):
        return f"What the form says was paid back on order {case.order_id} long ago, so the order is probably wrong."
    return ""


def _settled(order: dict, ask: Ask) -> bool:
    """Whether a request is for what earlier refunds have given back in full."""
    if ask.issue not in ("changed_mind", "damaged", "wrong_item"):
        return False
    back = {past.get("sku"): past for past in order.get("refunds") or []}
    wanted = ask.items or {item["sku"]: None for item in order["items"]}
    return bool(back) and all(sku in back for sku in wanted)


def objected(messages: list[dict], form: str, wrong: str) -> list[dict]:
    """The conversation in which a reader hears what is wrong with its form."""
    told = f"{wrong} Read the mail again and fill in the form anew."
    return [*messages, {"role": "assistant", "content": form}, {"role": "user", "content": told}]


def again(messages: list[dict], form: str, one: Case, other: Case) -> list[dict]:
    """The conversation that asks the first reader to look again at what the second reads otherwise."""
    names = {
        "order": one.order_id != other.order_id,
        "number of orders": one.several != other.several,
        "requests": len(one.asks) != len(other.asks),
        "legal": one.legal != other.legal,
        "wish for a replacement": one.wants != other.wants,
    }
    for mine, theirs in zip(one.asks, other.asks, strict=False):
        names["issue"] = names.get("issue") or mine.issue != theirs.issue
        names["items"] = names.get("items") or mine.items != theirs.items
        names["opened"] = names.get("opened") or mine.opened != theirs.opened
        names["reported"] = names.get("reported") or mine.reported != theirs.reported
    told = ", ".join(name for name, differs in names.items() if differs)
    if not told:
        return objected(messages, form, "You were not sure, and so was a second reader: the order, the issue or the items may be wrong.")
    return objected(messages, form, f"A second reader differs on: {told}. One of the two is wrong there.")


def _alike(order: dict, wanted: set[str]) -> bool:
    """Whether another item of the order goes by a like name as one that is wanted."""
    words = {item["sku"]: set(re.findall(r"[^\W\d]{4,}", item["name"].lower())) for item in order.get("items", [])}
    return any(words[a] & words[b] for a in words for b in words if a != b and (a in wanted) != (b in wanted))

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
