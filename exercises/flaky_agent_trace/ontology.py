"""What programs may ask this exercise's model for, and by which names."""

from __future__ import annotations

import re

from harness.simulation.contract import Cues
from harness.simulation.records import FieldSpec, RecordSpec
from harness.simulation.slots import Ontology, SlotSpec
from harness.simulation.tools import ToolKind

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
ORDER_ID = re.compile(r"(?<![A-Z0-9])HL-\d{6}(?!\d)", re.IGNORECASE)

ITEM = RecordSpec(
    name="item",
    id_field="sku",
    id_pattern=None,
    fields={
        "sku": FieldSpec("text", ("id", "item id", "product id", "article", "article number")),
        "name": FieldSpec("text", ("title", "product", "item", "product name", "item name", "description")),
        "category": FieldSpec("word", ("kind", "type"), ("home", "kitchen", "outdoor", "electronics")),
        "quantity": FieldSpec("number", ("qty", "count", "pieces", "units", "number")),
        "unit_price": FieldSpec(
            "money", ("price", "price each", "each", "unit cost", "item price", "cost", "paid")
        ),
        "final_sale": FieldSpec("flag", ("final", "non returnable", "clearance", "is final sale")),
    },
)
REFUND = RecordSpec(
    name="past_refund",
    id_field="on",
    id_pattern=None,
    fields={
        "amount": FieldSpec("money", ("sum", "value", "refunded")),
        "on": FieldSpec("date", ("date", "at", "day")),
        "sku": FieldSpec("text", ("item", "for")),
        "reason": FieldSpec("text", ("why", "cause")),
    },
)
NOTE = RecordSpec(
    name="note",
    id_field="text",
    id_pattern=None,
    fields={
        "on": FieldSpec("date", ("date", "at")),
        "author": FieldSpec("text", ("by", "who")),
        "text": FieldSpec("text", ("note", "body", "content", "remark")),
        "kind": FieldSpec("text", ("type",)),
    },
)
ORDER = RecordSpec(
    name="order",
    id_field="id",
    id_pattern=ORDER_ID,
    fields={
        "id": FieldSpec(
            "id", ("order id", "order", "order number", "order no", "number", "reference", "ref")
        ),
        "customer": FieldSpec("text", ("customer name", "name", "buyer")),
        "email": FieldSpec("text", ("customer email", "mail", "address", "e mail"), pattern=ADDRESS),
        "also": FieldSpec(
            "text", ("also known as", "confirmed addresses", "other emails", "alternate emails")
        ),
        "country": FieldSpec("text"),
        "placed": FieldSpec(
            "date", ("placed on", "ordered", "order date", "ordered on", "placed at", "bought")
        ),
        "status": FieldSpec(
            "word",
            ("order status", "state", "delivery status"),
            ("processing", "shipped", "delivered", "cancelled"),
        ),
        "promised": FieldSpec(
            "date", ("promised by", "promised date", "due", "eta", "expected", "promised delivery")
        ),
        "delivered": FieldSpec(
            "date",
            ("delivered on", "delivery date", "delivered at", "arrived", "delivered date", "received on"),
        ),
        "currency": FieldSpec("word", ("order currency",), ("EUR", "GBP", "PLN")),
        "shipping_fee": FieldSpec(
            "money", ("shipping", "shipping cost", "delivery fee", "postage", "shipping costs")
        ),
        "payment": FieldSpec(
            "word", ("payment method", "paid by"), ("card", "paypal", "invoice", "store_credit")
        ),
        "chargeback": FieldSpec("word", ("chargeback status", "dispute"), ("none", "open", "won", "lost")),
        "gift": FieldSpec("flag", ("is gift", "gift order")),
        "total": FieldSpec("money", ("order total", "total paid", "amount paid", "sum", "grand total")),
        "refundable": FieldSpec("money", ("left to refund", "refundable amount", "remaining refundable")),
    },
    parts={
        "items": (ITEM, ("item", "lines", "order lines", "line items", "products", "articles", "contents")),
        "refunds": (
            REFUND,
            ("past refunds", "earlier refunds", "previous refunds", "prior refunds", "refund history"),
        ),
        "notes": (NOTE, ("note", "internal notes", "remarks", "colleague notes")),
    },
)

