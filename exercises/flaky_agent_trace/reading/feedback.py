"""What a program tells the model after an answer: the sum that is due, what to do, which order it is.

Only concrete words count, and only those of the program: not the mail, the handbook or an order. They
are no truth: a model mostly goes along with what it is told, right or wrong. A number is a sum only where
it is money; a number of days, pieces or per cent is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from exercises.flaky_agent_trace.papers.deeds import LOOKS
from exercises.flaky_agent_trace.papers.orders import described
from exercises.flaky_agent_trace.papers.scene import Scene
from exercises.flaky_agent_trace.shop.policy import Action
from harness.simulation.calling.tools import Offered
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.records import Record
from harness.simulation.reading.values import number

from .refuted import texts_in

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n")
_COIN = r"(?:EUR|euros?|GBP|pounds?|PLN|z[lł]oty|€|£|zł)"
_SUM = rf"(?:(?P<before>{_COIN})\s?)?(?P<sum>\d{{1,6}}(?P<cents>[.,]\d{{1,2}})?)(?![\d.,]*\d)"
_NO_SUM = (
    r"(?!\s*(?:%|per ?cent\b|(?:calendar |working |business )?(?:days?|hours?|minutes?|weeks?|months?)\b"
    r"|pieces?\b|items?\b|units?\b|times?\b|x\b|(?:st|nd|rd|th)\b"
    r"|(?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\b)|[-/:]\d|\.\d)"
)
_COINED = rf"(?P<after>\s*{_COIN}(?![a-zł]))?"
_FREE = r"(?<![\w.,])(?<![A-Za-z]-)(?<!\d-)(?<!/)(?<!#)"
_DUE = (
    re.compile(
        r"(?:\bdue\b|should be|must be|expected|correct (?:amount|sum)|comes? to|adds? up to"
        r"|amounts? to|works? out (?:at|to)|owed"
        r"|(?:i|we|it|model|checker|reviewer|reader|calculator|system|code) "
        r"(?:gets?|got|reckons?|thinks?|finds?|found|says|makes it|came to|arrives? at)"
        r"|muss|müsste|sollte|beträgt|lautet|doit être|devrait être|debe ser|debería ser|moet|wynosić"
        r"|wynosi"
        r"|calculated|computed|instead(?! of)|\bmake (?:it|that)|\bchange (?:it|that) to"
        r"|^\W{0,12}(?:(?:no|please|just|instead)\b\W*)*(?:refund|pay)\b(?: only| just| back)?)"
        r"(?:(?!\b(?:not|instead of|rather than)\b)[^\d.;\n€£]){0,25}?" + _FREE + _SUM + _NO_SUM + _COINED,
        re.IGNORECASE,
    ),
    re.compile(
        r"(?<!not )" + _FREE + _SUM + _NO_SUM + _COINED + r"\s*(?:\w+\s+){0,2}(?:due|owed|expected)\b",
        re.IGNORECASE,
    ),
)
_MONEY = re.compile(
    r"\b(?:amounts?|sums?|refund\w*|prices?|fees?|totals?|pa(?:y|ys|id|yment|yout)|money|cost)\b|€|£"
    rf"|\b{_COIN}\b|\b(?:due|owed)\b",
    re.IGNORECASE,
)
_CENTS = 3
"""A point and two places: nothing but money is written so."""
_NO_MONEY = re.compile(
    r"\b(?:days?|dates?|hours?|deadline|window|quantity|qty|count|number of|pieces|items|percent\w*"
    r"|per cent"
    r"|status|code|http|version|page|line|score|index|steps?|attempts?|times|per day|rules?|clauses?)\b|%",
    re.IGNORECASE,
)
_DO = re.compile(
    r"(?:\bcall|\buse|\bmust|\bshould|\bplease|\binstead|\bto be|\bhas to|\bneeds to|(?<![a-z])action\"?:?"
    r"|\b(?:comes?|came) to:?|\b(?:says?|said|finds?|found|expects?|concludes?|verdict|outcome|result)"
    r"(?: is| was)?:?)\s+(?:be\s+)?"
    r"(?:the\s+)?"
    r"[`\"']?(?P<do>escalated?|hand(?:ed)?\b[^.\n]{0,20}?\bover|hand_?(?:over|off)|deny|denied"
    r"|decline[sd]?|need_info|ask)",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"^\W{0,12}(?:(?:no|stop|please|instead|just|rather|then|so|now|better|ok|okay)\b\W*)*"
    r"(?P<do>escalate|hand|pass|forward|deny|decline|reject|refuse|ask|refund|pay)\b"
    r"(?:\s+(?:it|this|that|them|him|her|HL-\d{6}|the (?:request|refund|ticket|case|claim|customer|order"
    r"|matter|sender|whole|full|buyer)\b|to (?:the|a|our)\b|instead|please|now|anyway|back\b|in full"
    rf"|(?:only |just )?{_COIN}?\s?\d)|\s*(?:[.!;`]|$))",
    re.IGNORECASE,
)
_BARRED = re.compile(
    r"(?:\bdo not|\bdon'?t|\bmust not|\bshould not|\bshouldn'?t|\bnever)\s+"
    r"(?:call\s+|make\s+(?:a|the)\s+|issue\s+(?:a|the)\s+|use\s+)?[`\"']?(?:refund|pay)\b[`\"']?"
    r"(?:\s+(?:it|this|that|them|him|her|here|anything|money|HL-\d{6}|the (?:customer|ticket|order"
    r"|request))"
    r"\b(?!\s+(?:twice|again|more))|\s*(?:[.!;,]|$))",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\b(?:only|needs?|requires?|must|has to|have to)\b(?: \w+){0,3}? (?:a |an |the |our )?(?:real )?"
    r"(?:person|human|colleague|people|manager|supervisor|refunds desk)\b"
    r"|\b(?:person|human|colleague|people|manager|supervisor|desk) (?:must|ha(?:s|ve) to|needs? to"
    r"|should)\b",
    re.IGNORECASE,
)
"""It is for people to do."""
_TO_DESK = re.compile(
    r"\b(?:goes|go|belongs?|is|hand(?: (?:it|this|everything|all of it|the \w+))?(?: over)?"
    r"|(?:pass|send|leave|give|take) (?:it|this|everything|the \w+)(?: on| over)?)"
    r" (?:to|for|with|a matter for|a case for) (?:the |our |a )(?:refunds? )?"
    r"(?:desk|humans?|colleagues?|people|specialists?|team)\b"
    r"|\b(?:desk|colleague|human|specialist)"
    r" (?:takes? (?:it|this)(?: over)?|decides?|handles? (?:it|this))\b",
    re.IGNORECASE,
)
_DUE_OR_NOT = re.compile(
    r"\b(?:(?P<no>nothing|no (?:money|refund|sum|payment|compensation))"
    r"|something|money|an? (?:refund|sum|payment))"
    r" (?:at all )?(?:is|would be) (?:due|owed|payable)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\b[A-Z]-\d\b")
"""What the check behind a tool says of a case: whose it is, or whether anything is to be paid."""
_NEGATED = re.compile(
    r"(?:\bnot|n't|\bnever|\bwithout)\b[^.;,]{0,12}$|\b(?:nothing|no|none)\b[^.;,]{0,20}$", re.IGNORECASE
)
_UNDONE = re.compile(
    r"\bno (?:such )?(?:escalation|hand-?over|case|refund|payment)\b[^.;]{0,20}\b(?:on record|exists?"
    r"|was|has|yet|found)",
    re.IGNORECASE,
)
"""What is told of was not done: that is no word on what to do."""
_GENERAL = re.compile(
    r"\b(?:if|when|whenever|unless|in doubt|otherwise|in case|where|always|whether)\b|\?", re.IGNORECASE
)
"""An instruction for cases such as there may be, or a question: no word on this one."""
_ORDER = re.compile(
    r"(?:concerns|is about|belongs to"
    r"|(?:right|correct|expected) order(?: is)?|order should be|use order)\W{0,3}"
    r"(?P<id>HL-\d{6})",
    re.IGNORECASE,
)
_JUDGED = re.compile(
    r"\b(?:says?|said|suggest(?:s|ed)?|verdict|finds?|found|holds?|expects?|controller|checker|reviewer)\b"
    r"(?:(?!\bHL-)[^.\n]){0,50}\border\W{0,3}(?P<id>HL-\d{6})",
    re.IGNORECASE,
)
"""The order that a check names in its verdict."""
_NAMED = re.compile(r"\bHL-\d{6}\b", re.IGNORECASE)
_NOT_THAT = re.compile(
    r"\b(?:not|isn'?t|never|rather than|instead of)\s+(?:order\s+)?HL-\d{6}", re.IGNORECASE
)
_WHAT_NOW = re.compile(
    r"(?<=[.!:;])\s*(?:(?:so|and|ok(?:ay)?|now|then)\b,?\s)*(?:what (?:now|then|next|is due|do we do"
    r"|should we do"
    r"|is your decision)|how much(?: is (?:it|due|that))?|what(?:['’]s| is) due)(?: now| then)?\s?\?",
    re.IGNORECASE,
)
"""Asks what comes of it."""
_OBJECTS = re.compile(
    r"\b(?:not|n't|never|no order|wrong|reject\w*|invalid|fail\w*|mismatch|unknown|error|cannot|denied"
    r"|exceeds|duplicate|already)\b|n't\b",
    re.IGNORECASE,
)
_SHORT = 25
"""Words. A turn that is longer is no mere word in between."""
_ACTIONS: dict[str, Action] = {
    "e": "escalate",
    "h": "escalate",
    "f": "escalate",
    "d": "deny",
    "n": "need_info",
    "a": "need_info",
}


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said last of each."""

    amount: Decimal | None = None
    action: Action | None = None
    order: str | None = None
    barred: bool = False
    """Whether it was told not to refund, and nothing else since."""
    clauses: tuple[str, ...] = ()
    """What a refusal that says what to do rests on."""
    quoted: str = ""
    """The program's own words, as the grounds of who does as they say."""


