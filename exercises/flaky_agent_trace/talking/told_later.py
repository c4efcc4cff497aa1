"""What is told of a case once it was answered: the seal is intact after all, another item comes back too.

Each sentence of such a turn is a change of the facts, and the case is decided anew by them. Of a sentence
that is none the model says that it does not know what comes of it, rather than give the old answer again.
"""

from __future__ import annotations

import copy
import re
from dataclasses import replace

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.deciding.perception import Belief, perceive
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.policy import decide
from harness.simulation.noise import Noise

from .in_prose import decided_in_prose
from .standing import answered_before
from .stated_facts import Said, with_all
from .told_sentences import of_sentence

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
    r"|\b(?:that|this)(?:['’]s| is| was| seems| sounds| looks)\b|\bif\b|\b(?:handbook|policy|clause|rule)s?\b"
    r"|\bmay(?:be)?\b|\bmight\b|\bperhaps\b|\bprobably\b|\bnot sure\b|\bi(?:['’]m| am)\b",
    re.IGNORECASE,
)
"""Says what somebody makes of it, and no fact."""


def told_later(mind: Mind) -> tuple[Said, ...]:
    """The facts that were told since the first answer; of what is told twice the last holds."""
    return _told(_turns(mind), mind)


def _told(turns: list[str], mind: Mind) -> tuple[Said, ...]:
    found: dict[str, Said] = {}
    for turn in turns:
        for said in _facts(turn, mind) or ():
            found.pop(said.about, None)
            found[said.about] = said
    return tuple(found.values())


def tells(mind: Mind) -> bool:
    """Whether the last message does no more than tell something of a case that was decided before."""
    last = mind.context.last
    if last is None or last.source != "user" or not mind.clauses or not answered_before(mind):
        return False
    turns = _turns(mind)
    return bool(turns) and turns[-1] == last.text and _facts(turns[-1], mind) is not None


def tells_what(mind: Mind) -> bool:
    """Whether it is known what comes of all that the last message tells."""
    return bool(_facts(_turns(mind)[-1], mind))


def _turns(mind: Mind) -> list[str]:
    """The short turns of a talk in words since the model first answered."""
    if mind.contract.tools:
        return []
    first = next((piece.index for piece in mind.context.of("assistant") if piece.text), None)
    later = [] if first is None else [one for one in mind.context.of("user") if one.index > first]
    return [
        one.text
        for one in later
        if len(one.text.split()) <= _LONGEST and not mind.scene.mail_share(one) and not _DATA.search(one.text)
    ]


_DATA = re.compile(r"[{}<>|]|^\W{0,3}\w{1,20}:\s*$", re.MULTILINE)


def _facts(turn: str, mind: Mind) -> tuple[Said, ...] | None:
    """The facts that a turn tells; none where one of them is not known, `None` where it tells nothing."""
    found: list[Said] = []
    unheard = telling = False
    quoted = _LETTER_QUOTED.search(turn)
    if quoted is not None:
        return _quoted(turn, quoted, mind)
    for sentence in filter(None, map(str.strip, _SENTENCE.split(turn))):
        if _WHAT_THEN.match(sentence):
            continue
        said = _ASIDE.sub("", sentence)
        said = _REPORTED.sub("", said)
        if not said.strip(" .,!"):
            continue
        if said.rstrip("\"'”’) ").endswith("?") or _BIDS.match(said) or _OPINES.search(said):
            return None
        if len(said.split()) < _A_SENTENCE:
            return None
        telling |= bool(_FINITE.search(said))
        told = tuple(of_sentence(said, mind))
        found += told
        unheard |= not told
    if not telling:
        return None
    return () if unheard else tuple(found)


def _quoted(turn: str, quoted: re.Match[str], mind: Mind) -> tuple[Said, ...] | None:
    """The facts that a customer's quoted words tell, where nothing else is told or asked beside them."""
    beside = [*_SENTENCE.split(turn[: quoted.start()]), *_SENTENCE.split(turn[quoted.end() :])]
    if not all(_WHAT_THEN.match(said) or not _ASIDE.sub("", said).strip(" .,!") for said in beside):
        return None
    told = [tuple(of_sentence(said, mind)) for said in _SENTENCE.split(quoted["words"]) if said.strip(" .,!")]
    return tuple(fact for facts in told for fact in facts) if all(told) else ()


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
    r"\b(?:is|are|was|were|has|have|had|did|does|wants?|says?|wrote|came|sent|ke[ep]\w+|goes|comes|broke|\w{3,12}ed)\b"
    r"|\w['’](?:s|re|ve|d)\b",
    re.IGNORECASE,
)


def believed(mind: Mind, noise: Noise) -> Belief:
    """What the model takes to be the case, with what was told since it first answered."""
    return _believed(mind, noise, told_later(mind))


def _believed(mind: Mind, noise: Noise, said: tuple[Said, ...]) -> Belief:
    read = copy.copy(mind)
    if tells(mind) and mind.mail.present:
        read.claims = None  # what is told now is no earlier reading of the mail
    belief = perceive(read, noise)
    return replace(belief, facts=with_all(belief.facts, said)) if said else belief


def decided_anew(mind: Mind, answers: Answers) -> str:
    """What is due now, and whether that is something else than before."""
    *before, last = _turns(mind)
    said = _facts(last, mind) or ()
    facts, own = _believed(mind, answers.noise, _told(before, mind)).facts, answers.resolution
    now = decided_in_prose(mind, answers)
    if answers.facts == facts:
        return f"That is what I went by already. {now}"
    then = decide(facts, own.kept)
    same = (then.action, then.amount) == (own.action, own.amount)
    given = " and ".join(one.words for one in said)
    start = "That changes nothing" if same else "That changes it"
    return f"{start}. With {given}, {now[:1].lower()}{now[1:]}"
