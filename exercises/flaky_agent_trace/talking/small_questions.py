"""Small questions that people ask of a case: quote where it says so, A or B, can it be cancelled, what stays.

Each is answered with the fact that bears it out, or it is said that nothing does.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.answering.outcomes_offered import FULL, due, in_full
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.quoting import quotes
from harness.simulation.reading.asking import sentences_in

from .in_prose import decided_in_prose, which_order
from .why_not import staying

_LONGEST = 30
"""Words of a message that asks no more than that."""
_MORE = re.compile(
    r"\b(?:json|xml|csv|yaml|only|nothing else|one (?:word|letter|number)|format|fields?|label|then"
    r"|decide|draft|reply"
    r"|otherwise|or (?:say|write|answer|return)|NONE|separate)\b"
)
"""Says how the answer is to look, or asks for more."""
_CITES = re.compile(
    r"^\W*(?:(?:please|now|and|can you|could you|ok(?:ay)?) )*(?:quote|cite|show me|give me|copy"
    r"|point (?:me )?to|find)\b"
    r"[^.?]{0,30}\b(?:sentences?|lines?|words?|passages?|part|bit|place)\b"
    r"|\b(?:which|what) (?:exact )?(?:sentences?|lines?|words?|passages?|part)\b[^.?]{0,40}"
    r"\b(?:says?|shows?|tells?|proves?|makes?|mentions?|suggests?|supports?|reports?)\b"
    r"|\bwhere (?:in the (?:mail|e-?mail|message) )?(?:does|do) (?:the (?:mail|e-?mail|message|customer)"
    r"|he|she|they|it)"
    r" (?:say|write|mention|claim|report|threaten|ask)\b",
    re.IGNORECASE,
)
_OF_RULES = re.compile(r"\b(?:handbook|policy|clauses?|rules?|paragraph|[A-Z]-\d)\b")
_SENTENCES = re.compile(r"\b(?:sentences?|lines?|passages?)\b", re.IGNORECASE)
_BROKEN, _ANY = frozenset({"damaged", "wrong_item"}), frozenset({"changed_mind"})
_NONE: frozenset[str] = frozenset()
_FACTS: tuple[tuple[str, frozenset[str], str], ...] = (
    ("legal", _NONE, r"legal|lawyer|court|ombudsm[ae]n|sue|solicitor|threat\w*"),
    ("injection", _NONE, r"instruct\w*|inject\w*|manipulat\w*|command\w*"),
    ("chargeback", _NONE, r"chargeback|bank|dispute"),
    ("unopened", _NONE, r"unopened|sealed|unused|not (?:been )?(?:opened|used)|never (?:opened|used)"),
    ("opened", _NONE, r"opened|used|unsealed|unpacked|tried"),
    (
        "issue",
        _BROKEN,
        r"damage\w*|broken|faulty|defect\w*|crack\w*|leak\w*|wrong item|does(?:n['’]t| not) work",
    ),
    ("issue", frozenset({"cancel"}), r"cancel\w*"),
    ("issue", frozenset({"late"}), r"late|delay\w*"),
    ("issue", frozenset({"not_arrived"}), r"never (?:came|arrived)|not (?:come|arrived)|lost|missing"),
    ("wants", _NONE, r"money back|refund|replacement|store credit|voucher|wants?"),
    (
        "issue",
        _ANY,
        r"return\w*|change of mind|changed (?:his|her|their) mind|send\w* (?:it )?back|no longer",
    ),
    ("order", _NONE, r"which order|order number|the order"),
)
_KNOWN = tuple((fact, re.compile(rf"\b(?:{said})\b", re.IGNORECASE), issues) for fact, issues, said in _FACTS)
_CANCELS = re.compile(
    r"\b(?:can|could|may)\b[^.?]{0,40}\b(?:still )?(?:be )?(?:cancell?ed|cancel|stopped"
    r"|called off)\b[^.?]{0,20}\?"
    r"|\btoo late (?:to|for an?|for)? ?(?:cancel\w*|stop\w*)\b|\bcancellable\b|\bpossible to (?:cancel"
    r"|stop)\b",
    re.IGNORECASE,
)
_TOO_LATE = re.compile(r"\btoo late\b", re.IGNORECASE)
_STAYS = re.compile(
    r"^\W*(?:so |and )?(?:what|does|do|is|will|anything)\b[^.?]{0,40}\b(?:keep(?:s|ing)?|stays?|staying"
    r"|kept)\b[^.?]{0,20}\?",
    re.IGNORECASE,
)
_MARK = re.compile(r"(?<![\w'’])\(?(?P<mark>[A-D]|(?<=\()[a-d])(?:\)|[.:=]|(?= ))\s{0,2}(?=\w)")
_FULL_OR_PART = re.compile(
    r"\b(?:full|whole|complete)\b[^.?]{0,20}\bor\b[^.?]{0,20}\bpart\w*\b|\bpart\w*\b[^.?]{0,20}\bor\b[^.?]{0,20}"
    r"\b(?:full|whole|complete)\b",
    re.IGNORECASE,
)


def small_asked(mind: Mind) -> str:
    """Which of these the last message asks and nothing else, as `text_of` is told of it; empty: none."""
    kind = "polar" if _polar(mind) else _kind(mind)
    return kind and f"{SMALL}{kind}"


def _kind(mind: Mind) -> str:
    """The kind: `quote`, `choice`, `cancel`, `stays`; empty: none."""
    asked = _asked(mind)
    if not asked or not mind.mail.present:
        return ""
    if _CITES.search(asked) and not _OF_RULES.search(asked):
        return "quote" if any(said.search(asked) for _, said, _ in _KNOWN) else ""
    if not mind.clauses or not mind.orders:
        return ""
    if _CANCELS.search(asked):
        return "cancel" if "L-4" in mind.clauses else ""
    if _STAYS.search(asked):
        return "stays"
    return "choice" if "?" in asked and (len(_options(asked)) > 1 or _FULL_OR_PART.search(asked)) else ""


_YES_OR_NO = re.compile(
    r"\b(?:start|begin|open|answer|reply)\w* with (?:a )?(?:clear |plain )?yes or no\b[^?]{0,40}\b(?:why"
    r"|reason|sentence)\b"
    r"|\byes or no(?: first)?\b[^?]{0,20}\b(?:why|reason|sentence)\b"
    r"|\b(?:beginn\w*|antworte\w*|erst) (?:mit )?ja oder nein\b[^?]{0,40}\b(?:warum|grund|satz|begründ\w*)\b",
    re.IGNORECASE,
)
_PAYS = re.compile(
    r"(?:^|[.!:] )(?:(?:and|so|then|now),? )?(?:is|are|do|does|may|must|should|can|could|shall|will|have"
    r"|has)\b[^?.]{0,120}"
    r"\b(?:pay|refund|owe[ds]?|due|reimburse|money back|entitled)\b[^?.]{0,40}\?",
    re.IGNORECASE,
)
_NOT_DUE = re.compile(
    r"n['’]t\b|\b(?:not|already|before|refuse|deny|shipping|postage|fee|more|less|\d)\b",
    re.IGNORECASE,
)


def _polar(mind: Mind) -> bool:
    """Whether it is asked if anything is due: a yes or no first, and then why."""
    if not (mind.mail.present and mind.clauses and mind.sees_orders):
        return False
    if mind.contract.form != "text" or mind.contract.tools:
        return False
    asked = " ".join(mind.asked_last.split())[-_NEAR:]
    found = _PAYS.search(asked)
    if re.search(r"\b(?:first|second|next) lines?\b", asked, re.IGNORECASE):
        return False
    return bool(_YES_OR_NO.search(asked) and found and not _NOT_DUE.search(found[0]))


_NEAR = 260


def _paid_or_not(mind: Mind, answers: Answers) -> str:
    """Whether anything is due, and why."""
    asked = _PAYS.search(" ".join(mind.asked_last.split())[-_NEAR:])
    whole = asked is not None and FULL.search(asked[0]) is not None
    pays = answers.resolution.action == "refund" and (not whole or in_full(answers))
    word = "Yes" if pays else "No"
    return f"{word}. {decided_in_prose(mind, answers).removeprefix('Yes, ').removeprefix('No, ')}"


def _asked(mind: Mind) -> str:
    """The last message where it is a question of a sentence or two, with no form for the answer."""
    lines = (line for line in mind.asked_last.splitlines() if not _LABEL.fullmatch(line))
    asked = " ".join(" ".join(lines).split())
    in_words = mind.contract.form == "text" and not mind.contract.tools and not _MORE.search(asked)
    most = _FEW + len(_options(asked))
    return asked if in_words and len(asked.split()) <= _LONGEST and len(sentences_in(asked)) <= most else ""


_FEW = 2
_LABEL = re.compile(
    r"\W{0,8}[\w' -]{2,30}:\W{0,8}|</?\w[^<>]{0,40}>\W{0,8}"
    r"|(?:now|ticket|from|to|received|date|sent|subject|today): .*",
    re.IGNORECASE,
)
"""Stands over data, or is a mail's head."""


