"""One record of each id from all the places where a context shows it."""

from __future__ import annotations

from harness.simulation.reading.shapes import Record
from harness.simulation.reading.text import fold


def merge(records: list[tuple[int, Record]]) -> dict[str, Record]:
    """One record per id from sightings in reading order: the later one has the last word."""
    merged: dict[str, Record] = {}
    for place, seen in records:
        record = merged.setdefault(seen.id, Record(seen.spec, seen.id))
        record.places.append(place)
        for name, value in seen.values.items():
            record.put(name, value)
        for name, parts in seen.parts.items():
            kept = record.parts.setdefault(name, [])
            if _whole(parts) and not _poorer(parts, kept):
                record.parts[name] = list(parts)
                continue
            complete = bool(kept) and _whole(kept)
            for part in parts:
                _merge_part(kept, part, only_known=complete)
    return merged


def _whole(parts: list[Record]) -> bool:
    """Whether a list is told in full: what is only mentioned elsewhere adds nothing to it."""
    return all(part.get(part.spec.id_field) is not None and len(part.values) >= 3 for part in parts)


def _poorer(parts: list[Record], kept: list[Record]) -> bool:
    """Whether a list tells less of what is known in full: what a plan pays for is not what was ordered."""
    known = {part.get(part.spec.id_field): part for part in kept}
    own = [known.get(part.get(part.spec.id_field)) for part in parts]
    return (
        bool(kept)
        and _whole(kept)
        and all(
            other is not None and len(part.values) < len(other.values)
            for part, other in zip(parts, own, strict=True)
        )
    )


def _merge_part(kept: list[Record], part: Record, *, only_known: bool) -> None:
    """Take a part that is known by its name alone for the known one of that name."""
    said = fold(str(part.get("name") or part.id))
    for known in kept:
        names = [str(value) for value in (known.get("name"), known.get(known.spec.id_field)) if value]
        if known.id == part.id or any(fold(name).skeleton == said.skeleton for name in names):
            for name, value in part.values.items():
                if known.get(name) is None:
                    known.put(name, value)
            return
    if not only_known:
        kept.append(part)
