"""What people ask back once a case was answered: the sum, doubts, what to check, who is right, kinder words.

Each is told from what the model believes and would do, so that it fits what was said before; where that was
another decision, the answer says so first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.critique import differences
from exercises.flaky_agent_trace.ontology import ORDER_ID
from exercises.flaky_agent_trace.papers.drafted import letter_at
from exercises.flaky_agent_trace.papers.outcomes import outcomes_in, sum_in
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.queries import UNTOLD
from exercises.flaky_agent_trace.reading.quoting import quotes, telling
from exercises.flaky_agent_trace.writing.in_brief import in_one_sentence
from exercises.flaky_agent_trace.writing.sum_lines import sum_lines
from exercises.flaky_agent_trace.writing.telling import about_order, complained, named, wants_told
from exercises.flaky_agent_trace.writing.wording import money_text, reason_text, reply_body

from .asked_abroad import asked_abroad, told_abroad
from .in_prose import decided_in_prose, in_one_line, which_order
from .insisting import insisted, insists
from .prices import price_spoken_of
from .said_plainly import plainly_asked, said_plainly
from .standing import counted, decided_before, last_turn
from .supposed import moot, otherwise, supposing
from .told_later import UNHEARD, decided_anew, tells, tells_what
from .why_not import wondered
from .wondering import UNKNOWN, wonders

FOLLOWS = "follow:"
NEWS = f"{FOLLOWS}news"
_ABROAD = "abroad:"
_SHORT = 40
_CLAUSE = re.compile(r"\b[A-Z]-\d{1,2}\b")
"""Words of a turn that asks no more than that."""
_GO_ON = (
    r"^\W{0,4}(?:(?:and|but|so|ok(?:ay)?|please|now|then|can you|could you|would you|just|also)\b"
    r"\W{0,3}){0,4}"
)
_ASKS = {
    "sum": rf"{_GO_ON}(?:show|give|write|explain|spell out|break down|walk me through|what(?:['’]s| is| was)"
    r"|how (?:did|do) you (?:get|work out|calculate|come))\b"
    r"[^.?\n]{0,30}\b(?:arithmetic|maths?|calculations?|computation|sums?|breakdown|workings?|figures?"
    r"|(?:get|got|come|came|arrive) (?:to|at)? ?(?:that|the|this) (?:sum|amount|figure|number))\b",
    "clauses": rf"{_GO_ON}(?:under |by |on |from )?(?:which|what) (?:clauses?|rules?|paragraphs?"
    rf"|sections?|policy)"
    r"(?: (?:is|was|does) (?:that|it|this)(?: from)?| applies| exactly| number)?\W*$"
    r"|^\W{0,4}(?:clause|rule|source)s?\?\W*$",
    "otherwise": r"\b(?:what|which facts?|anything)\b[^.?\n]{0,40}\b(?:chang\w+|alter|sway|revis\w+"
    r"|flip|shift) "
    r"(?:your|the|that|this) (?:mind|decision|answer|view|verdict|outcome|opinion|assessment)\b"
    r"|\bwhat (?:would|could|might) (?:have to|need to|make)\b[^.?\n]{0,40}\b(?:differ\w+|otherwise|change"
    r"|decide|say)\b|\bunder (?:what|which) circumstances\b",
    "weak": r"\b(?:unsure|uncertain|not (?:quite |entirely )?sure|in doubt|doubtful|least (?:sure"
    r"|certain|confident)"
    r"|doubts?)\b[^.?\n]{0,30}\?|\b(?:weak(?:est)? (?:point|spot|link)|biggest risk|where (?:could"
    r"|might|may) you be"
    r"|what (?:could|might|may) (?:you|i|we) (?:have )?(?:got|gotten|be getting|be) wrong)\b"
    r"|\b(?:what|which) (?:assumptions?|is the riskiest)\b",
    "sure": r"\bhow (?:\w{1,12} )?(?:sure|confident|certain)\b[^.?\n]{0,40}\b(?:and |,? ?why|because"
    r"|what makes)"
    r"|\b(?:what|why)\b[^.?\n]{0,14}\b(?:makes|are) you (?:so )?(?:sure|confident|certain)\b",
    "check": r"\b(?:what|anything|which things?)\b[^.?\n]{0,40}\b(?:check|verify|double-?check"
    r"|look (?:at|out for)"
    r"|make sure|confirm|be careful)\b[^.?\n]{0,40}\b(?:before|first|when|send\w*|press|click|pay\w*"
    r"|approv\w*)\b"
    r"|\bbefore (?:i|we) (?:send|pay|approve|click|press|refund|do)\b[^.?\n]{0,40}\b(?:check|verify|confirm"
    r"|look at|know|watch)\b",
    "letter": rf"{_GO_ON}(?:how|what) (?:would|should|do|can|could|shall) (?:you|i"
    rf"|we) (?:best )?(?:tell|write|say|put"
    r"|explain|break|phrase)\b[^.?\n]{0,20}\b(?:to )?(?:the )?(?:customer|client|him|her|them|buyer)\b",
    "kinder": rf"{_GO_ON}(?:put|say|make|phrase|word|write|rephrase|reword|tell)\b (?:that|it|this"
    rf"|your answer)?"
    r"[^.?\n]{0,24}\b(?:polite\w*|friendl\w+|kind\w*|nice\w*|gentl\w*|soft\w*|warm\w*|courteous\w*|empath\w+"
    r"|tactful\w*|formal\w*)\b|^\W{0,4}(?:more )?(?:politely|friendlier|kinder|nicer|softer|more polite)\W*$",
    "boss": r"\b(?:summari[sz]e|sum|put|give|explain|say|tell|write|one[- ]liner|summary)\b[^.?\n]{0,60}"
    r"\b(?:(?:in|as) (?:one|a single|1)(?: short)? (?:line|sentence)|one[- ]lin\w+|one[- ]sentence)\b",
    "asked": r"\bwhat (?:did|does|do|is|was|had) (?:the )?(?:customer|client|she|he|they|sender"
    r"|buyer)\b[^.?\n]{0,24}"
    r"\b(?:ask\w*|want\w*|request\w*|after|complain\w*|say\w*|need\w*)\b",
}  # fmt: skip
_KNOWN = {kind: re.compile(said, re.IGNORECASE) for kind, said in _ASKS.items()}
_NEEDS_RULES = frozenset({"sum", "clauses", "otherwise", "check", "letter", "kinder", "opinion"})
_SAYS = re.compile(
    r"\b(?:colleague|boss|manager|supervisor|team ?lead|lead|finance|lawyer|customer|client|she|he|they"
    r"|someone"
    r"|somebody|chatgpt|another model|i)\b[^.?!\n]{0,24}?\b(?:says?|said|thinks?|thought|claims?"
    r"|believes?|insists?"
    r"|argues?|would|wants?|told me|reckons?|tells me)\b(?P<what>[^.?!\n]{3,160})",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"\b(?:is|are|was|were|am) (?:he|she|they|it|that|this|i|my \w+|the \w+) (?:right|correct|wrong"
    r"|mistaken)\b"
    r"|\b(?:do you|would you|you) agree\b|\bwho(?:['’]s| is) right\b|\bwhat do you (?:say|think)\b|\bagree\?"
    r"|\b(?:right|correct)\?",
    re.IGNORECASE,
)


def follow_asked(mind: Mind) -> str:  # noqa: PLR0911  (the first that it is)
    """Which of these the last message asks back, once something was answered; empty: none."""
    asked = last_turn(mind)
    if not mind.context.said and mind.mail.present and mind.clauses and mind.sees_orders and _views(mind):
        return f"{FOLLOWS}opinion"
    if not mind.context.said or not (mind.mail.present or mind.claims) or len(asked.split()) > _SHORT:
        return ""
    if foreign := asked_abroad(mind, asked):
        return f"{FOLLOWS}{_ABROAD}{foreign}"
    if moot(mind):
        return f"{FOLLOWS}moot"
    if supposing(mind):
        return ""
    if tells(mind) and tells_what(mind):
        return NEWS
    if mind.clauses and _SAYS.search(asked) and _RIGHT.search(asked) and _claimed(mind):
        return f"{FOLLOWS}opinion"
    kinds = [kind for kind, words in _KNOWN.items() if words.search(asked)]
    kind = next((kind for kind in kinds if mind.clauses or kind not in _NEEDS_RULES), "")
    if not kind and wonders(mind, asked) not in {"", UNKNOWN}:
        kind = "wonder"
    if not kind and insists(mind, asked):
        kind = "insist"
    if kind in {"", "boss", "clauses"} and plainly_asked(mind, asked):
        kind = "plain"
    said = mind.context.of("assistant")[-1:]  # none where nothing was said but calls
    if kind in {"kinder", "boss", "plain"} and any(letter_at(piece.text, 0) is not None for piece in said):
        return ""  # the letter is wanted in another way
    return kind and f"{FOLLOWS}{kind}"


def unheard(mind: Mind) -> str:
    """What is not clear of a turn that tells something, or asks why, of what is not known here."""
    if tells(mind):
        return "" if tells_what(mind) else UNHEARD
    return UNTOLD if wonders(mind, last_turn(mind)) == UNKNOWN else ""


def _views(mind: Mind) -> str:
    """The sentences in which a first message tells somebody's view of the case and asks if it is right."""
    asked = " ".join(mind.asked_last.split()[-_SHORT:])
    said = _SAYS.search(asked)
    right = _RIGHT.search(asked, said.end()) if said is not None else None
    return asked if said and right and _CLAUSE.search(said["what"]) else ""


