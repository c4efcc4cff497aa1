from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from harness.exercise.scenario import ModelFault
from harness.gateway.faults import call_name, damage

CUT = ModelFault(kind="cut_stream", rate=1)
TORN = ModelFault(kind="malformed_chunk", rate=1)
unit = st.floats(0.001, 0.999)


def events(number: int) -> list[bytes]:
    found = [b'data: {"text": "chunk %d"}\n\n' % index for index in range(number)]
    return [*found, b'data: {"finish": "stop"}\n\n', b"data: [DONE]\n\n"]


@given(st.integers(1, 30), unit)
def test_a_cut_stream_has_begun_and_never_says_that_it_is_done(number: int, where: float) -> None:
    body, _ = damage(CUT, events(number), where)
    assert body.startswith(b'data: {"text": "chunk 0"}')
    assert b"finish" not in body
    assert b"DONE" not in body


@given(st.integers(1, 30), unit)
def test_a_torn_stream_has_one_chunk_that_is_no_json(number: int, where: float) -> None:
    body, drop = damage(TORN, events(number), where)
    assert not drop
    bad = 0
    for event in body.split(b"\n\n")[:-2]:
        try:
            json.loads(event.removeprefix(b"data: "))
        except ValueError:
            bad += 1
    assert bad == 1


def test_both_ways_to_cut_happen() -> None:
    drops = {damage(CUT, events(8), number / 1_000 + 0.0005 * (number % 2))[1] for number in range(1, 999)}
    assert drops == {True, False}


def test_the_same_call_has_the_same_name() -> None:
    one = call_name("refund", {"order": "A1", "usd": 5, "idempotency_key": "k1"})
    assert one == call_name("refund", {"usd": 5, "order": "A1", "idempotency_key": "k2"})
    assert one == call_name("refund", {"usd": 5, "order": "A1"})
    assert one != call_name("refund", {"usd": 6, "order": "A1"})
    assert one != call_name("cancel", {"usd": 5, "order": "A1"})
