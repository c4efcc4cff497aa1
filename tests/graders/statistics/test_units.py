"""Facts of a scenario's values."""

from __future__ import annotations

import numpy as np

from graders.statistics.units import facts


def test_what_is_remembered_is_plain_whoever_asked_first() -> None:
    first = facts(tuple(np.array([0.125, 1.0, -1.0])))
    assert {type(value) for value in first} == {float, bool}
    assert first is facts((0.125, 1.0, -1.0))
