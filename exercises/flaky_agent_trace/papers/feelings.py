"""How angry a mail sounds and how much it presses, from 0 to 1, by its words and marks as they stand."""

from __future__ import annotations

import re

_ANGER: tuple[tuple[float, str], ...] = (
    (0.22, (r"furious|fuming|livid|outrag\w*|rage|raging|enraged|disgust\w*|appall\w*|seething"
        r"|scandal\w*|wütend|stinksauer"
           r"|empör\w*|furieu\w+|scandaleu\w+|furios\w+|indignad\w+|woedend|woest|schandalig"
           r"|wściek\w+|oburz\w+|skandal\w*")),
    (0.22, (r"thie(?:f|ves)|crooks?|criminals?|liars?|scam\w*|fraud\w*|rip-?off|robbers?|cheat(?:s"
        r"|ed|ers)?|con(?:men|ned)"
           r"|idiots?|incompeten\w+|morons?|betr[uü]g\w*|gauner|abzock\w*|verarsch\w*|voleurs?"
           r"|arnaqu\w+|ladrones|estaf\w+"
           r"|oplichters?|dieven|złodziej\w*|oszu[sś]\w+")),
    (0.18, (r"hate|worst|damn\w*|bloody|hell|shit\w*|crap|f+u+c+k\w*|f\*+\w*|bullshit|bastards?"
        r"|ars\w*hole\w*|scheiß\w*|scheiss\w*|merde"
           r"|mierda|joder|klote\w*|kurw\w*|cholern\w+")),
    (0.14, (r"ridiculous|unacceptable|disgrace\w*|shame(?:ful|less)?|a joke|poor service|terrible"
        r"|horrible|awful|dreadful|fed up"
           r"|sick of|angry|frechheit|unverschämt\w*|inakzeptabel|inacceptable|inaceptable"
           r"|vergüenza|onacceptabel"
           r"|thanks for nothing|oh,? (?:great|wonderful|brilliant|lovely|joy|fantastic)|(?:great|nice) job"
           r"|(?:done|finished|through) with (?:you|this shop)"
           r"|niedopuszczal\w+|how dare|never again|nie wieder")),
    (0.08, (r"disappoint\w*|annoy\w*|frustrat\w*|upset|irritat\w*|unhappy|not good enough|enttäuscht"
        r"|ärgerlich|déçue?|agacé"
           r"|decepcionad\w*|teleurgesteld|rozczarowan\w+|at considerable expense"
           r"|how hard can it be|nobody (?:has |had )?"
           r"(?:answer\w*|repl\w+|cares)|still (?:nothing|waiting|no (?:reply|answer))"
           r"|(?:third|fourth|fifth|dritten?|vierten?|troisième|tercera|derde) (?:time|mail|e-?mail"
           r"|mal|fois|vez|keer)")),
    (0.16, (r"lawyers?|solicitors?|attorneys?|court|sue|suing|ombudsman|trading standards"
        r"|legal (?:action|steps)|small claims"
           r"|police|anwält\w*|anwalt\w*|gericht\w*|anzeige|avocat\w*|tribunal|abogad\w+|advoca\w+"
           r"|prawnik\w*|sąd\w*")),
    (0.12, (r"last (?:warning|chance)|or else|you(?:['’]ll| will) (?:hear|regret|see)|i(?:['’]ll"
        r"| will) (?:post|tell everyone|report)"
           r"|(?:bad|one[- ]star) reviews?|trustpilot|letzte (?:warnung|mahnung)")),
)  # fmt: skip
_WARM = (
    r"thank(?:s| you)?|please|cheers|lovely|love it|great|wonderful|brilliant|delighted|happy"
    r"|kind regards|best wishes"
    r"|no (?:hurry|rush|worries)|whenever|take your time|sorry to bother|appreciate\w*|danke\w*"
    r"|bitte|gerne|liebe grüße|merci|s['’]il vous"
    r"|gracias|por favor|un saludo|bedankt|alvast|alstublieft|dzięk\w*|proszę|grazie|:-?\)"
)
_PRESSES: tuple[tuple[float, str], ...] = (
    (0.35, (r"urgen\w+|asap|as soon as possible|immediately|emergency|at once|right now|right away"
        r"|dringend\w*|sofort|unverzüglich"
           r"|umgehend|immédiat\w*|au plus vite|inmediat\w*|cuanto antes|meteen|zo snel mogelijk"
           r"|spoed\w*|natychmiast|piln\w+")),
    (0.22, (r"within (?:24|48|\w+) ?hours?|within \w+ days?|(?:expect|want|need|must"
        r"|refund|pay|answer|reply"
           r"|please|hear)\b[^.!?\n]{0,50}?\b(?:today|tonight|at the latest"
           r"|by (?:tomorrow|tonight|noon|(?:mon|tues|wednes|thurs"
           r"|fri|satur|sun)day"
           r"|the \d{1,2}(?:st|nd|rd|th)?|\d{1,2} \w+))|deadline|noch heute"
           r"|bis (?:morgen|freitag|montag|zum \d+)"
           r"|aujourd['’]hui|d['’]ici|hoy mismo|vandaag|dzisiaj|by return|before it['’]s served")),
    (0.40, (r"lawyers?|solicitors?|attorneys?|county court|court|sue|suing|claim online|small claims"
        r"|ombudsman|trading standards"
           r"|legal (?:action|steps)|police|anwalt\w*|gericht\w*|avocat\w*|tribunal|abogad\w+"
           r"|advoca\w+|prawnik\w*|chargeback")),
    (0.30, (r"fire|smoke|smok(?:ed|ing)|burn(?:t|ed|s|ing)?|electric shock|sparks?|injur\w*|hurt"
        r"|bleeding|cut (?:my|his|her)|dangerous"
           r"|unsafe|hospital|leak(?:s|ed|ing)? gas|brand|rauch|verletz\w*|brûlé\w*|danger\w*"
           r"|peligr\w+|gevaarlijk|niebezpiecz\w+")),
    (0.12, (r"still (?:nothing|waiting|no (?:reply|answer))|(?:third|fourth|dritte\w?|troisième"
        r"|tercera|derde) (?:time|mail|e-?mail|mal|fois|vez|keer)"
           r"|last (?:warning|chance)|soon|quickly|bald|schnell|vite|pronto|snel|szybko"
           r"|waiting for (?:weeks|days)")),
)  # fmt: skip
_CALM = re.compile(
    r"\b(?:no (?:hurry|rush)|not urgent|whenever (?:you|it)|take your time"
    r"|when(?:ever)? you have time|keine eile|nicht eilig"
    r"|pas urgent|rien ne presse|sin prisa|geen haast|nie spieszy)\b",
    re.IGNORECASE,
)


