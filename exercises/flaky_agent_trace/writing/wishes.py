"""What a program wants of a letter besides its outcome: length, language, greeting, closing, what it asks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .lengths import words_wanted

_LANGUAGES = {
    "en": r"english|englisch|anglais|inglés|engels|angielsku",
    "de": r"german|deutsch|allemand|alemán|duits|niemiecku",
    "fr": r"french|français|französisch|francés|frans|francusku",
    "es": r"spanish|español|spanisch|espagnol|spaans|hiszpańsku",
    "nl": r"dutch|nederlands|niederländisch|néerlandais|niderlandzku",
    "pl": r"polish|polsk[iu]|polnisch|polonais",
}
_IN = re.compile(
    r"\b(?:in|auf|en|in het|po)\s(?:plain |simple |good )?(?:"
    + "|".join(f"(?P<{code}>{names})" for code, names in _LANGUAGES.items())
    + r")\b",
    re.IGNORECASE,
)
_SUCH = re.compile(
    r"\ban? (?:[\w-]+,? ){0,3}?(?:"
    + "|".join(f"(?P<{code}>{names})" for code, names in _LANGUAGES.items())
    + r") (?:letter|e-?mail|mail|reply|answer|message|note)\b(?! (?:from|by|of))",
    re.IGNORECASE,
)
"""A letter that is called by its language."""
OTHER_LANGUAGES = (
    r"italian\w*|portuguese|brazilian|danish|swedish|norwegian|finnish|icelandic|czech|slovak|slovenian"
    r"|croatian|serbian|bosnian|hungarian|romanian|bulgarian|greek|turkish|russian|ukrainian|lithuanian"
    r"|latvian|estonian|japanese|chinese|mandarin|cantonese|korean|arabic|hebrew|persian|farsi|hindi|urdu"
    r"|bengali|tamil|thai|vietnamese|indonesian|malay|tagalog|swahili|latin|catalan|basque|galician|irish"
    r"|gaelic|welsh|maltese|albanian|esperanto|italienisch\w*|portugiesisch\w*|japanisch\w*|chinesisch\w*"
    r"|russisch\w*|türkisch\w*|tschechisch\w*|italien|portugais|italiano|portugués|japonais|japonés"
)
"""Which no letter here is written in."""
_IN_ANOTHER = re.compile(
    r"\b(?:write|writes|written|reply|answer|draft|compose|letter|mail|e-?mail|response|message|text)\b"
    rf"[^.\n?]{{0,60}}?\b(?:in|into|auf|en)\s(?:plain |simple |good )?(?:{OTHER_LANGUAGES})\b",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"\b(?:at most|no more than|not more than|up to|under|below|fewer than|less than|within"
    r"|max(?:imum)?(?: of)?|"
    r"not (?:exceed|longer than)|keep (?:it|this) (?:to|under|below))\W{1,3}(?P<most>\d{1,3}) words\b"
    r"|\b(?P<limit>\d{1,3})[ -]words? (?:max\w*|or (?:less|fewer)|at most|limit)\b",
    re.IGNORECASE,
)
_WITHOUT = (
    r"\b(?:no|without(?: an?y?)?|(?:skip|omit|leave out|drop)(?: the| any)?"
    r"|(?:do not|don['’]t|never) (?:include|write|use|add|put)(?: an?y?| the)?)"
)
_NO_GREETING = re.compile(rf"{_WITHOUT} (?:greeting|salutation|opening)", re.IGNORECASE)
_NO_CLOSING = re.compile(
    rf"{_WITHOUT}\b[^.\n]{{0,20}}\b(?:sign-?off|closing|signature|farewell|valediction)", re.IGNORECASE
)
_NO_NUMBER = re.compile(
    rf"(?:{_WITHOUT}|\b(?:do not|don['’]t|never) (?:mention|name|give|state|repeat|quote)(?: an?y?| the)?)"
    r" order (?:numbers?|ids?)\b(?! (?:is|was|were|given))",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\b(?:end|ends|ending|close|closes|finish)(?: the (?:mail|letter|e-?mail|reply))?"
    r" (?:with|as|by|off with)\W{0,3}(?:the (?:words|line"
    r"|phrase)\W{0,3})?[\"'“‘`](?P<said>[^\"'”’`\n]{2,60})[\"'”’`]",
    re.IGNORECASE,
)
_WORD = r"(?:(?:[A-Z]|Dr|Mrs?|Ms|St|Mme|Sr|Sra)\.(?= [A-Z])|[A-Z][\w’'&-]{0,30}(?:\.\w{1,20}){0,3})"
_SIGNED = re.compile(
    r"\b(?:[Ss]ign(?:ed)?(?: it)?(?: off)? (?:the \w+ )?(?:as|with|by)|[Ss]ign(?:ed|ature)?\s?[:=]"
    r"|[Ss]ign(?:ed)?(?: it)?(?= [«„“\"'`])"
    r"|\b(?:[Cc]lose|[Ee]nd|[Ff]inish)(?: (?:it|the (?:mail|letter|reply|e-?mail)))? with the "
    r"(?:name|signature)"
    r"|[Uu]nter(?:schreib|zeichn)\w* (?:bitte )?(?:mit|als)|[Ss]igne[rz]?|[Ff]irm(?:a|e|ar) (?:como|con)"
    r"|[Oo]nderteken (?:als|met)|[Pp]odpisz (?:się )?(?:jako)?)\s?"
    r"(?:[«„“\"'](?P<quoted>[A-ZÄÖÜÉŁ][^«»„“”\"'\n]{1,50})[»“”\"']"
    rf"|[«„“`\"']?\s?(?P<said>{_WORD}(?: {_WORD}){{0,3}}(?:,? (?:from|of|at|von|de|van"
    rf"|z) {_WORD}(?: {_WORD}){{0,3}})?))"
)
"""A name ends with the sentence: a full stop goes on only behind an initial or a title, or within a word."""
_CALLED = re.compile(
    r"\b(?:(?i:address|call|greet) (?i:him|her|them|the customer|the sender) (?i:as |by |with )?"
    r"|(?i:use the name) )[\"'“]?"
    r"(?P<name>(?:(?:[A-Z][a-z]{0,3}\.(?= [A-Z])|[A-Z][\w’'-]*|v[ao]n|de[rnl]?)\s?){1,4})"
)
_FIRST = re.compile(
    r"\b(?:by|use|with) (?:the |his |her |their )?(?:customer's )?(?:first|given) name\b", re.IGNORECASE
)
_START = r"(?:^|[.!?;:,]\s+|\band (?:also )?|\bthen )\W{0,6}(?:please |also |politely |now )*"
_POINTS = re.compile(
    r"(?:exactly |just |only |precisely )?(?:that|this|it|them|these|those|so)\W*", re.IGNORECASE
)
"""Points to what was said before."""
_ASK = re.compile(
    _START + r"ask (?:him |her |them |the customer |the sender |back )?"
    r"(?P<how>whether|if|which|when|what|where|how|about|for)"
    r"\b (?P<what>[^.\n;]{3,120})",
    re.IGNORECASE | re.MULTILINE,
)
_MENTION = re.compile(
    _START + r"(?:mention|say|point out|note|include|explain|add) (?:also )?(?P<that>that )?"
    r"(?P<what>[^.\n;]{4,140})",
    re.IGNORECASE | re.MULTILINE,
)
_EARLIER = re.compile(r"\b(?:earlier|previous|prior|past|first|already)\b[^.\n]{0,30}\brefund", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|when|unless|where|whenever|in case|only)\b[^.\n]{0,60}$", re.IGNORECASE)
_NUMBERS = re.compile(r"\b(?:number|id|reference|ref)\b", re.IGNORECASE)
_ASKS_FOR = {
    "en": "Could you tell us {what}?", "de": "Können Sie uns bitte noch sagen: {what}?",
    "fr": "Pourriez-vous nous préciser : {what} ?", "es": "¿Podría indicarnos: {what}?",
    "nl": "Kunt u ons nog laten weten: {what}?", "pl": "Czy mogą Państwo podać: {what}?",
}  # fmt: skip
_WAS_PAID = {
    "en": "We had already refunded {sum} for this order.",
    "de": "Für diese Bestellung hatten wir bereits {sum} erstattet.",
    "fr": "Nous avions déjà remboursé {sum} pour cette commande.",
    "es": "Ya habíamos devuelto {sum} por este pedido.",
    "nl": "Voor deze bestelling hadden we al {sum} terugbetaald.",
    "pl": "Za to zamówienie zwróciliśmy już {sum}.",
}  # fmt: skip


_WHICH = re.compile(
    r"\b(?:ask(?:s|ing)?|questions?)\b[^.\n]{0,40}?\b(?:whether|if|which|what|does|do"
    r"|is)\b(?P<what>[^\n?;]{3,200}?)(?:\.(?=\s|$)|[\n?;]|$)"
    r"|^\W{0,4}(?:(?:ask|unclear|question|open)\b[^\n]{0,30}?)?\b(?:which|whether)\b(?P<bare>[^\n;]{3,200})",
    re.IGNORECASE,
)
_ORDERS = re.compile(r"\b[A-Z]{2}-\d{5,7}\b(?: \([^()\n]{2,60}\))?")
_ASIDE = re.compile(
    r"^.{0,120}?(?:[,:(]|\bbetween\b|\bmeant\b|\bmeans?\b)\s*(?=[^,:]{2,60}(?:,[^,:]{2,60})* (?:or|and) )",
    re.IGNORECASE,
)
_EITHER = re.compile(r",? (?:or|and) |, ")
_PLAIN = re.compile(
    r"^\W*(?:(?:she|he|they|it|the customer|is|are|means?|wants?|the|a|an|order) )*"
    r"|\s*\b(?:ones?|orders?|is|are|was) ?(?:meant|concerned|wanted|it)?\W*$|\W+$",
    re.IGNORECASE,
)
_WHICH_ONE = {
    "en": "Which one do you mean: {what}?", "de": "Was davon meinen Sie: {what}?",
    "fr": "Duquel s'agit-il : {what} ?", "es": "¿A cuál se refiere: {what}?",
    "nl": "Welke bedoelt u: {what}?", "pl": "O które z nich chodzi: {what}?",
}  # fmt: skip
_WHICH_ORDER = {
    "en": "Thank you for your message. Which order is this about: {what}?",
    "de": "vielen Dank für Ihre Nachricht. Um welche Bestellung geht es: {what}?",
    "fr": "Merci pour votre message. De quelle commande s'agit-il : {what} ?",
    "es": "Gracias por su mensaje. ¿De qué pedido se trata: {what}?",
    "nl": "Bedankt voor uw bericht. Om welke bestelling gaat het: {what}?",
    "pl": "Dziękujemy za wiadomość. Którego zamówienia dotyczy sprawa: {what}?",
}  # fmt: skip
_OR = {"en": "or", "de": "oder", "fr": "ou", "es": "o", "nl": "of", "pl": "czy"}
_QUESTION = re.compile(
    r"\b(?:write|draft|formulate|ask|give|compose)\b[^.\n]{0,16}\b(?:one|a|the|single|short)\b "
    r"(?:\w+ ){0,2}?questions?\b",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\b(?:reply|letter|e-?mail|mail|message)\b", re.IGNORECASE)
_ONE_SENTENCE = re.compile(r"\b(?:one|a single|1)[ -](?:\w+[ -]){0,2}?sentence\b", re.IGNORECASE)


def candidates(asked: str) -> tuple[str, ...]:
    """What a customer is to be asked to choose between, as the program names it: two or more, else none."""
    for found in _WHICH.finditer(asked):
        said = found["what"] or found["bare"]
        orders = orders_named(said)
        if len(orders) > 1:
            return orders
        lead = _ASIDE.match(said)
        parts = (
            [_PLAIN.sub("", part.strip()).strip() for part in _EITHER.split(said[lead.end() :])]
            if lead
            else []
        )
        things = not any(map(_KIND.fullmatch, parts))
        short = all(1 < len(part) < _LONGEST and not _TO_TELL.search(part) for part in parts)
        if len(parts) > 1 and things and short:
            return tuple(parts)
    named = tuple(dict.fromkeys(_ORDERS.findall(asked))) if asked.rstrip().endswith("?") else ()
    return named if len(named) > 1 else ()


def orders_named(said: str) -> tuple[str, ...]:
    """Every order by its number, with what stands in brackets behind it."""
    return tuple(dict.fromkeys(_ORDERS.findall(said)))


_KIND = re.compile(
    r"(?:(?:which|what|the|it|is|about|order|number|no|id|item|items|article|product|piece|pieces|size|colour|date"
    r"|delivery|day|of|and|or|they|mean|meant|concerns?)\b\W*)+",
    re.IGNORECASE,
)
"""Says of what kind the thing is that is asked for: none to choose."""
_LONGEST = 50
_TO_TELL = re.compile(
    r"\b(?:list\w*|nam(?:e|ing)|mention\w*|giv(?:e|ing)|includ\w+|both|each"
    r"|order number|article|delivery date)\b",
    re.IGNORECASE,
)
"""Says what is to be told of each."""
_OPTIONS = re.compile(
    r"\b(?:both|each|all|every|the|possible|candidate|matching|two|three|her|his"
    r"|their)\s(?:\w+ ){0,2}?(?:options?|orders"
    r"|candidates|possibilities|alternatives|choices)\b"
    r"|\b(?:which|what)\b[^.\n]{0,30}\b(?:orders?|ones?|we need to know)\b",
    re.IGNORECASE,
)


def options_asked(asked: str) -> bool:
    """Whether a letter is to name what there is to choose between."""
    return bool(_OPTIONS.search(asked))


def which_one(named: tuple[str, ...], language: str) -> str:
    """The question that names what there is to choose between."""
    listed = f"{', '.join(named[:-1])} {_OR[language]} {named[-1]}"
    asks = _WHICH_ORDER if all(map(_ORDERS.match, named)) else _WHICH_ONE
    return asks[language].format(what=listed)


_ITEM = re.compile(r"[ \t]{0,8}(?:[-*•–]|\d{1,2}[.)])\s")


def bare(asked: str) -> bool:
    """Whether a single sentence to the customer is wanted, and no letter; a list's items are about parts."""
    lines = [line for line in re.split(r"(?<=[.!?])\s+|\n", asked) if line and not _ITEM.match(line)]
    return any(
        (_QUESTION.search(line) or _ONE_SENTENCE.search(line)) and not _LETTER.search(line) for line in lines
    )


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted of a letter; empty or none: nothing is said of it."""

    language: str = ""
    most: int | None = None
    greets: bool = True
    closes: bool = True
    closing: str = ""
    """The last line, in place of the usual ones."""
    signed: str = ""
    name: str = ""
    first_name: bool = False
    numbers: bool = True
    """Whether an order's number may be named."""
    asks: tuple[str, ...] = ()
    """What the customer is to be asked: `whether …`, `about …`, `for …`."""
    says: tuple[str, ...] = ()
    earlier: bool = False
    """Whether an earlier refund is to be mentioned."""


