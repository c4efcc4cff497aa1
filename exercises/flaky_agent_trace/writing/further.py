"""What a program gives for a letter besides the outcome: how the money goes and when it is there, where to
send the return and who pays for it, an offer, an apology. Each is read to a kind, in whatever language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from exercises.flaky_agent_trace.papers.outcomes import outcome_in, sum_in

from .times_given import DAYS_KEY, Time, times_in
from .ways_given import Way, way_in

_ARRIVES = re.compile(
    r"\b(?:arriv\w*|reach\w*|be (?:there|with|in|on|here)|there by|shows?|show up|lands?|appears?|credited"
    r"|takes?|expected|eta|money|funds|on (?:the|its|their) way|visible|transfer\w*|payout|geld|betrag"
    r"|ankommen|eintreff\w*|gutgeschrieben|argent|montant|parv\w+|importe|dinero|lleg\w+|bedrag|pieniądze"
    r"|dotr\w+)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\b(?:asked|wants?|wanted|requested|returned (?:it|them|the)|ordered|placed|reported|delivered|received"
    r"|bought|wrote|bestellt|geliefert|commandé|livrée?)\b",
    re.IGNORECASE,
)
"""Tells of the order, and of no payment."""
_OF_TIME = re.compile(
    r"^(?:when|expected(?: (?:by|on|in|date|arrival))?|arriv\w*(?: (?:by|on|in|date))?|eta|timing|time(?:line"
    r"|frame)?|(?:payout|payment|refund|arrival|expected) (?:date|time|by|on)|by when|due(?: by| on)?|wann"
    r"|ankunft|quand|délai|cuándo|plazo|wanneer|kiedy|termin)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:^\W{0,6}(?:(?:our |the )?(?:return|shipping)s? ?(?:address|to)|send (?:\w+ ){0,3}?(?:back )?to"
    r"|rücksendeadresse|adresse de retour|dirección de devolución|retouradres|adres zwrotu)\s?[:=]\s?"
    r"|\breturns? address(?: is)? ?:? |\b(?:send|sent|ship|post|return) (?:\w+ ){0,4}?(?:back )?to:? "
    r"(?=[A-Z][^\n.;]{0,60}\d|[^\n.;]{0,60}\b(?:Road|Street|Lane|Avenue|straße|Str\.|rue|calle|straat)\b))"
    r"(?P<address>(?!(?:us|you|him|her)\b)[^\n;]{6,120}?)"
    r"(?=\.?\s*$|\.\s|;|,? (?:by|until|before|no later than|within) )",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r",?\s?\b(?:(?:once|as soon as|after|when) (?:it|they|the \w+|her return|his return|their return"
    r"|the return)"
    r"(?: \w+)? (?:is|are|has|have|comes?|gets?|arriv\w*|reach\w*|came)(?: (?:back|here|in|to us|us|with us"
    r"|come|been|arrived|received|reached|come back|returned|safely)){0,4}"
    r"|(?:after|on|upon) (?:receipt|arrival|return)(?: of the (?:return|goods|article|item))?"
    r"|sobald (?:\w+ ){1,5}(?:zurück|da|hier|eingetroffen|angekommen)(?: ist| sind)?)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\b(?:label|\w*etikett\w*|étiquette|etiqueta|etykiet\w+)\b", re.IGNORECASE)
_ATTACHED = re.compile(
    r"\b(?:attach\w*|enclos\w*|beigefügt|anbei|angehängt|joint\w*|adjunt\w*|bijgevoegd|załącz\w+)\b",
    re.IGNORECASE,
)
_PREPAID = re.compile(r"\b(?:pre-?paid|free|frankiert\w*|prépayée?|prepagad\w|gefrankeerd)\b", re.IGNORECASE)
_POSTAGE = re.compile(
    r"\b(?:return (?:postage|shipping|costs?)|postage|rücksendekosten|rückporto"
    r"|kosten der rücksendung|frais de retour|gastos de devolución|retourkosten|koszt\w* (?:odesłania|zwrotu"
    r"))\b",
    re.IGNORECASE,
)
_BY_CUSTOMER = re.compile(
    r"\b(?:customer|client|she|he|they|you|buyer|sender|kund\w+|client|cliente|klant|klient\w*)\b",
    re.IGNORECASE,
)
_BY_US = re.compile(r"\b(?:we|us|our|free|wir|uns|nous|nosotros|wij|ons|my|nas)\b", re.IGNORECASE)
_RETURNS = re.compile(
    r"\b(?:return(?:ed)?|send (?:\w+ ){0,3}back|sent back|zurück\w*|rücksendung|renvo\w+|devol\w+|terug\w*"
    r"|odesł\w+)\b",
    re.IGNORECASE,
)
_RETURN_KEY = re.compile(
    r"^(?:the )?(?:item )?returns?(?: (?:needed|required|necessary|required by customer))?(?: needed)?$",
    re.IGNORECASE,
)
_KEEP_KEY = re.compile(
    r"^(?:customer )?(?:may |can )?keeps?(?: (?:the )?(?:items?|it|goods|article))?$", re.IGNORECASE
)
_NO = re.compile(
    r"^\W{0,3}(?:no|none|false|not (?:needed|required|necessary)|nein|non|nee|nie|keine?)\b", re.IGNORECASE
)
_YES = re.compile(r"^\W{0,3}(?:yes|true|needed|required|necessary|ja|oui|sí|tak)\W*$", re.IGNORECASE)
_KEEPS = re.compile(
    r"\b(?:can|may|should|is to|are to|darf|kann|peut|puede|mag) (?:just |simply )?(?:keep|behalten|garder"
    r"|quedar\w*|houden)\b|\bkeeps (?:the|it)\b|\bno return(?: is)?(?: needed| necessary| required)?\W*$"
    r"|\bnothing (?:has to be|need be|needs to be|must be) (?:sent|returned)\b"
    r"|\brien à (?:renvoyer|retourner)\b"
    r"|\bnada que devolver\b|\b(?:niets|hoeft niet) terug\w*|\bnie trzeba (?:\w+ )?ods\w+",
    re.IGNORECASE,
)
_VOUCHER = re.compile(
    r"(?:%|\bEUR|\bGBP|[€£]) off\b|\b(?:voucher|discount|coupon|gutschein|rabatt|bon d['’]achat"
    r"|remise|vale|descuento|tegoedbon|korting"
    r"|bon|rabat)\b",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\d{1,3}(?:[.,]\d{1,2})? ?(?:%|percent|prozent|EUR|GBP|PLN|USD|€|£|zł)|[€£$] ?\d{1,3}(?:[.,]\d\d)?",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?:code|kod|código)\W{0,3}(?P<code>[A-Z][A-Z0-9_-]{3,20})\b", re.IGNORECASE)
_NEXT = re.compile(
    r"\b(?:next (?:order|purchase)|nächste\w* (?:bestellung|einkauf)|prochaine? (?:commande|achat)"
    r"|próxim\w (?:pedido|compra)|volgende (?:bestelling|aankoop)|następn\w+ zam\w+)\b",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"^\W{0,6}(?:as an? )?(?:(?:(?:we|i) (?:can |could |would |will "
    r"|['’]d )?(?:like to )?)?offers?(?: (?:instead|made))?"
    r"(?: (?:her|him|them|you|the customer|instead|as a gesture))*\s?[:=,]?"
    r"|(?:alternatives?|instead|goodwill|gesture)\b[^:]{0,20}\s?[:=])\s(?P<what>\S.{4,160})$",
    re.IGNORECASE,
)
_SORRY = re.compile(
    r"\b(?<!not )(?<!n['’]t )(?<!no )(?:sorry|apologi[sz]\w*|apolog(?:y|ies)|entschuldig\w+|leid|désolés?"
    r"|excus\w+|lamentamos|sentimos|disculpas|spijt|excuses|przepraszamy|przykro)\b",
    re.IGNORECASE,
)
_FOR = {
    "wait": r"wait\w*|delay\w*|late|wart\w+|verspät\w+|attente|retard|espera|retraso|wachten|vertraging"
    r"|czeka\w+|opóźni\w+",
    "mistake": r"mistake|error|mix-?up|fehler|verwechslung|erreur|fout|vergissing|błąd",
    "trouble": r"troubles?|inconvenience|hassle|annoyance|umstände|unannehmlich\w+|désagréments?|gêne"
    r"|molestias?|ongemak|kłopot\w*",
}
_PRESENT = re.compile(
    r"\bwe(?:['’]ll| will| are| shall)? (?:also |now |then |can |hereby )?(?:refund(?:ing)?|pay(?:ing)?"
    r"|give|giving|send(?:ing)?|return|reimburs(?:e|ing)|transfer(?:ring)?)\b"
    r"|\bwill be (?:refunded|paid|reimbursed|transferred|credited)\b|\bis on (?:its|the) way\b"
    r"|\b(?:wir|ich) (?:erstatten|zahlen|überweisen)\b|\bnous (?:vous |lui )?(?:remboursons|versons)\b"
    r"|\b(?:devolvemos|reembolsamos|abonamos)\b|\bwe (?:betalen|storten)\b|\bzwracamy\b",
    re.IGNORECASE,
)
_TEAM = re.compile(
    r"\b(?:specialists?|experts?|spezialist\w*|équipe spécialisée|especialistas|specjalist\w+)\b",
    re.IGNORECASE,
)
_REPLIES = re.compile(
    r"\b(?:answers?|repl(?:y|ies)|responds?|(?:be )?in touch|get back|writes?|hear|decides?|antwort\w*"
    r"|meld\w+|répond\w*|antwoord\w*|odpowi\w+)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:already|earlier|bereits|schon|déjà|ya|al|już)\b", re.IGNORECASE)
_FILLING = (
    "it will be there the a an money refund refunds arrives arrive arrived should with you him her them"
    " customer customers goes go paid pay payment to and is are on its way expected shows show up your his"
    " their account by in we that this transfer transferred as of from sum amount reach reaches which at"
    " latest das der die den geld betrag wird ist und auf bei ihnen ihr ihrer sie es sein le la montant"
    " est et sera chez vous importe se en het bedrag wordt op aan u method way when then takes about"
)
_FILLS = frozenset(_FILLING.split())


@dataclass(frozen=True, slots=True)
class Further:
    """What is given besides; nothing of it: not given."""

    way: Way | None = None
    when: Time | None = None
    replies: Time | None = None
    """When whoever has the case answers."""
    address: str = ""
    send: bool = False
    """Whether something has to be sent back."""
    send_by: Time | None = None
    after: bool = False
    """Whether the money waits for the return."""
    label: str = ""
    """`attached`, or `prepaid` if it is that as well."""
    postage: str = ""
    """Who pays it: `you_pay`, `we_pay`."""
    stays: bool = False
    voucher: tuple[str, str, bool] | None = None
    """Its value, its code, whether it is for the next order."""
    offer: str = ""
    """Another offer, in the program's words."""
    sorry: str = ""
    """What for, as `further.toml` has it."""
    present: bool = False
    """Whether the refund is told as one that is being made."""
    team: bool = False
    """Whether specialists have the case."""
    asks: tuple[str, ...] = ()
    """What the customer is to do or to send, as the program says it behind `ask them to`."""
    others: tuple[str, ...] = ()
    """Sentences of their own."""
    loose: str = ""
    """What stands behind the outcome, where nothing says that it is the reason."""


