"""Words in a mail that give orders to whoever reads it by machine, or declare the shop's rules to be off."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_AI = (
    r"(?:ai|a\.i\.|ki|ia|llms?|bots?|chat-?bots?|(?:language )?models?|(?:ai |virtual "
    r"|automated )?(?:agents?|assistants?)"
    r"|machine|automat\w+ (?:system|reader)|sprachmodell\w*|assistent\w*|asistente|assistant\w*)"
)
_COMMANDS = tuple(
    re.compile(said, re.IGNORECASE)
    for said in (
        (
            r"\b(?:ignore|disregard|forget|overrid\w+|bypass|skip|suspend"
            r"|set aside)\b[^.!?\n]{0,40}\b(?:instructions?|rules?"
            r"|polic(?:y|ies)|prompts?|guidelines?|handbook|checks?|look-?up|restrictions?|guardrails?"
            r"|limits?)\b"
        ),
        (
            r"\b(?:ignorier\w*|vergiss|missachte\w*|ignore[zr]?|oublie[zr]?|ignora|olvida|negeer"
            r"|vergeet|zignoruj|pomiń)\b"
            r"[^.!?\n]{0,40}\b(?:anweisung\w*|regel\w*|instru\w+|règles?|consignes?|reglas?"
            r"|instructies?|polecen\w+|zasad\w*)\b"
        ),
        (
            rf"\b(?:if|when|wenn|falls|si|als|jeśli)\b[^.!?\n]{{0,20}}\b(?:an? |eine? |une? "
            rf"|un )?{_AI}\b[^.!?\n]{{0,20}}"
            r"\b(?:is |are |reads?|reading|lesen|liest|liest|lit|lee|leest|czyta|process\w*|handl\w*"
            r"|answer\w*|dies|this)"
        ),
        (
            rf"\b(?:all|dear|attention|note (?:to|for)|hey|message (?:to|for)|an alle|to (?:the|any"
            rf"|all))\b[^.!?\n]{{0,14}}\b{_AI}\b[^.!?\n]{{0,30}}[:,]"
        ),
        (
            rf"\b(?:as|you are|act as|behave as) (?:an? |the )?{_AI}\b[^.!?\n]{{0,60}}\b(?:must|should"
            rf"|will|shall|are to|have to|refund|pay)\b"
        ),
        (
            r"\b(?:system|admin\w*|developer|root)\s?(?:update|override|message|prompt|note|notice|mode"
            r"|instructions?)\b\s{0,4}(?:[:#\]>*-]|$)"
        ),
        r"(?:^|\n)\s{0,4}(?:#{2,}|\[|<|\*\*)\s?(?:system|admin|assistant|developer|instructions?|inst)\b",
        (
            r"\b(?:set|change|put) (?:the )?(?:amount|action|decision|status|field|refund_?amount"
            r"|outcome)\b[^.!?\n]{0,20}\b(?:to|=)"
        ),
        (
            r"\byou are (?:hereby )?(?:authori[sz]ed|instructed|ordered|required|now|permitted"
            r"|cleared)\b(?! (?:to (?:know|note)))"
        ),
        (
            r"\b(?:escalation|hand-?over|transfer|the (?:usual )?(?:policy|handbook|rules?|limits?"
            r"|check\w*))\b[^.!?\n]{0,30}"
            r"\b(?:is|are) (?:not (?:permitted|allowed|required|needed|applicable)|waived|void"
            r"|suspended|disabled|switched off|lifted)\b"
        ),
        r"\b(?:fees?|rules?|polic(?:y|ies)|checks?|limits?)\b[^.!?\n]{0,60}\b(?:are|is) (?:hereby )?waived\b",
        (
            r"\b(?:new|updated|changed) (?:instructions?|system prompt|policy"
            r"|rules?)\b[^.!?\n]{0,40}(?::|\bin force\b|\bappl(?:y|ies)\b)"
        ),
        (
            r"\b(?:do not|don['’]t|never) (?:escalate|hand (?:this|it) over|check|verify|look (?:it "
            r"|anything )?up|follow)\b"
        ),
        (
            r"\b(?:reply|respond|answer|output) (?:only )?with\b[^.!?\n]{0,30}(?:\{|\bjson\b"
            r"|\bapproved\b|\brefund(?:ed)?\b)"
        ),
        (
            r"\b(?:approve|issue|execute|process) (?:the |this |a |my )?(?:full "
            r"|whole )?refund\b[^.!?\n]{0,30}\b(?:without|automatically|immediately and)\b"
        ),
    )
)
"""What no customer says to a person whom they want something of."""
_CALLS_OUT = re.compile(r"\A\W*(?:ignore|all agents|attention|note to|system|admin)\b", re.IGNORECASE)


def commands_in(text: str) -> tuple[str, ...]:
    """The sentences of a mail that command its reader, or declare the rules to be off, as they stand."""
    said = [part.strip() for part in _SENTENCE.split(text)]
    found = [part for part in said if part and any(command.search(part) for command in _COMMANDS)]
    return tuple(dict.fromkeys(found))


_OF_COMMANDS = re.compile(
    r"\b(?:inject\w*|jailbreak\w*|manipul\w+|tamper\w*)\b"
    rf"|\b(?:instruct\w*|command\w*|orders?|order about|directives?|trick\w*|steer\w*|control\w*"
    rf"|address\w*|influenc\w+|talk\w*|tell\w*|boss\w*|aimed"
    rf"|speak\w*|hijack\w*|anweis\w*|befehl\w*|befiehlt|steuer\w*|beeinfluss\w*)\b[^.?\n]{{0,60}}\b{_AI}\b"
    rf"|\b{_AI}\b[^.?\n]{{0,30}}\b(?:instructions?|orders|commands?|anweisung\w*|befehle?"
    r"|richte\w*|gerichtet\w*)\b"
    r"|\boverrid\w*\b[^.?\n]{0,30}\b(?:rules?|polic(?:y|ies)|instructions?|handbook|system|prompt)\b"
    r"|\b(?:embedded|hidden|smuggled|planted|eingebettete\w*|versteckte\w*) (?:instructions?|commands?|orders"
    r"|prompts?|anweisungen|befehle)\b"
    rf"|\b(?:make|makes|get|gets|tries|try|trying)\b[^.?\n]{{0,20}}\b{_AI}\b[^.?\n]{{0,20}}\b(?:break|ignore|skip"
    r"|do)\b",
    re.IGNORECASE,
)


def of_commands(said: str) -> bool:
    """Whether words speak of a text that tries to command a machine."""
    return bool(_OF_COMMANDS.search(said))