def wishes(asked: str, *, writing: bool) -> Wishes:
    """What instructions want of a letter. `writing`: a letter is all that they ask for."""
    language = _IN.search(asked) or (_SUCH.search(asked) if writing else None)
    words = _WORDS.search(asked)
    closing, signed, called = _CLOSES.search(asked), _SIGNED.search(asked), _CALLED.search(asked)
    said = [found for found in _MENTION.finditer(asked) if _meant(asked, found)] if writing else []
    asks = [found for found in _ASK.finditer(asked) if _meant(asked, found)] if writing else []
    return Wishes(
        language.lastgroup or "" if language else "",
        int(words["most"] or words["limit"]) if words else words_wanted(asked)[1],
        not _NO_GREETING.search(asked),
        not _NO_CLOSING.search(asked),
        closing["said"].strip() if closing else "",
        (signed["quoted"] or signed["said"]).strip(" .'") if signed else "",
        called["name"].strip() if called else "",
        bool(_FIRST.search(asked)),
        not _NO_NUMBER.search(asked),
        tuple(
            f"{found['how'].lower()} {found['what'].strip()}"
            for found in asks
            if not (_NUMBERS.search(found["what"]) or _POINTS.fullmatch(found["what"].strip()))
        ),
        tuple(
            found["what"].strip() for found in said if found["that"] and not _EARLIER.search(found["what"])
        ),
        any(_EARLIER.search(found["what"]) for found in said),
    )


