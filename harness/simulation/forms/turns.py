"""What a program's last turn does with what was asked before: asks for plain text, or for the same again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from harness.simulation.forms.shots import shows_turns
from harness.simulation.reading.context import Context, Piece

_PLAIN = re.compile(
    r"\b(?:in|as) plain (?:text|english|words|prose)\b|\bplain text (?:only|please)\b|\bas prose\b"
    r"|\b(?:not|without|instead of)\b[^.\n]{0,20}\bjson\b"
    r"|\bno json\b|\b(?:in|with|exactly|just|only) (?:a|one|two|three|\d) (?:single |short |plain )?"
    r"(?:words?|sentences?|paragraph|lines?)\b"
    r"|\b(?:answer|reply|respond)\W{1,3}(?:only )?(?:with )?[\"'`]?(?:yes|no)\b",
    re.IGNORECASE,
)
"""Says the form."""
_STARTS = (
    r"^\W{0,12}(?:(?:now|then|next|please|ok(?:ay)?|great|good|thanks|thank you|and"
    r"|finally|also|based on \w+)"
    r"[,.!:]?\s+)*"
)
_WRITES = re.compile(
    _STARTS
    + r"(?:write|draft|compose|translate|summari[sz]e|explain|rephrase|rewrite|shorten|tell me|phrase)\b",
    re.IGNORECASE,
)
"""Asks for words of another kind than the answer before."""
_ASKS = re.compile(
    rf"{_STARTS}(?:answer|reply|respond|in (?:one|two|a)|say|write|draft|compose|translate|explain|"
    r"summari[sz]e|rephrase|"
    r"rewrite|give|state|is|are|do|does|did|can|should|what|why|which|use|just|only|tell|phrase|no json)\b",
    re.IGNORECASE,
)
_PICKS = re.compile(
    r"\b(?:answer|reply|respond)\W{1,3}(?:only |just )?(?:with )?(?:only |just )?"
    r"(?:[\"'`]?(?:[a-e]|[1-5])[\"'`]?(?:, (?:or )?| or |/))+[\"'`]?(?:[a-e]|[1-5])[\"'`]?(?: only)?\W*$",
    re.IGNORECASE,
)
"""A last line that wants one of several named things, however these look."""
_LONGEST = 240
"""Characters of a line that instructs; what is longer is more likely to be what is written about."""


def asks_plainly(context: Context) -> bool:
    """Whether the last user turn itself wants plain text.

    By saying so in its first or last lines; or, where the model has answered before, by asking for a text.
    """
    lines = [line.strip() for line in context.asked.splitlines() if line.strip()]
    if lines and _PICKS.search(lines[-1]):
        return True
    if re.search(r"\bjson\b|\{\s*[\"'\w]+\s*:", _own(context.asked), re.IGNORECASE):
        return False
    edges = [line for line in (*lines[:2], *lines[-2:]) if len(line) <= _LONGEST]
    if any(_PLAIN.search(line) and _ASKS.search(line) for line in edges):
        return True
    return context.said > 0 and any(_WRITES.search(line) for line in edges)


_LETTER = (
    r"(?:letter|e-?mail|mail|reply|list(?:em)?|mailem|wiadomości[ąa]|brief|antwort|schreiben|lettre"
    r"|courriel|réponse|carta|correo|respuesta|antwoord)\b"
)
_ONLY_A_LETTER = re.compile(
    r"\b(?:nothing (?:but|except|besides|beyond|around|outside)|nic (?:poza|oprócz)|nichts (?:als|außer)"
    r"|rien (?:d['’]autre )?que|nada más que|niets (?:dan|behalve|anders dan)) "
    rf"(?:(?:the|a|your|den|dem|die|der|das|la|le|el|de|het) )?{_LETTER}"
    rf"|\byou (?:only|just) (?:write|draft) (?:the|a) {_LETTER}"
    rf"|\b(?:tylko|jedynie) (?:piszesz|redagujesz) {_LETTER}",
    re.IGNORECASE,
)
"""Says that the answer is a letter, and only that."""
_JSON_OUT = re.compile(
    r"\{\s{0,8}[\"'\w]|\b(?:return|answer|reply|respond|output|as|in|valid|only|give|als|en|au format|jako"
    r"|w formacie)\b[^.\n]{0,40}\bjson\b(?!\))",
    re.IGNORECASE,
)


_PLAIN_LETTER = re.compile(
    r"\b(?:write|draft|compose|produce|word|put)\b[^.\n]{0,60}\b(?:letter|e-?mail|mail|reply"
    r"|answer|message)\b"
    r"[^.\n{}]{0,60}\b(?:(?:in|as) (?:plain |simple )?(?:text|prose)|plain text)\b",
    re.IGNORECASE,
)
_IN_JSON = re.compile(
    r"\b(?:return|answer|reply|respond|output|as|in|valid|only"
    r"|give)\b[^.\n{]{0,40}\bjson\b(?!\))",
    re.IGNORECASE,
)


def wants_letter(context: Context) -> bool:
    """Whether the instructions want a letter and nothing around it, whatever form the facts for it have."""
    told = "\n".join(piece.text for piece in context.of("system"))
    if _ONLY_A_LETTER.search(told) and not _JSON_OUT.search(told):
        return True
    asked = _own("\n".join(piece.text for piece in context.of("system", "user")))
    return bool(_PLAIN_LETTER.search(asked)) and not _IN_JSON.search(asked)


def _own(text: str) -> str:
    """A turn's words without those that only rule JSON out."""
    return re.sub(r"\b(?:no|not|without|instead of)\b[^.\n]{0,20}\bjson\b", " ", text, flags=re.IGNORECASE)


