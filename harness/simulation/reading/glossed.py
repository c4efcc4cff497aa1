"""Short instructions in German, French, Spanish, Dutch and Polish, put into English.

Only what programs say in one line is known: which thing they ask for, how short, and between which words.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WHO = (
    r"(?:der kunde|die kundin|le client|la cliente|el cliente|la clienta|de klant|klient|klientka|sie|er|elle"
    r"|il|ella|él|ze|zij|hij)"
)
_WHOM = (
    r"(?:dem kunden|der kundin|ihm|ihr|au client|à la cliente|al cliente|a la clienta|de klant|klientowi"
    r"|klientce|mu|jej)"
)
_PHRASES: dict[str, tuple[str, ...]] = {
    "what does the customer want": (
        rf"was (?:will|möchte|verlangt|wünscht) {_WHO}(?: genau| eigentlich| von uns)?",
        rf"que (?:veut|souhaite|demande|réclame)(?:-t)?[- ]{_WHO}", (rf"qué (?:quiere|pide"
        rf"|reclama)(?: {_WHO})?"),
        rf"wat wil {_WHO}(?: precies)?", rf"czego (?:chce|żąda)(?: {_WHO})?",
    ),
    "what do we owe": (
        (r"(?:wie ?viel|was) (?:müssen|sollen|schulden|zahlen) wir(?: ihr| ihm| hier| dem kunden)?"
        r"(?: erstatten| zahlen| zurück(?:zahlen)?)?"),
        rf"wie ?viel bekommt {_WHO}(?: zurück| erstattet)?",
        r"combien (?:doit-on|devons-nous|faut-il|on doit) (?:lui )?(?:rembourser|rendre|payer)",
        r"cu[aá]nto (?:le |se le )?(?:devolvemos|debemos(?: devolver)?|hay que devolver(?:le)?|corresponde)",
        rf"hoeveel (?:krijgt {_WHO} terug|moeten we (?:terug)?betalen|betalen we terug)",
        r"ile (?:mamy |należy |trzeba )?(?:mu |jej )?(?:zwrócić|oddajemy|zwracamy)",
        rf"was steht (?:{_WHOM} )?(?:hier )?zu", rf"was ist (?:{_WHOM} )?(?:hier )?zu (?:erstatten|zahlen)",
        rf"(?:à quoi|à combien) {_WHO} a[- ]t[- ](?:il|elle) droit",
        rf"qué (?:le|les) corresponde(?: {_WHOM})?",
        rf"(?:waar|waarop) heeft {_WHO} recht(?: op)?", rf"co (?:się )?{_WHOM} (?:się )?należy",
    ),
    "what should we do": (
        r"was (?:würdest du|soll(?:en|te|ten)? (?:ich|wir)|müssen wir|ist) (?:hier |nun |jetzt )?(?:zu )?tun",
        r"que (?:faut-il|doit-on|devons-nous) faire(?: ici)?",
        r"qué (?:hay que|debemos|deberíamos) hacer(?: aquí)?",
        r"wat (?:moeten we|zou je) (?:hier )?doen", r"co (?:należy|powinniśmy|mamy) (?:tu )?zrobić",
    ),
    "why is no refund due": (
        rf"(?:warum|wieso|weshalb) (?:bekommt|kriegt) {_WHO} (?:nichts|kein geld)(?: zurück)?",
        (rf"pourquoi (?:{_WHO} )?(?:n['’]a|n['’]obtient|ne reçoit)(?:-t-{_WHO})? (?:rien"
        rf"|pas de remboursement)"),
        (r"por qué no (?:le devolvemos nada|se le devuelve (?:nada"
        r"|el dinero))"), rf"waarom krijgt {_WHO} niets(?: terug)?",
        rf"dlaczego (?:{_WHO} )?nic nie (?:dostanie|zwracamy)",
    ),
    "should we refund this?": (
        r"(?:ist|wird|wäre) (?:hier )?(?:etwas|geld|was) (?:zu erstatten|zurückzuzahlen|zu zahlen|fällig)",
        rf"bekommt {_WHO} (?:(?:ihr|sein|das) )?geld(?: zurück)?",
        (r"(?:soll|sollen|darf|dürfen|muss|müssen|kann|können) (?:ich|wir) (?:das |dies |ihr |ihm |hier )?"
        r"(?:geld )?(?:erstatten|zurückzahlen)"),
        r"(?:doit-on|peut-on|faut-il|puis-je|est-ce qu['’]on (?:doit|peut)) (?:le |la |lui |les )?rembourser",
        r"(?:se )?le devolvemos (?:el dinero|algo)", (r"(?:hay que|debo|debemos"
        r"|puedo) devolver(?:le)? (?:el dinero|algo)"),
        rf"krijgt {_WHO} (?:(?:haar|zijn|het) )?geld terug",
        r"(?:mag|moet|kan) ik (?:dit|het|haar|hem) (?:terug)?betalen",
        r"czy (?:należy|mamy|mam) (?:\w+ )?(?:oddać|zwrócić)(?: \w+)? pieniądze",
    ),
    "what is the mail about": (
        r"worum geht(?: e|['’])s(?: hier| in (?:der|dieser) (?:e-?)?mail)?",
        r"de quoi (?:s['’]agit-il|parle (?:ce mail|ce message|le client))",
        r"de qué (?:se trata|va (?:el|este) (?:correo|mensaje))", (r"waar gaat (?:(?:de|deze) mail"
        r"|dit|het) over"),
        r"o co chodzi(?: w (?:tym )?mailu)?",
    ),
    "summarise the mail in one sentence": (
        (r"fasse?n? (?:sie )?(?:die |diese )?(?:e-?mail|mail|nachricht"
        r"|anfrage) (?:kurz )?(?:in einem satz )?zusammen"),
        r"résumez? (?:ce|le) (?:mail|message)(?: en une phrase)?", (r"resume (?:el|este) (?:correo"
        r"|mensaje)(?: en una frase)?"),
        r"vat (?:de|deze) mail (?:kort )?samen(?: in één zin)?", (r"streść (?:ten "
        r"|tego )?maila?(?: w jednym zdaniu)?"),
    ),
    "give": (
        r"gib", r"gib mir", r"nenne?", r"nenne? mir", r"nenne? nur", r"donne", r"donnez",
        r"donne[- ]moi", r"indique", r"dame?", r"indica", r"geef", r"noem", r"podaj",
    ),
    "write": (
        r"schreiben sie", r"schreibe?n?", r"verfassen sie", r"verfasse", r"formulieren sie", r"formuliere",
        r"écris", r"écrivez", r"rédige", r"rédigez", r"escribe", r"escriba", r"redacta", r"redacte",
        r"schrijf", r"napisz", r"zredaguj",
    ),
    "the customer a reply": (
        (r"(?:dem kunden|der kundin) (?:bitte )?(?:eine|die) (?:\w+ ){0,2}?antwort"),
        r"(?:eine|die) (?:\w+ ){0,2}?antwort an (?:den kunden|die kundin)",
        r"(?:une |la )?réponse (?:\w+ ){{0,2}}?(?:au client|à la cliente)",
        r"(?:una |la )?respuesta (?:\w+ ){{0,2}}?(?:al|a la|para el|para la) client[ea]",
        r"(?:een |het )?(?:\w+ )?antwoord (?:aan|voor) de klant",
        r"(?:klientowi|klientce) (?:\w+ )?odpowiedź",
    ),
    "to the customer": (
        r"(?<=antworte )(?:dem kunden|der kundin)", r"(?<=antworten sie )(?:dem kunden|der kundin)",
        r"(?<=réponds )(?:au client|à la cliente)", r"(?<=répondez )(?:au client|à la cliente)",
        r"(?<=responde )(?:al cliente|a la clienta)", r"(?<=responda )(?:al cliente|a la clienta)",
        r"(?<=contesta )(?:al cliente|a la clienta)", r"(?<=antwoord )de klant",
        r"(?<=odpowiedz )(?:klientowi|klientce)",
    ),
    "reply to the customer": (
        r"beantworten? (?:sie )?(?:die|diese) (?:e-?)?mail", r"répond(?:s|ez) (?:à ce|au) mail",
        r"respond[ea] (?:a este|al) correo", r"beantwoord (?:de|deze) mail",
        r"odpowiedz na (?:ten )?mail[a]?",
    ),
    "answer": (
        r"antworten sie", r"antworten?", r"réponds", r"répondez", r"répondre", r"responde", r"responda",
        r"contesta", r"antwoord", r"beantwoord", r"odpowiedz",
    ),
    "decide": (
        r"entscheide", r"entscheiden sie", r"décide", r"décidez", r"beslis", r"zdecyduj",
    ),
    "nothing else": (
        r"nichts weiter", r"nichts sonst", r"nichts anderes", r"sonst nichts", r"rien d['’]autre",
        r"nada más", r"niets anders", r"nic więcej",
    ),
    "only": (
        r"ausschließlich(?: mit)?", r"nur(?: mit)?", r"uniquement(?: par)?", r"seulement(?: par)?",
        r"solamente(?: con)?", r"únicamente(?: con)?", r"s[oó]lo(?: con)?", r"alleen(?: met)?",
        r"uitsluitend(?: met)?", r"tylko", r"wyłącznie",
    ),
    "with exactly one word": (
        r"(?:mit|in) (?:genau )?einem wort", r"(?:en|par) un (?:seul )?mot",
        r"(?:con|en) una (?:sola )?palabra", r"(?:met|in) (?:één|een) (?:enkel )?woord",
        r"jednym słowem",
    ),
    "which order": (
        r"welche (?:bestellung|order)", r"quelle commande", r"(?:qué|cuál) (?:es el )?pedido",
        r"de qué pedido", r"welke (?:bestelling|order)", r"któr(?:e|ego) zamówieni[ea]",
    ),
    "is meant": (
        r"(?:ist|wird) gemeint", r"est (?:concernée|visée)", r"se trata", r"wordt bedoeld", r"chodzi",
        r"dotyczy",
    ),
    "the order number": (
        r"(?:(?:die|la|el|het|de) )?(?:bestellnummer|bestelnummer|numer zamówienia)",
        r"(?:le )?numéro de (?:la )?commande", r"(?:el )?número de(?:l)? pedido",
    ),
    "the number": (
        r"(?:(?:die|le|el|het) )?(?:nummer|numéro|número|numer|zahl)",
    ),
    "how much": (
        r"wie ?viel", r"wie hoch (?:ist|wäre)", r"combien", r"cuánto", r"hoeveel", r"ile",
    ),
    "the amount": (
        r"(?:(?:der|den|le|el|het) )?(?:betrag|montant|importe|bedrag|kwot[aę])",
    ),
    "is a refund due": (
        r"(?:ist|wäre|steht) (?:hier )?(?:eine |die )?(?:rück)?erstattung (?:fällig|geschuldet|zu)",
        r"(?:le |un )?remboursement est[- ]il d[ûu]", r"est-ce qu['’]un remboursement est d[ûu]",
        r"(?:corresponde|procede) (?:un |el )?reembolso",
        r"is (?:er )?(?:een |de )?terugbetaling verschuldigd",
        r"czy (?:należy się )?zwrot(?: się należy)?",
    ),
    "yes or no": (
        r"ja (?:oder|/|of) (?:nein|nee)", r"oui (?:ou|/) non", r"s[ií] (?:o|/) no",
        r"tak (?:lub|albo|czy|/) nie",
    ),
    "what language is the mail in": (
        r"in welcher sprache (?:ist|wurde) (?:die|diese) (?:e-?)?mail(?: geschrieben| verfasst)?",
        r"dans quelle langue est (?:écrit )?(?:le|ce) (?:mail|message)",
        r"en qué idioma está (?:escrito )?(?:el|este) (?:correo|mensaje)",
        r"in welke taal is (?:de|deze) mail(?: geschreven)?", r"w jakim języku jest (?:ten )?mail",
    ),
    "language of the mail": (
        r"sprache (?:der|dieser) (?:e-?)?mail", r"langue (?:du|de ce) (?:mail|message)",
        r"idioma (?:del|de este) (?:correo|mensaje)", r"taal van (?:de|deze) mail", r"język (?:tego )?maila",
    ),
    "ISO code": (
        r"(?:der |den |dem )?iso-(?:code|kürzel)", r"(?:le )?code iso", r"(?:el )?código iso", r"kod iso",
    ),
    "as": (r"als(?= ISO)", r"jako(?= ISO)"),
    "and why": (
        r"und (?:warum|wieso|weshalb)", r"et pourquoi", r"y por qué", r"en waarom", r"i dlaczego",
    ),
    "in two to three sentences": (
        r"in (?:zwei|2) (?:bis|-|–) ?(?:drei|3) sätzen", r"en (?:deux|2) (?:à|ou|-) ?(?:trois|3) phrases",
        r"en (?:dos|2) (?:o|a|-) ?(?:tres|3) frases", r"in (?:twee|2) (?:tot|of|-) ?(?:drie|3) zinnen",
        r"w (?:dwóch|2) (?:lub|do|-) ?(?:trzech|3) zdaniach",
    ),
    "or": (
        r"(?<=[A-ZÄÖÜ]{3} )(?:oder|ou|o|of|lub|albo)(?= [A-ZÄÖÜŻ]{3})", r"oder", r"lub", r"albo",
    ),
}  # fmt: skip
_KNOWN = tuple(
    (re.compile(rf"(?<!\w)(?:{'|'.join(said)})(?!\w)", re.IGNORECASE), english)
    for english, said in _PHRASES.items()
)
_POLAR = re.compile(
    r"\b(?P<yes>ja|oui|s[ií]|tak)\s{0,2}(?:oder|ou|o|of|lub|albo|czy|/)\s{0,2}(?P<no>nein|non|no|nee|nie)\b",
    re.IGNORECASE,
)
_WHOLE = frozenset({
    "what does the customer want", "what do we owe", "what should we do", "why is no refund due",
    "should we refund this?",
    "what is the mail about", "summarise the mail in one sentence", "the customer a reply",
    "reply to the customer",
})  # fmt: skip
"""What is a question alone."""
_ASKING = _WHOLE | {
    "which order",
    "is a refund due",
    "how much",
    "what language is the mail in",
    "language of the mail",
    "yes or no",
    "with exactly one word",
}
_LONGEST = 400


@lru_cache(maxsize=256)
def glossed(text: str) -> str:
    """The text with its lines that instruct in another language in English."""
    return "\n".join(_line(line) if len(line) <= _LONGEST else line for line in text.split("\n"))


def _line(line: str) -> str:
    said, hits, asks = line, 0, 0
    for pattern, english in _KNOWN:
        said, found = pattern.subn(english, said)
        hits += (1 + (english in _WHOLE)) * (found and english != "or")
        asks |= found and english in _ASKING
    return said if hits > 1 or (asks and len(line.split()) < 12) else line


def yes_or_no(text: str, said: str) -> str:
    """A yes or no in the words that a text gives for it."""
    pair = None
    for match in _POLAR.finditer(text):
        pair = match
    if pair is None or said.strip(" .").casefold() not in {"yes", "no"}:
        return said
    return pair[said.strip(" .").casefold()]
