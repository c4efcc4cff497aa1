"""A gateway and sandboxes joined for one (exercise, assessment), so that trials can be run."""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple, Self

from harness.errors import EnvironmentFailure
from harness.exercise.assessment import Assessment
from harness.exercise.registry import Exercise
from harness.gateway.admin_api import GatewayConfig, GatewayRecord, OpenTrial
from harness.gateway.process import GatewayProcess
from harness.gateway.urls import trial_env
from harness.sandbox.base import Job, Ran, Sandbox
from harness.sandbox.choose import make_sandboxes
from harness.sandbox.folders import prefix
from harness.sandbox.packages import folder_of
from harness.sandbox.target import Target
from harness.trial.models import SIMULATED, Models
from harness.trial.record import Contrary, Kept, Process, StoreKey, TrialKey, TrialRecord, TrialStore
from harness.trial.runner import Progress, Side, run_sides
from harness.trial.warm import WarmSandboxes

SandboxChoice = Literal["auto", "docker", "process"]
Isolation = Literal["fork", "container"]

STALLED_SHARE = 0.1
"""Of a trial's wall time: when a gateway was held up for longer, a time-out is nobody's."""


class Part(NamedTuple):
    """A work to be run, on what, and where its records go."""

    work: Path
    keys: Sequence[TrialKey]
    store: TrialStore