def followed(which: str, mind: Mind, answers: Answers) -> str:
    """The text."""
    kind = which.removeprefix(FOLLOWS)
    if kind.startswith(_ABROAD):
        return told_abroad(kind.removeprefix(_ABROAD), mind, answers)
    said = _TEXTS[kind](mind, answers) if kind in _TEXTS else ""
    before = _corrected(mind, answers) if mind.clauses and kind not in {"asked", "letter", "news"} else ""
    return f"{before}{said}"


def _corrected(mind: Mind, answers: Answers) -> str:
    """What of the answer before does not hold, where it decided otherwise."""
    slots = decided_before(mind)
    changed = differences(mind, answers.resolution, slots) if slots else []
    return f"I have to correct my answer: {'; '.join(changed)}. " if changed else ""


def _sum(mind: Mind, answers: Answers) -> str:
    """The sum line by line; where nothing is paid, that there is none."""
    own = answers.resolution
    if own.action != "refund":
        return f"There is no sum to work out. {decided_in_prose(mind, answers)}"
    lines = sum_lines(own, answers.reckoned.steps, answers.reckoned.clauses, lambda sku: named(answers, sku))
    told = [f"{line['text']}" for line in lines]
    return "\n".join([*told, f"Total: {money_text(own)} ({reason_text(mind, own)})"])


