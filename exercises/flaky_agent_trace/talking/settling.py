"""Which operation a request asks for, where words tell it: what is wanted of the case, in what form."""

from __future__ import annotations

import re
from dataclasses import replace

from exercises.flaky_agent_trace.answering.transcribed import transcript
from exercises.flaky_agent_trace.deciding.handed import asks_back, handed, letter_alone, letter_asked
from exercises.flaky_agent_trace.ontology import vocabulary
from exercises.flaky_agent_trace.papers.clauses import worded
from exercises.flaky_agent_trace.papers.reviewing import asks_for_review
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.narrow import marks_orders, note_narrow
from exercises.flaky_agent_trace.reading.queries import asked_of
from exercises.flaky_agent_trace.reading.quoting import quoted_as_asked
from exercises.flaky_agent_trace.reading.worksheets import WORKSHEET, worksheet_in
from exercises.flaky_agent_trace.writing.closing import last_line_asked
from exercises.flaky_agent_trace.writing.dictated import again, dictated, wants_letter
from exercises.flaky_agent_trace.writing.listing_calls import plan_first, plan_in_words
from exercises.flaky_agent_trace.writing.literal_endings import decides_below
from exercises.flaky_agent_trace.writing.sympathy import sympathy_asked
from exercises.flaky_agent_trace.writing.telling import asks_wanted
from exercises.flaky_agent_trace.writing.worked_plan import plan_asked
from harness.simulation.forms.contract import Contract
from harness.simulation.forms.spoken import question
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.asking import sentences_in
from harness.simulation.reading.text import content_words
from harness.simulation.saying import UNCLEAR

from .asked import note_question, note_text
from .bypassed import adrift, asks_otherwise, unpicked
from .crafts import craft_of
from .findings import wants_state
from .of_a_text import note_of_a_text
from .of_records import note_of_what_is_shown
from .plainly import plain_ask, question_in
from .reviews import faults_of_form, faults_of_letter, judges_in_words, letter_judged, review_asked
from .rules import NOT_RULED, nearest
from .verdicts_told import VERDICTS
from .wondering import ruled_by