def _said(table: tuple[tuple[float, str], ...]) -> tuple[tuple[float, re.Pattern[str]], ...]:
    return tuple((weight, re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)) for weight, words in table)


_ANGRY, _PRESSING = _said(_ANGER), _said(_PRESSES)
_NOT = re.compile(
    r"\b(?:not|no|never|n['’]t|nicht|kein\w*|pas|niet|geen|nie)\b(?: \w+){0,2} ?$"
    r"|\b(?:without)\b(?: \w+)? ?$",
    re.IGNORECASE,
)
_WARMTH = re.compile(rf"(?<!\w)(?:{_WARM})(?!\w)", re.IGNORECASE)
_CAPITALS = re.compile(
    r"(?<![\w-])(?!(?:EUR|GBP|USD|PLN|USB|JSON|HTML|PDF|FAQ|GMBH|ISO|SKU|LED|VAT|ASAP"
    r"|NOT)\b)[A-ZÄÖÜÉŁŻ]{4,}(?![\w-])"
)
_BASE = 0.1


def _weighed(text: str, table: tuple[tuple[float, re.Pattern[str]], ...], most: int) -> float:
    """The weights of what is said and not denied, each kind so many times at most."""
    total = 0.0
    for weight, words in table:
        met = {
            m[0].casefold()
            for m in words.finditer(text)
            if not _NOT.search(text[max(0, m.start() - 24) : m.start()])
        }
        total += weight * min(len(met), most)
    return total


def marks(text: str) -> float:
    """What capitals and exclamation marks add."""
    loud, calls = len(_CAPITALS.findall(text)), text.count("!")
    return min(0.3, 0.08 * loud) + min(0.25, 0.05 * max(0, calls - 1)) + (0.08 if "!!" in text else 0.0)


def warmth(text: str) -> int:
    """How many kind words stand in it."""
    return len({met[0].casefold() for met in _WARMTH.finditer(text)})


def anger(text: str) -> float:
    """From 0 for the friendliest to 1 for a furious mail."""
    cross = _weighed(text, _ANGRY, 3)
    loud = marks(text) if cross else marks(text) / 2
    cooled = 0.05 * min(warmth(text), 4) * (0.4 if cross else 1)
    return round(min(1.0, max(0.0, _BASE + cross + loud - cooled)), 3)


def urgency(text: str) -> float:
    """From 0 for what can wait to 1 for what cannot."""
    pressed = _weighed(text, _PRESSING, 2) + 0.25 * max(0.0, anger(text) - 0.3)
    return round(0.0 if _CALM.search(text) and pressed < 0.4 else min(1.0, 0.2 + pressed), 3)


_HEAT = re.compile(
    r"\b(?:ridiculous|disgrace\w*|furious|unacceptable|outrag\w+|scandal\w*|appall\w+|disgust\w*|"
    r"angry|fed up|frechheit|unverschämt\w*|inacceptable|inaceptable|vergüenza|onacceptabel|schandalig|"
    r"skandal\w*|poor service|not good enough|how hard can it be|sick of|a joke"
    r"|(?:third|fourth|fifth) (?:time|mail|e-?mail)|at considerable expense"
    r"|nobody (?:has |had )?(?:answer\w*|repl\w+|reacted|cares)|zum (?:dritten|vierten) mal"
    r"|pour la (?:troisième|quatrième) fois|por (?:tercera|cuarta) vez|voor de (?:derde|vierde) keer"
    r"|po raz (?:trzeci|czwarty))\b|!{2,}|(?-i:\b[A-ZÄÖÜÉŁŻ]{4,}(?:[ ,'’]+[A-ZÄÖÜÉŁŻ]{2,}){2,}\b)",
    re.IGNORECASE,
)
_HURRIED = re.compile(
    r"\b(?:urgent\w*|asap|immediately|dringend|sofort|immédiat\w*|inmediat\w*|meteen|natychmiast|pilne)\b",
    re.IGNORECASE,
)


def heated(text: str) -> bool:
    """Whether a mail is written in anger, as far as its words and marks tell."""
    return bool(_HEAT.search(text))


def pressing(text: str) -> bool:
    """Whether a mail says that it is urgent."""
    return bool(_HURRIED.search(text))
