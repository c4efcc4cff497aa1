"""The papers of a case, in Markdown, with the day counts done."""

from __future__ import annotations

from backoffice import Order, Ticket


def days(order: Order, ticket: Ticket) -> str:
    if order.delivered:
        text = f"delivered {order.delivered:%a} {order.delivered}, {(ticket.day - order.delivered).days} days before the letter"
        if order.promised:
            gap = (order.delivered - order.promised).days
            text += f" (promised {order.promised}: " + (f"{gap} days late)" if gap > 0 else "in time)")
        return text
    text = f"not delivered, status {order.status}"
    if order.promised:
        gap = (ticket.day - order.promised).days
        text += f", promised {order.promised}" + (f", {gap} days before the letter" if gap > 0 else "")
    return text


def sheet(order: Order, ticket: Ticket) -> str:
    rows = "\n".join(
        f"| {i.sku} | {i.name} | {i.category}{', final sale' if i.final_sale else ''} | {i.quantity} | {i.unit_price} |"
        for i in order.lines
    )
    own = "the sender's own" if ticket.email in order.emails else f"NOT the sender's: {', '.join(sorted(order.emails))}"
    more = [f"placed {order.placed}; {days(order, ticket)}", f"account: {own}",
            f"shipping fee {order.shipping}, total {order.total}, left to refund {order.refundable} {order.currency}"]
    if order.chargeback != "none":
        more.append(f"chargeback: {order.chargeback}")
    if order.gift:
        more.append("gift order")
    more += [f"refunded {r['amount']} on {r['on']} for {r.get('sku') or 'the order'}: {r['reason']}" for r in order.refunds]
    more += [f"note of {n['on']} by {n['author']}, kind {n['kind']}: {n['text']}" for n in order.notes]
    return (
        f"### {order.id} ({order.currency})\n" + "\n".join(f"- {m}" for m in more)
        + f"\n\n| sku | item | category | pieces | unit price |\n|---|---|---|---|---|\n{rows}"
    )


def bundle(ticket: Ticket, orders: list[Order], handbook: str) -> str:
    letter = "\n".join("    " + line for line in ticket.letter.splitlines())
    sheets = "\n\n".join(sheet(order, ticket) for order in orders)
    return f"# Papers\n\n## Handbook\n\n{handbook}\n\n## Orders\n\n{sheets}\n\n## The customer's letter\n\n{letter}\n"
