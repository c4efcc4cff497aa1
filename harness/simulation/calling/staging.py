"""Tools of several steps: one that asks before a deed is done, one that drafts a letter which others check
and send, one that carries out what was only proposed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from harness.simulation.calling.reckoners import reckons
from harness.simulation.calling.tools import Offered, ToolKind, mapping
from harness.simulation.meaning.slots import words_of
from harness.simulation.reading.text import fold

_ASKS = frozenset(
    fold("""
validate validation approve approval authorise authorize authorisation authorization precheck preflight
permission clearance guard dryrun dry freigabe genehmigung genehmigen valider approbation autorisation
validar aprobar aprobación autorización goedkeuring goedkeuren zatwierdź zgoda
""").words
)
"""Words of the name of a tool that is asked before money moves."""
_LOOKS_AT = frozenset(
    fold("""
check verify verification simulate preview prüfen pruefen vérifier verificar controleren sprawdź
""").words
)
_MAY = re.compile(
    r"\b(?:limits?|allowed|allows?|permitted|may (?:be )?(?:pay|paid|refund\w*)|can be (?:paid|refunded)"
    r"|authori[sz]\w*|approv\w*|valid\w*|before (?:pay\w*|refund\w*|money|any|the|you|issuing)"
    r"|accepted|within|grenzen?|darf|erlaubt|plafond|límite|limiet|limit\w*)\b",
    re.IGNORECASE,
)
"""What is said of one that only looks at it: whether it may be paid."""
_DRAFTS = frozenset(
    fold("""
draft drafts compose prepare save stage write create entwurf brouillon borrador concept szkic
""").words
)
_CHECKS = frozenset(
    fold("""
check review verify validate proofread lint screen inspect prüfen pruefen vérifier revisar controleer
sprawdź
""").words
)
_SENDS = frozenset(
    fold("""
send publish submit deliver dispatch release post mail senden absenden envoyer enviar verstuur wyślij
""").words
)
_CARRIES = frozenset(
    fold("""
commit confirm execute finalize finalise apply carry enact perform ausführen exécuter ejecutar uitvoeren
wykonaj
""").words
)
_APPROVES = frozenset({"approve", "accept", "release"})
_PLANS = frozenset(
    fold("""
proposal plan decision resolution pending staged vorschlag proposition propuesta voorstel
""").words
)
_LETTER = frozenset(
    fold("""
draft reply mail email letter message answer response text entwurf antwort réponse respuesta antwoord
odpowiedź
""").words
)
_BARE = 2
"""Arguments of a tool that only says yes to something."""
ANY = "*"
"""What a tool carries through that is there for any deed which was proposed."""


def staged(offered: tuple[Offered, ...], kinds: Mapping[str, ToolKind]) -> tuple[Offered, ...]:
    """The tools, with what each of them comes before or after."""
    pays = next((tool for tool in offered if _moves(tool, kinds)), None)
    draft = next((tool for tool in offered if _drafts(tool, kinds)), None)
    return tuple(_step(tool, pays, draft, kinds) for tool in offered)


def _step(
    tool: Offered, pays: Offered | None, draft: Offered | None, kinds: Mapping[str, ToolKind]
) -> Offered:
    named = {*words_of(tool.spec.name)}
    if tool.follows or tool is pays or tool is draft:
        return tool
    if pays is not None and _asks(tool) and _like(tool, kinds[pays.kind]):
        return replace(tool, kind="foreign", arguments={}, precedes=pays.kind)
    parts = tool.spec.schema.get("properties")
    bare = not any(_text(name) for name in (parts if isinstance(parts, dict) else {}))
    steps = named & (_CHECKS | _SENDS) and (named & _LETTER or named <= _SENDS)
    if draft is not None and bare and steps:
        return replace(tool, kind="foreign", arguments={}, follows=draft.spec.name)
    return replace(tool, follows=ANY) if _carries(tool) else tool


def _asks(tool: Offered) -> bool:
    """Whether a tool is asked for leave, by its name, or says whether money may move."""
    named = {*words_of(tool.spec.name)}
    looks = bool(named & _LOOKS_AT and _MAY.search(f"{' '.join(named)} {tool.spec.description}"))
    return looks or bool(named & _ASKS)


def _moves(tool: Offered, kinds: Mapping[str, ToolKind]) -> bool:
    """Whether a tool moves money, and does not only ask for leave to."""
    takes = tool.kind in kinds and bool(kinds[tool.kind].takes)
    return takes and not {*words_of(tool.spec.name)} & (_ASKS | _LOOKS_AT)


def _drafts(tool: Offered, kinds: Mapping[str, ToolKind]) -> bool:
    """Whether a tool takes a letter and does not send it."""
    writes = tool.kind in kinds and "body" in kinds[tool.kind].needs and tool.named("body") is not None
    named = {*words_of(tool.spec.name)}
    return writes and bool(named & _DRAFTS) and not named & _SENDS


def _like(tool: Offered, kind: ToolKind) -> bool:
    """Whether a tool takes what one that moves money takes."""
    parts = tool.spec.schema.get("properties")
    taken = {*mapping(parts if isinstance(parts, dict) else {}, kind).values()}
    return {*kind.takes} <= taken and not reckons(tool.spec)


def _text(name: str) -> bool:
    """Whether an argument is for words, and no number of something."""
    return bool(
        {*words_of(name)} & (_LETTER | {"body", "content", "subject"}) - {"draft"}
    ) and "id" not in words_of(name)


def _carries(tool: Offered) -> bool:
    """Whether a tool only carries out what was proposed, by its number if any."""
    parts = tool.spec.schema.get("properties")
    taken = {word for own in (parts if isinstance(parts, dict) else {}) for word in words_of(own)}
    named = {*words_of(tool.spec.name)}
    of_plan = bool((taken | named) & _PLANS) or named == {"commit"}
    few = len(parts if isinstance(parts, dict) else ()) <= _BARE
    return tool.kind in {"foreign", "submit"} and few and of_plan and bool(named & (_CARRIES | _APPROVES))


def checks(tool: Offered) -> bool:
    """Whether a step after another only looks whether that is in order."""
    return bool({*words_of(tool.spec.name)} & _CHECKS)
