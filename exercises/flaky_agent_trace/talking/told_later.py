"""What is told of a case once it was answered: the seal is intact after all, another item comes back too.

Each sentence of such a turn is a change of the facts, and the case is decided anew by them, in whatever form
the answer is wanted. Of a sentence that is none the model says that it does not know what comes of it, rather
than give the old answer again.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.perception import Belief, perceive, settled
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import decide
from exercises.flaky_agent_trace.writing.abroad import abroad, asked_in
from harness.simulation.noise import Noise
from harness.simulation.reading.asked_parts import asks_change, of_parts_alone

from .in_prose import decided_in_prose
from .standing import answered_before, last_turn
from .stated_facts import Said, with_all
from .told_sentences import of_sentence, order_meant

ITEMS_UNCLEAR = "which of the order's items is meant is not clear"
UNHEARD = "what that changes about the case is not clear to me"
_LONGEST = 70
"""Words of a turn that tells something and does no more."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_ASIDE = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|thanks?(?: you)?|hi|hello|hm+|ah|oh|sorry|apologies|wait|news|update|correction|fyi"
    r"|new (?:fact|information)|one (?:more )?thing|small update|by the way|btw|actually|i (?:(?:misread"
    r"|mistyped|mixed up)(?: (?:the|that|this|it) ?\w*)?"
    r"|was wrong)"
    r"|my mistake|(?:and|but|so|also|now|just in|it turns out|turns out|note)(?: that)?"
    r"|i (?:just |only )?(?:saw|see|learned|heard|noticed|found out|forgot to (?:say|mention))(?: that)?"
    r"|we (?:just |now )?(?:learned|heard|found(?: out)?|know|see)(?: that)?)\b[\s,.:;!–—-]*)+",
    re.IGNORECASE,
)
"""Comes before what is told."""
_WHO = (
    r"(?:according to )?(?:the |our |her |his |a )?(?:carrier['’]s |courier['’]s |driver['’]s )?(?:scan"
    r"|tracking(?: page)?|record"
    r"|delivery note|log|proof of delivery|customer|client|buyer|she|he|they|warehouse|carrier|courier"
    r"|colleagues?"
    r"|finance|logistics|support|supplier|system|returns team)"
)
_REPORTED = re.compile(
    rf"^{_WHO} (?:(?:has|have|just|now|also|since|then|only) ){{0,3}}(?:"
    r"(?:wrote|written|mailed|called|phoned|confirm\w*|report\w*|add\w*|told|rang|replied|answered)"
    r"(?: (?:me|us|in|back|again|now|today|and said))*(?: that\b|:|,)"
    r"|(?:says?|said|writes|claims|tells us|told us|told me)(?: now| that|:|,)*)\s*",
    re.IGNORECASE,
)
"""Who says so: what is told stands behind it."""
_WHAT_THEN = re.compile(
    r"^\W*(?:(?:so|and|but|ok(?:ay)?|please|now|then)\b\W*)*(?:what (?:now|then|changes|is due|do we do"
    r"|should we do"
    r"|would you do|is your (?:answer|decision))|does (?:that|this|it) (?:change|matter|alter)"
    r"|still nothing|(?:still"
    r"|is it still)"
    r" the same|how much|(?:please )?(?:re-?)?(?:decide|consider|assess|calculate|think|check)"
    r"|what(?:['’]s| is) due"
    r"|same (?:answer|decision|result)|any change|and|so)\b[^.]{0,60}[?.!]*\W*$|^\W*$",
    re.IGNORECASE,
)
"""Asks what comes of it, and nothing else."""
_BIDS = re.compile(
    r"^\W*(?:please|kindly|now|then|can you|could you|would you|let['’]s|write|draft|give|show|tell"
    r"|summari[sz]e"
    r"|translate|explain|list|quote|cite|make|put|answer|reply|respond|return|output|rewrite|rephrase|use|do"
    r"|refund|deny|escalate|classify|extract|shorten|format|convert|add|remove|name|copy|state|go|try|read"
    r"|check|verify|compare|rate|act|say|send|choose|pick|keep|note|imagine|suppos\w+|assum\w+)\b",
    re.IGNORECASE,
)
"""Wants something done rather than tells something."""
_OPINES = re.compile(
    r"\b(?:i|we)(?:['’]d| would| think| thought| believe| guess| feel| doubt| disagree| don['’]t (?:agree"
    r"|think))\b"
    r"|\b(?:i|we|you|it) (?:should|must|ought|shouldn['’]t|mustn['’]t|could|can)\b|\byou(?:['’]re|r)?\b"
    r"|\b(?:that|this)(?:['’]s| is| was| seems| sounds| looks)\b(?! (?:not )?(?:an? )?(?:gift|final"
    r"|clearance))|\bif\b|\b(?:handbook|policy|clause|rule)s?\b"
    r"|\b(?:suppos\w+|assum\w+|imagine|hypothetical\w*|pretend|let['’]s say|would(?:n['’]t)?|instead)\b"
    r"|\bmay(?:be)?\b|\bmight\b|\bperhaps\b|\bprobably\b|\bnot sure\b|\bi(?:['’]m| am)\b",
    re.IGNORECASE,
)
"""Says what somebody makes of it, and no fact."""


