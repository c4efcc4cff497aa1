"""All attacks, and the run of all of them against what this machine has."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from graders.attacks import gateway, intake, reading, telling, terminal, trials, wheels
from graders.attacks.arena import Arena
from graders.attacks.attack import Attack, NotTried, Results, Tried, Where, results
from graders.vault_files import Vault
from harness.errors import TakehomeError
from harness.exercise.assessment import Assessment
from harness.exercise.registry import Exercise
from harness.gateway.admin_api import GatewayConfig
from harness.gateway.process import GatewayProcess
from harness.sandbox.base import Kind
from harness.sandbox.choose import Choice, make_sandboxes, resolution
from harness.sandbox.folders import prefix

ATTACKS: tuple[Attack, ...] = (
    *trials.ATTACKS,
    *gateway.ATTACKS,
    *telling.ATTACKS,
    *intake.ATTACKS,
    *wheels.ATTACKS,
    *reading.ATTACKS,
    *terminal.ATTACKS,
)
OnAttack = Callable[[Tried, int, int], None]

NOT_PREVENTABLE = (
    (
        "a hole in the kernel or in the container runtime: Docker shares the host's kernel; another runtime "
        "(`runsc`) narrows that where the engine has one"
    ),
    (
        "low-rate counters between trials of one warm container (memory's high-water mark, pid numbers): a "
        "share of trials is rerun in fresh containers, and a difference is a finding"
    ),
    "side channels of the hardware: timing and caches of the processors",
    (
        "the process sandbox has limits and a wipe, but no walls: files, network, other processes and tokens "
        "of this user are open to the program; it is for one's own work"
    ),
    (
        "practice as processes looks unlike a grade in docker; practice in docker looks the same to a "
        "program (`16_telling_apart`), but for tasks, which are other ones"
    ),
    (
        "a program that breaks its own sandbox: that trial is lost and not measured, the error bar grows, "
        "and three in a row end the grade with an environment error"
    ),
    "the demonstration vault is public: whoever has the source has its answers; grade people with `--vault`",
    (
        "the journal is self-attested: whoever writes it anew from the start gets a chain that holds; it is "
        "never scored"
    ),
    "a work that was written by somebody else: likeness to other submissions is a finding, no proof",
)
"""What no wall here stops. The documentation says the same in more words."""


class Places:
    """The sandboxes and the gateway that attacks share. Use with `with`."""

    def __init__(
        self,
        exercise: Exercise,
        assessment: Assessment,
        kinds: Sequence[Kind],
        *,
        needles: tuple[str, ...] = (),
        runtime: str | None = None,
    ) -> None:
        """Raises `EnvironmentFailure` when a sandbox or the gateway cannot be had."""
        self.arenas: dict[Where, Arena] = {}
        self._stack = ExitStack()
        folder = Path(tempfile.mkdtemp(prefix=prefix()))
        self._stack.callback(shutil.rmtree, folder, ignore_errors=True)
        try:
            config = GatewayConfig(
                exercise=str(exercise.folder),
                secret=assessment.secret.hex(),
                bank_digest=assessment.bank.digest,
                card=assessment.card,
                admin_socket=folder / "admin.sock",
                intake_socket=folder / "intake.sock",
            )
            running = self._stack.enter_context(GatewayProcess(config, log=folder / "gateway.log"))
            for kind in kinds:
                told = None if kind == "process" and len(kinds) > 1 else runtime
                made = self._stack.enter_context(
                    make_sandboxes(kind, intake=folder / "intake.sock", runtime=told)
                )
                arena = Arena(kind, exercise, assessment, running, made.open(), needles=needles, runtime=told)
                self.arenas[kind] = self._stack.enter_context(arena)
            # What needs no sandbox is tried where any arena has its folder.
            self.arenas["host"] = next(iter(self.arenas.values()))
        except BaseException:
            self._stack.close()
            raise

    def close(self) -> None:
        """Stop everything. May be called twice."""
        self._stack.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def try_attack(attack: Attack, where: Where, arena: Arena) -> Tried:
    """Run one attack in one place. Never raises but for Ctrl-C: what fails was not tried."""
    try:
        found = attack.run(arena)
    except (NotTried, TakehomeError) as error:
        return Tried(attack.id, attack.title, where, "not_tried", why=str(error))
    except Exception as error:
        return Tried(attack.id, attack.title, where, "not_tried", why=f"{type(error).__name__}: {error}")
    if found:
        return Tried(attack.id, attack.title, where, "gained", gained=tuple(found))
    return Tried(attack.id, attack.title, where, "stopped")


def run_attacks(
    exercise: Exercise,
    vault: Vault,
    *,
    sandbox: Choice = "auto",
    runtime: str | None = None,
    on_attack: OnAttack | None = None,
) -> Results:
    """Try every attack wherever protection is claimed.

    `auto` takes both sandboxes; attacks on docker are `not_tried` where no engine answers. Raises
    `EnvironmentFailure` when nothing can be run at all.
    """
    taken = resolution(sandbox)
    kinds: list[Kind] = (
        ["docker", "process"] if sandbox == "auto" and taken.kind == "docker" else [taken.kind]
    )
    wanted: list[Kind] = ["docker", "process"] if sandbox == "auto" else kinds
    plan = [(attack, where) for where in (*wanted, "host") for attack in ATTACKS if where in attack.where]
    found: list[Tried] = []
    parameters = vault.parameters
    needles = (parameters.canary, parameters.secret, vault.assessment.secret.hex())
    with Places(exercise, vault.assessment, kinds, needles=needles, runtime=runtime) as places:
        for attack, where in plan:
            arena = places.arenas.get(where)
            if arena is None:
                one = Tried(attack.id, attack.title, where, "not_tried", why=f"no docker: {taken.why}")
            else:
                one = try_attack(attack, where, arena)
            found.append(one)
            if on_attack is not None:
                on_attack(one, len(found), len(plan))
    return results(found, NOT_PREVENTABLE)
