"""What programs may ask for (`ontology.toml`), and what a parcel's record looks like."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from harness.simulation.founded import EMAIL
from harness.simulation.reading.records import FieldSpec, RecordSpec
from harness.simulation.vocabulary import Vocabulary, load_vocabulary

TRACKING_ID = re.compile(r"\bPX-\d{6}\b", re.IGNORECASE)
NAMES = re.compile(rf"\bPX-(?P<tail>\d{{6}})\b|{EMAIL}")
"""Parcels and people: whoever names one has read of it."""

PARCEL = RecordSpec(
    name="parcel",
    id_field="tracking_id",
    id_pattern=TRACKING_ID,
    fields={
        "tracking_id": FieldSpec(
            "id", ("tracking", "tracking number", "parcel", "parcel id", "id", "number")
        ),
        "status": FieldSpec("word", ("state", "parcel status"), ("in_transit", "delivered", "returned")),
        "last_scan": FieldSpec("date", ("last seen", "scanned", "last scanned", "last event")),
        "last_place": FieldSpec("text", ("place", "location", "last location")),
        "promised": FieldSpec("date", ("promised by", "eta", "due", "expected")),
        "delivered": FieldSpec("date", ("delivered on", "delivery date", "delivered at")),
        "declared_value": FieldSpec("money", ("declared", "value", "insured value", "goods value")),
        "contents": FieldSpec("text", ("content", "goods", "item")),
        "recipient": FieldSpec("text", ("addressee", "to")),
    },
)
"""A record in any layout: JSON, labelled lines, a table, prose. Values are read where they stand."""


@cache
def vocabulary() -> Vocabulary:
    """What `ontology.toml` says."""
    return load_vocabulary(Path(__file__).with_name("ontology.toml"))


@cache
def answerable() -> frozenset[str]:
    """Slots that a question in plain words may be about: what is read, decided, or stands in a record."""
    ontology, _, cues = vocabulary()
    return cues.extract | cues.decide | (PARCEL.fields.keys() & ontology.slots.keys())