BY_RESULT, BY_WORD = "the last step was turned down with “", "the instruction for this case was “"
"""What stands before the program's own words where these are the grounds."""


def feedback_of(
    context: Context, scene: Scene, tools: Iterable[Offered], orders: Mapping[str, Record]
) -> Feedback:
    """The program's words since the model first answered. `orders`: those that the context shows."""
    since = first_answer(context, scene)
    acting = [tool.spec.name for tool in tools if tool.kind not in LOOKS]
    known = {order.id for order in scene.state.orders}
    known |= {id for id, record in orders.items() if described(record)}
    amount: Decimal | None = None
    action: Action | None = None
    order: str | None = None
    barred, clauses, words = False, tuple[str, ...](), ""
    for piece in context.of("user", "result"):
        if since is None or piece.index < since or len(piece.text) > 2000 or piece.own:
            continue
        plain = piece.folded.plain
        if (
            scene.mail_share(piece)
            or (len(plain.split()) > _SHORT and of_rules(piece, scene))
            or '"items"' in piece.text
        ):
            continue
        sentences = _SENTENCE.split(plain)
        if piece.source == "result":
            sentences = [sentence for sentence in sentences if not _choice_of_tools(acting, sentence)]
        told = next((done for done in map(_told, sentences) if done is not None), None)
        sums = [said for sentence in sentences for said in _sums(sentence)]
        said = (_by_check(sentence) for sentence in sentences) if piece.source == "result" else ()
        check: Action | None = next(filter(None, said), None) if told is None else None
        if check is not None and (not sums or check == "escalate"):  # what is due may be more than is paid
            told = check
        if (told is not None or sums) and piece.source == "result":
            named = tuple(dict.fromkeys(_CLAUSE.findall(plain)))
            clauses = named if check or len(named) <= _FEW else ()
        if any(_BARRED.search(sentence) and not _GENERAL.search(sentence) for sentence in sentences):
            barred, amount, action, words = True, None, None, _quoted(piece)
        elif sums:
            barred, amount, action, words = False, sums[0], None, _quoted(piece)
        if told is not None and not (told == "refund" and (sums or barred)):
            barred, amount, action, words = False, None, told, _quoted(piece)
        order = _order(known, piece) or order
    return Feedback(amount, action, order, barred, clauses, words)


