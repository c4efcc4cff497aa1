"""Whether a program asks to have something judged."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from exercises.flaky_agent_trace.ontology import vocabulary
from harness.simulation.forms.ballots import Ballot, ballot, with_grounds
from harness.simulation.meaning.slots import sides
from harness.simulation.meaning.specs import SlotSpec

from .manners import manner_asked

_REVIEW = re.compile(
    r"\b(?:review|verif(?:y|ier)|critique|critic|audit|second opinion|double-?check)\w*\b"
    r"|\b(?:check|assess|evaluate|judge|confirm|approve|reject|agree|object)\b[^.\n]{0,40}\b(?:it"
    r"|this|that|proposal|extraction"
    r"|decision|draft|answer|steps?|plan|action|colleague|agent)\b"
    r"|\b(?:is|was|are) (?:it|this|that|he|she|the \w+(?: \w+)?) (?:\w+ )?(?:right|correct|valid|ok|okay"
    r"|sound|wrong"
    r"|justified|acceptable|in order|in line)\b|\byes\b\W+(?:or\W+)?no\b|\b(?:anything|what is"
    r"|what's) wrong\b"
    r"|\b(?:grade|rate|score)\b[^.\n]{0,30}\b(?:this|it|that|the (?:proposal|decision|answer|draft|reply"
    r"|plan|letter|response))\b"
    r"|\b(?:strongest|best|main|most serious) (?:reasons?|objections?|arguments?|points?) against\b"
    r"|\bdo you (?:agree|concur)\b|\bright or wrong\b"
    r"|\b(?:right|correct|agreed)\?|\b(?:fine|ok|okay|ready|safe|good|fit) to (?:send|go)\b"
    r"|\b(?:can|should|may) (?:i|we) send (?:it|this|that|the)\b"
    r"|\b(?:check|checks|assess|evaluate|judge|vet|inspect|proofread)\b(?:(?!\b(?:and|then|before"
    r"|to)\b)[^.\n]){0,30}"
    r"\b(?:drafts|repl(?:y|ies)|letters?|messages?|proposals|decisions)\b"
    r"|\bproof-?read\w*\b[^.\n]{0,30}\b(?:e-?mails?|mails?|drafts?)\b"
    r"|\b(?:hold|held|compare|measure)\b[^.\n]{0,20}\b(?:draft|letter|reply)\b[^.\n]{0,20}\b(?:against|with"
    r"|to)\b"
    r"|\b(?:is|are|was)\b[^.\n]{0,40}\b(?:draft|reply|letter|message|proposal|decision|answer)\b[^.\n]{0,40}"
    r"\b(?:wrong|incorrect|mistaken|right|correct)\b"
    r"|\b(?:does|do|did|is|are|has)\b[^.\n]{0,40}\b(?:draft|reply|letter|message|e-?mail"
    r"|answer)\b[^.\n]{0,60}"
    r"\b(?:match\w*|agree\w*|claim\w*|tell\w*|says?|state\w*|mention\w*|promis\w+|contradict\w*|mislead\w*"
    r"|invent\w*|supported|backed|borne out|true|false|consistent|faithful|accurate|language|untrue)\b",
    re.IGNORECASE,
)
_STRAYS = (
    r"(?:contradict\w*|discrepanc\w+|inconsisten\w+|mismatch\w*|conflicts?|deviat\w+|depart(?:s|ures?)?"
    r"|differ(?:s|ences?)?|disagree\w*|untrue|false|wrong claims?|widerspr[uü]ch\w*|abweichung\w*"
    r"|contradicc\w+|tegenstrijd\w+|sprzeczno\w+)"
)
_DRAFT = (
    r"(?:(?<!customer's )(?<!customer’s )(?:draft|letter|reply)|entwurf|brief|brouillon|lettre|borrador|carta"
    r"|conceptbrief|szkic|list)"
)
_FACTS = (
    r"(?:facts?|what (?:was|has been|really|actually|we) \w+|what happened|case file|fakten|faits|hechos"
    r"|feiten|fakt\w+)"
)
_AGAINST_FACTS = re.compile(
    rf"\b{_STRAYS}\b[^.\n]{{0,80}}\b{_FACTS}\b|\b{_FACTS}\b[^.\n]{{0,60}}\b{_STRAYS}\b"
    rf"|\b{_STRAYS}\b (?:in|of) (?:the |this |that |our )?{_DRAFT}\b"
    r"|\b(?:list|name|find|report|give|quote|state|show)\b (?:me )?(?:all |every |any |each |the )*"
    r"contradictions?\b(?=\s*(?:[,.:;\n]|$|(?:one|each) (?:per|on)\b|as\b|if any|you\b|that you))",
    re.IGNORECASE,
)
"""Asks where a letter is at odds with facts."""
_SPOKEN_OF = re.compile(
    r"\b(?:reviewer|verifier|critic|second opinion)\b"
    r"|\b(?:review|verify|check|critique|audit|judge|assess|evaluate|confirm|approve|agree|is|was|are"
    r"|does)\b[^.\n]{0,40}"
    r"\b(?:proposals?|proposed|decision|draft|answer|step|plan|colleague|agent|assistant|candidate"
    r"|response|output)\b",
    re.IGNORECASE,
)
_SHORT = 60
"""Characters of a line that offers two words."""


def speaks_of_proposal(asked: str) -> bool:
    """Whether what is to be judged is somebody's proposal."""
    return bool(_SPOKEN_OF.search(asked))