_SHAPE = (
    r"(?:json|object|yaml|xml|format|schema|shape|form|answer|decision|verdict|tool|function|call|lines?"
    r"|labels?|table"
    r"|output|fields?|keys|result|response|reply|template|structure|layout|thing|way)"
)
_AGAIN = re.compile(
    rf"^\W*(?:(?:please|now|so|and|then|again)\b\W{{0,3}}){{0,4}}(?:"
    rf"(?:(?:the|an?|your|that|this|me|in|as|with|use|using|return|give|send|output|answer|respond|reply"
    rf"|resend"
    rf"|print|show|update|redo|repeat|revise|adjust|correct|call|fill|submit|i|need|want|just|only|same"
    rf"|updated"
    rf"|new|revised|corrected|adjusted|two|three|one|\w{{0,12}}json|before|above|earlier)\s){{0,8}}"
    rf"{_SHAPE}\b[^.?!:]{{0,40}}"
    rf"|(?:the |exactly ){{0,2}}(?:same|as before|like before|once more|again)\b[^.?!:]{{0,40}}"
    rf"|(?:return|answer|respond|reply|redo|repeat|revise|update|decide|classify|submit)\b[^.?!:]{{0,16}}"
    rf"\b(?:again|anew|afresh|as before|accordingly|the same way|once more)\b[^.?!:]{{0,20}})[.!?]*\W*$",
    re.IGNORECASE,
)
"""Wants the answer once more, in its form."""
_FILLS = re.compile(
    r"^\W*(?:(?:please|now|then)\b\W*)*(?:write|draft|give|show|summari[sz]e|list|put|answer|reply|respond"
    r"|return"
    r"|output|rewrite|use|format|update|call|send|print|fill|submit|produce|provide)\b[^?]{0,120}$",
    re.IGNORECASE,
)
"""Says what is to be written, with what is told beside it."""
_TAKES_BACK = re.compile(
    r"\bfalse alarm\b"
    r"|\b(?:ignore|forget|scratch|disregard|strike) (?:that|this|it|my last|what i (?:just )?(?:said|told"
    r"|wrote))\b"
    r"|\b(?:that|this|it) (?:was|is) (?:(?:about|for|from|on|in) )?(?:another|a different|the wrong"
    r"|(?:some(?:one|body)"
    r" else['’]s))(?: (?:customer|order|ticket|case|client|buyer)(?:['’]s)?)?\W*$"
    r"|\b(?:that|this|it) (?:was|is)(?:n['’]t| not) (?:true|so|the case|right|ours)(?: after all)?\W*$"
    r"|\bi (?:mixed|got) (?:that|this|it|them|something) (?:up|wrong)\b",
    re.IGNORECASE,
)
"""What was told just before is not so."""
_NEWS = re.compile(
    r"\b(?:new (?:information|info|facts?)|news|update|turns? out|just (?:in|now|learned|heard|called"
    r"|wrote)|by now"
    r"|meanwhile|this morning|today|yesterday|last (?:week|night|month)|customer|client|buyer|he|she|bank"
    r"|carrier"
    r"|courier|warehouse|parcel|item|goods|seal)\b",
    re.IGNORECASE,
)
_IS_NEW = re.compile(
    r"\bnew (?:information|info|facts?|development)\b|\bturns? out\b|\bjust in\b|\b(?:we"
    r"|i) (?:have )?just (?:learned"
    r"|heard|found out)\b|^\W*(?:news|update)\s?[:–—-]",
    re.IGNORECASE,
)
"""Says itself that it is new."""
_OF_FORM = re.compile(
    r"\b(?:json|yaml|schema|fields?|keys?|format|valid\w*|invalid|pars\w+|enum|string|integer|null|required"
    r"|property|propert\w+|characters?|tokens?|errors?|amount (?:is|was))\b",
    re.IGNORECASE,
)
"""Speaks of how the answer looks."""


def told_later(mind: Mind) -> tuple[Said, ...]:
    """The facts that were told since the first answer; of what is told twice the last holds."""
    return _told([_read(turn, mind) for turn in _turns(mind)])