def _quoted(piece: Piece) -> str:
    """The program's words as grounds: what it gives for a reason, else what it says to do."""
    told = sorted(texts_in(piece.text), key=len, reverse=True)
    parts = [piece.folded.plain] if told == [piece.text] else told
    said = [_AROUND.sub("", _BEFORE.sub("", one)) for part in parts for one in _STATEMENT.split(part)]
    why = [
        one
        for one in said
        if len(one.split()) >= _REASON and not (_told(one) or any(_sums(one)) or _BIDS.match(one))
    ]
    words = next(iter(why or [one for one in said if one]), "")[:_LONGEST]
    return f"{BY_RESULT if piece.source == 'result' else BY_WORD}{words}”"


def in_short(error: str) -> str:
    """The first sentence of an error, bare; empty where it is a long one."""
    said = (_AROUND.sub("", _BEFORE.sub("", one)) for one in _STATEMENT.split(error.strip()))
    first = next(filter(None, said), "")
    return first if len(first) < _BRIEF else ""


_BRIEF, _FEW = 120, 2
"""Characters of an error, and clauses that it rests on where it names no more."""
_BIDS = re.compile(
    r"\W{0,4}(?:compare|look|check|please|see|try|read|do|call|use|correct|fix"
    r"|the request (?:concerns|is about))\b",
    re.IGNORECASE,
)
_STATEMENT = re.compile(r"(?<=[.!?])\s+|\n")
_BEFORE = re.compile(
    r"\A.{0,80}?\"\s?:\s?\"|\A\W{0,4}(?:error|rejected|refused|blocked)\b[^:\n]{0,40}:\s", re.IGNORECASE
)
_AROUND = re.compile(r"[\s\"'{}\[\].]+\Z|\A[\s\"'{}\[\]]+")
_REASON, _LONGEST = 2, 240
"""Words of a reason at least, and characters of it at most."""