def _meant(asked: str, found: re.Match[str]) -> bool:
    """Whether it is wanted as it stands, with no condition."""
    line = asked[asked.rfind("\n", 0, found.start("what")) + 1 : found.start("what")]
    return not _CONDITION.search(line.removesuffix("if ").removesuffix("when ").removesuffix("where "))


def in_another_language(asked: str) -> bool:
    """Whether a letter is wanted in a language that none here is written in."""
    lines = (line for line in asked.splitlines() if not _CASE.search(line))
    return any(_IN_ANOTHER.search(line) for line in lines)


_CASE = re.compile(r"\b(?:if|when|unless|whenever|e\.g\.|for example|such as|or|like)\b", re.IGNORECASE)
_THEY = re.compile(r"\b(?:she|he|they|the customer|the sender) (?P<verb>[a-z]+)\b", re.IGNORECASE)
_THEIR = re.compile(r"\b(?:his|her|their|the customer's|the sender's)\b", re.IGNORECASE)
_YOUR_VERB = {"is": "are", "was": "were", "has": "have", "does": "do", "goes": "go", "still": "still"}


def asking(what: str, language: str) -> str:
    """A question to the customer in a letter."""
    what = _THEY.sub(lambda met: f"you {_YOUR_VERB.get(met['verb'], met['verb'].removesuffix('s'))}", what)
    how, _, rest = _THEIR.sub("your", what).partition(" ")
    what = f"{how} {rest}"
    if language != "en":
        return _ASKS_FOR[language].format(what=rest)
    if how == "for":
        return f"Could you send us {rest}?"
    return _ASKS_FOR["en"].format(what=f"more about {rest}" if how == "about" else what)


def was_paid(sum: str, language: str) -> str:
    """The sentence that tells of an earlier refund."""
    return _WAS_PAID[language].format(sum=sum)


def within(most: int, parts: dict[str, list[str]], shortest: str) -> list[str]:
    """The paragraphs of a letter that keep to so many words: what matters least goes first.

    `parts`: `greeting`, `body`, `more`, `closing`. `shortest`: the briefest way to say the body.
    """
    greeting, body, more, closing = (parts[name] for name in ("greeting", "body", "more", "closing"))
    brief = [shortest, *body[1:]]
    ways = (
        [*greeting, *body, *more, *closing], [*greeting, *body, *closing], [*greeting, *brief, *closing],
        [*greeting, *brief], brief, [*greeting, shortest], [shortest],
    )  # fmt: skip
    return next((way for way in ways if len(" ".join(way).split()) <= most), ways[-1])
