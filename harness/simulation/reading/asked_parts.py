"""The parts of an answer that a program asks for beside its verdict: why it is so, and what it should be."""

from __future__ import annotations

import re

_WHY = re.compile(
    r"\b(?:why|reasons?|reasoning|expla\w+|justif\w+|grounds?|because|warum|wieso|weshalb|begründ\w*|grund"
    r"|pourquoi|raison|expliqu\w+|por ?qu[eé]|motiv\w+|razón|explica\w*|waarom|reden|leg uit|dlaczego|powód"
    r"|powodem|uzasadni\w*|wyjaśni\w*)\b",
    re.IGNORECASE,
)
_NO_WHY = re.compile(
    r"\b(?:no|without(?: an?| any)?|not?|don['’]t|ohne|keine?|sans|sin|zonder|geen|bez)(?: \w+){0,2}"
    r" (?:why|reasons?|expla\w+|justif\w+|grounds|begründ\w*|grund|explication\w*|raison|explicaci\w+|uitleg"
    r"|reden|uzasadnieni\w+|wyjaśnie\w+)\b",
    re.IGNORECASE,
)
_RIGHT = (
    r"(?:right|correct\w*|proper|actual|true|exact|due|richtige\w?|korrekte\w?|tatsächliche\w?|bon|juste|exacte?"
    r"|correct[oa]|debid[oa]|juiste|correcte|właściw\w+|poprawn\w+|prawidłow\w+)"
)
_SUM = (
    r"(?:sums?|amounts?|figures?|totals?|betr[aä]g\w*|summe|montant|somme|importe|suma|bedrag|som"
    r"|kwot\w+|sum\w)"
)
_WANTS = (
    r"(?:gives?|state|say|tell|name|provide|write|with|and|then|if not|plus|otherwise|what(?:['’]s| is| was)"
    r"|nenne?|gib|sag\w*|und|dann|sonst|wie lautet|donne\w*|indique\w*|et|puis|sinon|quel est|da|di|indica|y"
    r"|luego|cuál es|geef|noem|zeg|en|anders|wat is|podaj|i|oraz|jaka jest|wskaż)"
)
_THE_SUM = re.compile(
    rf"\b{_WANTS}\b[^.?!\n]{{0,30}}?(?:\b{_RIGHT} {_SUM}\b|\b{_SUM} {_RIGHT}\b)"
    rf"|\b(?:the )?{_SUM} (?:that|which|it|we|to) (?:should|ought|must|has|be)\b"
    r"|\bwhat (?:it|the \w+|that) (?:should|ought to|must) (?:be|have been)\b|\bwhat should (?:it|we) \w+"
    r"|\bwhat would be (?:the )?(?:right|correct)\b",
    re.IGNORECASE,
)
_WORDS = """
answer reply respond say state give tell write explain justify name provide start begin me us with
in and or then first also too plus a an the it its it's of if not what whats what's should would be
have been to for right wrong correct incorrect proper exact actual true due sum amount figure total
value number pay paid refund refunded instead why reason reasons reasoning ground grounds because
yes no one two three short brief briefly sentence sentences line lines please just only otherwise
else but your so that that's this where did go antworte antworten mit ja oder nein und begründe
begründung es nenne nenn gib sag sage den die das der richtigen richtige korrekten betrag summe
warum dann bitte kurz einem satz réponds répondez par oui ou non explique expliquez pourquoi et
donne donnez indique le la bon montant somme raison puis en une phrase responde sí si di por qué y
da indica el importe correcto suma explica brevemente motivo antwoord met nee zeg waarom geef het
juiste bedrag leg uit reden dan odpowiedz tak lub nie podaj powód i właściwą poprawną prawidłową
kwotę dlaczego uzasadnij wyjaśnij oraz is
"""
_OF_PARTS = frozenset(_WORDS.split())


def wants_why(text: str) -> bool:
    """Whether the grounds are asked for."""
    return bool(_WHY.search(_NO_WHY.sub(" ", text)))


def wants_sum(text: str) -> bool:
    """Whether the right sum is asked for, be it beside another that is doubted."""
    return bool(_THE_SUM.search(text))


def of_parts_alone(sentence: str) -> bool:
    """Whether a sentence says no more than which parts the answer is to have."""
    return not {*re.findall(r"[^\W\d_]+(?:['’]s)?", sentence.casefold().replace("’", "'"))} - _OF_PARTS


_CHANGES = re.compile(
    r"\b(?:does|do|did|will|would|could|can|should)\b[^.?!]{0,40}\b(?:change\w*|alter\w*|affect\w*|matter\w*|differen\w+"
    r"|influence\w*)\b[^?]{0,60}\?|\b(?:any|no) (?:change|difference|impact|effect)s?\b[^.?!]{0,40}\?"
    r"|\bstill (?:the same|valid|right|due|hold\w*|stand\w*)\b[^.?!]{0,20}\?"
    r"|\b(?:ändert|änderte|ändern|verändert|macht das|spielt das)\b[^?]{0,60}\?"
    r"|\bbleibt es dabei\b[^?]{0,20}\?"
    r"|\b(?:change|changerait|modifie|influence)(?:-t-(?:il|elle))?\b[^?]{0,60}\bdécision\b[^?]{0,20}\?"
    r"|\b(?:cela|ça|est-ce que)\b[^?]{0,20}\b(?:change|modifie)\w*\b[^?]{0,60}\?"
    r"|\b(?:cambia|cambiaría|altera|afecta|influye)\b[^?]{0,60}\?"
    r"|\b(?:verandert|maakt dat|heeft dat)\b[^?]{0,60}\?|\b(?:zmieni\w*|wpływa)\b[^?]{0,60}\?",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"^\W*(?:and |so |but )?(?:what|which|who|when|how|why|was|welche\w?|wer|wann|wie|que|qu['’]|quel\w*|qui"
    r"|qué|cuál\w*|quién|wat|welke?|wie|co|któr\w+|kto|jak\w*)\b",
    re.IGNORECASE,
)


def asks_change(sentence: str) -> bool:
    """Whether a sentence asks if something told before it changes what was decided."""
    return len(sentence.split()) <= _SHORT and bool(_CHANGES.search(sentence)) and not _WHAT.match(sentence)


_SHORT = 16
