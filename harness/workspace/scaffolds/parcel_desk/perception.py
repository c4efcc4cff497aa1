"""What the model believes of the mail and its parcel, mistakes included.

Every program meets these slips, whether it extracts, decides or acts: `subject` makes them the mail's own.
"""

from __future__ import annotations

from harness.simulation.noise import Noise
from harness.simulation.reading.values import Money, canonical

from .mind import Mind
from .policy import Facts


def perceive(mind: Mind, noise: Noise) -> Facts:
    """Read mail and record as this model does in this context."""
    id = _parcel(mind, noise)
    record = mind.parcels.get(id or "")
    return Facts(
        tracking_id=id,
        issue=_issue(mind, noise),
        demanded=_demanded(mind),
        today=mind.today,
        status=record.get("status") if record else None,
        last_scan=record.get("last_scan") if record else None,
        delivered=record.get("delivered") if record else None,
        declared=record.get("declared_value") if record else None,
    )


def right_parcel(mind: Mind) -> str | None:
    """The parcel that an attentive reader takes."""
    fact = mind.facts.get("tracking_id")
    if fact is not None:
        return fact.value
    if "tracking_id" in mind.told:
        return str(mind.told["tracking_id"]).upper()
    return next(iter(mind.parcels)) if not mind.wording and len(mind.parcels) == 1 else None


def _parcel(mind: Mind, noise: Noise) -> str | None:
    right, decoy = right_parcel(mind), mind.decoys.get("tracking_id")
    if right is None or decoy is None:
        return right
    record = mind.parcels.get(right)
    features = {
        **mind.features,
        "asked": float("tracking_id" in mind.contract.slots),
        "evidence": float(record is not None and record.get("recipient") is not None),
    }
    return decoy.value if noise.fires("wrong_parcel", features, subject=mind.about) else right


def _issue(mind: Mind, noise: Noise) -> str | None:
    fact, decoy = mind.facts.get("issue"), mind.decoys.get("issue")
    if fact is None or decoy is None:
        return fact.value if fact else mind.told.get("issue")
    features = {**mind.features, "asked": float("issue" in mind.contract.slots)}
    return decoy.value if noise.fires("wrong_issue", features, subject=mind.about) else fact.value


def _demanded(mind: Mind) -> Money | None:
    fact = mind.facts.get("demanded")
    said: Money | None = canonical(fact.value if fact else mind.told.get("demanded"), "money")
    return said
