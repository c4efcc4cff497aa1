"""Made-up trials whose true quality is known, and a runner that needs no sandbox."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from graders import panel
from graders.measure.measurement import Measurement
from graders.measure.rates import harm_rate, success_rate, usd_per_task
from graders.measure.trial import Trial
from graders.replay import Plan, Task, intake
from graders.rubric import Rubric
from graders.vault_files import Vault, open_vault
from harness.errors import EnvironmentFailure
from harness.exercise.assessment import Assessment
from harness.exercise.parts import Verdict
from harness.exercise.registry import Exercise, open_exercise
from harness.gateway.admin_api import CallRecord, Charge, GatewayRecord
from harness.sandbox.target import here
from harness.trial.record import Process, StoreKey, TrialKey, TrialRecord, TrialStore
from harness.trial.runner import Progress
from harness.workspace.draft import keep
from harness.workspace.packing import pack
from harness.workspace.start import start

FIXTURES = Path(__file__).parents[1] / "fixtures"
Make = Callable[..., list[Trial]]


def luck(*parts: object) -> float:
    """A uniform number keyed by what is decided, as the gateway draws."""
    digest = hashlib.sha256(repr(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def make_trials(
    p: float,
    *,
    harm: float = 0.3,
    usd: float = 0.01,
    scenarios: int = 60,
    families: int = 20,
    replays: int = 2,
    epoch: int = 0,
    bank: int = 0,
    spread: float = 0.2,
) -> list[Trial]:
    """Trials of a work that succeeds with probability p; `harm` is the share of its failures that harm.

    Works made with the same bank and epoch meet the same luck. `spread` moves whole families.
    """
    trials = []
    for number in range(scenarios):
        family = f"f{number % families}"
        shift = spread * (luck("family", bank, family) - 0.5)
        for replay in range(replays):
            u = luck("trial", bank, epoch, number, replay)
            won = u < p + shift
            harmed = not won and luck("harm", bank, epoch, number, replay) < harm
            verdict = Verdict(success=won, harm=harmed, label="ok" if won else "wrong")
            cost = usd * (0.8 + 0.4 * luck("usd", bank, epoch, number, replay))
            trials.append(
                Trial(
                    scenario=f"s{number}",
                    family=family,
                    weight=1.0,
                    replay=replay,
                    epoch=epoch,
                    verdict=verdict,
                    usd=cost,
                    tokens_in=1_000,
                    tokens_out=100,
                    calls=4,
                    not_understood=0,
                    seconds=3.0,
                    refused=0,
                    ended="exited",
                )
            )
    return trials


def measure(trials: Sequence[Trial], baseline: Sequence[Trial]) -> list[Measurement]:
    del baseline
    return [success_rate(trials), harm_rate(trials), usd_per_task(trials)]


RUBRIC = Rubric.model_validate(
    {
        "canary": "c",
        "version": "1",
        "item": [
            {
                "id": "success",
                "label": "ended well",
                "measurement": "success_rate",
                "points": 50,
                "min_gap": 0.1,
                "better": "higher",
            },
            {
                "id": "harm",
                "label": "harm",
                "measurement": "harm_rate",
                "points": 15,
                "min_gap": 0.02,
                "better": "lower",
            },
            {
                "id": "cost",
                "label": "cost",
                "measurement": "usd_per_task",
                "points": 10,
                "zero": "3*reference",
                "full": "reference",
                "min_gap": 0.0001,
                "better": "lower",
                "at_most": 1,
                "at_least": -1,
                "gate": "success",
            },
        ],
    }
)


@pytest.fixture(name="make_trials", scope="session")
def _make_trials() -> Make:
    return make_trials


@pytest.fixture(name="measure", scope="session")
def _measure() -> Callable[[Sequence[Trial], Sequence[Trial]], list[Measurement]]:
    return measure


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    return RUBRIC


BROKEN = '"content": task["mail"]["body"]'
FIXED = '"content": task["mail"]["from"] + task["mail"]["body"]'


class FakeRunner:
    """Works that show the model the sender end well in 95 of 100 trials, others in 40."""

    simulator = "fake/1"
    card_provenance = "invented"
    sandbox_kind = "process"
    sandbox_description = "no sandbox at all"
    image = "fake"
    runtime = ""
    target = here()

    def __init__(self, exercise: Exercise, assessment: Assessment, *, fails_after: int | None = None) -> None:
        self.exercise = exercise
        self.assessment = assessment
        self.ran: list[tuple[str, TrialKey]] = []
        self.fails_after = fails_after

    def store_key(self, submission_digest: str, packages: str = "") -> StoreKey:
        return StoreKey(
            exercise=self.exercise.digest,
            simulator=self.simulator,
            assessment=self.assessment.digest,
            submission=submission_digest,
            image=self.image,
            runtime=self.runtime,
            packages=packages,
        )

    def run(
        self, work: Path, keys: Sequence[TrialKey], store: TrialStore, *, progress: Progress | None = None
    ) -> list[TrialRecord]:
        text = (work / "main.py").read_text()
        p = 0.0 if "def main" not in text else 0.95 if "mail']['from" in text or FIXED in text else 0.4
        for number, key in enumerate(keys, start=1):
            if key not in store:
                if self.fails_after is not None and len(self.ran) >= self.fails_after:
                    raise EnvironmentFailure("the engine went away", hint="start it again")
                self.ran.append((store.path.name.split(".")[0], key))
                store.add(self.trial(key, p))
            if progress is not None:
                record = store.get(key)
                assert record is not None
                progress(record, number, len(keys))
        return [record for key in keys if (record := store.get(key)) is not None]

    def trial(self, key: TrialKey, p: float) -> TrialRecord:
        """One made-up trial of the tiny exercise."""
        scenario = self.assessment.bank[key.scenario]
        right, flag = scenario.expected["account"], scenario.expected["flag"]
        wrong = next(a["id"] for a in scenario.world["accounts"] if a["id"] != right)
        end: dict[str, Any] = {"flags": {}}
        if p:
            end = {"flags": {right if luck(*key) < p else wrong: [flag]}}
        usd = 0.001 * (1 + luck("usd", *key)) if p else 0.0
        call = CallRecord(
            seq=1, face="openai.chat", model="m", role="large", status=200, start=0, end=1, messages=("d",)
        )
        gateway = GatewayRecord(
            calls=(call,) if p else (),
            tools=(),
            end=end,
            contents={"d": {"text": "hello"}} if p else {},
            charge=Charge(input=100, output=10, usd=usd),
            virtual_seconds=1,
            requests=1,
            refused=0,
            simulator=self.simulator,
        )
        process = Process(
            ended="exited",
            exit_code=0,
            signal=None,
            wall_seconds=0.1,
            cpu_seconds=None,
            stdout="",
            stderr="",
            how="exec",
        )
        return TrialRecord(
            scenario=key.scenario,
            family=scenario.family,
            replay=key.replay,
            epoch=key.epoch,
            gateway=gateway,
            process=process,
        )


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAKEHOME_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def tiny() -> Exercise:
    return open_exercise(FIXTURES / "tiny")


@pytest.fixture(scope="session")
def vault(tiny: Exercise) -> Vault:
    return open_vault(FIXTURES / "tiny_vault", tiny)


@pytest.fixture
def make_runner(tiny: Exercise, vault: Vault) -> Callable[..., FakeRunner]:
    def make(**more: Any) -> FakeRunner:
        return FakeRunner(tiny, vault.assessment, **more)

    return make


@pytest.fixture(scope="session")
def zips(tiny: Exercise, vault: Vault, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Submissions: the panel's, and `claims`, a repair with one true, one false and one torn claim."""
    found = {
        name: panel.submission(vault, tiny, name, tmp_path_factory.mktemp(name))
        for name in ("reference", "null", "starter")
    }
    folder = tmp_path_factory.mktemp("claims")
    workspace = start(tiny, str(tiny.folder), folder / "workspace")
    main = workspace.root / "main.py"
    before = main.read_text()
    assert BROKEN in before
    main.write_text(before.replace(BROKEN, FIXED))
    (workspace.root / "claims").mkdir(exist_ok=True)
    lines = [
        "--- a/main.py",
        "+++ b/main.py",
        *difflib.unified_diff(before.splitlines(), main.read_text().splitlines(), lineterm="", n=3),
    ]
    diff = "\n".join(["diff --git a/main.py b/main.py", *lines[:2], *lines[4:]]) + "\n"
    (workspace.root / "claims" / "sender.diff").write_text(diff)
    claim = '[[claim]]\nid = "{id}"\nhypothesis = "h"\npatch = "claims/sender.diff"\nmetric = "{metric}"\n'
    (workspace.root / "claims.toml").write_text(
        claim.format(id="sender", metric="failure_rate")
        + "predicted = [-0.65, -0.40]\n"
        + claim.format(id="dollars", metric="usd_per_task")
        + "predicted = [-0.001, -0.0005]\n"
        + claim.format(id="taken-out", metric="failure_rate")
        + 'base = "work"\npredicted = [0.40, 0.65]\n'
    )
    keep(workspace, "Show the sender", untested=True)
    found["claims"] = pack(workspace, folder / "claims.zip").path
    return found


@pytest.fixture
def make_task(tiny: Exercise, vault: Vault, zips: dict[str, Path]) -> Callable[..., Task]:
    """A submission taken into a grade's folder, ready to be replayed."""

    def make(name: str, out: Path, **plan: Any) -> Task:
        return Task(intake(zips[name], out), tiny, vault, Plan(**plan))

    return make
