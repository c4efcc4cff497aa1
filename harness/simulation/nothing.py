"""Options by which a choice says that it is not known, or that none of the others holds."""

from __future__ import annotations

from collections.abc import Sequence

from harness.simulation.text import fold

UNKNOWING = (
    "unknown", "other", "none", "n/a", "na", "unclear", "unspecified", "unsure", "not_applicable", "null", "",
    "unsaid", "unbekannt", "unklar", "keine", "aucun", "aucune", "inconnu", "incertain", "ninguno", "ninguna",
    "desconocido", "incierto", "geen", "onbekend", "onduidelijk", "brak", "nieznane", "niejasne", "sonstiges",
)  # fmt: skip
"""Options that say that it is not known."""
_NOTHING = frozenset(
    fold("""
nothing none neither nil nobody nothing_else nichts rien nada niets nic keins keiner keines kein keine aucun
aucune ninguno ninguna ningún geen żaden żadna żadne brak
""").words
)
"""Alone they say that nothing holds, as they do at the head of a few words: `none of these`."""
_NOT = frozenset(fold("no not without nicht ohne sans sin zonder bez").words)
"""At the head of an option they say that what follows is not so: `no_demand`, `not_needed`."""


def nothing_among(options: Sequence[str], *, plainly: bool = False) -> str | None:
    """The one option that says that nothing of what the others say is so; `None` where not just one does.

    `plainly`: in a word for that; of `no_answer` it shows by what is asked only whether it is one.
    """
    words = {option: fold(option.replace("_", " ").replace("-", " ")).words for option in options}
    found = [option for option, said in words.items() if said and said[0] in _NOTHING]
    if not found and not plainly:
        found = [option for option, said in words.items() if len(said) > 1 and said[0] in _NOT]
    return found[0] if len(found) == 1 and len(options) > 1 else None
