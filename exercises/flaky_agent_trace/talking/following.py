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
from .reworded import kept, reworded, rewords
from .said_plainly import plainly_asked, said_plainly
from .standing import counted, decided_before, last_turn
from .supposed import as_if, moot, otherwise, supposing
from .told_later import UNHEARD, asks_if_it_changes, decided_anew, tells, tells_what
from .views import opinion, tells_a_view
from .why_not import wondered
from .wondering import UNKNOWN, without_doubt, wonders

FOLLOWS = "follow:"
NEWS = f"{FOLLOWS}news"
_ABROAD = "abroad:"
_SHORT = 40
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
_CLAUSE = re.compile(r"\b[A-Z]-\d{1,2}\b")
_KNOWN = {kind: re.compile(said, re.IGNORECASE) for kind, said in _ASKS.items()}
_NEEDS_RULES = frozenset({"sum", "clauses", "otherwise", "check", "letter", "kinder", "opinion"})


def follow_asked(mind: Mind) -> str:  # noqa: PLR0911, PLR0912  (the first that it is)
    """Which of these the last message asks back, once something was answered; empty: none."""
    asked = last_turn(mind)
    if not mind.context.said and tells_a_view(mind):
        return f"{FOLLOWS}opinion"
    if not mind.context.said or not (mind.mail.present or mind.claims) or len(asked.split()) > _SHORT:
        return ""
    if _THANKS.match(asked):
        return f"{FOLLOWS}thanks"
    if foreign := asked_abroad(mind, asked):
        return f"{FOLLOWS}{_ABROAD}{foreign}"
    if rewords(mind, asked) and not _KNOWN["boss"].search(asked):
        return f"{FOLLOWS}reworded"
    if moot(mind):
        return f"{FOLLOWS}moot"
    if supposing(mind):
        return ""
    if tells(mind) and tells_what(mind):
        return NEWS
    if tells_a_view(mind):
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
    if asks_if_it_changes(mind):
        return UNHEARD
    return UNTOLD if wonders(mind, last_turn(mind)) == UNKNOWN else ""


def followed(which: str, mind: Mind, answers: Answers) -> str:
    """The text."""
    kind = which.removeprefix(FOLLOWS)
    if kind in {"wonder", "clauses", "sum"} and (then := as_if(mind, answers)) is not None:
        return f"In that case: {_lower(_TEXTS[kind](mind, then))}"
    if kind.startswith(_ABROAD):
        return told_abroad(kind.removeprefix(_ABROAD), mind, answers)
    if kind in {"boss", "plain", "reworded"} and mind.clauses and (said := kept(mind, answers)):
        return said
    said = _TEXTS[kind](mind, answers) if kind in _TEXTS else ""
    before = (
        _corrected(mind, answers)
        if mind.clauses and kind not in {"asked", "letter", "news", "thanks"}
        else ""
    )
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
    return said[:1].lower() + said[1:] if said[1:2].islower() else said


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


def _upper(said: str) -> str:
    return said[:1].upper() + said[1:]


def _wondered(mind: Mind, answers: Answers) -> str:
    asked = last_turn(mind)
    doubts = without_doubt(asked) != asked and as_if(mind, answers) is None
    stands = doubts and not _corrected(mind, answers)
    return f"{wondered(mind, answers, asked)}{' My answer stands.' if stands else ''}"


_THANKS = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|great|perfect|good|super|lovely|brilliant|excellent|nice|wonderful|right|alright"
    r"|got it|cool"
    r"|fine|that['’]s (?:all|it|great|perfect|clear|fine|good)|that helps|makes sense|understood"
    r"|very helpful)\b\W*)*"
    r"(?:many |thousand )?(?:thanks|thank you|thx|ty|cheers|ta|much appreciated)\b"
    r"(?:\W*(?:very|so|a|lot|much|again|indeed|for|your|the|help|now|all|everything|that['’]?s|it|is"
    r"|million|explanation"
    r"|bye|helpful|this|quick|answer|was)\b)*\W*$",
    re.IGNORECASE,
)


def _welcome(mind: Mind, answers: Answers) -> str:
    del mind, answers
    return "You're welcome."


_TEXTS: dict[str, Callable[[Mind, Answers], str]] = {
    "sum": _sum, "clauses": _clauses, "otherwise": _otherwise, "weak": _weak, "sure": _sure, "check": _check,
    "letter": _letter, "kinder": _kinder, "boss": _boss, "asked": _asked, "moot": _moot, "opinion": opinion,
    "news": decided_anew, "wonder": _wondered, "thanks": _welcome, "insist": insisted, "plain": said_plainly,
    "reworded": reworded,
}  # fmt: skip