_CHECKS = (
    r"\b(?:check|review|proof-?read|verif(?:y|i)|judge|approve|vet|audit|inspect|scor|rat|assess|evaluate|compar|hold|prüf|vergleich|kontrollier"
    r"|vérifi|relis|revis|controle|sprawdź|sprawdza)\w*"
)
_OF_LETTERS = re.compile(
    rf"{_CHECKS}\b[^.\n]{{0,50}}\b(?:drafts?|letters?|repl(?:y|ies)|answers?|messages?|e-?mails?|mails?"
    r"|\w*entw[uü]rfe?|antwort\w*|nachricht\w*|brouillons?|réponses?|borradores|borrador|respuestas?|concept\w*"
    r"|odpowied\w+|list\w?)\b(?! address)"
    r"|\b(?:draft|letter|reply|e-?mail)\b[^.\n]{0,30}\bis (?:fine|ok(?:ay)?|right|good|sound|approved"
    r"|ready)\b"
    r"|\b(?:draft|letter|reply|e-?mail|message|answer|it) (?:may|can|should|is to|shall"
    r"|must not)(?: not)? (?:be sent|go out)\b"
    r"|\bbefore (?:an? |the |any |each )?(?:drafts?|letters?|repl(?:y|ies)|e-?mails?|answers?) (?:is"
    r"|are|goes?|gets?)"
    r" (?:sent|out)\b"
    r"|\b(?:draft|letter|reply|e-?mail|mail|message)s?\b[^.\n]{0,40}\b(?:depart|deviat|differ|stray|contradict"
    r"|conflict|disagree|diverg|match|agree|faithful|true)\w*\b[^.\n]{0,30}\b(?:facts?|sheet|outcome|decided|case)\b"
    r"|\b(?:reviewer|proof-?reader|checker|editor) (?:of|for) (?:\w+ ){0,3}(?:correspondence|letters"
    r"|e-?mails|mails"
    r"|replies|drafts)\b"
    r"|\b(?:wrong|amiss|problems?|faults?|mistakes?|errors?) (?:with|in|of) (?:the|this|that|our|a) "
    r"(?:draft|letter|reply|e-?mail|mail|message|answer)\b",
    re.IGNORECASE,
)
_OF_DECISIONS = re.compile(
    rf"{_CHECKS} (?:(?!against\b|with\b|to\b|draft|letter|repl|e-?mail|mail|message)\w+ ){{0,4}}?"
    r"(?:propos\w+|decisions?|resolutions?|plans?|actions?|outcomes?|refunds?|payouts?)\b"
    r"|\b(?:propos(?:ed|al)|planned|intended|suggested) (?:decision|resolution|action|outcome|refund)\b"
    r"|\bdecided this (?:ticket|case)\b|\bis (?:the|this|that) (?:decision|proposal)\b",
    re.IGNORECASE,
)


def reviews_letters(asked: str) -> bool:
    """Whether it is letters to customers that are to be judged, and no decision beside them."""
    return bool(_OF_LETTERS.search(asked) or _held_to_facts(asked)) and not _OF_DECISIONS.search(asked)