def _clauses(mind: Mind, answers: Answers) -> str:
    own = [id for id in answers.resolution.reason.split() if id in mind.clauses]
    last = mind.context.of("assistant")[-1:]
    said = dict.fromkeys(id for piece in last for id in _CLAUSE.findall(piece.text) if id in mind.clauses)
    ids = list(said) or own
    if not ids:
        return "No clause settles it by itself."
    told = "\n".join(f"{id}: {' '.join(mind.clauses[id].clause.text.split())}" for id in ids)
    if not _WHY.search(last_turn(mind)) or not {*ids} <= {*own}:
        return told
    return f"{told}\n{_upper(decided_in_prose(mind, answers))} {' '.join(counted(answers))}".rstrip()


_WHY = re.compile(r"\b(?:why|how come|what makes|for what reason)\b", re.IGNORECASE)


def _otherwise(mind: Mind, answers: Answers) -> str:
    """The single facts with which the decision would be another."""
    found = otherwise(mind, answers)
    if not found:
        return f"No single fact would: {_lower(decided_in_prose(mind, answers))}"
    return f"Other facts would. {' '.join(found[:3])} As long as none of this is so, I stay with my answer."


def weak_point(mind: Mind, answers: Answers) -> str:
    """What a decision hangs on most, and where that is taken from."""
    facts, own = answers.resolution.facts or answers.facts, answers.resolution
    if answers.belief.order_id is None:
        return which_order(mind, answers)
    if own.action == "escalate":
        where = _quoted(mind, "legal") if "H-5" in own.reason else ""
        known = f"from {where}" if where else "from the order and the mail as they were given to me"
        return f"It hangs on one thing, {reason_text(mind, own)}, which I take {known}."
    for ask in facts.asks:
        if ask.opened is not None and ask.issue == "changed_mind":
            state = "has been opened" if ask.opened else "is still sealed"
            words = _quoted(mind, "opened") or "the mail"
            return f"It hangs most on whether it {state}, which I take from {words}."
        if ask.issue in {"damaged", "wrong_item"}:
            first = f" and that it was first reported on {ask.reported}" if ask.reported else ""
            words = _quoted(mind, "issue") or "the mail"
            return (
                f"It hangs most on the customer's word for what is wrong, {words}{first}; I can't check that."
            )
        if ask.issue in {"late", "not_arrived", "cancel"}:
            return "It hangs on the dates and the status of the order, which I take as the order has them."
    return f"It hangs on what I make of the mail: {' '.join(complained(answers))}"