_READS = frozenset({"summarise", "extract", "classify"})
_ANSWERABLE = vocabulary().cues.extract | {
    "already_refunded", "chargeback", "confidence", "delivered", "electronics", "final_sale", "gift",
    "has_chargeback", "item_category", "item_price", "mood", "order_cancelled", "order_delivered",
    "order_total", "payment", "placed", "promise_note", "promised", "refunded_before", "refundable_left",
    "shipping_fee", "status", "urgency", "whole_order",
}  # fmt: skip
_DECIDED = _ANSWERABLE | {
    "action", "amount", "clauses", "currency", "days", "days_counted", "delay", "eligible", "exceeds_limit",
    "restocking_fee",
}  # fmt: skip
OTHER_CRAFT = re.compile(
    r"\b(?:write|generate|create|compose|give me|tell me)\b[^.\n]{0,40}\b(?:python|javascript|typescript|sql|"
    r"regex|function|script|source code|program|unit tests?|poem|haiku|joke|song|limerick|recipe)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|(?:^|[.:!]\s+)\W{0,6}(?:please |now |then )?(?:write|list|tell|say|answer|give|name|state|what|which"
    r"|who"
    r"|when|where|why|how|is|are|does|did|was|should|draft|plan|make|explain|describe|summari[sz]e|extract"
    r"|classify"
    r"|translate|quote|rate)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""The last message asks something of its own: what was said before it is no part of the question."""
_PLANS = re.compile(
    r"\b(?:should be handled|(?:to|would you|you would|you(?:['’]d| will)) (?:handle|proceed|do with)"
    r"|plan)\b",
    re.IGNORECASE,
)
_ASKING = re.compile(r"\?\s*$|^\W{0,12}(?:what|who|where|when|why|how|explain|tell me)\b", re.IGNORECASE)
_OF_THE_SHOP = re.compile(
    r"\b(?:customer|(?:e-?)?mails?|tickets?|case|complain\w*|they|them|their|he|she|this|that|parcel"
    r"|policy|handbook|"
    r"sender|person|shop|above|below|happen\w*|do|sure|refund\w*|pay|paid|send money|money back|owed?)\b",
    re.IGNORECASE,
)
_ON_THE_CASE = re.compile(
    r"\b(?:should|do|would you|next|now|handle|proceed|decid\w*|decision|due|entitled|owe\w*|pay|paid|money|"
    r"resolve|right (?:call|thing)|refund\w*|deny|escalate|approve|case|ticket|appl(?:y|ies)|allowed|sure)\b",
    re.IGNORECASE,
)
_ON_THE_MAIL = re.compile(
    r"\b(?:happen\w*|complain\w*|unhappy|wrong|about|wants?|say(?:s|ing)?|mean\w*|trouble|matter|"
    r"going on|settled|(?:re)?solved|unresolved|outstanding|still open)\b",
    re.IGNORECASE,
)
_REVISE = re.compile(
    r"(?:^|[.!]\s+)\W{0,6}(?:now |please |then )*(?:improve|revise|correct|fix|rework)\b(?!\s?(?:or\b|/|\|))",
    re.IGNORECASE | re.MULTILINE,
)
_TELLS = re.compile(
    r"(?:^|[.;,:]\s+|\band\s+)(?:now |please )*(?:tell|inform|notify|answer) (?:the customer|them|him|her)\b",
    re.IGNORECASE | re.MULTILINE,
)
_ENDS = frozenset({"refund", "escalate", "deny"})


def settle(mind: Mind, operation: str, *, relevant: bool) -> None:
    """Note the operation, the craft and the question. `relevant`: there is something of a case at hand."""
    _settle(mind, operation, relevant=relevant)
    if mind.narrow is None and not mind.lacking and not mind.transcript:
        mind.lacking = adrift(mind) or unpicked(mind)


def _settle(mind: Mind, operation: str, *, relevant: bool) -> None:
    asked = mind.instructions if mind.contract.form == "text" and not mind.contract.tools else ""
    mind.transcript = transcript(mind)
    mind.narrow = None
    if asked and note_of_what_is_shown(mind):
        return
    if asked and _settled_by_itself(mind, operation, relevant=relevant):
        return
    if asked and mind.mail.present and sympathy_asked(mind.instructions):
        _drafts(mind)
        mind.craft = "sympathy"
    elif mind.transcript and operation != "act":
        mind.operation, mind.craft, mind.question = "decide", "", None
    elif asked and _letter_alone(mind, operation):
        _drafts(mind)
    elif asked and _plan_at_hand(mind):
        mind.points, mind.rule, mind.lacking, mind.labels = (), "", "", None
        mind.told, mind.operation, mind.craft, mind.question = "plan", "decide", "", None
    elif asked and note_text(mind):
        return
    elif asked and mind.mail.present and asks_back(mind):
        _drafts(mind)
    elif asked and note_question(mind, operation, _DECIDED, relevant=relevant):
        return
    elif plain := _plain(mind, operation, asked):
        mind.operation, mind.craft, mind.question = plain, "", None
    else:
        _weigh(mind, operation, asked)
    if mind.operation == "chat" and asked and mind.clauses and not (mind.orders or mind.deeds):
        _of_rules(mind)


def _settled_by_itself(mind: Mind, operation: str, *, relevant: bool) -> bool:
    """Whether marks are wanted, a decision in the last line, something of a text as such, or a narrow
    question is asked: noted then.
    """
    if mind.verdicts is not None:
        mind.points, mind.craft, mind.rule, mind.question, mind.labels = (), "", "", None, None
        strange = mind.verdicts.strange
        mind.told, mind.lacking = VERDICTS, f"what “{strange}” asks for is not clear" if strange else ""
        mind.operation = "critique"
        return True
    last = mind.asked_last if mind.context.said else ""
    decides = mind.mail.present and decides_below(mind.instructions, last)
    judges = judges_in_words(mind)
    if mind.rubric is not None or decides or judges:
        mind.points, mind.told, mind.craft, mind.rule, mind.question = (), "", "", "", None
        mind.labels, mind.lacking = (None, "") if decides or judges else (mind.labels, mind.lacking)
        mind.operation = "critique" if mind.rubric is not None or judges else "decide"
        if decides and not judges:
            _note_worksheet(mind, mind.instructions)
        return True
    if mind.mail.present and _note_worksheet(mind, mind.asked_last):
        mind.points, mind.craft, mind.rule, mind.question, mind.labels = (), "", "", None, None
        mind.operation = "decide"
        return True
    if not (mind.context.said and again(mind)) and note_of_a_text(mind):
        return True
    compares = review_asked(mind, operation) == "judge" and not marks_orders(mind)
    noted = relevant and not compares and note_narrow(mind)
    if (
        noted
        and mind.narrow is not None
        and mind.narrow.slot == "action"
        and last_line_asked(mind.asked_last)
    ):
        mind.narrow, noted = None, False  # the options of the last line, and no question
    return noted


def _note_worksheet(mind: Mind, asked: str) -> bool:
    """Note that a worksheet is to be filled in, and what is lacking where one of its points is not clear."""
    sheet = worksheet_in(asked)
    if sheet is None:
        return False
    mind.told = WORKSHEET
    mind.lacking = "" if sheet.known else f"what is asked by “{sheet.strange}” is not clear"
    return True


def _letter_alone(mind: Mind, operation: str) -> bool:
    """Whether a letter is wanted and nothing else: a first one, or the last one in another way."""
    if letter_judged(mind):
        return False
    if mind.context.said:
        return again(mind)
    if dictated(mind) is not None:
        return True
    return (operation == "draft" or letter_alone(mind.instructions)) and wants_letter(mind)


def _plan_at_hand(mind: Mind) -> bool:
    """Whether a plan is wanted for a case of which all that its steps would look up is given."""
    if not (mind.mail.present and mind.clauses and mind.sees_orders) or last_line_asked(mind.instructions):
        return False
    return plan_asked(mind.asked_last if mind.context.said else mind.instructions)


def _drafts(mind: Mind) -> None:
    """Note that a letter is wanted, and nothing else."""
    mind.points, mind.told, mind.rule, mind.lacking, mind.labels = (), "", "", "", None
    mind.operation, mind.craft, mind.question = "draft", "", None


def _of_rules(mind: Mind) -> None:
    """Answer a question that nothing but the handbook is there for with its clause, or say that none does."""
    if mind.mail.present or mind.claims is not None or OTHER_CRAFT.search(mind.asked_last) or mind.lacking:
        return
    asked = " ".join(mind.asked_last.split())
    if ruling := mind.clauses.get(ruled_by(mind, asked)):
        mind.operation, mind.rule = "summarise", f"{ruling.clause.id}: {' '.join(worded(ruling).split())}"
    elif clause := nearest(mind):
        mind.operation, mind.rule = "summarise", clause
    elif content_words(mind.asked_last) & frozenset().union(
        *(content_words(one.clause.text) for one in mind.clauses.values())
    ):
        mind.lacking = NOT_RULED


def _plain(mind: Mind, operation: str, asked: str) -> str:
    """What one plain ask says, where it is none for a verdict or for the last line of a text."""
    if review_asked(mind, operation) == "judge":
        return ""
    found = plain_ask(mind, operation, asked, _DECIDED)
    of_case = mind.labels.slot not in {"", "action"} if mind.labels is not None else found != "chat"
    if not of_case and last_line_asked(mind.asked_last):
        mind.labels = None
        return ""
    return found


def _weigh(mind: Mind, operation: str, asked: str) -> None:
    """Settle what no single question settles: a letter, a review, a decision with a question beside it."""
    if operation == "draft" and letter_judged(mind):
        operation = "critique"  # "rate the draft reply"
    if operation in {"extract", "classify"} and (faults_of_letter(mind) or faults_of_form(mind)):
        operation = "critique"
    if operation == "chat" and mind.mail.present and asked and last_line_asked(mind.asked_last):
        operation = "decide" if mind.clauses else "summarise"
    if operation == "chat" and letter_asked(mind.asked_last or asked) and not craft_of(asked):
        operation = "draft"
    plainly = operation == "chat" and mind.mail.present and bool(asked)
    operation = _asked(mind, operation, asked)
    bare = operation == "chat" and mind.mail.present and not mind.contract.tools and not strays(mind)
    if bare:
        # A case without a question: people who paste one want to know what to do with it.
        told = "extract" if mind.contract.form == "json" else "summarise"
        operation = "decide" if mind.clauses else told
    operation = _reviewing(mind, operation)
    if _writes(mind, operation, asked):
        operation = "draft"
    mind.craft = craft_of(asked) or craft_of(mind.asked_last) if asked and mind.mail.present else ""
    if mind.craft == "plan" and mind.orders and mind.clauses:
        mind.craft = ""
    if mind.craft:
        operation = "decide" if mind.craft == "note" and mind.clauses else "summarise"
    if OTHER_CRAFT.search(asked):
        operation = "chat"
    mind.operation = _with_question(mind, operation, asked, plainly=plainly)
    nothing_known = not mind.craft and mind.question is None
    if nothing_known and ((bare and _unread(mind)) or asks_otherwise(mind)):
        mind.lacking = UNCLEAR


def _unread(mind: Mind) -> bool:
    """Whether something is asked of a case that is none of what stands noted: it must not get a summary, or
    the decision, as though nothing had been asked.
    """
    if mind.operation not in {"summarise", "decide"} or mind.contract.form != "text":
        return False
    if asks_wanted(mind.instructions) or quoted_as_asked(mind, mind.instructions):
        return False
    said = sentences_in(mind.instructions)
    if mind.operation == "decide" and any(_OF_WHAT_IS_DUE.search(line) for line in said):
        return False
    return any(not _NO_ASK.search(line) for line in said)


_NO_ASK = re.compile(
    r"^(?:\S+\s?){1,2}$|^(?:[\w'()-]{1,30} ?){1,3}:(?: |$)|^[>|]|^(?:you(?:['’]re| are| work| act)"
    r"|du (?:bist|arbeitest|bearbeitest)|sie sind|tu es|vous êtes|eres|usted es|je bent|u bent|jesteś)\b",
    re.IGNORECASE,
)
"""Asks for nothing: a word or two, a labelled line, a quoted one, who the model is to be."""
_OF_WHAT_IS_DUE = re.compile(
    r"\b(?:due|ow(?:e[ds]?|ing)|refund\w*|pay\w*|paid|decid\w*|decision|verdict|entitled|approve|deny|escalate"
    r"|should|do we|(?:to|we) do|handle|resolve|next)\b",
    re.IGNORECASE,
)


def _with_question(mind: Mind, operation: str, asked: str, *, plainly: bool) -> str:
    """The operation, once the question beside it is noted. `plainly`: nothing but words asks for anything."""
    deciding = operation == "decide"
    if deciding and not asked and mind.contract.slots & vocabulary().cues.decide:
        return operation  # a form for the decision says what is wanted, whatever the prompt asks besides
    if (operation in _READS or deciding) and not mind.craft:
        own = bool(asked) and _ASKS.search(mind.asked_last) is not None
        last = mind.asked_last if own else asked
        if deciding and not own:  # of a system prompt's rules only the one for answers is a question
            last = ask.text if (ask := asked_of(mind)) is not None else mind.asked_last
        mind.question = question_in(last, _DECIDED if deciding else _ANSWERABLE)
        if mind.question is not None and last != asked and "?" in last:
            deciding = deciding and not _ANSWERABLE.issuperset(mind.question.slots)
    if deciding and mind.question is not None and not (mind.question.brief or plainly):
        mind.question = None
    if mind.question is None or deciding:
        return operation
    room = {"unclear"} if mind.question.at_a_loss else set()
    mind.contract = replace(mind.contract, slots=frozenset(mind.question.slots) | room)
    return "classify" if len(mind.question.slots) == 1 else "extract"


def _asked(mind: Mind, operation: str, asked: str) -> str:  # noqa: PLR0911  (the first that fits)
    """The operation, where nothing but a case or a question beside it says which."""
    if operation == "act" and plan_first(mind):
        mind.contract = Contract("text")
        return "plan"
    if operation in {"chat", "decide"} and asked and not mind.clauses and _PLANS.search(mind.asked_last):
        return "plan"
    if operation in {"chat", "decide"} and asked and plan_in_words(mind):
        return "plan"
    if operation == "chat" and mind.mail.present and asked and (about := _plainly(asked)):
        return about
    if operation in {"chat", "summarise"} and strays(mind):
        return "chat"
    free = mind.contract.form == "calls" and not mind.contract.required
    if operation == "act" and free and wants_state(mind):
        mind.contract = Contract("text")
        return "summarise"
    return operation


def _reviewing(mind: Mind, operation: str) -> str:
    """The operation, where something that the request shows is to be judged or bettered."""
    operation = review_asked(mind, operation)
    if operation != "critique":
        return operation
    if mind.unseen and mind.mail.present and not mind.asks_for_review:
        return "decide"  # what there is to approve is the customer's wish
    in_words = mind.contract.form == "text" and not mind.contract.tools
    again = in_words and mind.proposal is not None and _REVISE.search(mind.asked_last)
    return "revise" if again else "critique"


def _plainly(asked: str) -> str:
    """The operation that a question beside a mail asks for, where nothing says so but what it names.

    `chat` for one that names nothing which the model knows: it must not get a decision for an answer.
    """
    asking = [line for line in asked.splitlines() if _ASKING.search(line)]
    found = question("\n".join(asking), vocabulary().ontology, _DECIDED) if asking else None
    if found is not None:
        return "extract" if _ANSWERABLE.issuperset(found.slots) else "decide"
    if not asking or any(_ON_THE_CASE.search(line) for line in asking):
        return ""
    return "summarise" if any(_ON_THE_MAIL.search(line) for line in asking) else "chat"


def _writes(mind: Mind, operation: str, asked: str) -> bool:
    """Whether a letter is wanted: about what was done or decided, or where nothing else is asked for."""
    if operation in {"chat", "decide"} and _TELLS.search(asked) and any(d.kind in _ENDS for d in mind.deeds):
        return True
    if not asked or operation not in {"chat", "critique", "decide", "summarise", "revise"}:
        return False
    judged = letter_judged(mind) or asks_for_review(mind.asked_last)
    if not letter_asked(asked) or (operation == "critique" and judged):
        return False
    return handed(mind) is not None


def strays(mind: Mind) -> bool:
    """Whether a question is asked beside the mail that has nothing to do with it."""
    lines = [line for line in mind.instructions.splitlines() if _ASKING.search(line)]
    named = vocabulary().ontology.named
    own = any(
        _OF_THE_SHOP.search(line) or any(map(named, words_of(_ASKING.sub(" ", line)))) for line in lines
    )
    return mind.contract.form == "text" and not mind.contract.tools and bool(lines) and not own
