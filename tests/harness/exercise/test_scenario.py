"""Banks are read strictly, and expected outcomes do not leave."""

from pathlib import Path

import pytest

from harness.errors import SpecError
from harness.exercise.scenario import Scenario, load_bank, make_bank

LINE = '{"id": "a.1", "family": "a", "world": {"x": 1}, "expected": {"end": "SECRET"}}'


def test_a_bank_keeps_order_and_families(tmp_path: Path) -> None:
    path = tmp_path / "bank.jsonl"
    path.write_text("# canary\n" + LINE + "\n\n" + LINE.replace("a.1", "a.2") + "\n")
    bank = load_bank(path)
    assert [scenario.id for scenario in bank] == ["a.1", "a.2"]
    assert bank.families == ("a",)
    assert bank["a.2"].family == "a"


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bank.jsonl"
    path.write_text(LINE + "\n" + '{"id": "B!", "family": "a", "world": {}, "expected": {}}\n')
    with pytest.raises(SpecError, match=r"line 2.*\n.*`id`"):
        load_bank(path)


@pytest.mark.parametrize("text", ["", "# nothing\n", LINE + "\n" + LINE])
def test_empty_and_doubled_banks_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bank.jsonl"
    path.write_text(text)
    with pytest.raises(SpecError):
        load_bank(path)


def test_what_leaves_for_the_gateway_has_no_expected_outcome() -> None:
    scenario = Scenario.model_validate_json(LINE)
    assert "SECRET" not in scenario.public().model_dump_json()
    assert not hasattr(scenario.public(), "expected")
    assert scenario.public().world == {"x": 1}


def test_the_digest_follows_the_content() -> None:
    one = Scenario.model_validate_json(LINE)
    other = Scenario.model_validate_json(LINE.replace('"x": 1', '"x": 2'))
    assert make_bank([one]).digest == make_bank([one]).digest
    assert make_bank([one]).digest != make_bank([other]).digest
