"""What a letter to a customer says, held against what was done and decided: its claims and its language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from exercises.flaky_agent_trace.ontology import ORDER_ID, vocabulary
from exercises.flaky_agent_trace.papers.deeds import Deed
from exercises.flaky_agent_trace.papers.drafted import PAID
from exercises.flaky_agent_trace.papers.manners import OF_LETTERS
from exercises.flaky_agent_trace.papers.outcomes import sum_in
from exercises.flaky_agent_trace.papers.reviewing import reviews_letters
from exercises.flaky_agent_trace.papers.told_states import ILL, returns_failure
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.paid_out import paid_out
from exercises.flaky_agent_trace.shop.letters import letters
from harness.simulation.calling.tools import kind_of
from harness.simulation.reading.text import unescape

from .calls import paid
from .handed import decided, language_given, sheet_given

LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "nl": "Dutch", "pl": "Polish",
}  # fmt: skip
_COMMON = {
    "en": "the and you your for have has we our is are was will this that with to of not been",
    "de": "der die das und sie ihnen ihre wir haben ist für nicht mit den wird uns zu ein eine",
    "fr": "le la les et vous votre nous avons est pour ne pas une des du sera notre avec que",
    "es": "el la los y usted su le hemos es para no una por con del que nuestro se ha",
    "nl": "de het een en u uw we wij hebben is voor niet van met dat wordt ons aan zijn",
    "pl": "i w na nie się za do jest państwa państwu nasz pan pani dla został że to zwrot czy dziękujemy",
}
_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_LEAST = 2
_LOG = re.compile(
    r"^[\W_]{0,8}(?:(?:the )?(?:tool|action|call|deed|audit|event|agent)s?[ _-]?(?:log|calls|trail"
    r"|history|list|taken"
    r"|done|made|called|used|run|so far|until now)?|log(?:book)?|ledger|history|executed|performed"
    r"|what (?:\w+ ){1,5}?(?:did"
    r"|done)(?: so far)?|done(?: so far)?"
    r"|refunds (?:made|paid|issued)|calls made)\s?(?:\([^()\n]{0,40}\)\s?)?[:=]"
    r"|^#{1,4}[ \t]{1,3}(?:the )?(?:\w+ )?log(?:book)?[ \t]*\n",
    re.IGNORECASE | re.MULTILINE,
)
_UP_TO = re.compile(r"\n\s*\n|\n(?=[A-Z][\w ]{1,24}:)")
_NOTHING = re.compile(
    r"\b(?:no|zero) (?:actions?|tools?|refunds?|calls?|deeds?|payments?) (?:(?:has|have|was|were|is"
    r"|are) )?(?:been )?"
    r"(?:made|taken|called|issued|paid|done|executed|performed|booked)\b"
    r"|\bnothing (?:has been|was|is) (?:done|paid|refunded|executed|called)\b"
    r"|\b(?:refunds?|tools?) (?:has|have|was|were) (?:not|never) (?:been )?(?:made|called|issued|executed"
    r"|paid)\b",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(
    r"^[\W\d]{0,8}(?:no|none|zero|not|never)\b"
    r"|\b(?:not|never) (?:been )?(?:called|made|issued|used|run|paid|done)\b"
    r"|[:=]\s{0,3}(?:none|no|nothing|never|0|not \w{2,12})\W{0,4}(?:\(.*)?$",
    re.IGNORECASE,
)
"""An entry of a log that says that something was not done."""
TO_COME = re.compile(
    r"\b(?:will|shall|going to|'ll|’ll|would|can|could|werden|wird|allons|va|vamos a|zullen|zal|zostanie)\b",
    re.IGNORECASE,
)
PASSED = re.compile(
    r"\b(?:passed|handed|forwarded|escalated|taken (?:it |this )?over|has (?:the|your) case"
    r"|weitergegeben|weitergeleitet|transmis"
    r"|pasado|remitido|doorgegeven|doorgestuurd|przekaza\w+)\b",
    re.IGNORECASE,
)
_OTHER_DEEDS = re.compile(
    r"\b(?:(?P<cancel>cancell?ed)|(?:sent|shipped|dispatched) (?:you |out )?(?:an? "
    r"|the )?(?P<replacement>replacement\w*|new \w+)"
    r"|(?P<voucher>issued (?:you )?(?:an? )?(?:voucher|credit)))\b",
    re.IGNORECASE,
)
COMING = re.compile(
    r"\d[.,]\d\d[^.;\n]{0,30}\bwill (?:\w{2,12} )?(?:be (?:with you|paid|refunded|sent|transferred|in your)"
    r"|reach|arrive|follow)\b",
    re.IGNORECASE,
)
PROMISED = re.compile(
    r"\b(?:colleague|manager|supervisor|specialist|someone)\b[^.;,]{0,20}\bwill (?:\w{2,12} )?"
    r"(?:call|ring|phone|contact|write|get|be in touch)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n|,? and (?=(?:an?|our|the|we|you|your)\b)")


@dataclass(frozen=True, slots=True)
class Untrue:
    """Something that a letter says and that is not so."""

    text: str
    aspects: frozenset[str]


def shows_deeds(mind: Mind) -> bool:
    """Whether the program shows what was done, be it that nothing was."""
    if any(deed.kind in {"refund", "escalate"} for deed in _deeds(mind)) or paid_out(mind) is not None:
        return True
    told = [mind.scene.told(piece) for piece in mind.context.of("system", "user")]
    return any(_LOG.search(text) or _NOTHING.search(text) for text in told)


def unmeasured(mind: Mind) -> bool:
    """Whether a letter is judged of which it is not read what it tells, or what it is to be held against."""
    said = mind.proposal or {}
    paid_by = any(one.kind == "verdict" for one in mind.posed) and said.get("amount") is not None
    if _unseen(mind):
        return True
    if mind.operation != "critique" or not said.get("letter") or mind.sees_orders:
        return False
    if mind.mail.present and not paid_by and not unread_sheet(mind):
        return False  # what a mail asks for is enough to go by, but for a sum
    return "action" not in said or not (shows_deeds(mind) or decided(mind)) or unread_sheet(mind)


def _unseen(mind: Mind) -> bool:
    """Whether a letter is to be held against facts, and it is not seen which text is the letter."""
    judged = mind.operation in {"critique", "judge"} and not (mind.proposal or {}).get("letter")
    return (
        judged
        and not mind.sees_orders
        and sheet_given(mind) is not None
        and reviews_letters(mind.instructions)
    )


def unread_sheet(mind: Mind) -> bool:
    """Whether a program gives facts of which it is not read what came of the case, and no deeds."""
    sheet = sheet_given(mind)
    if sheet is None or sheet.slots.get("action"):
        return False
    text = " ".join(sheet.text.split())  # deeds that only these facts tell of are read no better
    return not any(_acted(deed) and (_own_words(deed) or " ") not in text for deed in _deeds(mind))


def _acted(deed: Deed) -> bool:
    return deed.kind in {"refund", "escalate"}


def ungraded(mind: Mind) -> bool:
    """Whether marks are wanted where nothing that could be marked is read, and no order to judge it by."""
    graded = {"score", "correct_score"} & mind.contract.slots and mind.operation in {"judge", "critique"}
    return bool(graded) and not (mind.proposal or mind.shown or mind.sees_orders or mind.context.said)


def _deeds(mind: Mind) -> list[Deed]:
    """The deeds, without what only the letter that is judged tells of."""
    letter = " ".join(" ".join(mind.shown).split()) if (mind.proposal or {}).get("letter") else ""
    told = [_own_words(deed) for deed in mind.deeds]
    return [deed for deed, said in zip(mind.deeds, told, strict=True) if not said or said not in letter]


def _own_words(deed: Deed) -> str:
    """What tells of a deed, without the order that it was noted under."""
    said = " ".join((deed.result or "").split())
    return said.removeprefix(str(deed.arguments.get("order_id") or "")).strip()


def _done(mind: Mind) -> list[tuple[str, Decimal | None]]:
    """What was done, and the sum of a refund: by the deeds, and by what a log of the program's lists."""
    found = [(deed.kind, paid(deed)) for deed in _deeds(mind) if not deed.trouble]
    for piece in mind.context.of("system", "user"):
        text = mind.scene.told(piece)
        for label in _LOG.finditer(text):
            body = _UP_TO.split(text[label.end() :], maxsplit=1)[0]
            for line in re.split(r"\n|\}\s{0,3},", body):
                found += _logged(line)
    return found


