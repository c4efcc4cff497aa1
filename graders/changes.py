"""What differs between two grades of the same records."""

from __future__ import annotations

from typing import Any, NamedTuple

from graders.grade import Grade


class Change(NamedTuple):
    """One figure or version that is not what it was."""

    name: str
    old: Any
    new: Any


def changes(old: Grade, new: Grade) -> list[Change]:
    """Versions first, then figures; numbers that differ by rounding only are the same.

    A difference that only the new one tells of is more than the old one said, and no change of it.
    """
    known = {row.id for row in old.differences}
    told = new.model_copy(update={"differences": tuple(row for row in new.differences if row.id in known)})
    before, after = _flat(old), _flat(told)
    names = [*before, *(name for name in after if name not in before)]
    found = [
        Change(name, before.get(name), after.get(name))
        for name in names
        if not _same(before.get(name), after.get(name))
    ]
    return sorted(found, key=lambda change: not change.name.startswith("versions."))


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) <= 1e-9 * max(1.0, abs(old), abs(new))
    return bool(old == new)


_SAID = frozenset({"zero", "full", "label"})
"""Of a row: what a reader is told of it, no figure of its own."""


_TOLD = {"evidence", "by_family", "labels", "summary", "timebox_minutes"}
"""What a grade tells besides its figures."""


def _flat(grade: Grade) -> dict[str, Any]:
    data = grade.model_dump(
        mode="json", exclude={"evidence", "by_family", "labels", "summary", "timebox_minutes"}
    )
    for rows in ("outcome", "process", "shown", "differences", "claims"):
        data[rows] = {
            row["id"]: {name: value for name, value in row.items() if name not in _SAID} for row in data[rows]
        }
    del data["score"]["calibrated"]
    data["integrity"] = sorted({row["kind"] for row in data["integrity"]})
    flat: dict[str, Any] = {}
    _fill(flat, "", data)
    return flat


def _fill(flat: dict[str, Any], prefix: str, value: Any) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _fill(flat, f"{prefix}.{name}" if prefix else name, inner)
    else:
        flat[prefix] = value