def further_in(sentences: list[str]) -> tuple[Further, list[str]]:
    """What the sentences give, and what of them is left to say."""
    known, left = Further(), []
    for sentence in sentences:
        if _PAST.search(sentence):
            left.append(sentence)
            continue
        rest = ""
        for piece in _CLAUSES.split(sentence):
            known, more = _read(known, piece)
            rest += more if piece.startswith(more) else f" {more}"
        left += [_tidied(rest)] if rest.strip(" ,") else []
    return known, left


_CLAUSES = re.compile(
    r"(?=, (?:and )?(?:we|they|she|he|it|there|the (?:customer|money|refund|label|return|postage))\s)",
    re.IGNORECASE,
)


def _read(known: Further, sentence: str) -> tuple[Further, str]:
    """What is known with a sentence, and what of it is left to say."""
    key = KEYED.match(sentence)
    name, said = (key["key"].strip(), key["said"]) if key else ("", sentence)
    for reads in (_returned, _waiting, _offered, _asked, _replied, _regretted):
        if (found := reads(known, name, said, sentence)) is not None:
            return found
    present, team = bool(_PRESENT.search(sentence)), bool(_TEAM.search(sentence))
    known = replace(known, present=known.present or present, team=known.team or team)
    way, rest = way_in(name, sentence, known.way)
    known, rest = _whens(replace(known, way=way), name, rest)
    if rest == sentence:
        return known, sentence
    return known, "" if _says_no_more(rest, name) else _tidied(rest)