def first_answer(context: Context, scene: Scene) -> int | None:
    """Where the model first answered, to this mail where there were others before."""
    pieces = context.pieces
    mail = next((p.index for p in pieces if p.source != "call" and scene.mail_share(p)), -1)
    answered = (p.index for p in pieces if p.source in {"assistant", "call"} and p.index > mail)
    return next(answered, None)


def of_rules(piece: Piece, scene: Scene) -> bool:
    """Whether a piece states rules; a result that gives a clause for its ground does not."""
    rules = scene.rules(piece)
    return len(rules) > 1 or any(piece.source != "result" or seen.verbatim for seen in rules)


def _sums(sentence: str) -> Iterator[Decimal]:
    """The sums that a sentence says to be due."""
    for pattern in _DUE:
        for match in pattern.finditer(sentence):
            if _ADDS.match(match.group()) and _OWN_PARTS.search(sentence[: match.start()]):
                continue  # which of the answer's own figures is right is asked, and not said
            if _SAMPLE.search(sentence[: match.start("sum")]) or match["sum"] in _COUNTED_UP:
                continue  # it shows how a sum is written
            coined = match["before"] or match["after"]
            cents = len(match["cents"] or "")
            money = cents or _MONEY.search(sentence)
            if not coined and cents < _CENTS and (not money or _NO_MONEY.search(sentence)):
                continue
            said = number(match["sum"])
            if said is not None:
                yield Decimal(str(said)).quantize(Decimal("0.01"))


