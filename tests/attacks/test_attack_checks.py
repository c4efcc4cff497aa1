"""That the checks see what they should: each is shown a grader without the wall."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from graders.attacks import intake, reading, terminal, wheels
from graders.attacks.arena import Arena, alive
from graders.attacks.attack import Tried, Where, results
from graders.attacks.suite import ATTACKS, try_attack
from graders.difference import Changes
from graders.vault_files import Vault
from harness.errors import EnvironmentFailure
from harness.exercise.registry import Exercise
from harness.gateway.admin_api import Charge, GatewayRecord
from harness.sandbox import hardening
from harness.sandbox.base import Job, Ran
from tests.attacks.doubles import TOOL, FakeGateway, OpenSandbox, ScriptedSandbox, call_record, gateway_record

BY_ID = {attack.id: attack for attack in ATTACKS}


Make = Callable[..., Arena]


@pytest.fixture
def make_arena(attacked: Exercise, attacked_vault: Vault, tmp_path: Path) -> Make:
    def make(sandbox: ScriptedSandbox, *records: GatewayRecord, where: Where = "docker") -> Arena:
        folder = tmp_path / "arena"
        folder.mkdir()
        needles = (attacked_vault.parameters.canary,)
        gateway = FakeGateway(*records)
        return Arena(where, attacked, attacked_vault.assessment, gateway, sandbox, needles, folder)

    return make


def said(*tried: str, gained: str = "") -> str:
    return "".join(f"TRIED {one}\n" for one in tried) + (f"GAINED: {gained}\n" if gained else "")


FILES = ("files", "packages", "environments")


def test_what_a_program_gained_is_gained(make_arena: Make) -> None:
    arena = make_arena(ScriptedSandbox(said(*FILES, gained="/vault")))
    assert try_attack(BY_ID["01_hidden_files"], "docker", arena).gained == ("/vault",)


def test_a_silent_program_was_not_tried(make_arena: Make) -> None:
    found = try_attack(BY_ID["01_hidden_files"], "docker", make_arena(ScriptedSandbox(said("files"))))
    assert (found.outcome, "environments, packages" in found.why) == ("not_tried", True)


def test_a_broken_sandbox_is_not_a_wall(make_arena: Make) -> None:
    found = try_attack(BY_ID["01_hidden_files"], "docker", make_arena(ScriptedSandbox("broken")))
    assert (found.outcome, found.why) == ("not_tried", "the engine is gone")


def test_a_printed_canary_is_gained(make_arena: Make, attacked_vault: Vault) -> None:
    text = said(*FILES) + attacked_vault.parameters.canary
    assert try_attack(BY_ID["01_hidden_files"], "docker", make_arena(ScriptedSandbox(text))).gained


CALL = call_record(charge=Charge(usd=1.0))
CHEAP = call_record(charge=Charge(usd=0.0001))
JSON = said(
    "deep", "digits", "nan", "infinity", "overflow", "twice", "surrogate", "not utf-8", "no object", "torn",
    "pickle", "large", "compressed",
)  # fmt: skip


@pytest.mark.parametrize(
    ("id", "sandbox", "records"),
    [
        ("08_clock", ScriptedSandbox(said("clock"), wall=0.1), []),
        ("08_clock", ScriptedSandbox(said("clock")), [gateway_record(virtual_seconds=0)]),
        ("31_memory", ScriptedSandbox(said("memory")), []),
        ("32_flood", ScriptedSandbox(said("flood")), []),
        ("32_flood", ScriptedSandbox(said("flood") + "y" * 300_000, "too_much_output"), []),
        ("34_orphans", ScriptedSandbox(said("orphans")), []),
        ("34_orphans", ScriptedSandbox(said("orphans"), "out_of_time", wall=60), []),
        ("21_budget", ScriptedSandbox(said("huge", "retries")), [gateway_record(charge=Charge(usd=9.0))]),
        ("21_budget", ScriptedSandbox(said("huge", "retries")), [gateway_record(calls=(CALL,) * 21)]),
        ("22_forged_turns", ScriptedSandbox(said("forged turn")), []),
        ("35_hostile_json", ScriptedSandbox(JSON), [gateway_record(tools=(TOOL,))]),
        ("35_hostile_json", ScriptedSandbox(JSON), [gateway_record(failure="it broke")]),
        (
            "36_slow_clients",
            ScriptedSandbox(said("slow", "honest beside slow", "smuggling")),
            [gateway_record(tools=(TOOL, TOOL))],
        ),
        (
            "43_stolen_token",
            ScriptedSandbox(said("dead", "other", "made up", "admin")),
            [gateway_record(tools=(TOOL,))],
        ),
        (
            "44_other_models",
            ScriptedSandbox(said("aliases", "query", "endpoints", "hosted tools")),
            [gateway_record(calls=(call_record(model="gpt-4o"),))],
        ),
        (
            "47_spoofed_usage",
            ScriptedSandbox(said("call")),
            [gateway_record(calls=(CALL,)), gateway_record(calls=(CHEAP,))],
        ),
    ],
)
def test_a_wall_that_is_not_there_is_seen_from_outside(
    make_arena: Make, id: str, sandbox: ScriptedSandbox, records: list[GatewayRecord]
) -> None:
    assert try_attack(BY_ID[id], "docker", make_arena(sandbox, *records)).outcome == "gained"


def test_a_forged_pass_that_is_believed(make_arena: Make, attacked_vault: Vault) -> None:
    expected = attacked_vault.assessment.bank.scenarios[0].expected
    end = {"flags": {expected["account"]: [expected["flag"]]}}
    arena = make_arena(ScriptedSandbox(said("files", "words")), gateway_record(end=end))
    assert try_attack(BY_ID["05_forged_pass"], "docker", arena).outcome == "gained"


def test_a_budget_that_was_never_reached_was_not_tried(make_arena: Make) -> None:
    arena = make_arena(ScriptedSandbox(said("huge", "retries")))
    assert try_attack(BY_ID["21_budget"], "docker", arena).outcome == "not_tried"


@pytest.fixture
def cleared() -> Iterator[None]:
    """Kills what the two attacks below left: processes with this test's own mark only."""
    yield
    for _ in range(3):
        for line in alive("takehome-attack-" + OWN):
            with suppress(ProcessLookupError):
                os.kill(int(line.split()[1]), signal.SIGKILL)
        time.sleep(0.05)


