"""The guide's section on the vault, done: its files as it shows them, its two commands as it gives them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.test_guides import ROOT, commands, run, shell

__all__ = ["shell"]
PAGE = (ROOT / "docs" / "for-exercise-authors.md").read_text(encoding="utf-8")
SECTION = PAGE.split("\n## The vault\n")[1].split("\n## ")[0]
CANARY = "demonstration-canary"
COPIES = 3
"""So many hidden scenarios, each a family of its own, of each in practice."""
NO_SUBJECT = '"content": mail["body"]'
"""The one flaw of the exercise that `takehome new` writes: the model does not see the subject line."""


def blocks(language: str) -> Iterator[str]:
    return iter(re.findall(rf"^```{language}\n(.*?)^```$", SECTION, re.DOTALL | re.MULTILINE))


def write_vault(exercise: Path, vault: Path) -> None:
    """What the section says that a vault holds."""
    (vault / "panel" / "starter").mkdir(parents=True)
    (vault / "panel" / "reference" / "work").mkdir(parents=True)
    (vault / "measure.py").write_text(next(blocks("python")), encoding="utf-8")
    (vault / "rubric.toml").write_text(next(blocks("toml")), encoding="utf-8")
    (vault / "parameters.toml").write_text(
        f'canary = "{CANARY}"\nassessment = "spring"\nsecret = "{"5e" * 32}"\nbar = 60\n', encoding="utf-8"
    )
    practice = (exercise / "practice" / "scenarios.jsonl").read_text(encoding="utf-8").splitlines()
    hidden = [
        json.dumps({**scenario, "id": f"{scenario['id']}_h{n}", "family": f"{scenario['id']}_{n}"})
        for scenario in map(json.loads, practice[1:])
        for n in range(COPIES)
    ]
    (vault / "scenarios.jsonl").write_text("\n".join([f"# {CANARY}", *hidden, ""]), encoding="utf-8")
    for role, level in (("starter", 0), ("reference", 1)):
        (vault / "panel" / role / "member.toml").write_text(
            f'canary = "{CANARY}"\nlevel = {level}\nrole = "{role}"\ndescription = "the {role}"\n',
            encoding="utf-8",
        )
    starter = (exercise / "starter" / "main.py").read_text(encoding="utf-8")
    assert NO_SUBJECT in starter
    repaired = starter.replace(NO_SUBJECT, '"content": mail["subject"] + "\\n\\n" + mail["body"]')
    reference = vault / "panel" / "reference" / "work" / "main.py"
    reference.write_text(f"# {CANARY}\n{repaired}", encoding="utf-8")


@pytest.mark.timeout(310)
def test_a_vault_made_by_the_guide_validates_and_grades(tmp_path: Path, shell: dict[str, str]) -> None:
    run(["takehome new triage_mail"], tmp_path, shell)
    write_vault(tmp_path / "triage_mail", tmp_path / "vaults" / "triage_mail")
    run(
        [
            "takehome start ./triage_mail mine >&2",
            "cp --recursive --no-target-directory vaults/triage_mail/panel/reference/work mine",
            "cd mine",
            "git -c user.name=x -c user.email=x@localhost commit --quiet --all --message subject",
            "takehome submit --out ../work.zip",
        ],
        tmp_path,
        shell,
    )
    validate, grade = commands(SECTION.replace("<!-- test: skip", "<!-- "))
    found = run([f"{validate} --sandbox process || [ $? = 1 ]"], tmp_path, shell)
    short = {line.split(":")[0] for line in found.splitlines() if ": does not hold" in line}
    assert short == {"bank_size"}, found
    said = json.loads(run([f"{grade} --json"], tmp_path, shell))
    assert said["exercise"] == "triage_mail"
    assert said["score"]["value"] == pytest.approx(75), "what the reference earns, without claims"