def _asked(known: Further, _name: str, _said: str, sentence: str) -> tuple[Further, str] | None:
    """What the customer is asked to do: the sentence stays, as it tells an outcome as well."""
    if (own := TO_THE_CUSTOMER.match(sentence)) is not None:
        return replace(known, asks=(*known.asks, own["what"].strip(" ."))), ""
    asks = ASKED_TO.match(sentence)
    if asks is None:
        return None
    what = asks["what"].strip(" .")
    return replace(known, asks=(*known.asks, what if asks["to"] else f"send us {what}")), sentence


def _replied(known: Further, _name: str, said: str, sentence: str) -> tuple[Further, str] | None:
    """When somebody answers: working days are read elsewhere."""
    time = next(times_in(said), None) if _REPLIES.search(sentence) else None
    if time is None:
        return None
    days = time[0].unit == "working" and time[0].low == time[0].high
    known = replace(known, replies=time[0], team=known.team or bool(_TEAM.search(sentence)))
    return known, sentence if days or outcome_in(sentence) else ""


def _regretted(known: Further, name: str, said: str, sentence: str) -> tuple[Further, str] | None:
    """An apology, and what for."""
    if name and _SORRY.search(name) and _NO.match(said):
        return known, ""
    sorry = _SORRY.search(sentence)
    if sorry is None or _WHO_IS_SORRY.search(sentence[: sorry.start()]):
        return None
    kinds = (kind for kind, words in _FOR.items() if re.search(rf"\b(?:{words})\b", sentence, re.IGNORECASE))
    known = replace(known, sorry=next(kinds, "plain"))
    rest = _APART.sub("", sentence) if outcome_in(sentence) else ""
    return (known, "") if not rest or _SORRY.search(rest) else _read(known, rest)


