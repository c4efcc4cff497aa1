"""An alias stands for a dated snapshot; replies, lists and records say which."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from harness.exercise.spec import ModelSpec, Snapshot

OLD, NOW, NEXT = (f"tiny-medium-2026-{month}-01" for month in ("02", "06", "11"))
FACES: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "hello"}]},
    "/v1/responses": {"input": "hello"},
    "/v1/messages": {"messages": [{"role": "user", "content": "hello"}], "max_tokens": 50},
}
VERSION = {"anthropic-version": "2023-06-01"}


def _answered(visitor: Any, face: str, model: str) -> tuple[int, str | None]:
    headers = VERSION if face == "/v1/messages" else {}
    status, _, body = visitor.ask("POST", face, {"model": model, **FACES[face]}, headers=headers)
    return status, body.get("model")


@pytest.mark.parametrize("face", FACES)
def test_a_reply_names_the_snapshot_that_answered(open_trial: Any, face: str) -> None:
    visitor = open_trial()
    assert _answered(visitor, face, "tiny-medium") == (200, NOW)
    assert _answered(visitor, face, OLD) == (200, OLD)
    assert _answered(visitor, face, NEXT)[0] == 404  # not released yet
    assert _answered(visitor, face, "tiny-large") == (200, "tiny-large")
    calls = visitor.close().calls
    assert [(call.model, call.snapshot) for call in calls if call.status == 200] == [
        ("tiny-medium", NOW), (OLD, OLD), ("tiny-large", "tiny-large"),
    ]  # fmt: skip
    assert calls[0].charge.usd == calls[1].charge.usd


def test_a_streamed_reply_names_it_too(open_trial: Any) -> None:
    import openai

    visitor = open_trial()
    with openai.OpenAI(base_url=visitor.env["OPENAI_BASE_URL"], api_key=visitor.opened.token) as sdk:
        chunks = list(
            sdk.chat.completions.create(
                model="tiny-medium", messages=[{"role": "user", "content": "hello"}], stream=True
            )
        )
    assert {chunk.model for chunk in chunks} == {NOW}


def test_a_scenario_may_move_an_alias_for_some_hours(open_trial: Any) -> None:
    def listed(aliases: list[dict[str, Any]]) -> tuple[set[str], str | None]:
        visitor = open_trial(changes={"aliases": aliases})
        _, _, body = visitor.ask("GET", "/v1/models")
        names = {row["id"] for row in body["data"] if row["id"].startswith("tiny-medium")}
        return names, _answered(visitor, "/v1/chat/completions", "tiny-medium")[1]

    move = {"model": "tiny-medium", "snapshot": NEXT}
    assert listed([{**move, "snapshot": OLD}]) == ({"tiny-medium", OLD}, OLD)
    assert listed([move]) == ({"tiny-medium", OLD, NOW, NEXT}, NEXT)
    # A world without hours stays at hour 0.
    assert listed([{**move, "hours": [0, 5]}])[1] == NEXT
    assert listed([{**move, "hours": [20, 48]}])[1] == NOW


def test_both_vendors_list_date_and_alias(open_trial: Any) -> None:
    visitor = open_trial()
    _, _, one = visitor.ask("GET", f"/v1/models/{OLD}")
    assert (one["id"], one["created"]) == (OLD, 1_769_904_000)
    _, _, other = visitor.ask("GET", "/v1/models/tiny-medium", headers=VERSION)
    assert other["created_at"] == "2026-06-01T00:00:00Z"
    status, _, _ = visitor.ask("GET", f"/v1/models/{NEXT}")
    assert status == 404


def test_the_fingerprint_changes_with_the_snapshot(open_trial: Any) -> None:
    visitor = open_trial()
    face = "/v1/chat/completions"
    prints = [
        visitor.ask("POST", face, {"model": model, **FACES[face]})[2]["system_fingerprint"]
        for model in ("tiny-medium", NOW, OLD)
    ]
    assert prints[0] == prints[1] != prints[2]


def test_snapshots_have_names_of_their_own() -> None:
    prices: dict[str, Any] = {"input_usd": 1, "output_usd": 1, "cache_read_usd": 1, "cache_write_usd": 1}
    snapshot = Snapshot.model_validate({"name": "m-1", "released": "2026-01-01"})
    with pytest.raises(ValidationError, match="none of its snapshots"):
        ModelSpec(name="m", snapshots=(snapshot,), current="m-2", **prices)
    with pytest.raises(ValidationError, match="names of their own"):
        ModelSpec(name="m-1", snapshots=(snapshot,), **prices)
