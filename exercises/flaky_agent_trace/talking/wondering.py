"""Whether a question back asks why something is not otherwise, and about which thing it does."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.papers.drafted import letter_at
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.queries import asked_of

from .told_sentences import item_in

_GO_ON = r"^\W*(?:(?:and|but|so|ok(?:ay)?|then|well|hm+|please|sorry|thanks?(?: you)?)\b\W*)*"
_WHY = re.compile(
    r"\bwhy\b|\bhow come\b|\bwhat (?:makes|made|led|stops|stopped|prevents|keeps|kept|rules out|ruled out"
    r"|forbids"
    r"|justifies|entitles|speaks against)\b|\b(?:on|with|by) what (?:grounds?|basis|right|authority)\b"
    r"|\b(?:for|by) (?:what|which) reason\b|\bbased on what\b|\bwhat (?:is|was|are|were) (?:that|this"
    r"|it) based on\b"
    r"|\bwhat(?:['’]s| is| was| are| were) (?:the|your) (?:reasons?|reasoning|grounds?|basis|rationale"
    r"|justification"
    r"|logic)\b|\bsays who\b|\baccording to (?:what|which|whom)\b|\bwhat for\b|\bwhat am i missing\b"
    r"|\bwhere does (?:it|the handbook|the policy) say\b",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"{_GO_ON}(?:(?:which|what) (?:clause|rule|paragraph|section)s? (?:is|was|are) (?:that|this|it),? and "
    rf"(?:for what reason|why)(?: exactly| (?:is|was) that| here| does it apply| so)*|why(?: (?:is"
    rf"|was))?(?: (?:that|so|this|though|exactly|not|it|the case))*|how (?:come|so)"
    r"|(?:on|with|by) what (?:grounds?|basis|right|authority)(?: exactly)?|says who|for what reason"
    r"|based on what"
    r"|what(?:['’]s| is| was| are| were) (?:the|your) (?:reasons?|reasoning|grounds?|basis|rationale"
    r"|justification"
    r"|logic)(?: (?:for|behind|of) (?:that|this|it|(?:your|the) (?:decision|answer)))?"
    r"|what (?:is|was) (?:that|this|it) based on|according to (?:what|which (?:rule|clause))"
    r"|(?:what makes you|why (?:do|did|would) you) (?:think|say|decide|conclude|believe)(?: (?:that|so"
    r"|this|it))?"
    r"(?: way)?|where does (?:it|the handbook|the policy) say (?:that|so))\W*$",
    re.IGNORECASE,
)
"""Asks for the grounds of all that was said."""
_MAY = re.compile(
    rf"{_GO_ON}(?:surely\b|(?:could|should|would|might|must|do|does|did|is|are|was|were|has|have)(?:n['’]t"
    rf"| not)\b"
    r"|can(?:['’]t|not)\b"
    r"|(?:could|can|may|might|should|shall) (?:we|i|you)\b"
    r"|(?:is|was) (?:that|this|it) (?:because|due to|under|by)\b"
    r"|(?:do|does|did|would) (?:\w+ )?[A-Z]-\d\b|(?<=but )(?:the|he|she|they|it|we|[A-Z]-\d)\b|(?:what"
    r"|how) about\b"
    r"|(?<=and )(?:the|his|her|its)\b)",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:yes or no|true or false|one (?:word|number|letter|line)|nothing else|number only|only the"
    r"|answer (?:only|with)"
    r"|json|bullets?|steps?|sentences?|words)\b|yes/no|\b(?:only|alone)\W*$"
    r"|\bgive\b[^.?]{0,20}\b(?:amount|sum|number|id|word)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\b(?P<id>[A-Z]-?\d)\b")
_TOPICS: dict[str, re.Pattern[str]] = {
    topic: re.compile(said, re.IGNORECASE)
    for topic, said in {
        "shipping": r"\b(?:shipping|postage|freight|carriage|p&p|delivery (?:fee|costs?|charges?))\b",
        "fee": r"\b(?:restocking|(?:a|the|that|this|any|no) (?:\d+ ?% )?fee|deduct\w*|withh\w+)\b|\bfee\?"
        r"|\d ?%",
        "goodwill": r"\b(?:good-?will|generous|gesture|discount|vouchers?|apolog\w+|on top|exception"
        r"|annoyance|trouble"
        r"|inconvenience|a (?:little|bit) (?:extra|more|something)|be nice|kind(?:er)?)\b",
        "exchange": r"\b(?:replacements?|exchange[ds]?|replace|new one|store credit|send (?:\w+ )?another)\b",
        "L-1": r"\b(?:late delivery|delay\w*|lateness|(?:came|arriv\w+|deliver\w+|was) (?:\w+ )?late)\b",
        "H-3": r"\b(?:chargebacks?|dispute)\b", "H-4": r"\bgifts?\b",
        "H-5": r"\b(?:lawyers?|court|legal|ombudsm[ae]n|sue|threat\w*)\b", "R-3": r"\b(?:final[- ]sale"
        r"|clearance)\b",
        "H-2": r"\blimit\b", "D-2": r"\bwarranty\b", "M-1": r"\b(?:vat|tax|currency)\b",
        "M-3": r"\b(?:earlier|previous|former|past) refunds?\b|\balready (?:been )?(?:refunded|paid)\b",
        "I-2": r"\b(?:sender|address|somebody else|someone else|identity)\b",
        "opened": r"\b(?:(?:un)?opened|sealed|used)\b",
        "D-1": r"\b(?:damage\w*|broken|faulty|defect\w*|wrong item)\b",
        "L-4": r"\b(?:cancel\w*|be stopped)\b", "L-2": r"\blost\b|\bmissing parcel\b",
        "time": r"\b(?:window|deadline|in time|too late|days?)\b",
        "desk": r"\b(?:escalat\w+|desk|hand\w* (?:it |this |that )?(?:over|off)|pass\w* (?:it |this )?on"
        r"|humans?"
        r"|supervisor|colleague)\b",
        "ask": r"\bask\w* (?:the|him|her|them|back|which)\b|\bwhich order\b|\b(?:that|this"
        r"|the other) order\b",
        "deny": r"\b(?:den(?:y|ied|ying)|refus\w+|reject\w*|declin\w+|nothing|no (?:refund|money)"
        r"|turn\w* (?:\w+ )?down)\b"
        r"|\b(?:not|n['’]t)\b[^.?]{0,20}\b(?:a refund|money back|(?:just )?(?:pay|refund)(?: (?:him|her"
        r"|it|them|anything"
        r"|the (?:customer|client)))?\W*$)",
        "more": r"\b(?:whole|full|entire|everything|all|complete|only|just|so little|lot|more(?! than)"
        r"|less|rest|part(?:ial\w*)?)\b",
        "pay": r"\b(?:refund\w*|pay\w*|paid|money)\b",
    }.items()
}  # fmt: skip
_RULED_BY = {"shipping": "M-2", "fee": "R-2", "goodwill": "M-4", "exchange": "H-6"}
"""The clauses that are for the topics that have none in their names."""
OF_CLAUSES = frozenset(
    {"L-1", "H-3", "H-4", "H-5", "R-3", "H-2", "D-2", "M-1", "M-3", "I-2", "D-1", "L-4", "L-2"}
)
UNKNOWN, _TWO = "unknown", 2
_ONLY_WHY = re.compile(rf"{_GO_ON}(?:why|how come)\b", re.IGNORECASE)


def wonders(mind: Mind, asked: str) -> str:
    """What a question back is about: a topic, `item`, a clause, `grounds`; `unknown` where that is not known.

    Empty where it asks no such thing.
    """
    before = mind.context.of("assistant")[-1:]
    if not mind.clauses or not mind.mail.present or any(letter_at(one.text, 0) is not None for one in before):
        return ""
    ask, asked = asked_of(mind), without_doubt(asked)
    if not asked or _FORM.search(asked) or (ask is not None and ask.words is not None):
        return ""
    if _BARE.match(asked):
        return "grounds"
    if not (_WHY.search(asked) or (_MAY.match(asked) and "?" in asked) or _objects(asked)):
        return ""
    return _topic(mind, asked) or (UNKNOWN if _ONLY_WHY.match(asked) and asked.count("?") < _TWO else "")


_OBJECTS = re.compile(
    r"\byou(?:['’]ve| have)? (?:forgot\w*|missed|overlooked|left out|should|must|ought|need to|didn['’]t"
    r"|haven['’]t)\b"
    r"|\bwe (?:should|must|ought|owe|could|need to)\b|\bseems? (?:\w+ )?(?:unfair|odd|wrong|harsh|strange"
    r"|stingy|petty|low"
    r"|high|excessive)\b|\b(?:should|ought to) (?:also |still |really )?(?:be|have been) (?:waived"
    r"|refunded|paid|included"
    r"|added|dropped|covered|returned|given)\b|\b(?:is|are) (?:unfair|harsh|stingy|petty|missing)\b",
    re.IGNORECASE,
)
_BIDS = re.compile(
    r"\b(?:answer|repl\w+|writ\w+|letter|mail|say|mention|quote|cite|sentence|words?|explain|list"
    r"|summar\w+|tone|draft"
    r"|translat\w+|if)\b",
    re.IGNORECASE,
)


_DOUBT = re.compile(
    r"^\W*(?:(?:hm+|wait|sorry|but|and|ok(?:ay)?|hold on|no)\b\W*)*(?:(?:are"
    r"|were) you (?:\w+ ){0,2}(?:sure|certain"
    r"|positive|confident)(?: (?:about|of) (?:that|this|it))?|really|sure|is (?:that|this|it) (?:really "
    r"|actually )?"
    r"(?:right|correct|true|all)|i(?:['’]m| am) not (?:so |quite |yet )?(?:sure|convinced)(?: (?:about|of"
    r"|by) (?:that"
    r"|this|it))?|i (?:disagree|don['’]t agree|doubt (?:it|that|this)))\s?[?.!,:;–—-]+\s*",
    re.IGNORECASE,
)


def without_doubt(asked: str) -> str:
    """What is asked without the bare doubt before it: `Are you sure? …`."""
    return _DOUBT.sub("", asked, count=1)


_THINKS = re.compile(
    r"\b(?:(?:i|we)(?:['’]d| would| had)?(?: have)? (?:think|thought|believe|guess|feel|reckon|say"
    r"|assumed?|expected)"
    r"|my understanding is|in my (?:view|opinion)|to me)\b[^.?!]{0,60}\b(?:is|are|was|were|be|goes|go"
    r"|should|must)\b"
    r"[^.?!]{0,20}\b(?:due|owed|missing|payable|refundable|included|refunded|paid|back|added|waived"
    r"|too (?:\w+)"
    r"|denied)\b",
    re.IGNORECASE,
)


def _objects(asked: str) -> bool:
    """Whether something is held against the answer: what it forgot, what should be paid besides."""
    held = _OBJECTS.search(asked) or _THINKS.search(asked)
    return bool(held) and "?" not in asked and not _BIDS.search(asked)


def _topic(mind: Mind, asked: str) -> str:
    if _CLAUSE.search(asked):
        return "clause"
    if item_in(mind, asked):
        return "item"
    return next((topic for topic, said in _TOPICS.items() if said.search(asked)), "")


def ruled_by(mind: Mind, asked: str) -> str:
    """The clause that is for what a why asks about, where it names one alone; empty: none, or several."""
    topics = [topic for topic in (*_RULED_BY, *OF_CLAUSES) if _TOPICS[topic].search(asked)]
    ids = {_RULED_BY.get(topic, topic) for topic in topics} & {*mind.clauses}
    return ids.pop() if asks_why(asked) and len(ids) == 1 else ""


def polar(asked: str) -> bool:
    """Whether it is to be said first that something may be, or may not."""
    asked = without_doubt(asked)
    closed = bool(_MAY.match(asked)) and "?" in asked
    return closed and not (_WHY.search(asked) or _ABOUT.search(asked))


def asks_why(asked: str) -> bool:
    """Whether it asks for a reason."""
    return bool(_WHY.search(asked))


def clauses_named(asked: str) -> list[str]:
    """The clauses that a question names, by their numbers with the dash."""
    met = (found["id"] for found in _CLAUSE.finditer(asked))
    return list(dict.fromkeys(id if "-" in id else f"{id[0]}-{id[1:]}" for id in met))


_ABOUT = re.compile(r"\b(?:what|how) about\b|^\W*(?:but|and)\b", re.IGNORECASE)
