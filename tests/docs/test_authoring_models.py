"""The guide on models: its commands and snippets run, and what it lists is all there is."""

from __future__ import annotations

import json
import pkgutil
import re
import tomllib
from pathlib import Path
from textwrap import dedent
from typing import get_args

import pytest

from exercises.flaky_agent_trace.deciding.features import FEATURES
from harness.simulation.base import Simulation
from harness.simulation.card import Shape, parse_card
from harness.simulation.meaning.specs import SlotKind
from harness.simulation.operations import MindLike
from harness.simulation.vocabulary import OperationEntry, SlotEntry, ToolEntry, load_vocabulary
from harness.workspace import scaffolds
from harness.workspace.scaffolds.parcel_desk.records import Meaning
from tests.docs.test_guides import ROOT, commands, run, shell

__all__ = ["shell"]
PAGE = (ROOT / "docs" / "authoring-models.md").read_text(encoding="utf-8")
EXAMPLE = Path(scaffolds.__path__[0]) / "parcel_desk"
EXCERPT = re.compile(r"# parcel_desk/(\w+\.py)\n")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below this row of headings, without code marks."""
    table = PAGE.split(f"\n{heading}\n")[1].split("\n\n")[0].splitlines()[1:]
    return [[cell.strip(" `") for cell in line.strip("|").split(" | ")] for line in table]


@pytest.mark.timeout(310)
def test_its_commands_lead_to_a_model_that_errs_in_nothing(tmp_path: Path, shell: dict[str, str]) -> None:
    lines = list(commands(PAGE))
    assert lines
    said = run([*lines, "cd sober_work", "takehome run --json"], tmp_path, shell)
    result = json.loads(said[said.rindex("\n{\n") :])
    assert result["failed"] == []
    assert result["all"]["simulator"]["not_understood"] == 0
    for number, text in enumerate(one for one in blocks("python") if not EXCERPT.match(one)):
        (tmp_path / f"snippet_{number}.py").write_text(text, encoding="utf-8")
        run([f"python snippet_{number}.py"], tmp_path, shell)


def test_excerpts_stand_in_the_example() -> None:
    found = [(match[1], text[match.end() :]) for text in blocks("python") if (match := EXCERPT.match(text))]
    assert found
    for name, text in found:
        assert text in (EXAMPLE / name).read_text(encoding="utf-8"), dedent(text)


def test_its_ontology_works(tmp_path: Path) -> None:
    path = tmp_path / "ontology.toml"
    path.write_text(blocks("toml")[0], encoding="utf-8")
    ontology, tools, cues = load_vocabulary(path)
    assert ontology.slot_of("refundAmount") == "amount"
    assert ontology.option("action", "refund", ("APPROVE", "REJECT")) == "APPROVE"
    assert "get_order" in tools
    assert cues.decide == {"action", "amount"}
    assert set(cues.free["decide"]["properties"]) == {"order_id", "action", "amount"}
    assert ontology.slots["quantity"].blank == 1


def test_its_card_works() -> None:
    shape = Shape(frozenset({"wrong_issue"}), frozenset({"decoy", "small", "asked", "drift"}), {})
    card = parse_card(tomllib.loads(blocks("toml")[1]), shape)
    assert 0.005 < card.p("wrong_issue", {}) < 0.02
    assert card.p("wrong_issue", card.snapshots["big-model-2026-11-03"]) > card.p("wrong_issue", {})


def test_its_annotation_works() -> None:
    (meaning,) = blocks("json")
    assert Meaning.model_validate_json(meaning).decoys


def test_it_names_every_feature_of_the_big_example() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    practice = ROOT / "exercises/flaky_agent_trace/practice/card.toml"
    modes = tomllib.loads(practice.read_text(encoding="utf-8"))["modes"]
    weights = {name for mode in modes.values() for name in mode.get("weights", {})}
    assert weights <= FEATURES
    assert weights - named <= {"tools", "judge"}


def test_its_tables_are_complete() -> None:
    methods = {row[0].split("(")[0] for row in rows("| method | what it says |")}
    assert methods == Simulation.__abstractmethods__
    kinds = [
        kind
        for row in rows("| kind of slot | what `belief(slot)` returns |")
        for kind in re.findall(r"\w+", row[0])
    ]
    assert sorted(kinds) == sorted(get_args(SlotKind))
    wanted = PAGE.split("A mind may be any class that has ")[1].split(":")[0]
    assert set(re.findall(r"`(\w+)`", wanted)) == {*MindLike.__annotations__, "about"}
    files = {
        name
        for row in rows("| you write | what | file of `parcel_desk` | section |")
        for name in re.findall(r"[\w/]+\.\w+", row[2])
    }
    assert {name for name in files if not (EXAMPLE / name).is_file()} == set()


def test_every_key_of_an_ontology_is_told() -> None:
    section = PAGE.split("\n## 2. ")[1].split("\n## ")[0]
    keys = SlotEntry.model_fields.keys() | ToolEntry.model_fields.keys() | OperationEntry.model_fields.keys()
    assert keys <= set(re.findall(r"\w+", section))


def test_what_it_names_exists() -> None:
    for name in re.findall(r"`(harness\.simulation[\w.]*)`", PAGE):
        assert pkgutil.resolve_name(name)
    paths = [
        path for path in re.findall(r"`((?:exercises|tests)/[\w/.]+)`", PAGE) if not (ROOT / path).exists()
    ]
    assert paths == []
    table = PAGE.split("look at, in `exercises/flaky_agent_trace` |")[1].split("\n\n")[0]
    looked_at = re.findall(r"`([\w/]+\.py)`", table)
    assert looked_at
    assert [path for path in looked_at if not (ROOT / "exercises/flaky_agent_trace" / path).is_file()] == []
