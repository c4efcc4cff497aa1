"""Small facts that a mail tells in plain words: pictures, whether a thing works, what is unharmed, what is
ruled out. `None` where the mail speaks of it and it cannot be told what it says.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_PICTURE = re.compile(
    r"\b(?:photo(?:graph)?s?|pics?|pictures?|images?|snapshots?|fotos?|bild(?:er)?|foto[’']s|foto['’]?s"
    r"|imágen(?:es)?|imagen|zdjęci\w{1,3}|afbeelding(?:en)?)\b",
    re.IGNORECASE,
)
_WITH_IT = re.compile(
    r"\b(?:attach(?:ed|ing|ment)?|enclos(?:ed|ing)|includ(?:ed|ing)|here (?:is|are)|see|below|as requested"
    r"|häng(?:en|t)|anbei|anhang|angehängt|beigefügt|beiliegend|liegt bei|liegen bei|ci-joint\w{0,2}"
    r"|joint(?:e|es|s)?|pièce jointe|adjunt\w{1,3}|bijgevoegd\w?|bijlage|bijgaand|załącz\w{1,8})\b",
    re.IGNORECASE,
)
_NONE_OF_IT = re.compile(
    r"\b(?:no|not|without|\w+n['’]t|can|could|would|will|if|whether|happy to|kein\w{0,2}|ohne|könn\w{1,4}"
    r"|gerne?|falls|pas|sans|peux|pourrais|si|sin|puedo|geen|zonder|kan|bez|nie|mogę)\b",
    re.IGNORECASE,
)


def pictures(text: str) -> bool | None:
    """Whether pictures come with a mail."""
    said = [part for part in _SENTENCE.split(text) if _PICTURE.search(part)]
    if any(_WITH_IT.search(part) and not _NONE_OF_IT.search(part) for part in said):
        return True
    return None if said else False


_FAILS = re.compile(
    r"\b(?:(?:doesn['’]t|does not|don['’]t|won['’]t|didn['’]t|did not|never|not|no longer|stopped|ceased)"
    r" (?:\w+ )?(?:work(?:s|ed|ing)?|function(?:s|ed|ing)?|turn(?:ed)? on|switch(?:ed)? on|start(?:ed)?)"
    r"|dead (?:from|on|as|right)|(?:is|was|are|were|went|gone) dead|gave up the ghost"
    r"|(?:funktionier\w{1,4}|geht|läuft|tut) (?:\w+ )?(?:nicht|nie)|ohne funktion"
    r"|ne (?:fonctionne|marche|s['’]allume) (?:\w+ )?(?:pas|plus|jamais)"
    r"|(?:no|nunca|ya no) (?:\w+ )?(?:funciona\w{0,2}|enciende\w?)"
    r"|(?:werkt|werken|doet het) (?:\w+ )?niet|nie (?:działa\w{0,2}|włącza\w{0,2}))\b",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"\b(?:works? (?:fine|well|perfectly|great|as it should|flawlessly|all right|ok(?:ay)?)"
    r"|(?:it|they|everything|thing|one) (?:still )?works?(?=[.,;!]| (?:though|but|and))"
    r"|in (?:full|perfect|good) working order|no (?:defects?|faults?)|nothing (?:is )?wrong with (?:it|them)"
    r"|(?:funktionier(?:t|en)|läuft|geht) (?:\w+ )?(?:einwandfrei|tadellos|gut|bestens|tut|problemlos"
    r"|er|sie|es)"
    r"|funktionieren tut|(?:fonctionne|marche)(?:nt)? (?:très |parfaitement )?(?:bien|parfaitement"
    r"|impeccable)"
    r"|en parfait état de marche|funciona\w? (?:\w+ )?(?:bien|perfectamente|de maravilla)"
    r"|werk(?:t|en) (?:\w+ )?(?:prima|goed|perfect|uitstekend)"
    r"|działa\w{0,2} (?:\w+ )?(?:dobrze|bez zarzutu))\b",
    re.IGNORECASE,
)


def works(text: str) -> bool | None:
    """Whether the thing that a mail is about works."""
    fails, fine = _FAILS.search(text) is not None, _WORKS.search(text) is not None
    return None if fails is fine else fine


_ARTICLE = r"(?:the|my|our|der|die|das|mein\w?|le|la|les|el|los|las|de|het|mijn|ten|ta|to)"
_NAME = r"[^\W\d_][\w-]{1,20}(?: [^\W\d_][\w-]{1,20}){0,2}?"
_WELL = (
    r"(?:fine|intact|unharmed|undamaged|unbroken|unscathed|perfect|perfectly (?:fine|ok|okay|all right|good)"
    r"|all right|alright|ok|okay|in one piece|in order|flawless|whole|dead straight"
    r"|heil(?:geblieben)?|ganz|unversehrt|unbeschädigt|in ordnung|einwandfrei|makellos"
    r"|intacte?s?|en parfait état|impeccables?|nickel|perfect[oa]s?|en buen estado|bien|intact[oa]s?"
    r"|heel|in orde|onbeschadigd|cał[yae]|w porządku|nieuszkodzon[yae])"
)
_SURVIVED = (
    r"(?:survived|made it|überlebt\w{0,2}|überstanden|a survécu|ont survécu|sobrevivi\w{1,4}|overleefd\w?)"
)
_IS = r"(?:is|are|was|were|came|arrived|ist|sind|war|waren|kam|kamen|est|sont|está|están|es|zijn|jest|są)"
_UNHARMED = re.compile(
    rf"(?:^|[,;:—–-] |\b(?:and|but|und|aber|mais|pero|maar|ale) )(?P<things>{_ARTICLE} {_NAME}"
    rf"(?:,? (?:and|und|et|y|en|i|as well as|sowie) {_ARTICLE} {_NAME})?)"
    rf"(?:,? (?:that|which|who)\b[^.,;]{{1,40}}?)?,? (?:{_IS} (?:all |both |completely |absolutely |still "
    rf"|otherwise |quite |just |wirklich |völlig |noch |ganz |très |muy |helemaal )?{_WELL}"
    rf"|(?:\w+ ){{0,7}}?{_SURVIVED})(?!\w)",
    re.IGNORECASE,
)
_ALSO = re.compile(r",? (?:and|und|et|y|en|i|as well as|sowie) (?=\w+ \w)", re.IGNORECASE)
_NO_THING = re.compile(
    rf"^{_ARTICLE} (?:rest|others?|order|parcel|box|money|reason|idea|service|rules?|weather|colou?r|price"
    r"|objet|article|produkt|ware|sache|geld|bestellung|paket|kolor)\b",
    re.IGNORECASE,
)


def unharmed(text: str) -> tuple[str, ...]:
    """The things of which a mail says that nothing is wrong with them, in its own words, each once."""
    found = (
        thing
        for part in _SENTENCE.split(text)
        for met in _UNHARMED.finditer(part)
        for thing in _ALSO.split(met["things"])
        if not _NO_THING.search(thing)
    )
    return tuple(dict.fromkeys(found))


_ALL_WELL = re.compile(
    rf"\b(?:rest|others?|other (?:one|two|three|things?|items?)|anderen?|übrigen?|autres?|otr[oa]s?|demás"
    rf"|reszta|andere|pozostał\w{{1,3}}|only|nur|{_WELL}|{_SURVIVED})(?!\w)",
    re.IGNORECASE,
)


def may_be_unharmed(text: str) -> bool:
    """Whether a mail may speak of something that nothing is wrong with."""
    return _ALL_WELL.search(text) is not None


_OTHER_WAY = (
    r"(?:replacements?|exchange|new one|another one|swap|voucher|store credit|credit|coupon|card|refund|money"
    r"|cash|ersatz\w{0,10}|umtausch|gutschein|gutschrift|geld|neue[nrs]?|karte|échange|remplacement|bon|avoir"
    r"|argent|cambio|vale|dinero|tarjeta|reemplazo|omruil\w{0,3}|vervanging|tegoed\w{0,3}|geld|kaart|wymian\w"
    r"|bon\w?|pieniędzy|kart\w)"
)
_RULED_OUT = re.compile(
    rf"\b(?:no|not|never|neither|rather than|instead of|don['’]t (?:want|need|send)|do not (?:want|need|send)"
    rf"|won['’]t (?:take|accept)|kein\w{{0,2}}|nicht|brauche? (?:ich|wir) (?:keine?|nicht)|statt|anstatt|pas"
    rf"|ni|no quiero|plutôt qu|en vez de|geen|niet|in plaats van|zamiast|nie chcę|żadn\w{{1,3}})"
    rf"\b[^.;!?]{{0,24}}?\b{_OTHER_WAY}(?!\w)"
    rf"|\b{_OTHER_WAY} (?:brauche|will|möchte|wollen|brauchen) (?:ich|wir) (?:nicht|keine?)\b"
    rf"|\b(?:only|nothing but|nur|ausschließlich|uniquement|seulement|solo|sólo|únicamente|alleen|enkel|tylko"
    rf"|wyłącznie)\b[^.;!?]{{0,24}}?\b{_OTHER_WAY}(?!\w)",
    re.IGNORECASE,
)


def rules_out(text: str) -> bool:
    """Whether a mail will have one way of being paid and no other."""
    return _RULED_OUT.search(text) is not None