def _quoted(mind: Mind, fact: str) -> str:
    said = quotes(mind, fact)
    return f"“{telling(mind, said[0]).rstrip('.')}”" if said else ""


def _weak(mind: Mind, answers: Answers) -> str:
    days = " ".join(counted(answers)) if mind.clauses else ""
    return f"{weak_point(mind, answers)} {days}".strip()


def _sure(mind: Mind, answers: Answers) -> str:
    sure = answers("confidence")
    share = f"About {round(100 * float(sure))} % sure. " if sure else ""
    order = answers.belief.order_id
    plain = order in ORDER_ID.findall(mind.scene.mail.plain) if order else False
    found = (
        f"The mail names order {order} itself" if plain else f"I take it to be order {order}" if order else ""
    )
    ids = [id for id in answers.resolution.reason.split() if id in mind.clauses] if mind.clauses else []
    ruled = f", and the case falls under {' and '.join(ids)}" if ids else ""
    return f"{share}{found}{ruled}{'. ' if found else ''}{weak_point(mind, answers)}"


def _check(mind: Mind, answers: Answers) -> str:
    return "\n".join(f"- {line}" for line in _checks(mind, answers))


def _checks(mind: Mind, answers: Answers) -> Iterator[str]:
    """What of this case is worth a second look before anything goes out."""
    own, order = answers.resolution, answers.belief.order_id
    if order is None:
        yield f"Nothing may be paid yet. {which_order(mind, answers)}"
        return
    sender = f", and that {mind.mail.sender} may write for it" if mind.mail.sender else ""
    yield f"That {order} is the order meant{sender}."
    yield from counted(answers)
    yield weak_point(mind, answers)
    if own.action == "refund":
        yield f"The sum: {_sum(mind, answers).splitlines()[0]}; {money_text(own)} in all."
        yield f"That nothing has been refunded on {order} in the meantime, and that it is paid only once."
    yield "That the letter says what was really done, in the customer's language."


def _letter(mind: Mind, answers: Answers) -> str:
    own = answers.resolution
    return reply_body(mind, own, answers.noise, pledge=own.action == "escalate")


def _kinder(mind: Mind, answers: Answers) -> str:
    """The decision as one would tell it kindly."""
    own = answers.resolution
    order = f" for order {own.order_id}" if own.order_id else ""
    why = re.sub(r" \([A-Z]-\d{1,2}\)", "", reason_text(mind, own))
    said = {
        "refund": f"we are glad to refund {money_text(own)}{order} ({why})",
        "deny": f"I'm sorry, but we can't offer a refund{order}: {why}",
        "escalate": f"a colleague at our refunds desk will look into this{order} and write to you",
    }.get(own.action, "could you please tell us which order you mean")
    end = "?" if own.action == "need_info" else "."
    return f"Thank you for getting in touch with us; {said}{end}"


