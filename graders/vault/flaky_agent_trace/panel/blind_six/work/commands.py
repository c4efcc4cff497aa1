"""Passages of a mail that speak to whoever reads it, and a reading that is none the worse for them."""

import re
from dataclasses import replace

from handbook import Case

_TO_A_MACHINE = re.compile(
    r"\b(?:(?-i:AI|A\.I\.|KI|IA|SI|GPT|LLM)|(?:chat|ro)?bots?|(?:virtual |digital |ai )?assistants?|assistent\w*|asistente\w*"
    r"|asystent\w*|automat(?:ed|ion|ic|ically|isch\w*|isé\w*|izad\w*|yczn\w*)|agents?|agente\w*|algorithm\w*|language model"
    r"|system|systems|systeem|système|sistema|prompt|whoever (?:reads|handles|processes)|reading this"
    r"|wer das (?:hier )?liest|quien lea|celui qui lit|wie dit leest|kto to czyta)\b"
    r"|\b(?:ignore|disregard|override|bypass|skip) (?:the |all |any |your |previous |our |every )?\w+"
    r"|\b(?:instruct(?:ion|ed)s?|waived?|(?:pre-?)?(?:authori[sz]ed|approved)|not permitted|escalat\w+|transferr?(?:ed|ing)?"
    r"|hand(?:ed|ing)? (?:me|this|it) (?:over|on)|polic(?:y|ies)|handbook|supervisor|internal (?:note|code)"
    r"|mark (?:this|the) (?:ticket|case)|without (?:further )?(?:checks?|review|verification))\b"
    r"|\b(?:anweisung\w*|ignorier\w*|genehmigt\w*|freigegeben\w*|bewilligt\w*|richtlinie\w*|weitergeleitet|weiterleit\w*|vorgesetzt\w*"
    r"|befugt|ermächtigt|ohne (?:weitere )?prüfung"
    r"|ignorez|consignes?|autoris[ée]\w*|validé\w*|politique|transfér\w+|sans (?:autre )?vérification"
    r"|ignor[ae]d?|instrucci\w+|autorizad\w+|aprobad\w+|política\w*|transfer(?:ir|áis|an)|sin (?:más )?comprobaci\w+"
    r"|negeer\w*|instructies?|goedgekeurd|geautoriseerd|bevoegd|beleid|doorverbind\w*|doorstur\w*|zonder (?:verdere )?controle"
    r"|zignoruj\w*|pomi[nń]\w*|instrukcj\w*|zatwierdzon\w*|upoważni\w*|autoryzowan\w*|regulamin\w*|przekaz\w*|bez (?:dalszej )?weryfikacji)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)|\n")
LEFT_OUT = "[...]"


def without(body: str) -> str:
    """A mail without the sentences that give orders to a machine or a clerk, and what stands around such a run."""
    kept: list[str] = []
    for line in body.split("\n"):
        if line.lstrip().startswith(">"):
            kept.append(line)
            continue
        parts = _SENTENCE.findall(line) or [line]
        hits = [bool(_TO_A_MACHINE.search(part)) for part in parts]
        out = [LEFT_OUT + " " if hit else part for part, hit in zip(parts, hits, strict=True)]
        kept.append("".join(out) if any(hits) else line)
    return "\n".join(kept)


def stricter(plain: Case, whole: Case) -> Case:
    """What the mail says without its commands, and whatever else the whole of it says for caution.

    Commands make a reader drop what stands in the way of money, or widen what is asked for: so neither reading
    may lose what the other has seen.
    """
    asks = plain.asks or whole.asks
    if len(plain.asks) == len(whole.asks):
        asks = [
            replace(
                one,
                items=one.items or other.items,
                opened=one.opened or other.opened,
                reported=one.reported or other.reported,
            )
            for one, other in zip(plain.asks, whole.asks, strict=True)
        ]
    return replace(
        plain,
        order_id=plain.order_id or whole.order_id,
        asks=asks,
        several=plain.several or whole.several,
        legal=plain.legal or whole.legal,
        wants=plain.wants if plain.wants != "refund" else whole.wants,
    )

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