def _told(turns: list[Turn]) -> tuple[Said, ...]:
    found: dict[str, Said] = {}
    latest: tuple[Said, ...] = ()
    for turn in turns:
        if turn.takes_back:
            for said in latest:
                found.pop(said.about, None)
        for said in turn.heard:
            found.pop(said.about, None)
            found[said.about] = said
        latest = turn.heard or latest
    return tuple(found.values())


def tells(mind: Mind) -> bool:
    """Whether the last message does no more than tell something of a case that was decided before."""
    turn = _last_turn(mind)
    return turn is not None and turn.alone


def asks_if_it_changes(mind: Mind) -> bool:
    """Whether the last message tells something and asks if that changes the decision."""
    last = mind.context.last
    if not mind.context.said or last is None or last.source != "user" or not mind.clauses or _acting(mind):
        return False
    if len(last.text.split()) > _LONGEST or mind.scene.mail_share(last):
        return False
    said = _SENTENCE.split(last.text)
    asks = [one for one in said if asks_change(one)]
    told = [one for one in said if "?" not in one and len(one.split()) >= _A_SENTENCE]
    return bool(asks) and any(one not in asks for one in told)


def tells_what(mind: Mind) -> bool:
    """Whether it is known what comes of all that the last message tells."""
    turn = _last_turn(mind)
    return turn is not None and bool(turn.heard or turn.takes_back) and not turn.unheard


def unclear(mind: Mind) -> Iterator[str]:
    """What of the facts that were told is not clear: in a form there is no room to say so."""
    turn = _last_turn(mind) if mind.contract.form != "text" else None
    if turn is not None and turn.unheard and (turn.alone or turn.news):
        yield UNHEARD
    if _items_unclear(mind):
        yield ITEMS_UNCLEAR


def _last_turn(mind: Mind) -> Turn | None:
    """The last message where it is such a turn, after a decision."""
    last = mind.context.last
    if last is None or last.source != "user" or not mind.clauses or not (turns := _turns(mind)):
        return None
    if turns[-1] != last.text or not (answered_before(mind) or _asked_before(mind) or _called_before(mind)):
        return None
    return _read(last.text, mind)


def _asked_before(mind: Mind) -> bool:
    """Whether the answer before says that the customer is to be asked which order is meant."""
    said = [piece.text for piece in mind.context.of("assistant") if piece.text]
    return bool(said) and _WHICH_ORDER.search(said[-1]) is not None


_WHICH_ORDER = re.compile(r"\bwhich order\b|\bneed_info\b", re.IGNORECASE)


def _called_before(mind: Mind) -> bool:
    """Whether the answer before is a call of the one tool that takes answers."""
    return mind.contract.form == "submit" and any(True for _ in mind.context.of("call"))


def _acting(mind: Mind) -> bool:
    """Whether it is a step of a loop with tools."""
    contract = mind.contract
    return contract.step is not None or (bool(contract.tools) and contract.form not in _FORMS)


def _turns(mind: Mind) -> list[str]:
    """The short turns of a talk since the model first answered: in a loop with tools there is none."""
    if _acting(mind):
        return []
    calls = mind.context.of("call") if mind.contract.form == "submit" else ()
    answers = [*mind.context.of("assistant"), *calls]
    first = min((piece.index for piece in answers if piece.text), default=None)
    later = [] if first is None else [one for one in mind.context.of("user") if one.index > first]
    return [
        one.text
        for one in later
        if len(one.text.split()) <= _LONGEST and not mind.scene.mail_share(one) and not _DATA.search(one.text)
    ]