def _logged(line: str) -> list[tuple[str, Decimal | None]]:
    """An entry of a log: the first tool that it names, unless it failed."""
    if re.search(ILL, line, re.IGNORECASE) or returns_failure(line) or _NOT_DONE.search(line):
        return []
    named = [kind_of(word, "", vocabulary().tools) for word in re.findall(r"[A-Za-z]\w{3,30}", line)]
    kind = next((kind for kind in named if kind in {"refund", "escalate", "reply", "get_order"}), None)
    money = sum_in(ORDER_ID.sub(" ", line)) if kind == "refund" else None
    return [(kind, Decimal(money.cents) / 100 if money else None)] if kind else []


def untrue(mind: Mind, said: dict[str, Any]) -> list[Untrue]:
    """What a letter says that the deeds do not bear out; its language, where that is asked about."""
    letter = said.get("letter")
    if not isinstance(letter, str):
        return []
    sheet = sheet_given(mind)
    asked = "language_ok" in mind.contract.slots or OF_LETTERS["language"].search(mind.instructions)
    found = wrong_language(mind, letter) if asked or language_given(mind) else []
    if shows_deeds(mind):
        return [*_claims(mind, said, letter), *_promises(mind, letter), *found]
    return [*_promises(mind, letter), *found] if sheet is not None else found