OWN = f"own{os.getpid()}"


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks under /proc")
@pytest.mark.parametrize("id", ["04_daemon", "34_orphans"])
@pytest.mark.usefixtures("cleared")
def test_processes_that_nobody_kills_are_found(
    make_arena: Make, id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graders.attacks import arena, trials

    for module in (arena, trials):
        monkeypatch.setattr(module, "mark", lambda _token: f"takehome-attack-{OWN}")
    monkeypatch.setattr(trials, "GONE_SECONDS", 0.1)
    found = try_attack(BY_ID[id], "docker", make_arena(OpenSandbox()))
    assert any("is alive after its trial" in gain for gain in found.gained)


def test_an_intake_that_believes_its_zip_is_found(make_arena: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def trusting(path: Path, into: Path, **_: object) -> None:
        into.mkdir()
        if "control" not in path.name:
            with suppress(Exception), zipfile.ZipFile(path) as archive:
                (into / str(len(archive.namelist()))).touch()

    arena = make_arena(ScriptedSandbox())
    monkeypatch.setattr(intake, "unpack", trusting)
    found = try_attack(BY_ID["24_hostile_zips"], "host", arena)
    assert len(found.gained) == len(intake.REFUSED)


def test_an_intake_that_refuses_everything_shows_nothing(
    make_arena: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_: object, **__: object) -> None:
        raise EnvironmentFailure("no")

    monkeypatch.setattr(intake, "unpack", refusing)
    assert try_attack(BY_ID["24_hostile_zips"], "host", make_arena(ScriptedSandbox())).outcome == "not_tried"


def test_wheels_that_nobody_judges_are_found(make_arena: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheels, "unpack", lambda *_: None)
    found = try_attack(BY_ID["05_hostile_wheels"], "host", make_arena(ScriptedSandbox()))
    assert len(found.gained) == len(wheels.WHEELS)


def test_a_terminal_that_shows_all_is_found(make_arena: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "harmless", str)
    arena = make_arena(ScriptedSandbox(said("escapes") + "\x1b[2J\u202e"))
    found = try_attack(BY_ID["52_escapes"], "docker", arena)
    assert found.gained == ("a message holds U+001B, U+202E",)


@pytest.mark.parametrize(
    ("id", "printed"),
    [
        ("12_secrets", said("names", "proc") + "NAME AWS_SECRET_ACCESS_KEY\n"),
        ("12_secrets", said("names", "proc") + "{secret}\n"),
        ("12_secrets", said("names", "proc") + "PATH=/bin MY_TEST_TOKEN=not-for-anybody\n"),
    ],
)
def test_a_secret_that_reaches_a_program_is_found(
    make_arena: Make, attacked_vault: Vault, monkeypatch: pytest.MonkeyPatch, *, id: str, printed: str
) -> None:
    monkeypatch.setenv("MY_TEST_TOKEN", "not-for-anybody")
    text = printed.replace("{secret}", attacked_vault.assessment.secret.hex())
    assert try_attack(BY_ID[id], "docker", make_arena(ScriptedSandbox(text))).outcome == "gained"


def test_a_tool_of_a_trial_that_is_run_is_found(make_arena: Make) -> None:
    arena = make_arena(ScriptedSandbox(said("tools")))
    (arena.folder / "sink.txt").write_text("takehome-attack")
    assert try_attack(BY_ID["13_trojaned_tools"], "docker", arena).outcome == "gained"


def test_a_world_that_keeps_odd_values_is_found(make_arena: Make, attacked_vault: Vault) -> None:
    class Odd(ScriptedSandbox):
        def run(self, job: Job) -> Ran:
            self._printed = said(json.loads((job.files / "arena.json").read_text()).get("what", ""))
            return super().run(job)

    expected = attacked_vault.assessment.bank.scenarios[0].expected
    end = {"flags": {expected["account"]: [expected["flag"]]}, "amount": float("nan")}
    found = try_attack(BY_ID["11_odd_values"], "docker", make_arena(Odd(), gateway_record(end=end)))
    assert any("no JSON" in gain for gain in found.gained)
    assert any("judged a success" in gain for gain in found.gained)


def test_a_host_that_fetches_is_found(make_arena: Make) -> None:
    class Fetching(ScriptedSandbox):
        def run(self, job: Job) -> Ran:
            told = json.loads((job.files / "arena.json").read_text())
            if "url" in told:
                with urllib.request.urlopen(told["url"], timeout=0.01):
                    pass
            return super().run(job)

    class Impatient(Fetching):
        def run(self, job: Job) -> Ran:
            with suppress(OSError):
                return super().run(job)
            return ScriptedSandbox.run(self, job)

    arena = make_arena(Impatient(said("images", "hosted", "files")))
    found = try_attack(BY_ID["45_fetched_by_us"], "docker", arena)
    assert found.gained == ("this machine connected to an address that the program named",)


def test_an_inspection_that_takes_anything_is_found(
    make_arena: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardening, "check_made", lambda *_: None)
    found = try_attack(BY_ID["40_softer_container"], "host", make_arena(ScriptedSandbox()))
    assert len(found.gained) == len(reading.SOFTER) + 2


def test_a_page_that_shows_all_is_found(make_arena: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "page", lambda changes: "".join(
        change.path + "".join(line.text for line in change.lines) for change in changes.files
    ))  # fmt: skip
    monkeypatch.setattr(reading, "harmless", str)
    monkeypatch.setattr(reading, "PAGE_BYTES", 1_000)
    arena = make_arena(ScriptedSandbox())
    disguised = try_attack(BY_ID["53_disguised_code"], "host", arena).gained
    assert {gain.split(":")[0] for gain in disguised} == {
        "right to left", "look-alikes", "invisible", "escapes", "a page",
    }  # fmt: skip
    absurd = try_attack(BY_ID["54_absurd_files"], "host", arena).gained
    assert {"a name that turns", "a name that is a page"} <= {gain.split(":")[0] for gain in absurd}


def test_an_intake_that_runs_what_it_meets_is_found(
    make_arena: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def curious(_: Path, work: Path) -> Changes:
        subprocess.run([sys.executable, str(work / "setup.py")], check=True)
        return Changes()

    monkeypatch.setattr(reading, "compare", curious)
    found = try_attack(BY_ID["28_code_at_intake"], "host", make_arena(ScriptedSandbox()))
    assert len(found.gained) == 1
    assert "ran on this machine" in found.gained[0]


def test_what_was_not_tried_does_not_hold() -> None:
    good = Tried("a", "a", "docker", "stopped")
    missing = Tried("b", "b", "docker", "not_tried", why="no engine")
    assert results([good], ()).held
    assert not results([], ()).held
    both = results([good, missing], ("kernels",))
    assert (both.tried, both.stopped, both.gained, both.held) == (1, 1, 0, False)
    assert both.not_tried == ("b (docker): no engine",)
    assert not results([good, Tried("c", "c", "host", "gained", gained=("x",))], ()).held