KEYED = re.compile(r"^\W{0,6}(?P<key>[^\W\d_][^:=\n]{1,40}?)\s?[:=]\s{0,3}(?P<said>\S.*)$")
ASKED_TO = re.compile(
    r"^\W{0,6}(?:please |then |and |also )*(?:ask|invite|advise|request) (?:the customer "
    r"|the client |her |him "
    r"|them |the sender )?(?:(?P<to>to )|for )"
    r"(?!(?:know|clarif)\w*\b|(?:exactly |just |only |for )*(?:that|this|it|them|those|these|so"
    r"|what|more|further"
    r"|any\w*|every\w*|all|(?:the )?missing|(?:the )?(?:info|detail)\w*)\b)"
    r"(?P<what>(?:(?!\b(?:which|whether|order|orders)\b)[^?\n;]){4,140})$",
    re.IGNORECASE,
)
"""Not what is said elsewhere, nor which order is meant: that question a letter has of its own."""
TO_THE_CUSTOMER = re.compile(
    r"^\W{0,6}(?:so |then |please |kindly )*(?P<what>(?:(?:tell|give|show|write|e-?mail) us|send us"
    r"|let us (?:know|have)|provide us with|reply (?:to us )?with)\b(?! (?:if|whenever|more|again)\b)"
    r"[^?\n;]{4,160})$",
    re.IGNORECASE,
)
"""A request in the words that it has in the letter."""
_WHO_IS_SORRY = re.compile(r"\b(?:she|he|customer|they) (?:is|are|was|were|says?)\b", re.IGNORECASE)
_APART = re.compile(
    r",?(?: and)? (?:we (?:are|apologi[sz]e)|please apologi[sz]e|with (?:our )?apolog\w+)\b[^,.;]{0,60}$",
    re.IGNORECASE,
)


def _says_no_more(rest: str, name: str) -> bool:
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", rest.removeprefix(name))}
    money = re.search(r"\d", rest)
    return not money and words <= _FILLS


def _tidied(rest: str) -> str:
    rest = re.sub(r"\(\s*\)|\s+(?=[,.;)])", "", re.sub(r" {2,}", " ", rest))
    return re.sub(r"(?:[,;:]|\s|\band\b|\bund\b|\bet\b)+(?=\.?$)", "", rest).strip()