def _boss(mind: Mind, answers: Answers) -> str:
    said = in_one_sentence(answers)
    return f"{said.rstrip('.')}; {_lower(in_one_line(answers))}" if mind.clauses else said


def _lower(said: str) -> str:
    return said[:1].lower() + said[1:]


def _asked(mind: Mind, answers: Answers) -> str:
    del mind
    if not answers.facts.asks:
        return "I can't make out a request in the mail."
    return " ".join(filter(None, [*complained(answers), wants_told(answers), *about_order(answers)]))


def _moot(mind: Mind, answers: Answers) -> str:
    if not mind.clauses:
        return "That changes nothing about what the mail asks for."
    own = _lower(decided_in_prose(mind, answers))
    return f"Nothing in the handbook turns on that, so it would stay as it is: {own}"


_ALL = re.compile(r"\b(?:all|full(?:y)?|whole|entire|everything|complete(?:ly)?|100 ?%)\b", re.IGNORECASE)
_NONE = re.compile(
    r"\b(?:nothing|no (?:refund|money)|not (?:pay|refund|owe)|n['’]t (?:pay|refund|owe|get)|den(?:y"
    r"|ied)|declin\w+"
    r"|reject\w*|refus\w+)\b",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"\b(?:escalat\w+|refunds? desk|hand(?:ed)? (?:it )?over|pass(?:ed)? (?:it )?on)\b", re.IGNORECASE
)
_PAYS = re.compile(r"\b(?:refund\w*|pay\w*|paid|money|owe\w*|due)\b", re.IGNORECASE)


def _claimed(mind: Mind) -> str:
    """What somebody is said to think of it: `all`, `nothing`, `desk`, a sum, or just that it is paid."""
    said = _SAYS.search(_view(mind))
    what = said["what"] if said else ""
    if _CLAUSE.search(what) and not sum_in(what):
        return "clause"
    if _NONE.search(what):
        return "nothing"
    if _DESK.search(what):
        return "desk"
    if sum_in(what) is not None:
        return "sum"
    if _ALL.search(what) and _PAYS.search(last_turn(mind)):
        return "all"
    return "pay" if _PAYS.search(what) or outcomes_in(what) else ""


def _view(mind: Mind) -> str:
    """Where somebody's view is told: in the last message, or below the case in the first."""
    return last_turn(mind) if mind.context.said else _views(mind)


def _opinion(mind: Mind, answers: Answers) -> str:
    """Whether somebody is right about it."""
    own = answers.resolution
    facts = own.facts or answers.facts
    paid = sum_in(_view(mind))
    order = facts.order
    said = _SAYS.search(_view(mind))
    named = _CLAUSE.findall(said["what"]) if said is not None and _claimed(mind) == "clause" else []
    pays = own.action == "refund"
    right = {
        "clause": bool(named) and {*named} <= {*own.reason.split()},
        "nothing": own.action == "deny",
        "desk": own.action == "escalate",
        "sum": pays and paid is not None and own.amount is not None and paid.cents == round(own.amount * 100),
        "all": pays
        and order is not None
        and own.amount is not None
        and own.amount >= price_spoken_of(answers, order, last_turn(mind)),
    }.get(_claimed(mind), pays)
    days = " ".join(counted(answers)) if named else ""
    word = "Yes" if right else "No, I don't think so"
    return f"{word}. {_upper(decided_in_prose(mind, answers))} {days}".rstrip()


def _upper(said: str) -> str:
    return said[:1].upper() + said[1:]


def _wondered(mind: Mind, answers: Answers) -> str:
    return wondered(mind, answers, last_turn(mind))


_TEXTS: dict[str, Callable[[Mind, Answers], str]] = {
    "sum": _sum, "clauses": _clauses, "otherwise": _otherwise, "weak": _weak, "sure": _sure, "check": _check,
    "letter": _letter, "kinder": _kinder, "boss": _boss, "asked": _asked, "moot": _moot, "opinion": _opinion,
    "news": decided_anew, "wonder": _wondered, "insist": insisted, "plain": said_plainly,
}  # fmt: skip