def asks_for_review(asked: str) -> bool:
    """Whether a program's own words ask to have something judged."""
    if _REVIEW.search(asked) or manner_asked(asked):
        return True
    return _review_by(asked) or _held_to_facts(asked)


def _held_to_facts(asked: str) -> bool:
    """Whether it is asked where a letter is at odds with the facts."""
    return _AGAINST_FACTS.search(asked) is not None and not contradictions_asked(asked)


_FORM = (
    r"(?:forms?|extractions?|extract|readings?|intake|fields?|entr(?:y|ies)|filled[- ]in|what (?:they|he|she|a colleague) (?:extracted|read|noted|filled in)"  # noqa: E501
    r"|formular\w*|auszug|formulaires?|formularios?|formulier\w*|formularz\w*)"
)
_OF_FORMS = re.compile(
    rf"{_CHECKS}\b[^.\n]{{0,60}}\b{_FORM}\b"
    r"|\b(?:second|another|independent) (?:reader|reading|pair of eyes|look|check)\b"
    rf"|\b(?:wrong|incorrect|mistaken|mistakes?|errors?|faults?|amiss|contradict\w*|problems?)\b[^.\n]{{0,30}}\b(?:in|with|of) (?:the|this|that|a|his|her|their) (?:\w+ )?{_FORM}\b"  # noqa: E501
    rf"|\b{_FORM}\b[^.?\n]{{0,40}}\b(?:right|correct|wrong|accurate|faithful|sound|ok|contradict\w*|match\w*|agree\w*)\b"
    r"|\bwhat (?:did|do|does|have|has) (?:they|he|she|it|the \w+|my colleague|a colleague) (?:get|got|do|done|read) wrong\b|\b(?:get|got) wrong or miss\w*\b"  # noqa: E501
    r"|\b(?:report|list|name|find|give|tell) (?:me )?(?:only |all |every |any |each |the )*(?:what is wrong|mistakes?|errors?|discrepanc\w+|contradictions?)\b",  # noqa: E501
    re.IGNORECASE,
)
"""Asks to have a form about a mail checked."""


def reviews_forms(asked: str) -> bool:
    """Whether a program asks to have a form checked that somebody filled in."""
    return _OF_FORMS.search(asked) is not None


_WORDS = {
    "yes": ("safe", "open", "green", "execute", "run", "pay", "payable", "clear", "cleared", "continue",
            "yes pay",
            "freigeben", "freigabe", "freigegeben", "richtig", "korrekt", "stimmt", "zahlen", "auszahlen",
            "in ordnung", "genehmigt", "genehmigen", "bestanden", "grün", "passt"),
    "no": ("unsafe", "reverse", "shut", "closed", "red", "abort", "halt", "cancel", "no hold", "do not pay",
           "don't pay", "flag",
           "ablehnen", "abgelehnt", "ablehnung", "sperren", "gesperrt", "stopp", "stoppen", "falsch",
           "fehler", "anhalten", "zurückhalten", "nicht freigeben", "durchgefallen", "rot", "stimmt nicht",
           "passt nicht", "contradiction", "discrepancy"),
}  # fmt: skip
"""Words of gates that mean other things elsewhere."""
_MIDDLE = re.compile(
    r"\s?(?:/|\||,|\bor\b|\boder\b)\s?[\"'`]?\b(?:amber|yellow|orange|gelb|unsure|unclear|borderline|warn(?:ing)?)\b[\"'`]?",
    re.IGNORECASE,
)
"""What stands between the two on a traffic light."""


@cache
def _verdicts() -> SlotSpec:
    spec = vocabulary().ontology.slots["valid"]
    return replace(spec, values={side: (*words, *_WORDS[side]) for side, words in spec.values.items()})


def passes_by(word: str) -> bool | None:
    """Whether a word lets something pass or holds it; `None` where it says neither."""
    good, bad = sides(_verdicts(), (word,))
    return True if good else False if bad else None


def verdict_asked(asked: str) -> Ballot | None:
    """The words or the score by which something is to be judged."""
    found = ballot(_MIDDLE.sub("", asked), _verdicts())
    light = _LIGHT.search(asked) if found is None else None
    return found if light is None else with_grounds(Ballot(light["good"], light["bad"]), asked)


