"""Letters to customers that a program shows: where one stands, and which outcome it tells.

In the languages of `letters.toml`, as these letters word it or as a person would.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, cast

from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.shop.policy import Action
from harness.simulation.reading.values import Money

from .outcomes import order_in, sum_in

_GREETING = re.compile(
    r"[ \t]{0,16}(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)|guten (?:tag|morgen)|hallo"
    r"|liebe[rs]?|moin|sehr geehrte[rs]?|bonjour|ch[eè]re?|hola|estimad\S*|buen[oa]s \w+|beste|geachte"
    r"|dzień dobry|szanown\w+|witam)"
    r"\b[^,:!.?\n]{0,50}(?:[,:!]|\.?[ \t]*(?=\n))",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?<=[.!?] )(?=kind|best|warm|regards|sincerely|yours|cheers|mit fr|cord|bien à|un |met vr|z p)"
    r"|^[ \t]*)"
    r"(?:(?:kind|best|warm) (?:regards|wishes)|(?:with )?regards|yours|sincerely|cheers|all the best"
    r"|best(?=,)"
    r"|(?:mit )?(?:freundliche|herzliche|beste|viele|liebe)[nrm]? gr(?:(?:ü|ue)(?:ß|ss)en?|u(?:ß|ss))"
    r"|(?:bien )?cordialement"
    r"|bien à vous|(?:un |reciba un )?(?:cordial )?saludo|saludos|atentamente"
    r"|(?:met )?(?:vriendelijke|hartelijke) groet\w*|groet\w*|pozdrawia\w+|z (?:poważaniem|wyrazami))\b.*$",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE = re.compile(r"\n[ \t]*\n[ \t]*[A-ZÀ-Ž][\w.'’&-]{1,30}(?: [\w.'’&-]{1,30}){0,3}\s*$")
_SUBJECT = re.compile(
    r"\s*(?:```\w*\n|[|>][+-]?[ \t]*\n|\"{3}|['\"“„>]|-{3,}\n|(?:subject|betreff|re|to):[^\n]*\n)*\s*",
    re.IGNORECASE,
)
_END = re.compile(
    r"\n[ \t]*(?:```|\"{3}|-{3,}|={3,}|</|#{1,4} )|\n[ \t]*\n(?=\W{0,6}(?:please |now )?(?:review"
    r"|check|verify"
    r"|critique|criticise|approve|judge|assess|evaluate|is (?:it|this|that|the|anything)|are there"
    r"|does (?:it|this|the)"
    r"|answer|respond|reply (?:with|yes|only)|(?:can|may|should) (?:i|we) send|what is wrong|score|rate)\b)"
    r"|\n(?=\W{0,6}(?:is|are|does|do|did|has|was|should|can|which|what|check|verify|review|judge)\b"
    r"(?![^\n]{0,200}\byou)[^\n]{0,120}\b(?:draft|reply|letter|message|e-?mail|answer|anything|it|this"
    r"|that)\b)"
    r"|\n[ \t*#_]{0,6}(?=(?:tool|actions?|calls?|deeds?|decision|outcome|policy|orders?|log|events"
    r"|history|question"
    r"|task|customer|mail|e-?mail|facts|done|ledger)\b[^\n:.,]{0,24}:)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?P<mark>\"{3}|[\"“„])(?P<said>[^\"“”„]{12,3000})(?:\"{3}|[\"“”])(?=\s*(?:\n|$))")
"""A letter in quotes, of which a greeting is not asked."""
_WISHED = re.compile(
    r"\b(?:your|ihre\w*|votre|su|uw|państwa) (?:[\w-]+ ){0,2}?(?:request|wish|claim|anfrage|bitte"
    r"|demande|solicitud"
    r"|petición|verzoek|prośb\w)\b[^.;,]{0,30}?(?:refund|erstattung|remboursement|reembolso"
    r"|terugbetaling|zwrot\w*)"
    r"|\byour refund (?:request|claim)|\byou (?:asked?|want|requested|would like"
    r"|were hoping)\w*\b[^.;,]{0,40}"
    r"|\brefund(?:s)? (?:policy|rules|desk|window|team)\b|\b(?:service|departamento|dział\w*|afdeling) "
    r"(?:des |de |zwrotów)?(?:remboursements|reembolsos|terugbetalingen)?",
    re.IGNORECASE,
)
_BACK = r"(?:back|zurück|terug)"
_PAID = (
    r"(?:refund\w*|reimburs\w+|money back|\w*erstatt\w*|rückzahl\w*|zurück\w*zahl\w*|zurücküberw\w+"
    r"|rembours\w+"
    r"|reembols\w+|devol\w+|devuel\w+|terugbeta\w+|teruggest\w+|terugst\w+|zwrot\w*|zwróc\w+|zwraca\w+)"
)
PAID = re.compile(rf"\b{_PAID}", re.IGNORECASE)
"""A word of paying back."""
_NOT = (
    r"(?:not|cannot|\w+n['’]t|unable|nothing|no|never|nichts?|kein\w*|pas|aucun\w*|rien|nada|niet\w*|geen"
    r"|nie|niczego|żadn\w+|impossible|imposible"
    r"|unmöglich|decline\w*|refuse\w*)"
)
_TOLD: tuple[tuple[Action, re.Pattern[str]], ...] = (
    (
        "deny",
        re.compile(
            rf"\b{_NOT}\b(?: [^\s.;,:]+){{0,7}}? {_PAID}"
            rf"|\b{_PAID}(?: [^\s.;,:]+){{0,8}}? {_NOT}\b(?! (?:later|longer))"
            r"|\b(?:must|have to|had to|need to|has been|is|was|been) (?:declin|reject|den[iy]|refus|turn)\w*"
            r"|\b(?:ablehnen|abgelehnt|refusée?|rejetée?|rechaza\w+|deneg\w+|afgewezen|afwijzen"
            r"|odrzuc\w+|odm[oó]w\w+)\b"
            r"|\bnot eligible\b|\b(?:not|n['’]t) (?:accept|approve|grant)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "refund",
        re.compile(r"\b(?:have|has|['’]ve)(?: \w{2,12}){0,2}? (?:refunded|reimbursed|paid)\b", re.IGNORECASE),
    ),
    (
        "escalate",
        re.compile(
            r"\b(?:escalat\w+|(?:pass|hand|forward|transferr|referr|sen)(?:ed"
            r"|t)?\b[^.;]{0,50}\b(?:desk|colleagues?"
            r"|specialists?|manager|supervisor|department|refunds team)"
            r"|colleague\b[^.;]{0,50}\b(?:will|take|takes)"
            r"|weiter(?:ge)?(?:geben|leiten|geleitet)|(?:kollegin|kollege)\b[^.;]{0,60}\b(?:meld"
            r"|kümmer|prüf|schreib)\w*"
            r"|transmis\w*|un(?:e)? collègue|(?:pasado|trasladado|remitido|derivado)\b|un compañero"
            r"|una compañera"
            r"|doorgegeven|doorgestuurd|een collega|przekaza\w+|ktoś z zespołu)",
            re.IGNORECASE,
        ),
    ),
    (
        "refund",
        re.compile(
            rf"\b{_PAID}|\b(?:paid|pay|paying|send|sending|sent|transferred|gets?|receives?|returned|returning)"
            rf"\b[^;]{{0,60}}?\b{_BACK}\b|\b(?:erhalten|bekommen|überweisen|krijgt"
            rf"|ontvangt)\b[^;]{{0,60}}?{_BACK}\b"
            r"|\bgutgeschrieben\b|\bcredited (?:back|to)\b|\bmoney (?:is |was |has been "
            r"|goes )?(?:returned|back)\b",
            re.IGNORECASE,
        ),
    ),
)
_NOT_YET = re.compile(
    rf"\b(?:nothing|no (?:money|refunds?|payments?)) (?:has|have|was|were)(?: yet| so far)?(?: been)? {_PAID}"
    rf"|\b(?:so far|as yet|bisher|bislang|for now|pour l['’]instant|jusqu['’]ici|hasta ahora|por ahora"
    rf"|tot nu toe|jak dotąd|do tej pory)\b[^.;]{{0,40}}\b(?:nothing|nichts|kein\w*|rien|nada|niets"
    rf"|nicze?go?)\b[^.;]{{0,30}}\b{_PAID}|\b(?:hasta ahora|por ahora) no\b[^.;]{{0,20}}\b{_PAID}"
    rf"|\b(?:nothing|no (?:money|refund))\b[^.;]{{0,20}}\bpaid\b[^.;]{{0,30}}\b(?:yet|so far)\b"
    rf"|\b(?:niets|nichts|rien)\b[^.;]{{0,20}}\b{_PAID}[^.;]{{0,20}}\b(?:so far|yet|tot nu toe|bisher)\b"
    rf"|\btot nu toe niets {_PAID}",
    re.IGNORECASE,
)
"""That nothing was paid so far: an outcome is what else a letter tells."""
PROMISES = re.compile(
    r"(?<!for a )(?<!for the )(?<!for your )(?<!about a )(?<!about the )\b(?:replacement|voucher"
    r"|store credit|coupon"
    r"|(?:discount|promo\w*) (?:code|of)|ersatz(?:lieferung|gerät|artikel|paket)?|gutschein\w*|rabatt\w*"
    r"|remplacement|bon d['’]achat|bon de réduction|code promo|reemplazo|vale|cupón|vervang\w+"
    r"|(?:tegoed|waarde)bon"
    r"|kortingscode|wymian\w+|bon(?:em)? na|kupon\w*|kod rabatowy)\b",
    re.IGNORECASE,
)
"""What a letter may promise and the shop's handbook does not give."""
_MORE = re.compile(
    r"\b(?:discount|rabatt\w*|remise|réduction|descuento|korting|rabat\w*|goodwill|coupon"
    r"|free (?:gift|shipping|delivery)|code promo\w*|gift card"
    r"|(?:further|additional|another|extra|second) (?:refund|payment|sum|amount))\b"
    r"|\b(?:promise|guarantee|versprechen|garantieren|promettons|garantissons|prometemos|beloven|obiecujemy)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    rf"\b{_NOT}\b|\?$|\b(?:if|whether|asked?|want(?:ed)?|would like|instead of)\b", re.IGNORECASE
)
_NUMBER = (
    r"(?:order|number|bestell\w*|nummer|commande|numéro|pedido|número|zamówieni\w+|numer\w*|photos?|fotos?)"
)
_QUESTION = re.compile(
    rf"\bwhich order\b|(?:\b(?:could|can|would) you\b|\bplease (?:tell|send|let|confirm|give|reply)\b"
    rf"|\b(?:könnten|können|würden|nennen) sie\b|\bpourriez-vous|\bpouvez-vous|\bpodría|\bpuede"
    rf"|\bkunt u\b|\bczy mog\w+"
    rf"|\bprosi\w+ o\b)[^.;]*?\b{_NUMBER}\b"
    r"|\b(?:(?:could|can|would) you (?:please |kindly )?(?:tell|let|send|give|show|confirm|provide)"
    r"|(?:könnten|können|würden) sie uns|pourriez-vous|podría[ns]?|kunt u ons|czy mog\w+ państwo)"
    r"\b[^.;?]{3,160}\?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_MADE: dict[str, Action] = {"pledge": "escalate", "unseen": "escalate", "unknown": "need_info"}
_LEAST = 20


def frames(line: str) -> bool:
    """Whether a line greets or closes, as anybody's letter may."""
    return bool(_GREETING.fullmatch(line) or _CLOSING.fullmatch(line))


def greeted(letter: str) -> bool:
    """Whether a letter begins with a greeting."""
    lead = _SUBJECT.match(letter)
    return _GREETING.search(letter, lead.end() if lead else 0) is not None


def closed(letter: str) -> bool:
    """Whether a letter ends as letters do: with a farewell, or with whose it is in a line of its own."""
    return _CLOSING.search(letter) is not None or _SIGNATURE.search(letter) is not None


def letter_at(text: str, start: int) -> tuple[int, int] | None:
    """From where to where a letter stands that begins at a place; `None` where none does."""
    lead = _SUBJECT.match(text, start)
    begin = lead.end() if lead else start
    quoted = _QUOTED.search(text, start, begin + 3100)
    if quoted is not None and quoted.start() <= begin <= quoted.end():
        return quoted.span("said")
    greeting = _GREETING.match(text, begin)
    if greeting is None:
        return None
    stop = _END.search(text, greeting.end())
    end = stop.start() if stop else len(text)
    closing = _CLOSING.search(text, greeting.end(), end)
    if closing is not None:
        signed = text.find("\n\n", closing.end(), end)
        end = signed if signed >= 0 else end
    return (begin, end) if end - greeting.end() >= _LEAST else None


@lru_cache(maxsize=512)
def read_letter(letter: str) -> dict[str, Any]:
    """Slot → value of what a letter tells the customer, and the `letter` itself; no `action`: no outcome."""
    greeting = _GREETING.match(letter)
    closing = _CLOSING.search(letter)
    body = letter[greeting.end() if greeting else 0 : closing.start() if closing else len(letter)]
    plain = " ".join(body.split())
    action, at = _as_listed(plain) or _as_said(plain) or (None, 0)
    said: dict[str, Any] = {"action": action, "order_id": order_in(plain), "letter": plain}
    said["amount"] = _sum_told(plain, at) if action == "refund" else None
    given = [
        m[0] for part in _SENTENCE.split(plain) if (m := PROMISES.search(part)) and not _OPEN.search(part)
    ]
    said["promised_thing"] = given[0] if given and action is not None else None
    return {slot: value for slot, value in said.items() if value is not None}


def promised_in(letter: str) -> list[str]:
    """What a letter promises besides: a voucher, a replacement, a discount, money that is still to come."""
    plain = " ".join(letter.split())
    parts = [part for part in _SENTENCE.split(plain) if not _OPEN.search(part)]
    return [found[0] for part in parts if (found := PROMISES.search(part) or _MORE.search(part))]


def _sum_told(plain: str, at: int) -> Money | None:
    """The sum of the sentence that tells the outcome, before or behind its words, else the next one."""
    ends = [0, *(end.end() for end in _SENTENCE.finditer(plain)), len(plain)]
    begin, end = next(pair for pair in pairwise(ends) if pair[0] <= at < pair[1])
    own = sum_in(plain[begin:end], at - begin)
    return own if own is not None else sum_in(plain, at)


def _as_listed(plain: str) -> tuple[Action, int] | None:
    """By the sentences that `letters.toml` has for an outcome."""
    found = [(match.start(), action) for action, form in _forms() if (match := form.search(plain))]
    return min(found)[::-1] if found else None


def outcome_said(plain: str) -> Action | None:
    """The outcome that a sentence tells as letters do; `None`: none, or a question back."""
    found = _as_said(plain)
    return found[0] if found is not None and found[0] != "need_info" else None


def _as_said(plain: str) -> tuple[Action, int] | None:
    """By the first sentence that tells an outcome."""
    place = 0
    for sentence in _SENTENCE.split(plain):
        at = plain.index(sentence, place)
        place = at + len(sentence)
        if _NOT_YET.search(sentence):
            continue
        kept = _WISHED.sub(lambda match: "_" * len(match.group()), sentence)
        for action, words in _TOLD:
            said = sentence if action == "escalate" else kept  # a refunds desk is no refund
            if not kept.endswith("?") and (match := words.search(said)):
                return action, at + match.start()
    return ("need_info", 0) if _QUESTION.search(plain) else None


@cache
def _forms() -> tuple[tuple[Action, re.Pattern[str]], ...]:
    found: list[tuple[Action, re.Pattern[str]]] = []
    for told, languages in letters().body.items():
        action = cast("Action", _MADE.get(told) or told)
        for form in (form for forms in languages.values() for form in forms):
            words = re.escape(" ".join(form.split()))
            open_ = re.sub(r"\\\{\w+\\\}", lambda _: r"\\S{1,20}(?: \\S{1,8})?".replace("\\\\", "\\"), words)
            found.append((action, re.compile(open_, re.IGNORECASE)))
    return tuple(found)