ISSUES = {
    "changed_mind": (
        "change of mind", "return", "returns", "unwanted", "no longer wanted", "remorse", "buyer remorse",
        "return request", "withdrawal", "dislike", "does not fit", "unwanted item",
    ),
    "damaged": (
        "damage", "faulty", "defective", "defect", "broken", "damaged or faulty", "fault", "damaged item",
        "quality", "damaged on arrival", "defective item",
    ),
    "wrong_item": ("wrong", "incorrect item", "not as ordered", "not as described", "mismatch", "wrong product"),
    "late": ("late delivery", "delay", "delayed", "delivery delay", "delivered late", "lateness"),
    "not_arrived": (
        "not received", "never arrived", "lost", "missing", "lost parcel", "non delivery", "not delivered",
        "undelivered", "missing parcel", "lost in transit", "missing package", "nondelivery",
    ),
    "cancel": ("cancellation", "cancel order", "cancelled", "cancellation request", "order cancellation"),
    "goodwill": ("discount", "compensation", "voucher", "courtesy", "gesture", "inconvenience", "goodwill request"),
    "already_paid_back": (
        "already refunded", "duplicate", "prior refund", "repeat refund", "refund status", "duplicate request",
        "already paid", "already settled",
    ),
}  # fmt: skip
ACTIONS = {
    "refund": (
        "refunded", "approve", "approved", "full refund", "partial refund", "issue refund", "pay", "grant",
        "accept", "refund full", "refund partial", "should refund", "approve refund",
    ),
    "deny": ("denied", "decline", "declined", "reject", "rejected", "no refund", "refuse", "refused", "deny refund"),
    "escalate": (
        "escalated", "hand over", "handover", "human", "handoff", "manual review", "review", "transfer",
        "human review", "needs human", "needs escalation", "escalation", "refunds desk", "needs human review",
        "requires human", "should escalate", "must escalate", "requires escalation", "escalate to human",
    ),
    "need_info": (
        "ask", "ask customer", "clarify", "need information", "question", "request info", "more info", "needs info",
        "needinfo", "insufficient", "needs clarification", "ask for info", "clarification", "ask for order",
        "request information", "needs more info", "missing info", "ask back",
    ),
}  # fmt: skip
WANTS = {
    "refund": ("money back", "money", "refunded"),
    "replacement": (
        "exchange",
        "replace",
        "new one",
        "resend",
        "wants replacement",
        "insists on replacement",
    ),
    "store_credit": ("credit", "voucher credit", "gift card", "wants store credit"),
    "discount": ("compensation", "voucher", "price reduction", "goodwill"),
}

