# ruff: noqa: E501
"""One case in many envelopes: the mail, the orders and the handbook laid out as different engineers would.

Each takes a `Case` and gives the text of one request; what is in it is always the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from textwrap import indent
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import yaml  # type: ignore[import-untyped]

Json = Any


def _of(case: Any) -> tuple[Json, str, list[Json], str]:
    """The ticket, the day, the orders and the handbook."""
    return case.task["ticket"], case.task["now"], case.orders, case.handbook


def _shown(value: Json) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)


def _lines(ticket: Json) -> str:
    """A mail with a plain head."""
    sender = ticket["from"]
    return (
        f"From: {sender['name']} <{sender['email']}>\nReceived: {ticket['received']}\n"
        f"Subject: {ticket['subject']}\n\n{ticket['body']}"
    )


def outer_tag(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    return (
        f"<case_file>\n<now>{now}</now>\n<mail>\n{_lines(ticket)}\n</mail>\n"
        f"<orders>\n{_shown(orders)}\n</orders>\n<handbook>\n{handbook}\n</handbook>\n</case_file>"
    )


def attributes(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    sender = ticket["from"]
    shown = "\n".join(f'<order id="{o["id"]}">\n{_shown(o)}\n</order>' for o in orders)
    return (
        f'<dossier now="{now}">\n<mail from_name={quoteattr(sender["name"])} from={quoteattr(sender["email"])} '
        f"received={quoteattr(ticket['received'])} subject={quoteattr(ticket['subject'])}>\n{ticket['body']}\n"
        f'</mail>\n<orders>\n{shown}\n</orders>\n<rules version="current">\n{handbook}\n</rules>\n</dossier>'
    )


def subject_inside(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    sender = ticket["from"]
    return (
        f"<case>\n<today>{now}</today>\n<message sender_name={quoteattr(sender['name'])} "
        f"sender_address={quoteattr(sender['email'])} received_at={quoteattr(ticket['received'])}>\n"
        f"<subject>{escape(ticket['subject'])}</subject>\n{ticket['body']}\n</message>\n"
        f"<policy>\n{handbook}\n</policy>\n<records>\n{_shown(orders)}\n</records>\n</case>"
    )


def elements(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    sender = ticket["from"]
    return (
        f"<input>\n <date>{now}</date>\n <email>\n  <from><name>{escape(sender['name'])}</name>"
        f"<address>{sender['email']}</address></from>\n  <received>{ticket['received']}</received>\n"
        f"  <subject>{escape(ticket['subject'])}</subject>\n  <body>{escape(ticket['body'])}</body>\n </email>\n"
        f" <orders>{escape(_shown(orders))}</orders>\n <handbook>{escape(handbook)}</handbook>\n</input>"
    )


def cdata(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    return (
        f'<?xml version="1.0"?>\n<request date="{now}">\n<mail><![CDATA[{_lines(ticket)}]]></mail>\n'
        f"<orders><![CDATA[{_shown(orders)}]]></orders>\n<handbook><![CDATA[{handbook}]]></handbook>\n</request>"
    )


def namespaces(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    sender = ticket["from"]
    return (
        f'<t:ticket xmlns:t="urn:desk" t:now="{now}">\n'
        f"<t:mail t:from={quoteattr(sender['email'])} t:name={quoteattr(sender['name'])} "
        f"t:received={quoteattr(ticket['received'])}>\n<t:subject>{escape(ticket['subject'])}</t:subject>\n"
        f"<t:text>\n{escape(ticket['body'])}\n</t:text>\n</t:mail>\n<t:orders>\n{_shown(orders)}\n</t:orders>\n"
        f"<t:handbook>\n{handbook}\n</t:handbook>\n</t:ticket>"
    )


def german_tags(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    sender = ticket["from"]
    return (
        f"<vorgang>\n<heute>{now}</heute>\n<kundenmail absender={quoteattr(sender['email'])} "
        f"name={quoteattr(sender['name'])} eingegangen={quoteattr(ticket['received'])} "
        f"betreff={quoteattr(ticket['subject'])}>\n{ticket['body']}\n</kundenmail>\n"
        f"<bestellungen>\n{_shown(orders)}\n</bestellungen>\n<regelwerk>\n{handbook}\n</regelwerk>\n</vorgang>"
    )


def french_tags(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    return (
        f"<dossier>\n<date_du_jour>{now}</date_du_jour>\n<règlement>\n{handbook}\n</règlement>\n"
        f"<commandes>\n{_shown(orders)}\n</commandes>\n<courriel_client>\n{_lines(ticket)}\n</courriel_client>\n"
        "</dossier>"
    )


def documents(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    papers = {"mail.eml": _lines(ticket), "orders.json": _shown(orders), "handbook.md": handbook}
    return f"<documents>\n{_numbered(papers)}\n</documents>\n\nToday is {now}."


def documents_book_first(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    papers = {"Refund handbook": handbook, "Order records": _shown(orders), "Customer mail": _lines(ticket)}
    return f"<documents>\n{_numbered(papers)}\n</documents>\n\nToday is {now}."


def _numbered(papers: dict[str, str]) -> str:
    return "\n".join(
        f'<document index="{n}">\n<source>{name}</source>\n<document_content>\n{text}\n</document_content>\n</document>'
        for n, (name, text) in enumerate(papers.items(), start=1)
    )


def nested_json(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    return _shown({"case": {"now": now, "mail": ticket, "orders": orders, "policy": handbook}})


def flat_json(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    inner = {"today": now, "policy": {"version": "current", "text": handbook}, "records": orders}
    return json.dumps({"input": {**inner, "message": {"raw": _lines(ticket)}}})


def in_yaml(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    sender = ticket["from"]
    return (
        f"case:\n  now: {now}\n  mail:\n    from: {sender['name']} <{sender['email']}>\n"
        f"    received: {ticket['received']}\n    subject: {json.dumps(ticket['subject'], ensure_ascii=False)}\n"
        f"    body: |\n{indent(ticket['body'], ' ' * 6)}\n  orders:\n{indent(_yaml(orders), ' ' * 4)}\n"
        f"  policy: |\n{indent(handbook, ' ' * 4)}"
    )


def _yaml(value: Json) -> str:
    return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1000)).rstrip()


def sections(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    return (
        f"# Case\n\nToday: {now}\n\n## Handbook\n\n{handbook}\n\n## Orders\n\n{_shown(orders)}\n\n"
        f"## Customer mail\n\n{_lines(ticket)}"
    )


def fenced(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    return (
        f"Now: {now}\n\n### Mail\n```text\n{_lines(ticket)}\n```\n\n### Orders\n```json\n{_shown(orders)}\n```\n\n"
        f"### Handbook\n```markdown\n{handbook}\n```"
    )


def ruled(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    return (
        f"NOW {now}\n===== HANDBOOK =====\n{handbook}\n===== ORDERS =====\n{_shown(orders)}\n"
        f"===== MAIL =====\n{_lines(ticket)}\n===== END ====="
    )


def tagged_twice(case: Any) -> str:
    ticket, now, orders, handbook = _of(case)
    sender = ticket["from"]
    return (
        f"<context>\n<reference>\n<handbook>\n{handbook}\n</handbook>\n<clock>{now}</clock>\n</reference>\n"
        f"<evidence>\n<orders>\n{_shown(orders)}\n</orders>\n<correspondence>\n<mail>\n<header from_name="
        f"{quoteattr(sender['name'])} from_email={quoteattr(sender['email'])} date={quoteattr(ticket['received'])} "
        f"subject={quoteattr(ticket['subject'])}/>\n<body>\n{ticket['body']}\n</body>\n</mail>\n</correspondence>\n"
        "</evidence>\n</context>"
    )


ENVELOPES: dict[str, Callable[[Any], str]] = {
    made.__name__: made
    for made in (
        outer_tag, attributes, subject_inside, elements, cdata, namespaces, german_tags, french_tags,
        documents, documents_book_first, nested_json, flat_json, in_yaml, sections, fenced, ruled, tagged_twice,
    )
}  # fmt: skip