_LIGHT = re.compile(r"\b(?P<good>green|grün)\b[^.\n]{1,24}\b(?P<bad>red|rot)\b", re.IGNORECASE)


def _review_by(asked: str) -> bool:
    """Whether a line offers two words for right and wrong: nothing else, `CORRECT or INCORRECT`, or such as
    are to be answered, `answer ALLOW or BLOCK plus a reason`.
    """
    said = re.split(r"(?<=[.?!])\s|\n", asked)
    lines = [line for line in said if len(line) < _SHORT and line.lstrip()[:2].isupper()]
    if any(verdict_asked(line) is not None for line in lines):
        return True
    found = [ballot for line in said if (ballot := verdict_asked(line)) is not None and ballot.bad]
    return any(one.good.isupper() and one.bad.isupper() and one.good not in {"YES", "NO"} for one in found)


_NOT_ITS = r"(?!(?:['’]s?)? (?:repl|answer|letter|response|decision|draft|output|message|mail|proposal|call))"
_GRADES = re.compile(
    r"\b(?:rate|grade|score|mark|points)\b[^.?\n]{0,60}\b(?:runs?|transcript|trajectory|trace"
    rf"|agent{_NOT_ITS})\b"
    rf"|\b(?:run|transcript|trajectory|trace|agent{_NOT_ITS})\b[^.?\n]{{0,40}}\b(?:grade|points|score)\b",
    re.IGNORECASE,
)
"""Asks for a mark on what an agent did."""


def grades_a_run(asked: str) -> bool:
    """Whether a mark is wanted on what an agent did, and not on what it wrote or decided."""
    return bool(_GRADES.search(asked))


def shows_a_run(text: str) -> bool:
    """Whether a text is the record of a run, turn by turn, calls among them."""
    roles = {met["role"].casefold() for met in _TURN.finditer(text)}
    return len(roles & {"assistant", "agent", "ai", "model", "bot"}) > 0 and bool(
        roles & {"tool", "function", "result", "call"}
    )


_TURN = re.compile(
    r"^[ \t>*_\[\"-]{0,6}(?:step \d+:? ?)?"
    r"(?P<role>assistant|agent|ai|model|bot|tool|function|result|call|user)\b[^\n]{0,24}?(?::|\bcalls?\b|->|→)",
    re.IGNORECASE | re.MULTILINE,
)
_MARKS = re.compile(
    r"\b(?:grade|rate|rating|score|scoring|mark|marks|judge|evaluate|assess|bewerte\w*|benote\w*|note[sz]?|évalue\w*"
    r"|califica\w*|punt[uú]a\w*|beoordeel|oceń)\b",
    re.IGNORECASE,
)


def marks_asked(asked: str) -> bool:
    """Whether marks are asked for."""
    return bool(_MARKS.search(asked))


UNCOMPARED = "what of a mail contradicts an order is not read here"
_OFF = (
    r"(?:contradict\w*|discrepan\w+|mismatch\w*|inconsisten\w+|conflicts?|differences?|disagree\w*"
    r"|(?:not|n['’]t) (?:match|agree)"
    r"|widerspr\w+|abweichung\w*|unstimmigkeit\w*)"
)
_MAIL = r"(?:e-?mail|mail|message|customer|customer's|letter|says|nachricht|kunde\w*)"
_RECORD = r"(?:orders?|records?|order data|bestell\w+|auftrag\w*)"
_ASKS = (
    r"(?:list|find|report|name|identify|note|flag|compare|cross-?check|check|which|what|are there"
    r"|is there|do|does|any"
    r"|nenne|liste|finde|vergleiche|prüfe|welche|gibt es)"
)
_CONTRADICTIONS = re.compile(
    rf"^\W{{0,6}}(?:[^.?!\n]{{0,40}}[,:] )?{_ASKS}\b[^\n]{{0,200}}", re.IGNORECASE | re.MULTILINE
)
_NAMED = tuple(re.compile(rf"\b{words}\b", re.IGNORECASE) for words in (_OFF, _MAIL, _RECORD))


def contradictions_asked(asked: str) -> bool:
    """Whether it is asked in what a mail and an order contradict each other."""
    said = (met[0] for met in _CONTRADICTIONS.finditer(asked))
    return any(all(words.search(one) for words in _NAMED) for one in said)