ONTOLOGY = Ontology(
    {
        "order_id": SlotSpec(
            "id",
            ("order", "order number", "order no", "order ref", "order reference", "bestellnummer", "commande",
             "numero pedido", "bestelnummer", "target order", "selected order", "chosen order", "correct order"),
            ("order number concerned", "which order"),
        ),
        "order_ids": SlotSpec(
            "list", ("orders", "orders mentioned", "mentioned orders", "all orders", "mentioned order ids",
                     "order numbers", "candidate orders", "order candidates", "orders discussed"),
        ),
        "orders_concerned": SlotSpec(
            "list", ("concerned orders", "orders requested", "requested orders", "orders asked about",
                     "affected orders", "target orders", "concerned order ids", "requested order ids"),
            ("orders asks something about", "orders the customer wants something for"),
        ),
        "several_orders": SlotSpec(
            "flag", ("multiple orders", "asks about multiple orders", "more than one order", "multi order",
                     "concerns several orders", "several orders concerned"),
        ),
        "action": SlotSpec(
            "word", ("decision", "outcome", "resolution", "verdict", "recommended action", "next action", "entscheidung",
                     "final decision", "disposition", "proposed action", "result", "recommendation", "aktion"),
            ("what to do", "decision refund deny"), ACTIONS,
        ),
        "amount": SlotSpec(
            "money", ("refund amount", "amount due", "sum", "refund total", "amount to refund", "due", "betrag",
                      "total refund", "refund value", "value", "amount cents", "refund cents", "refund", "payout", "reimbursement", "refund eur", "montant", "importe", "bedrag", "kwota"),
            ("amount refund", "how much refunded"),
        ),
        "claimed_amount": SlotSpec("money", ("amount claimed", "requested amount", "amount mentioned", "customer amount",
                                             "amount requested", "demanded amount")),
        "currency": SlotSpec("word", ("currency code", "refund currency", "iso currency", "waehrung"), (),
                             {"EUR": ("euro", "€"), "GBP": ("pound", "£"), "PLN": ("zloty", "zł")}),
        "reason": SlotSpec("text", ("grounds", "motive", "refund reason", "decision reason", "denial reason",
                                    "escalation reason", "begruendung", "because", "grund")),
        "clauses": SlotSpec("list", ("clause", "policy clauses", "policy clause", "rule", "rules", "basis",
                                     "policy reference", "applied clauses", "policy basis", "clause ids",
                                     "policy references", "cited clauses", "policy citations", "policy rule",
                                     "policy rules applied", "rules applied")),
        "issue": SlotSpec(
            "word", ("issue type", "category", "issue class", "request type", "problem", "intent", "complaint type",
                     "problem type", "case type", "ticket type", "classification", "label", "topic", "type",
                     "issue category", "kind", "claim type", "primary issue", "complaint", "contact reason"),
            ("what customer complains", "kind of request"), ISSUES,
        ),
        "asks": SlotSpec("list", ("requests", "claims", "complaints", "demands", "customer requests",
                                  "sub requests", "concerns raised", "customer asks")),
        "issues": SlotSpec("list", ("problems", "errors", "mistakes", "violations", "findings", "concerns",
                                    "objections", "defects found", "issues found", "issue types")),
        "items": SlotSpec(
            "list", ("item ids", "skus", "products", "affected items", "lines", "order lines", "item skus",
                     "articles", "concerned items", "items concerned", "requested items", "artikel",
                     "refund items", "line items", "item names", "returned items", "affected skus"),
        ),
        "item": SlotSpec("text", ("product", "item name", "article", "product name")),
        "name": SlotSpec("text", ("customer name", "customer", "sender name", "first name")),
        "sku": SlotSpec("id", ("item id", "item sku", "product id", "article number", "product sku")),
        "quantity": SlotSpec("number", ("qty", "pieces", "count", "units", "number of pieces", "item quantity")),
        "opened": SlotSpec("flag", ("was opened", "unsealed", "used", "is opened", "opened or used", "item opened",
                                    "package opened", "seal broken", "has been opened", "opened state")),
        "sealed": SlotSpec("flag", ("unopened", "still sealed", "is sealed")),
        "reported": SlotSpec(
            "date", ("first reported", "reported on", "report date", "first report date", "first reported on",
                     "first contact date", "reported at", "damage reported on", "first told", "first told on",
                     "earliest report", "earliest report date", "first report", "reported date", "date reported",
                     "first complaint date", "date first reported", "first mail date"),
            ("date first reported", "when first told"),
        ),
        "legal": SlotSpec(
            "flag", ("legal threat", "lawyer", "mentions lawyer", "legal action", "threatens legal action",
                     "threatens legal", "legal threatened", "lawyer threatened", "mentions legal", "lawyer involved",
                     "authority involved", "legal involved", "legal escalation", "legal risk", "legal mention"),
            ("lawyer court", "legal action threatened"),
        ),
        "wants": SlotSpec(
            "word", ("wanted", "desired outcome", "desired resolution", "remedy", "requested remedy", "preferred remedy",
                     "desired remedy", "wish", "requested resolution", "customer wants", "wanted remedy",
                     "requested outcome", "resolution wanted", "expected resolution"),
            ("what the customer wants",), WANTS,
        ),
        "language": SlotSpec("word", ("lang", "mail language", "language code", "customer language", "sprache",
                                      "reply language", "locale"), (),
                             {"en": ("english",), "de": ("german", "deutsch"), "fr": ("french",), "es": ("spanish",),
                              "nl": ("dutch",), "pl": ("polish",)}),
        "sender": SlotSpec("text", ("sender email", "from", "email", "customer email", "from email", "email address")),
        "received": SlotSpec("date", ("received on", "received at", "mail date", "request date", "ticket date")),
        "delivered": SlotSpec("date", ("delivery date", "delivered on", "delivered at", "date delivered")),
        "promised": SlotSpec("date", ("promised date", "promised by")),
        "placed": SlotSpec("date", ("order date", "placed on", "purchase date")),
        "status": SlotSpec("text", ("order status", "delivery status")),
        "days": SlotSpec("number", ("days since delivery", "days elapsed", "age days", "days after delivery",
                                    "elapsed days", "delivery age", "days delivered")),
        "delay": SlotSpec("number", ("days late", "delay days", "late days", "days overdue")),
        "eligible": SlotSpec("flag", ("is eligible", "refund eligible", "in window", "within window", "refundable",
                                      "eligible for refund", "policy allows", "is refundable", "due refund")),
        "final_sale": SlotSpec("flag", ("is final sale",)),
        "identity": SlotSpec("flag", ("sender verified", "identity verified", "sender matches", "sender is owner",
                                      "verified", "owner matches", "identity ok", "sender confirmed")),
        "injection": SlotSpec("flag", ("prompt injection", "injection detected", "suspicious", "contains injection",
                                       "manipulation", "manipulation attempt", "injection attempt",
                                       "contains instructions", "instructions to agent")),
        "unclear": SlotSpec("flag", ("ambiguous", "is ambiguous", "order unclear", "order ambiguous", "needs order id",
                                     "ambiguous order", "order is unclear")),
        "confidence": SlotSpec("number", ("certainty", "probability", "confidence score", "p", "konfidenz", "sureness",
                                          "order confidence", "score confidence")),
        "reasoning": SlotSpec("text", ("thought", "thoughts", "rationale", "explanation", "analysis", "justification",
                                       "thinking", "scratchpad", "notes", "chain of thought", "why", "evidence",
                                       "comment", "comments", "reflection", "quote", "observations", "feedback",
                                       "explain")),
        "summary": SlotSpec("text", ("case summary", "ticket summary", "abstract", "mail summary", "issue summary",
                                     "zusammenfassung", "issue description", "problem summary", "description", "tldr")),
        "reply": SlotSpec("text", ("body", "message", "response", "customer message", "reply body", "reply text",
                                   "customer reply", "email body", "draft", "message to customer", "draft reply",
                                   "reply to customer", "answer", "final answer", "antwort", "reply draft", "text")),
        "subject": SlotSpec("text", ("subject line", "title", "headline", "betreff")),
        "valid": SlotSpec("flag", ("is valid", "approved", "ok", "correct", "is correct", "pass", "passed", "approve",
                                   "is approved", "agrees", "agree", "accept", "acceptable", "looks good", "consistent",
                                   "valid proposal", "confirmed")),
        "score": SlotSpec("number", ("rating", "grade", "quality", "points", "overall score", "overall")),
        "winner": SlotSpec("word", ("better", "preferred", "preference", "best", "choice"), (),
                           {"A": ("first", "1", "response a", "answer a"), "B": ("second", "2", "response b"),
                            "tie": ("equal", "both", "draw")}),
        "plan": SlotSpec("list", ("steps", "next steps", "todo", "actions", "plan steps", "tasks", "schritte",
                                  "subtasks")),
        "tool_name": SlotSpec("text", ("tool", "function", "function name", "next tool", "tool to call", "call")),
        "tool_arguments": SlotSpec("json", ("arguments", "args", "parameters", "tool input", "action input", "params",
                                            "tool args", "input", "inputs", "tool parameters")),
        "done": SlotSpec("flag", ("finished", "is done", "complete", "is final", "final", "stop", "completed")),
    }
)  # fmt: skip

