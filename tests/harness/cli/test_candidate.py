"""The candidate's way from start to submission, with a real gateway and the process sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import COMMANDS, call
from harness.workspace.submission import unpack

TINY = Path(__file__).parents[2] / "fixtures" / "tiny"
Takehome = Callable[..., Any]


@pytest.fixture
def takehome(capsys: pytest.CaptureFixture[str]) -> Takehome:
    """Run a command; its exit code and what it printed."""

    def run(name: str, *arguments: str, code: int = 0) -> Any:
        capsys.readouterr()
        found = call(name, COMMANDS[name], list(arguments))
        printed = capsys.readouterr()
        assert found == code, printed.err + printed.out
        return json.loads(printed.out) if "--json" in arguments and code == 0 else printed

    return run


@pytest.fixture
def space(takehome: Takehome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    takehome("start", str(TINY), str(tmp_path / "space"))
    monkeypatch.chdir(tmp_path / "space")
    return tmp_path / "space"


def test_from_start_to_submission(takehome: Takehome, space: Path, tmp_path: Path) -> None:
    sandbox = ("--sandbox", "process", "--scenario", "big_order", "--scenario", "moved")
    ran = takehome("run", *sandbox, "--json")
    assert ran["all"]["trials"] == 4
    assert ran["all"]["simulator"] == {"calls": 12, "not_understood": 0}
    assert {family["name"] for family in ran["families"]} == {"big_order", "moved"}
    again = takehome("run", *sandbox, "--json")
    assert again["all"] == ran["all"]

    listed = takehome("trace", "--json")
    assert [item["success"] for item in listed] == sorted(item["success"] for item in listed)
    name = listed[0]["trial"]
    shown = takehome("trace", name).out
    assert "find_account" in shown
    assert f"verdict: {'success' if listed[0]['success'] else 'failure'}" in shown
    takehome("trace", name, "--html", str(tmp_path / "one.html"))
    assert "find_account" in (tmp_path / "one.html").read_text()
    assert "draws" not in takehome("trace", name, "--json")["gateway"]["calls"][0]
    takehome("trace", name, "--otlp", str(tmp_path / "one.json"))
    takehome("trace", "--otlp", str(tmp_path / "all"))
    assert len(list((tmp_path / "all").iterdir())) == 4
    first = json.loads((tmp_path / "one.json").read_text())
    assert first["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["name"] == "invoke_agent tiny"

    main = space / "main.py"
    main.write_text(main.read_text().replace('["body"]', '["from"] + ": " + task["mail"]["body"]'))
    tried = takehome(
        "try", "the sender tells them apart", "--expect", "-0.9..-0.1", "--trials", "1", *sandbox, "--json"
    )
    assert tried["pairs"] == 4
    assert tried["baseline_value"] == 1 - ran["all"]["success_rate"]["value"]
    assert tried["difference"] <= 0
    assert takehome("keep", "--json")["why_no_claim"] == "it was tried on a part of the practice scenarios"

    takehome("note", "the body alone does not name the sender")
    status = takehome("status", "--json")
    assert (status["tries"], status["kept"], status["problems"]) == (1, 1, [])
    assert status["run"]["trials"] == 4
    sent = takehome("submit", "--json")
    assert takehome("submit", "--json")["digest"] == sent["digest"]
    found = unpack(Path(sent["path"]), tmp_path / "into")
    assert found.findings == ()
    assert found.work_digest == tried["change"]
    assert status["last_run"]["work"] == tried["baseline"]
    assert [event.type for event in found.journal.events] == [
        "start", "run", "run", "try", "keep", "note", "submit",
    ]  # fmt: skip
    assert "the journal" not in takehome("log").err


def test_every_command_outside_a_workspace_says_where_to_go(
    takehome: Takehome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("run", "keep", "drop", "trace", "status", "log", "submit"):
        assert "takehome start" in takehome(name, code=2).err
    for name in ("try", "note"):
        assert "takehome start" in takehome(name, "text", code=2).err


@pytest.mark.usefixtures("space")
def test_what_is_wrong_is_said_with_a_hint(takehome: Takehome) -> None:
    assert "LOW..HIGH" in takehome("try", "x", "--expect", "lots", code=2).err
    assert "failure_rate" in takehome("try", "x", "--metric", "joy", code=2).err
    assert "nothing to try" in takehome("try", "x", code=2).err
    assert "families" in takehome("run", "--scenario", "nowhere", code=2).err
    assert "no sandbox" in takehome("run", "--sandbox", "cloud", code=2).err
    assert "no trials yet" in takehome("trace", code=2).err
    assert "nothing to keep" in takehome("keep", code=2).err
    assert "empty note" in takehome("note", " ", code=2).err


def test_a_program_that_crashes_is_data_not_an_error(takehome: Takehome, space: Path) -> None:
    (space / "main.py").write_text("raise SystemExit(3)\n")
    ran = takehome("run", "--sandbox", "process", "--scenario", "moved_1", "--json")
    assert ran["all"]["successes"] == 0
    assert ran["failed"] == ["moved_1:0"]
    shown = takehome("trace").out
    assert "exited 3" in shown
    failed = takehome("run", "--sandbox", "process", "--scenario", "moved_1", "--failed").out
    assert "moved_1:0" in failed


def test_trace_shows_the_work_that_was_asked_for_last_though_all_was_known(
    takehome: Takehome, space: Path
) -> None:
    run = ("run", "--sandbox", "process", "--scenario", "moved_1")
    main = space / "main.py"
    starter = main.read_text()
    takehome(*run)
    main.write_text("raise SystemExit(3)\n")
    takehome(*run)
    assert takehome("trace", "--json")[0]["exit_code"] == 3
    main.write_text(starter)
    takehome(*run)
    assert takehome("trace", "--json")[0]["exit_code"] == 0
    main.write_text("raise SystemExit(3)\n")
    printed = takehome("try", "it ends early", "--trials", "1", *run[1:])
    assert takehome("trace", "--json")[0]["exit_code"] == 3
    assert "--first" not in printed.err
    for code in (4, 5):
        main.write_text(f"raise SystemExit({code})\n")
        printed = takehome("try", "it ends otherwise", "--trials", "1", *run[1:])
    assert "these trials were used for tries of 3 changes; `--first 1` gives fresh luck" in printed.err


def test_what_the_claims_lack_is_said_by_keep_and_submit(takehome: Takehome, space: Path) -> None:
    (space / "claims").mkdir()
    (space / "claims" / "01-x.diff").write_text("--- a/none.py\n+++ b/none.py\n@@ -1 +1 @@\n-a\n+b\n")
    claim = space / "claims.toml"
    claim.write_text(
        '[[claim]]\nid = "x"\nhypothesis = "h"\npatch = "claims/01-x.diff"\nbase = "work"\n'
        'metric = "harm_rate"\npredicted = [0.1, 0.2]\nn = 30\n'
    )
    said = takehome("keep", "--untested").err
    assert "claim `x`" in said
    assert "git diff -R" in said
    assert "git diff -R" in takehome("status").out
    assert "git diff -R" in takehome("submit", code=2).err
    one = claim.read_text()
    claim.write_text(one + one.replace('"x"', '"y"'))
    assert "2 claims; `takehome status` says why" in takehome("keep", "--untested").err
    assert "claim `y`" in takehome("status").out
    claim.write_text(one)
    (space / "none.py").write_text("b\n")
    assert takehome("keep", "--untested", "--json")["stale_claims"] == []
    assert takehome("submit", "--json")["notes"] == [
        "claim `x`: no try in the journal measured harm_rate on 30 pairs"
    ]
    assert "your word, and unscored" in takehome("submit").err


def test_a_journal_that_was_edited_is_said_and_does_not_hinder_the_submission(
    takehome: Takehome, space: Path
) -> None:
    takehome("note", "one")
    takehome("note", "two")
    path = space / ".takehome" / "journal.jsonl"
    path.write_text(path.read_text().replace('"one"', '"uno"'))
    assert "line 2" in takehome("log", code=1).err
    assert "line 2" in takehome("status").out
    assert takehome("submit", "--json")["meta"]["work"]


def test_drop_and_allow_dirty(takehome: Takehome, space: Path) -> None:
    (space / "new.py").write_text("x = 1\n")
    assert "new.py" in takehome("submit", code=2).err
    assert "work/new.py" in takehome("submit", "--allow-dirty", "--json")["files"]
    data = takehome("drop", "--json")
    assert (space / data["saved"]).is_file()
    assert not (space / "new.py").exists()


def test_a_note_with_escapes_is_shown_harmless(takehome: Takehome, space: Path) -> None:
    takehome("note", "red \x1b[31m and [bold]")
    out = takehome("log").out
    assert "\x1b" not in out
    assert "[bold]" in out
    assert space.is_dir()


def test_the_list_names_what_is_installed(takehome: Takehome) -> None:
    found = takehome("list", "--json")
    assert all(item["timebox_minutes"] >= 10 for item in found["exercises"])
    assert takehome("list").out.startswith("exercise")


def test_doctor_passes_on_a_machine_that_runs_tests(takehome: Takehome, space: Path) -> None:
    assert space.is_dir()
    found = takehome("doctor", "--json")
    levels = {check["name"]: check["level"] for check in found["checks"]}
    assert levels["gateway"] == levels["exercise"] == levels["trial"] == "ok"
    assert levels["simulator"] == "unknown"
    assert found["ok"]


def test_doctor_fails_without_git(
    takehome: Takehome, space: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert space.is_dir()
    monkeypatch.setenv("PATH", str(tmp_path))
    printed = takehome("doctor", "--quick", "--json", code=3)
    found = {check["name"]: check for check in json.loads(printed.out)["checks"]}
    assert found["git"]["level"] == "fail"
    assert "install git" in found["git"]["hint"]


def test_new_and_kit(takehome: Takehome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = takehome("new", "triage_mail", "--json")
    assert "world.py" in made["files"]
    takehome("new", "triage_mail", code=2)
    takehome("start", "./triage_mail", "work")
    sent = takehome("kit", "./triage_mail", "--json")
    assert (tmp_path / "triage_mail-kit" / "README.md").is_file()
    assert "triage_mail/BRIEF.md" in sent["files"]
    takehome("kit", "./triage_mail", code=2)
    assert takehome("kit", "./triage_mail", "--out", "sent.zip", "--json")["path"] == "sent.zip"