_ERROR = re.compile(
    r"\b(?:invalid|malformed|not (?:a )?(?:valid|parseable|well-formed)|(?:could|can)(?: ?not"
    r"|n['’]t) (?:be )?(?:pars|read|load|decod)\w{0,4}"
    r"|(?:failed|unable) to (?:parse|load|decode|validate)|failed validating"
    r"|pars(?:e|ing|er) (?:error|failed|failure)"
    r"|syntax ?error"
    r"|(?:JSONDecode|Validation|Key|Type|Value)Error|validation (?:errors?|failed)|(?:did|does|do)(?: not"
    r"|n['’]t) (?:match|validate|conform|parse|follow|fit)"
    r"|expecting|expected|unterminated|extra data|invalid control|field required|missing"
    r"|required (?:property|properties|field|key)|additional (?:properties|keys|fields)|unexpected"
    r"|extra (?:inputs?|fields?|keys?)"
    r"|input should be|(?:must|should|has to|needs? to) be (?:one of|an?|in|null|none|empty|left)"
    r"|should have at (?:most|least)|too (?:long|short)|not (?:one of|in the enum)|is not of type|violates"
    r"|wrong (?:format|type|shape|key))\b",
    re.IGNORECASE,
)
"""Says what is wrong with an answer's form."""
_AGAIN = re.compile(
    r"\b(?:re-?send|send (?:\w{1,20} ){1,4}(?:again|once more)|(?:try|answer|reply|output"
    r"|return|once) (?:\w{1,12} ){0,3}(?:again|more)|again,? please|please,? again"
    r"|redo|(?:fix|correct|repair|amend) (?:it|that|this|and|the|your)|correct(?:ed)? (?:json|version"
    r"|answer|object|output)"
    r"|are you (?:\S{1,12} )?(?:sure|certain)|double-?check|check (?:it |that )?(?:again"
    r"|your|once more)|re-?check|reconsider"
    r"|review your|(?:final|full|complete|whole|entire|valid|same) (?:json|answer|object|format|shape"
    r"|keys|schema|output|version)"
    r"|(?:only|just) (?:the )?json|json only|in the same)\b",
    re.IGNORECASE,
)
"""Wants the answer once more."""
_LONGEST_COMPLAINT = 1500
_INPUT = re.compile(r"\binput_(?:value|type)=[^\n]{0,400}")

_RULE = re.compile(r"\bin schema\b[^\n]{0,200}\n(?:[ \t]{1,40}\S[^\n]{0,400}\n?){1,40}")
"""The part of a schema that a validator found broken: no shape that is asked for."""


def unanswered(context: Context, shape: Callable[[str], int]) -> tuple[Context, tuple[str, ...]]:
    """The context without a last turn that finds fault with the answer before it or wants it again, and
    the texts of all such turns. `shape`: how many fields a text asks for itself, 2 and more being a shape
    of its own.
    """
    asked = [piece for piece in context.pieces if piece.source == "user"]
    if not context.said or not asked or shows_turns(context) or context.pieces[-1].source != "user":
        return context, ()
    faults = [piece for piece in asked if _finds_fault(context, piece, shape)]
    if not faults or faults[-1].turn != asked[-1].turn:
        return context, ()
    left = tuple(piece for piece in context.pieces if piece not in faults)
    return replace(context, pieces=left), tuple(piece.text for piece in faults)


def _finds_fault(context: Context, piece: Piece, shape: Callable[[str], int]) -> bool:
    before = [other for other in context.pieces if other.turn < piece.turn and other.source != "system"]
    text = _RULE.sub(" ", _INPUT.sub(" ", piece.text))
    if not before or before[-1].source != "assistant" or len(text) > _LONGEST_COMPLAINT:
        return False
    lines = [line for line in text.splitlines() if line.strip()]
    if any(
        _WRITES.search(line) or (_PLAIN.search(line) and _ASKS.search(line))
        for line in lines[:2] + lines[-2:]
    ):
        return False
    return shape(text) < 2 if _ERROR.search(text) or _AGAIN.search(text) else False


def same_again(text: str, keys: list[str]) -> list[str]:
    """The keys of an answer with what a complaint finds missing, and without what it finds too much."""
    wanted = [next(filter(None, match.groups())) for match in _MISSING.finditer(text)]
    extra = {match[1] or match[2] for match in _EXTRA.finditer(text)}
    return [key for key in dict.fromkeys([*keys, *wanted]) if key not in extra]


_MISSING = re.compile(
    r"\bmissing (?:required )?(?:field|key|property)s?\W{1,4}([A-Za-z_]\w{1,40})"
    r"|(?m:^)([A-Za-z_]\w{1,40})\n\s{1,8}Field required"
    r"|['\"`]([A-Za-z_]\w{1,40})['\"`] is (?:a )?(?:required|missing)"
    r"|KeyError: ['\"]([A-Za-z_]\w{1,40})['\"]",
)
_EXTRA = re.compile(
    r"['\"`]([A-Za-z_]\w{1,40})['\"`] (?:was|is) (?:unexpected|not allowed)"
    r"|(?m:^)([A-Za-z_]\w{1,40})\n\s{1,8}Extra inputs"
)


def without(asked: str, fault: str) -> str:
    """Instructions without the lines of a turn that only finds fault."""
    lines = {line.strip() for line in fault.splitlines()}
    return "\n".join(line for line in asked.splitlines() if line.strip() not in lines) if fault else asked