def quoted_for(mind: Mind, answers: Answers) -> str:
    """The sentence of the mail that says it, word for word; that it does not say so, where it does not."""
    asked = _asked(mind)
    known = next(((fact, issues) for fact, said, issues in _KNOWN if said.search(asked)), None)
    if known is None:
        return ""
    fact, issues = known
    asks = answers.facts.asks
    opened = any(ask.opened for ask in asks)
    so = {"opened": opened, "unopened": not opened, "issue": any(ask.issue in issues for ask in asks)}.get(
        fact, True
    )
    kind = "opened" if fact == "unopened" else fact
    found = quotes(mind, kind, sentences=bool(_SENTENCES.search(asked))) if so else ()
    return "\n".join(f"“{one}”" for one in found) or "The mail doesn't say that."


def _cancels(mind: Mind, answers: Answers) -> str:
    order = answers.facts.order
    if order is None:
        return f"I can't tell yet. {which_order(mind, answers)}"
    may = order.status == "processing"
    word = "Yes" if may is not bool(_TOO_LATE.search(_asked(mind))) else "No"
    why = (
        "still in processing" if may else f"{order.status}, and only an order in processing can be cancelled"
    )
    return f"{word}. {order.id} is {why} (L-4)."


def _stay(mind: Mind, answers: Answers) -> str:
    order = answers.facts.order
    if order is None:
        return f"I can't tell yet. {which_order(mind, answers)}"
    goods = any(ask.issue in _BROKEN | _ANY for ask in answers.facts.asks)
    stays = staying(answers, order) if goods else []
    if not goods:
        return "The mail asks for nothing to go back."
    if not stays:
        return f"No. All of {order.id} is asked about."
    *first, last = stays
    said = f"{', '.join(first)} and {last}" if first else last
    closed = "" if re.match(r"^\W*(?:so |and )?what\b", _asked(mind), re.IGNORECASE) else "Yes: "
    said = f"{said} of {order.id}"
    return f"{closed}{said if closed else said[0].upper() + said[1:]}."