class Session:
    """Begin with `with`; everything it started is gone when the block ends.

    `jobs` is how many trials run at once. Raises `EnvironmentFailure` when the gateway or the
    sandbox cannot be had. `patience`: see `run_sides`.
    """

    def __init__(
        self,
        exercise: Exercise,
        assessment: Assessment,
        *,
        sandbox: SandboxChoice = "auto",
        jobs: int = 2,
        isolation: Isolation = "fork",
        runtime: str | None = None,
        models: Models = SIMULATED,
        patience: int = 1,
    ) -> None:
        self.exercise = exercise
        self.assessment = assessment
        self.jobs = jobs
        self.isolation = isolation
        self.patience = patience
        self._scenarios = {scenario.id: scenario for scenario in assessment.bank}
        self._models = models
        named = models.named(exercise, assessment)
        self.simulator = named.version
        self.card_provenance = named.provenance
        self._stack = ExitStack()
        folder = _socket_folder()
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            self._sandboxes = self._stack.enter_context(
                make_sandboxes(sandbox, intake=folder / "intake.sock", isolation=isolation, runtime=runtime)
            )
            # Enough for two works in turn, such as the two sides of a comparison.
            self._warm = WarmSandboxes(self._sandboxes.open, 2 * jobs)
            config = GatewayConfig.of(
                exercise,
                assessment,
                folder,
                backend=models.backend,
                live=dict(models.live),
                max_usd=models.max_usd,
                cassette=models.cassette,
                intake_socket=folder / "intake.sock" if self._sandboxes.kind == "docker" else None,
            )
            check_python(exercise, self._sandboxes.target)
            self._gateway = self._stack.enter_context(GatewayProcess(config, log=folder / "gateway.log"))
        except BaseException:
            self._stack.close()
            raise

    @property
    def sandbox_kind(self) -> str:
        """`docker` or `process`."""
        return self._sandboxes.kind

    @property
    def sandbox_description(self) -> str:
        """For the grade: engine, image, isolation."""
        return self._sandboxes.description

    @property
    def image(self) -> str:
        """Digest of what the program runs on."""
        return self._sandboxes.image

    @property
    def runtime(self) -> str:
        """The engine's OCI runtime; empty without an engine."""
        return self._sandboxes.runtime

    @property
    def target(self) -> Target:
        """What the wheels of own packages must fit."""
        return self._sandboxes.target

    def store_key(self, submission_digest: str, packages: str = "") -> StoreKey:
        """What a store of this session's trials of that submission bears.

        `packages`: digest of its own packages, which lie unpacked in the cache.
        """
        return StoreKey(
            exercise=self.exercise.digest,
            simulator=self.simulator,
            assessment=self.assessment.digest,
            submission=submission_digest,
            image=self.image,
            isolation=self.isolation,
            runtime=self.runtime,
            packages=packages,
        )

    def run(
        self,
        work: Path,
        keys: Sequence[TrialKey],
        store: TrialStore,
        *,
        progress: Progress | None = None,
    ) -> Kept:
        """Run `work` on the keys that the store lacks; the records of all keys, in order.

        Its own packages are those that the store's key names. Raises what `run_sides` raises, and
        `EnvironmentFailure` when they are not in the cache.
        """
        return self.run_together([Part(work, keys, store)], progress=progress)[0]

    def run_together(self, parts: Sequence[Part], *, progress: Progress | None = None) -> list[Kept]:
        """The same for several works at once, which share the jobs."""
        sides = [self._side(part) for part in parts]
        return run_sides(sides, jobs=self.jobs, progress=progress, patience=self.patience)

    def _side(self, part: Part) -> Side:
        work, keys, store = part
        named = store.key.packages
        packages = folder_of(named) if named else None
        if packages is not None and not packages.is_dir():
            raise EnvironmentFailure(
                f"`{packages}` is gone, which held the work's own packages", hint="run the same command again"
            )

        def one(sandbox: Sandbox, key: TrialKey) -> TrialRecord:
            return self._trial(sandbox, work, packages, key)

        whose = store.key
        return Side(
            one,
            keys,
            store,
            open_sandbox=lambda: self._warm.lend(whose),
            done_with=lambda sandbox: self._warm.give_back(whose, sandbox),
        )

    def _trial(self, sandbox: Sandbox, work: Path, packages: Path | None, key: TrialKey) -> TrialRecord:
        """One trial; where the model had to guess in it, it is run again with the other guesses."""
        record, ran = self._once(sandbox, work, packages, key)
        contrary = None
        if any(call.guessed for call in record.calls):
            other, _ = self._once(sandbox, work, packages, key, contrary=True)
            contrary = Contrary.of(other)
        return TrialRecord(
            scenario=key.scenario,
            family=self._scenarios[key.scenario].family,
            replay=key.replay,
            epoch=key.epoch,
            gateway=record,
            process=describe(ran),
            contrary=contrary,
        )

    def _once(
        self, sandbox: Sandbox, work: Path, packages: Path | None, key: TrialKey, *, contrary: bool = False
    ) -> tuple[GatewayRecord, Ran]:
        """Run it from open to close. Raises `EnvironmentFailure`."""
        spec = self.exercise.spec
        scenario = self._scenarios[key.scenario]
        by_listener = sandbox.kind == "docker"
        listener = f"{key.scenario}.{key.replay}.{key.epoch}.{id(sandbox):x}"
        opened = self._gateway.open(
            OpenTrial(
                scenario=scenario.public(),
                replay=key.replay,
                epoch=key.epoch,
                contrary=contrary,
                listener=listener if by_listener else None,
            )
        )
        try:
            base_url = sandbox.base_url(self._gateway.base_url)
            env = trial_env(base_url, opened.token, spec)
            limits = spec.limits.times(scenario.tasks)
            wall = limits.wall_seconds * self._models.wall_factor
            limits = limits.model_copy(update={"wall_seconds": wall})
            ran = sandbox.run(Job(work, spec.command, env, limits, listener, packages))
        finally:
            record = self._gateway.close(opened.trial)
        if record.environment is not None:
            raise EnvironmentFailure(
                record.environment,
                hint="nothing of this trial counts; finished trials are kept, and the same command goes on",
            )
        if ran.ended == "out_of_time" and record.stalled_seconds > STALLED_SHARE * wall:
            raise EnvironmentFailure(
                f"a trial ran out of time with the gateway held up for {record.stalled_seconds:.1f} s",
                hint="this machine is too busy: fewer `--jobs`, or the same command again when it is not",
            )
        return record, ran

    def close(self) -> None:
        """Stop the gateway and the sandboxes. May be called twice."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def check_python(exercise: Exercise, target: Target) -> None:
    """Raises `EnvironmentFailure` for a sandbox whose Python is older than the exercise says."""
    wanted, found = (tuple(map(int, text.split("."))) for text in (exercise.spec.python, target.python))
    if found < wanted:
        raise EnvironmentFailure(
            f"`{exercise.id}` needs Python {exercise.spec.python}, and this sandbox has {target.python}",
            hint="the image takes the Python of its base: `docker pull` the one it names",
        )


def describe(ran: Ran) -> Process:
    """What the host saw, as it stands in a record."""
    return Process(
        ended=ran.ended,
        exit_code=ran.exit_code,
        signal=ran.signal,
        wall_seconds=round(ran.wall_seconds, 4),
        cpu_seconds=None if ran.cpu_seconds is None else round(ran.cpu_seconds, 4),
        stdout=ran.stdout.decode("utf-8", "backslashreplace"),
        stderr=ran.stderr.decode("utf-8", "backslashreplace"),
        how=ran.how,
        withheld_seconds=round(ran.withheld_seconds, 4),
    )


def all_keys(scenarios: Sequence[str], replays: int, *, epoch: int = 0) -> list[TrialKey]:
    """Round by round: every scenario once, then every scenario again."""
    return [TrialKey(scenario, replay, epoch) for replay in range(replays) for scenario in scenarios]


def _socket_folder() -> Path:
    """A private folder whose path is short enough for a Unix socket (104 bytes on macOS)."""
    base = None if platform.system() == "Linux" else "/tmp"  # noqa: S108
    return Path(tempfile.mkdtemp(prefix=prefix(), dir=base))
