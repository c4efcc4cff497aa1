"""Whether a mail is in one of the languages that customers of this shop are understood in."""

from __future__ import annotations

from harness.simulation.reading.text import fold

_KNOWN = {
    "en": "the and is it to i you my of for was with have not this that in at please",
    "de": "der die das und ist ich nicht ein eine den mit zu von wir sie es ihr bitte auf noch",
    "fr": "le la les et est je vous un une des pas pour que il nous avec ne mon ma dans au",
    "es": "el la los las y es que no un una de en me mi con por lo para se está",
    "nl": "de het een en is ik niet van dat er met op te voor mijn ze maar we u heb",
    "pl": "i nie w na jest się że z do to mi za proszę mam o są od po już",
}
_OTHERS = {
    "it": "il di che non è per una un della delle dei con mi ho sono gli alla del vorrei ma più lo ordine",
    "sv": "jag och är den det att inte har som på från ett en med av vill för till men mig hej tack när",
    "da": "jeg og er det den at ikke har som på fra et en med af vil for til men mig hej tak jeres når",
    "no": "jeg og er det den at ikke har som på fra et en med av vil for til men meg hei takk dere når",
    "pt": "o a os as e que não um uma do da em no na com meu minha é para por obrigado está foi gostaria",
    "cs": "a je se na že v to z do s ale jsem prosím si mi by pro od jsou není objednávky děkuji chtěl",
    "fi": "ja on ei se että en ole mutta minun tämä kun hei kiitos olen haluaisin tilauksen",
    "tr": "ve bir bu için ben ama çok değil var ile da de merhaba teşekkürler sipariş",
    "ro": "și este nu o un la de în cu pe pentru care mai am vă din comanda mulțumesc bună",
    "hu": "a az és nem egy hogy is van de ez kérem köszönöm szeretném rendelés nekem",
}
_WORDS = {code: frozenset(words.split()) for code, words in (_KNOWN | _OTHERS).items()}
_LEAST = 4
"""Words that say which language it is."""


def is_foreign(text: str) -> bool:
    """Whether a text is in a language that is not understood here."""
    words = fold(text).words
    counts = {code: sum(word in known for word in words) for code, known in _WORDS.items()}
    known, other = max(counts[code] for code in _KNOWN), max(counts[code] for code in _OTHERS)
    return other >= _LEAST and other > known