def _options(asked: str) -> list[tuple[str, str]]:
    """The answers that are offered by letters, each with what it says."""
    if not (met := [*_MARK.finditer(asked)]):
        return []
    ends = [*(one.start() for one in met[1:]), len(asked)]
    found = {one["mark"]: asked[one.end() : end].strip(" ,;.?") for one, end in zip(met, ends, strict=True)}
    found = {mark: said for mark, said in found.items() if said and not re.match(r"or\b", said)}
    marks = "".join(found).upper()
    return [*found.items()] if marks == "ABCD"[: len(marks)] else []


def _choice(mind: Mind, answers: Answers) -> str:
    """The answer of those offered that holds, and what is due; `Neither` where none does."""
    asked = _asked(mind)
    offered = _options(asked) or [("Full", "full"), ("Partial", "partial")]
    holding = [mark for mark, said in offered if due(said, answers)]
    told = decided_in_prose(mind, answers)
    if len(holding) == 1:
        full = _FULL_OR_PART.search(asked) or FULL.search(asked)
        return f"{holding[0]}. {told}{_of_what(answers) if full else ''}"
    none = "Neither" if len(offered) < _THREE else "None of these"
    return told if holding else f"{none}. {told}"


_THREE = 3


def _of_what(answers: Answers) -> str:
    """That a full price is not the whole order's."""
    order, own = answers.facts.order, answers.resolution
    if order is None or own.amount is None or not in_full(answers) or own.amount >= order.total:
        return ""
    whole = f"{order.total:.2f} {order.currency}"
    return f" That is all that was paid for the goods concerned, and a part of the {whole} for the order."


_TEXTS: dict[str, Callable[[Mind, Answers], str]] = {
    "quote": quoted_for, "cancel": _cancels, "stays": _stay, "choice": _choice,
    "polar": _paid_or_not,
}  # fmt: skip
SMALL = "small:"


def small_told(which: str, mind: Mind, answers: Answers) -> str:
    """The answer."""
    return _TEXTS[which.removeprefix(SMALL)](mind, answers)
