"""Labels of somebody's own for how a mail sounds or how much it presses, and which comes nearest."""

from __future__ import annotations

import re

_MOODS = (
    (0.9, r"furious|hostile|abusive|aggressive|enraged|outraged|livid|threatening"),
    (0.9, r"very (?:angry|negative|upset)"),
    (0.65, r"angry|mad|rude|impolite|negative|heated|upset|unfriendly|wütend|verärgert|unhöflich"),
    (0.32, r"annoyed|irritated|frustrated|disappointed|dissatisfied|displeased|unhappy|impatient|concerned"),
    (0.32, r"slightly (?:angry|negative|annoyed|upset)|enttäuscht|genervt"),
    (0.2, r"mixed"),
    (0.12, r"neutral|calm|matter[- ]of[- ]fact|factual|business[- ]?like|formal|plain|objective|sachlich"),
    (0.03, r"polite|civil|courteous|höflich"),
    (-0.1, r"happy|friendly|positive|satisfied|pleased|warm|grateful|cheerful|delighted|kind"),
    (-0.1, r"very (?:positive|friendly|happy)|freundlich|zufrieden"),
)
_URGENCIES = (
    (0.9, r"critical|emergency|immediate|very (?:high|urgent)|p1|p0|sofort|kritisch"),
    (0.7, r"high|urgent|p2|hoch|dringend|pressing|asap"),
    (0.42, r"med(?:ium)?|moderate|elevated|normal|standard|p3|mittel|soon"),
    (0.2, r"low|none|not urgent|routine|can wait|minor|p4|p5|niedrig|gering|relaxed"),
)
_PLACED = {
    kind: tuple((place, re.compile(rf"(?:{words})\W*$", re.IGNORECASE)) for place, words in table)
    for kind, table in (("mood", _MOODS), ("urgency", _URGENCIES))
}


def nearest_label(kind: str, options: tuple[str, ...], place: float) -> str | None:
    """The option that comes nearest; `None`: of one of them it is not known what it says."""
    placed = [(found, option) for option in options if (found := _place(kind, option)) is not None]
    if not options or len(placed) < len(options) or len({found for found, _ in placed}) < len(options):
        return None
    return min(placed, key=lambda pair: abs(pair[0] - place))[1]


def _place(kind: str, option: str) -> float | None:
    plain = option.replace("_", " ").strip()
    return next((place for place, words in _PLACED[kind] if words.match(plain)), None)