def _whens(known: Further, name: str, sentence: str) -> tuple[Further, str]:
    """When the money is there, and the sentence without it."""
    if known.when is not None:
        return known, sentence
    keyed = bool(_OF_TIME.match(name))
    counted = DAYS_KEY.search(name) if name else None
    if counted is not None and (n := re.search(r":\s?(\d{1,2})\W*$", sentence)) is not None:
        said = (counted["unit"] or counted["last"]).casefold()
        unit = "working" if " " in said else said
        return replace(known, when=Time(unit, int(n[1]), int(n[1]))), ""
    arrives = keyed or (_ARRIVES.search(sentence) and not _HAPPENED.search(sentence))
    head = len(sentence) - len(sentence.partition(":")[2] or sentence.partition("=")[2]) if keyed else 0
    for time, (start, end) in times_in(sentence[head:], bare=keyed):
        at_end = not sentence[head + end :].strip(" .)")
        pays = outcome_in(sentence) is not None and at_end and known.way is not None
        why = re.search(r"\b(?:because|since|weil|car|porque|omdat|ponieważ)\b", sentence[: head + start])
        alone = not sentence[: head + start].strip(" -*•") and at_end
        if (arrives or pays or alone) and not why:
            by = not keyed or re.search(r"\bon$", name) is None
            known = replace(known, when=replace(time, by=by) if keyed else time)
            return known, f"{sentence[: head + start]} {sentence[head + end :]}"
    return known, sentence


def _returned(known: Further, name: str, said: str, sentence: str) -> tuple[Further, str] | None:
    """Whether and where something is sent back, and at whose cost."""
    if (found := _ADDRESS.search(sentence)) is not None:
        by = next(times_in(sentence[found.end() :]), None)
        known = replace(known, address=found["address"].strip(" ."), send=True)
        return replace(known, send_by=by[0] if by else known.send_by), ""
    kept = name and _KEEP_KEY.match(name) and _YES.match(said)
    wanted = name and _RETURN_KEY.match(name) and (_NO.match(said) or _YES.match(said))
    if kept or wanted:
        stays = bool(kept) or bool(_NO.match(said))
        return replace(known, stays=known.stays or stays, send=known.send or not stays), ""
    if _POSTAGE.search(sentence) and sum_in(sentence) is None:
        who = "we_pay" if _BY_US.search(sentence) else "you_pay" if _BY_CUSTOMER.search(sentence) else ""
        known = replace(known, postage=who)
        return (known, "") if who else None
    return None if outcome_in(sentence) is not None else _sent(known, sentence)


def _sent(known: Further, sentence: str) -> tuple[Further, str] | None:
    """A label that comes with the letter, or that nothing is sent back."""
    if _LABEL.search(sentence) and _ATTACHED.search(sentence):
        return replace(known, label="prepaid" if _PREPAID.search(sentence) else "attached"), ""
    return (replace(known, stays=True), "") if _KEEPS.search(sentence) else None


def _waiting(known: Further, _name: str, _said: str, sentence: str) -> tuple[Further, str] | None:
    """Money that waits for the return, and a return that has its day."""
    after = _AFTER.search(sentence)
    if after is not None and outcome_in(sentence) is not None:
        rest = f"{sentence[: after.start()]}{sentence[after.end() :]}"
        return _read(replace(known, after=True), rest)
    returns = _RETURNS.search(sentence) and _MUST.search(sentence)
    if returns and outcome_in(_NOT_MONEY.sub("", sentence)) is None:
        by = next(times_in(sentence), None)
        if by is not None and by[0].day is not None:
            return replace(known, send=True, send_by=by[0]), ""
    return None


_MUST = re.compile(
    r"\b(?:must|has to|have to|should|needs?|please|by|muss|bitte|doit|debe|moet|musi)\b", re.IGNORECASE
)
_NOT_MONEY = re.compile(r"\b(?:returns?(?:ed)?|zurück\w*)\b", re.IGNORECASE)


def _offered(known: Further, _name: str, _said: str, sentence: str) -> tuple[Further, str] | None:
    """What is offered in place of money, or beside it."""
    offers = _OFFERS.match(sentence)
    if (
        _VOUCHER.search(sentence)
        and (value := _VALUE.search(sentence))
        and (
            offers
            or re.search(
                r"\b(?:get|gets|receive|give|add|erhält|bekommt|reçoit|recibe|krijgt)\w*\b", sentence
            )
        )
    ):
        code = _CODE.search(sentence)
        own = (value[0], code["code"] if code else "", bool(_NEXT.search(sentence)))
        return replace(known, voucher=own), ""
    if offers is not None and not _NO.match(offers["what"]):
        return replace(known, offer=offers["what"].strip(" .")), ""
    return None