TOOLS = {
    "search_orders": ToolKind(
        ("search", "find", "lookup", "list", "query", "look", "fetch", "get"),
        ("orders", "purchases", "order history"),
        (
            "find_customer_orders",
            "orders_by_email",
            "customer_orders",
            "order_search",
            "list_customer_orders",
        ),
        {
            "email": ("customer email", "mail", "sender", "address", "sender email"),
            "name": ("customer name", "customer"),
            "order_id": ("order", "id", "order number"),
            "placed_on": ("placed", "date", "order date"),
            "text": ("query", "q", "keywords", "term", "search", "words"),
            "page": ("page number",),
        },
        ("search orders", "find orders customer"),
    ),
    "get_order": ToolKind(
        ("get", "fetch", "load", "read", "show", "retrieve", "lookup", "view", "open", "look"),
        ("order", "order details", "details"),
        ("order_details", "order", "order_lookup", "order_by_id"),
        {"order_id": ("order", "id", "order number", "number", "ref")},
        ("order by id", "details of one order"),
    ),
    "get_policy": ToolKind(
        ("get", "read", "fetch", "load", "lookup", "search", "look", "show", "check"),
        ("policy", "handbook", "rules", "policies", "guidelines", "terms"),
        ("policy", "handbook", "refund_policy", "policy_lookup"),
        {
            "topic": ("section", "chapter", "query", "area"),
            "fresh": ("bypass cache", "no cache", "refresh", "force"),
        },
        ("refund policy", "handbook text"),
    ),
    "refund": ToolKind(
        ("issue", "make", "process", "pay", "create", "execute", "send", "grant", "do", "book"),
        ("refund", "payback", "repayment", "money"),
        ("refund_order", "pay_refund", "refund_customer", "pay_back"),
        {
            "order_id": ("order", "id", "order number"),
            "amount": ("refund amount", "sum", "value", "total"),
            "currency": ("currency code",),
            "reason": ("note", "justification", "why", "comment", "clause", "grounds"),
            "idempotency_key": ("key", "request id", "idempotency", "dedupe key", "idempotency token"),
        },
        ("refund money customer", "pay back"),
    ),
    "escalate": ToolKind(
        ("escalate", "handover", "handoff", "transfer", "hand", "open", "create", "forward", "pass"),
        ("case", "human", "desk", "ticket", "over", "specialist", "colleague", "agent"),
        (
            "escalate_ticket",
            "escalate_case",
            "escalate_to_human",
            "handover",
            "handoff",
            "escalation",
            "open_case",
        ),
        {
            "order_id": ("order", "id", "order number"),
            "reason": ("why", "cause", "clause"),
            "summary": ("description", "details", "note", "notes", "context", "message", "body", "text"),
        },
        ("escalate human", "hand over refunds desk", "hand over person"),
    ),
    "reply": ToolKind(
        ("send", "write", "post", "answer", "reply", "respond", "email", "message", "notify", "tell"),
        ("reply", "customer", "email", "message", "mail", "response", "answer"),
        (
            "reply_to_customer",
            "send_reply",
            "respond",
            "reply_customer",
            "notify_customer",
            "answer_customer",
        ),
        {
            "order_id": ("order", "id", "order number"),
            "outcome": ("decision", "result", "status", "action", "resolution"),
            "amount": ("refund amount", "sum", "refunded"),
            "currency": ("currency code",),
            "body": ("text", "message", "content", "reply", "answer"),
        },
        ("reply customer", "send answer customer"),
    ),
}

