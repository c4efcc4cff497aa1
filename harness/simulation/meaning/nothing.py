"""Options by which a choice says that it is not known, or that none of the others holds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from harness.simulation.reading.text import fold

UNKNOWING = (
    "unknown", "other", "none", "n/a", "na", "unclear", "unspecified", "unsure", "not_applicable", "null", "",
    "unsaid", "unbekannt", "unklar", "keine", "aucun", "aucune", "inconnu", "incertain", "ninguno", "ninguna",
    "desconocido", "incierto", "geen", "onbekend", "onduidelijk", "brak", "nieznane", "niejasne", "sonstiges",
)  # fmt: skip
"""Options that say that it is not known."""
_UNTOLD = frozenset(
    fold("""
said told stated mentioned known know given clear specified sure indicated reported evident determined
settled decided disclosed provided tell say certain visible recorded answered info information data idea
applicable gesagt genannt bekannt angegeben erwähnt klar précisé indiqué dit connu mentionné dicho indicado
mencionado claro sabe gezegd vermeld bekend gemeld duidelijk podano wiadomo powiedziano określono
""").words
)
"""Behind a word for not these say that it is not known."""
_DOUBTS = frozenset(
    fold("""
unstated undetermined unmentioned undecided unreported undisclosed uncertain indeterminate undefined
ungewiss ambiguous ambivalent mehrdeutig ambigu ambiguo dubbelzinnig
""").words
)
_NEVER = frozenset(
    fold(
        "not no non cannot cant can't doesnt dont isnt wasnt nicht keine kein pas aucune sin niet geen nie"
    ).words
)
_NOTHING = frozenset(
    fold("""
nothing none neither nil nobody nothing_else nichts rien nada niets nic keins keiner keines kein keine aucun
aucune ninguno ninguna ningún geen żaden żadna żadne brak
""").words
)
"""Alone they say that nothing holds, as they do at the head of a few words: `none of these`."""
_NOT = frozenset(fold("no not without nicht ohne sans sin zonder bez").words)
"""At the head of an option they say that what follows is not so: `no_demand`, `not_needed`."""


@lru_cache(maxsize=4096)
def unknowing(option: str) -> bool:
    """Whether an option says that it is not known: `unknown`, `not_said`, `cant_tell`."""
    if option.lower() in UNKNOWING:
        return True
    words = [word for word in fold(option.replace("_", " ").replace("-", " ")).words if word not in _SMALL]
    if len(words) == 1:
        return words[0] in _DOUBTS
    doubts = bool(words) and (words[0] in _NEVER or words[0] in UNKNOWING)
    return doubts and len(words) > 1 and _UNTOLD.issuperset(words[1:])


_SMALL = frozenset(
    [
        *[
            "is",
            "was",
            "been",
            "be",
            "it",
            "this",
            "that",
            "the",
            "do",
            "does",
            "did",
            "to",
            "from",
            "at",
            "all",
            "t",
        ],
        *["mail", "email", "message", "text", "ticket", "letter", "customer", "record", "records"],
    ]
)


def nothing_among(options: Sequence[str], *, plainly: bool = False) -> str | None:
    """The one option that says that nothing of what the others say is so; `None` where not just one does.

    `plainly`: in a word for that; of `no_answer` it shows by what is asked only whether it is one.
    """
    words = {option: fold(option.replace("_", " ").replace("-", " ")).words for option in options}
    found = [option for option, said in words.items() if said and said[0] in _NOTHING]
    if not found and not plainly:
        found = [option for option, said in words.items() if len(said) > 1 and said[0] in _NOT]
    return found[0] if len(found) == 1 and len(options) > 1 else None