def _claims(mind: Mind, said: dict[str, Any], letter: str) -> list[Untrue]:
    done = _done(mind)
    sums = [sum for kind, sum in done if kind == "refund" and sum is not None]
    refunded = any(kind == "refund" for kind, _ in done)
    if (shown := paid_out(mind)) is not None and shown.cents:  # a result tells more than words for it
        booked = [paid(deed) for deed in _deeds(mind) if "refund_id" in (deed.result or "")]
        sums, refunded = [*filter(None, booked), Decimal(shown.cents) / 100], True
    parts = _SENTENCE.split(letter)
    found: list[Untrue] = []
    claims = [part for part in parts if PAID.search(part) and not TO_COME.search(part)]
    amount = said.get("amount")
    told = Decimal(amount[0]) / 100 if amount else None
    if said.get("action") == "refund" and claims and not refunded:
        found.append(_claim("it tells of a refund that was not made", "action"))
    elif said.get("action") == "refund" and told is not None and sums and told not in sums:
        found.append(_claim(f"{sums[-1]:.2f} was refunded, not {told:.2f}", "amount"))
    elif said.get("action") in {"deny", "need_info"} and refunded:
        found.append(_claim("it does not tell of the refund that was made", "action"))
    handed = _handed_over(mind)
    if said.get("action") == "escalate" and any(map(PASSED.search, parts)) and not handed:
        found.append(_claim("it tells of a handover that was not made", "action"))
    coming = next((part for part in parts if COMING.search(part)), None)
    if said.get("action") != "refund" and coming is not None and not refunded:
        found.append(_claim("it says that money will come, and no refund was made", "action"))
    return found


def _handed_over(mind: Mind) -> bool:
    """Whether people have the case, by the deeds or by the facts that are given."""
    sheet = sheet_given(mind)
    given = sheet is not None and sheet.slots.get("action") == "escalate"
    return given or any(kind == "escalate" for kind, _ in _done(mind))


def _promises(mind: Mind, letter: str) -> list[Untrue]:
    """What a letter says that nothing shows to have been done or arranged."""
    found: list[Untrue] = []
    if not _handed_over(mind) and (promise := PROMISED.search(letter)):
        found.append(_claim(f"nothing shows that this was arranged: “{promise[0]}”", "policy", "promise"))
    for part in _SENTENCE.split(letter):
        other = None if TO_COME.search(part) else _OTHER_DEEDS.search(part)
        if other is not None and not _among(mind, other.lastgroup or ""):
            found.append(
                _claim(f"nothing shows that this was done: “{other[0].strip()}”", "policy", "promise")
            )
    return found


def _among(mind: Mind, deed: str) -> bool:
    """Whether what was done or decided shows something that the agent has no tool of its own for."""
    told = [f"{known.kind} {known.name} {known.result}" for known in mind.deeds]
    fixed = decided(mind)
    return any(deed in text.casefold() for text in (*told, fixed.grounds if fixed is not None else ""))


def _claim(text: str, *aspects: str) -> Untrue:
    return Untrue(text, frozenset({"claim", *aspects}))


def wrong_language(mind: Mind, letter: str) -> list[Untrue]:
    """That a letter is in another language than the mail; nothing where that cannot be told."""
    wanted = language_given(mind)
    own = wanted or (mind.scene.meaning.language if mind.mail.present else None)
    told = language_of(letter)
    if own not in LANGUAGES or told is None or told == own:
        return []
    to_be = "it is to be in" if wanted else "the customer writes in"
    text = f"it is in {LANGUAGES[told]}, and {to_be} {LANGUAGES[own]}"
    return [Untrue(text, frozenset({"language"}))]


def language_of(text: str) -> str | None:
    """The language of a text by its commonest words; `None` where it is too short to tell."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {code: sum(word in known for word in words) for code, known in _WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    rest = sorted(counts.values())[-2]
    return best if counts[best] >= _LEAST and counts[best] > rest else None


FINE = "I find nothing wrong with it: it agrees with the mail, the order and the rules."
TRUE = "It tells of nothing that was not done."
AGREES = "It says what the facts say, and nothing beyond them."


def nothing_held(mind: Mind) -> str:
    """What is said of a letter against which nothing is held."""
    return FINE if mind.sees_orders else TRUE if sheet_given(mind) is None else AGREES


def on_letter(mind: Mind, objections: list[str]) -> str:
    """The grounds of a verdict on a letter, in a sentence."""
    said = "; ".join(objections)
    return f"{said[0].upper()}{said[1:]}." if said else nothing_held(mind)


def looked_up_in_vain(mind: Mind, said: str) -> str:
    """Of a letter that tells of an order that could not be looked up, where nobody looked: that."""
    looked = any(deed.trouble for deed in mind.deeds if deed.kind in {"get_order", "search_orders"})
    if looked or not (mind.contract.forced or mind.contract.form in {"schema", "submit"}):
        return ""
    tells = (body.partition("{order}")[0] for bodies in letters().body["unseen"].values() for body in bodies)
    told = any(" ".join(words.split())[-24:] in " ".join(unescape(said).split()) for words in tells)
    return "a look-up that failed" if told else ""