_FORMS = frozenset({"submit", "schema", "json"})
_DATA = re.compile(r"[{}<>|]|^\W{0,3}\w{1,20}:\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn tells."""

    heard: tuple[Said, ...] = ()
    """The facts of which it is known what comes of them."""
    unheard: bool = False
    """Whether it tells something else, or more."""
    alone: bool = False
    """Whether it does nothing but tell."""
    news: bool = False
    """Whether it says itself that something is new, or speaks of those whom the case is about."""
    takes_back: bool = False
    """Whether what the turn before told is not so."""


def _read(turn: str, mind: Mind) -> Turn:
    """The facts that a turn tells; none where it asks, thinks or supposes something."""
    heard: list[Said] = []
    unheard = telling = bids = takes_back = news = False
    if (quoted := _LETTER_QUOTED.search(turn)) is not None:
        return _quoted(turn, quoted, mind)
    for sentence in filter(None, map(str.strip, _SENTENCE.split(turn))):
        if _WHAT_THEN.match(sentence) or _AGAIN.match(sentence) or asks_change(sentence):
            continue
        if telling and of_parts_alone(sentence):
            continue
        if _TAKES_BACK.search(sentence):
            takes_back = telling = True
            continue
        said = _REPORTED.sub("", _ASIDE.sub("", sentence))
        if not said.strip(" .,!"):
            continue
        if _FILLS.match(said):
            bids = True
            continue
        if meant := order_meant(said, mind):
            heard, telling = [*heard, meant], True
            continue
        asks = said.rstrip("\"'”’) ").endswith("?") or _BIDS.match(said) or _OPINES.search(said)
        if asks or len(said.split()) < _A_SENTENCE:
            return Turn(unheard=True, news=bool(_IS_NEW.search(turn)) and not _OF_FORM.search(turn))
        told = tuple(of_sentence(said, mind))
        if not told and mind.contract.form != "text" and _OF_FORM.search(said):
            bids = True
            continue
        telling |= bool(told or _FINITE.search(said))
        news |= bool(_NEWS.search(sentence))
        heard += told
        unheard |= not told
    if not telling:
        return Turn()
    return Turn(() if unheard else tuple(heard), unheard, not bids, news, takes_back)


def _quoted(turn: str, quoted: re.Match[str], mind: Mind) -> Turn:
    """What a customer's quoted words tell, where nothing else is told or asked beside them."""
    beside = [*_SENTENCE.split(turn[: quoted.start()]), *_SENTENCE.split(turn[quoted.end() :])]
    if not all(_WHAT_THEN.match(said) or not _ASIDE.sub("", said).strip(" .,!") for said in beside):
        return Turn()
    told = [tuple(of_sentence(said, mind)) for said in _SENTENCE.split(quoted["words"]) if said.strip(" .,!")]
    heard = tuple(fact for facts in told for fact in facts) if all(told) else ()
    return Turn(heard, not heard, alone=True, news=True)


_LETTER_QUOTED = re.compile(
    rf"{_WHO} (?:(?:has|have|just|now|also|since|then) ){{0,3}}"
    r"(?:wrote|written|mailed|replied|answered|responded|says?|said|writes)"
    r"(?: (?:me|us|in|back|again|now|today|this|saying"
    r"|and said))*[:,]?\s{0,2}[\"“„«](?P<words>[^\"”“«»]{3,400})[\"”“»]",
    re.IGNORECASE,
)
"""The customer's next words, quoted."""
_A_SENTENCE = 3
_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|did|does|wants?|says?|wrote|came|sent|ke[ep]\w+|goes|comes|broke|will"
    r"|got|gave|went|made|took|told|\w{3,12}ed)\b"
    r"|\w['’](?:s|re|ve|d|ll)\b",
    re.IGNORECASE,
)


def believed(mind: Mind, noise: Noise) -> Belief:
    """What the model takes to be the case, with what was told since it first answered."""
    return _believed(mind, noise, told_later(mind))


def _believed(mind: Mind, noise: Noise, said: tuple[Said, ...]) -> Belief:
    read = copy.copy(mind)
    turn = _last_turn(mind) if mind.mail.present else None
    if turn is not None and (turn.alone or turn.heard):
        read.claims = None  # what is told now is no earlier reading of the mail
    belief = perceive(read, noise)
    return replace(belief, facts=with_all(belief.facts, said)) if said else belief


def _items_unclear(mind: Mind) -> bool:
    """Whether it was told which order is meant, and of its items it is not known which are."""
    record = mind.orders.get(mind.feedback.order or "")
    if record is None or settled(mind) or not mind.mail.present or not mind.clauses or _acting(mind):
        return False
    of_goods = {"changed_mind", "damaged", "wrong_item"} & {*mind.mail.values("issue")}
    return bool(of_goods) and not mind.mail.values("item") and len(record.parts.get("items", ())) > 1


def decided_anew(mind: Mind, answers: Answers) -> str:
    """What is due now, and whether that is something else than before."""
    *before, last = (_read(turn, mind) for turn in _turns(mind))
    facts, own = _believed(mind, answers.noise, _told(before)).facts, answers.resolution
    now = decided_in_prose(mind, answers)
    meant = any(one.about == "order" for one in last.heard) and _asked_before(mind)
    if answers.facts == facts and not meant:
        return f"That is what I went by already. {now}"
    then = decide(facts, own.kept)
    same = (then.action, then.amount) == (own.action, own.amount) and not meant
    given = f"With {' and '.join(one.words for one in last.heard)}" if last.heard else "Without that"
    if (language := asked_in(mind)) != "en":
        return f"{abroad().changed[language][not same]} {now}"
    start = "That changes nothing" if same else "That changes it"
    start = f"{'No' if same else 'Yes'}. {start}" if _YES_OR_NO.search(last_turn(mind)) else start
    return f"{start}. {given}, {now[:1].lower()}{now[1:]}"


_YES_OR_NO = re.compile(r"\byes\b\W{0,3}(?:or\W{0,3})?no\b", re.IGNORECASE)