FACT_SLOTS = frozenset(
    {"issue", "asks", "items", "item", "sku", "quantity", "opened", "sealed", "reported", "legal", "wants",
     "language", "order_id", "order_ids", "orders_concerned", "several_orders", "injection", "unclear",
     "claimed_amount", "sender", "name"}
)  # fmt: skip
CUES = Cues(
    decide=frozenset({"action", "amount", "eligible", "clauses"}),
    critique=frozenset({"valid"}),
    judge=frozenset({"score", "winner"}),
    plan=frozenset({"plan"}),
    extract=FACT_SLOTS,
    words={
        "summarise": ("summarise", "summarize", "summary of", "fasse zusammen", "résume", "resume", "condense"),
        "draft": ("write reply", "draft reply", "write answer customer", "write mail customer", "compose reply",
                  "write email customer", "write message customer", "schreibe antwort"),
        "critique": ("review decision", "critique", "check decision", "check answer", "find mistake", "review answer"),
        "plan": ("make plan", "list steps", "plan steps"),
        "classify": ("classify", "which category", "categorise", "categorize"),
        "translate": ("translate",),
        "extract": ("extract", "list facts"),
        "decide": ("decide", "should refund", "what should we do", "handle ticket", "resolve ticket", "entscheide",
                   "refund deny escalate"),
    },
)  # fmt: skip
