"""The examples in the guide for authors are what the toolkit reads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from harness.simulation.card import Shape, parse_card
from harness.simulation.vocabulary import load_vocabulary

GUIDE = (Path(__file__).parents[3] / "docs" / "authoring-models.md").read_text(encoding="utf-8")
ONTOLOGY, CARD = re.findall(r"^```toml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_ontology_of_the_guide_works(tmp_path: Path) -> None:
    path = tmp_path / "ontology.toml"
    path.write_text(ONTOLOGY, encoding="utf-8")
    ontology, tools, cues = load_vocabulary(path)
    assert ontology.slot_of("refundAmount") == "amount"
    assert ontology.option("action", "refund", ("APPROVE", "REJECT")) == "APPROVE"
    assert "get_order" in tools
    assert cues.decide == {"action", "amount"}
    assert set(cues.free["decide"]["properties"]) == {"order_id", "action", "amount"}
    assert ontology.slots["quantity"].blank == 1


def test_the_card_of_the_guide_works() -> None:
    shape = Shape(frozenset({"wrong_issue"}), frozenset({"decoy", "small", "asked", "drift"}), {})
    card = parse_card(tomllib.loads(CARD), shape)
    assert 0.005 < card.p("wrong_issue", {}) < 0.02
    assert card.p("wrong_issue", card.snapshots["big-model-2026-11-03"]) > card.p("wrong_issue", {})


def test_the_guide_names_every_feature_of_the_example() -> None:
    from exercises.flaky_agent_trace.features import FEATURES

    named = set(re.findall(r"`(\w+)`", GUIDE))
    used = tomllib.loads(
        (Path(__file__).parents[3] / "exercises/flaky_agent_trace/practice/card.toml").read_text(
            encoding="utf-8"
        )
    )
    weights = {name for mode in used["modes"].values() for name in mode.get("weights", {})}
    assert weights <= FEATURES
    assert weights - named <= {"tools", "judge"}
