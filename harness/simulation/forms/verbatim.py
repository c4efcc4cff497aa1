"""Words that a program wants to read as they stand: `Reply with exactly: OK`, as a health check has it."""

from __future__ import annotations

import re

from harness.simulation.reading.context import Context

_SAY = (
    r"(?:answer|reply|respond|say|return|output|print|write|echo|type|repeat|antworte|sag|réponds|responde"
    r"|antwoord|odpowiedz)"
)
_ONLY = (
    r"(?:(?:back|with|only|just|exactly|precisely|simply|literally|the|a|single|one|word|words|text|string"
    r"|phrase|token|this|following|and|no|punctuation|quotes|formatting|every|each|message|nur|mit|avec|con"
    r"|met|:)[ ,:]{1,3}){0,7}"
)
_WORDS = (
    r"(?:[\"“'`«](?P<quoted>[^\"”“`»\n]{1,60}?)[\"”'`»]|(?<=: )(?P<rest>\w[\w -]{0,40}?)(?=[.!]?\s*\Z)"
    r"|(?P<capitals>[A-Z][A-Z0-9_]{1,20})(?![\w/|]))"
)
_SAID = re.compile(rf"\b{_SAY}:?\s{_ONLY}{_WORDS}", re.IGNORECASE)
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]+")
_ALONE = re.compile(r"\b(?:exactly|only|just|word|literally)\b", re.IGNORECASE)
_LITERALLY = re.compile(
    r"\b(?:exactly|literally|following|echo|repeat|this (?:text|string|phrase|word))\b", re.IGNORECASE
)
_TOLD = re.compile(r"\b(?:or|and|your|the|an?|of|if|is|not|id|number|label|decision|answer)\b", re.IGNORECASE)
"""Tells what is to be said, and does not say it."""
_A_FORM = re.compile(
    r"json|ya?ml|xml|csv|tsv|html|sql|markdown|text|prose|code|english|german|french|spanish|dutch|polish"
    r"|numbers?|yes|no|ids?|only|just|words?|letters?|digits?|once|it|me",
    re.IGNORECASE,
)
"""Says how to answer: no words to be said."""
_BESIDE = re.compile(
    r"\b(?:ping|test(?:ing)?|health ?-?check|connect\w*|check\w*|this|is|an?|please|and|nothing|else|more"
    r"|no|other|text|explanations?|punctuation|if|you|can|read|hear|see|are|there|up|alive|ready|working"
    r"|online|available|hello|hi|hey|warm-?up|smoke|only|just|exactly|the|word|to|api|then|do|not|don['’]t"
    r"|so|i|know|key|works?|system|sanity|status|probe|heartbeat|call|first|before|we|start|begin|begins|one|just|testing|the|connection"
    r"|add|anything|without|understand|got|me|it|message|get|receive|quotes|now)\b|\W",
    re.IGNORECASE,
)
"""What stands beside it, of which nothing asks for anything else."""
_LONGEST = 240


def verbatim_in(context: Context) -> str:
    """The words that the only message of a user wants back and nothing else; empty where it wants more."""
    last = context.last
    if last is None or last.source != "user" or context.said or len(context.of("user")) > 1:
        return ""
    text = last.text.strip()
    if len(text) <= _LONGEST and not _BESIDE.sub("", text) and (rule := context.of("system")):
        text = rule[-1].text.strip()  # `ping`
    found = _SAID.search(text) if len(text) <= _LONGEST else None
    if found is None:
        return ""
    said = found["quoted"] or found["capitals"] or found["rest"]
    plain = found["capitals"] and not _CAPITALS.fullmatch(said) and not _ALONE.search(found.group())
    told = found["rest"] and (_TOLD.search(said) or not _LITERALLY.search(found.group()))
    if plain or told or _A_FORM.fullmatch(said):
        return ""
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return "" if _BESIDE.sub("", rest) else said
