"""Which fields of an answer are not known, or not for sure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Noted:
    """The paths of these fields, such as `lines[].sku`."""

    unknown: list[str] = field(default_factory=list)
    """They mean nothing here."""
    blind: list[str] = field(default_factory=list)
    """The unknown ones whose empty value looks like an answer, and that must be filled."""
    doubtful: list[str] = field(default_factory=list)
    """It is not sure that they say what is asked: those that stay empty, what is derived."""
    mute: list[str] = field(default_factory=list)
    """It is known what to say, and not which option says it."""
    untold: list[str] = field(default_factory=list)
    """It is known what is asked, and nothing tells it."""

    def forget(self, paths: Iterable[str]) -> None:
        """Take fields for known after all."""
        known = {*paths}
        self.unknown = [one for one in self.unknown if one not in known]
        self.certain(known)

    def certain(self, paths: Collection[str]) -> None:
        """Take fields for such as say nothing wrong."""
        self.blind = [one for one in self.blind if one not in paths]
        self.doubtful = [one for one in self.doubtful if one not in paths]