_SAMPLE = re.compile(
    r"\b(?:like|such as|e\.? ?g\.?|for (?:example|instance)|as in|written|writes?|formatted"
    r"|in the (?:form|format)|means)\b[^.;\d]{0,16}\Z",
    re.IGNORECASE,
)
_COUNTED_UP = frozenset({"1.23", "12.34", "123.45", "1234.56", "1234", "12,34", "123,45"})
"""Nobody owes these."""


_ADDS = re.compile(r"comes? to|adds? up to|amounts? to", re.IGNORECASE)
_OWN_PARTS = re.compile(
    r"\byour (?:own |\w+ )?(?:parts|lines|positions|components|entries|rows|items|figures|numbers"
    r"|addends)\b"
    r"[^.;]{0,40}\Z",
    re.IGNORECASE,
)


def _told(sentence: str) -> Action | None:
    """What a sentence tells the model to do with this case."""
    people = _PEOPLE.search(sentence)
    if people and not _GENERAL.search(sentence) and not _NEGATED.search(sentence[: people.start()]):
        return "escalate"
    match = None if _UNDONE.search(sentence) else _DO.search(sentence)
    if match and not _NEGATED.search(sentence[: match.start("do")]):
        return _ACTIONS[match["do"][0].lower()]
    match = _COMMAND.search(sentence)
    if match is None or _GENERAL.search(sentence) or len(sentence.split()) > _SHORT:
        return None
    word = match["do"].lower()
    if word in {"refund", "pay"}:
        return None if _OBJECTS.search(sentence) else "refund"
    if word in {"hand", "pass", "forward"} and not re.search(r"\b(?:over|on|to)\b", sentence):
        return None
    return "deny" if word in {"reject", "refuse"} else "escalate" if word == "pass" else _ACTIONS[word[0]]


def _choice_of_tools(acting: Sequence[str], sentence: str) -> bool:
    """Whether a sentence names several tools to choose from, or says which is called before another."""
    named = sum(re.search(rf"\b{re.escape(name)}\b", sentence) is not None for name in acting)
    return named > 1 or (named == 1 and _IN_TURN.search(sentence) is not None)


_IN_TURN = re.compile(r"\b(?:first|before|beforehand|yet|until)\b", re.IGNORECASE)
"""It is said in which order tools are called, and nothing of the case."""


def _by_check(sentence: str) -> Action | None:
    """What a refused call's result says of the case."""
    people = _TO_DESK.search(sentence)
    if people is not None and not _GENERAL.search(sentence[: people.start()]):
        return None if _NEGATED.search(sentence[: people.start()]) else "escalate"
    found = _DUE_OR_NOT.search(sentence)
    if found is None or _GENERAL.search(sentence[: found.start()]):
        return None
    return "deny" if found["no"] else "refund"


def _order(known: set[str], piece: Piece) -> str | None:
    """The order that a turn says is meant: in so many words, or the only one that a short one names."""
    plain = piece.folded.plain
    judged = _JUDGED.search(plain) if piece.source == "result" else None
    if match := judged or _ORDER.search(plain):
        return str(match["id"]).upper()
    plain = _WHAT_NOW.sub(" ", plain)
    if piece.source != "user" or len(plain.split()) > _SHORT or re.search(r"[{}@?]|Observation\s*:", plain):
        return None
    plain = _NOT_THAT.sub(" ", plain)
    named = {
        match.group().upper()
        for sentence in _SENTENCE.split(plain)
        if not _OBJECTS.search(sentence)
        for match in _NAMED.finditer(sentence)
    }
    return named.pop() if len(named) == 1 and named <= known else None
