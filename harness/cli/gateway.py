"""`takehome gateway`: a mock LLM server for any client, with an exercise's model and world behind it."""

from __future__ import annotations

import contextlib
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli.output import messages, print_json
from harness.errors import UsageError
from harness.sandbox.folders import prefix

if TYPE_CHECKING:
    from harness.gateway.process import GatewayProcess


LOOK_SECONDS = 1.0


def run(
    *,
    exercise: Annotated[str, typer.Option(help="An exercise's id, or its folder.")],
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0: any free port.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, other luck.")] = 0,
    scenario: Annotated[str, typer.Option(help="Whose world to serve; by default the first one.")] = "",
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    key: Annotated[str, typer.Option(help="The API key to accept; by default a new one.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print addresses and key as JSON.")] = False,
) -> None:
    """Serve the model APIs and a practice world until Ctrl-C. Nothing is recorded."""
    from harness.exercise.registry import find_exercise
    from harness.gateway import process
    from harness.gateway.admin_api import LONGEST_KEY, SHORTEST_KEY, GatewayConfig, OpenTrial
    from harness.gateway.urls import trial_env

    if key and not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise UsageError(
            f"`--key` has {len(key)} characters, and a key has {SHORTEST_KEY} to {LONGEST_KEY}",
            hint="give one of such a length, or leave it out for a new key",
        )
    found = find_exercise(exercise)
    assessment = found.practice
    chosen = scenario or assessment.bank.scenarios[0].id
    try:
        public = assessment.bank[chosen].public()
    except KeyError:
        known = ", ".join(f"`{known.id}`" for known in assessment.bank)
        raise UsageError(f"there is no practice scenario `{chosen}`", hint=f"known: {known}") from None
    with tempfile.TemporaryDirectory(prefix=prefix()) as folder:
        config = GatewayConfig.of(found, assessment, Path(folder), host=host, port=port, hold_ms=0)
        with process.GatewayProcess(config, Path(folder) / "gateway.log") as gateway:
            wanted = OpenTrial(scenario=public, replay=seed, epoch=0, keep=False, token=key or None)
            opened = gateway.open(wanted)
            env = trial_env(gateway.base_url, opened.token, found.spec)
            if as_json:
                print_json(
                    {"base_url": gateway.base_url, "key": opened.token, "scenario": chosen, "env": env}
                )
            else:
                for name, value in env.items():
                    typer.echo(f"export {name}={value}")
                messages().print(f"serving `{found.id}`, scenario `{chosen}`; Ctrl-C ends it")
                if len(assessment.bank) > 1:
                    messages().print(
                        f"the model knows the world of this scenario alone; `--scenario` serves another, "
                        f"{len(assessment.bank)} in all",
                        style="dim",
                    )
            _wait(gateway)


def _wait(gateway: GatewayProcess) -> None:
    """Until Ctrl-C, or SIGTERM, which is the same here; a gateway that dies is an error of its own.

    What the model does not understand is told meanwhile: its answer is no reason to change a program.
    """
    # No `Event`: set by a handler that comes as it begins to wait, it would wait for itself.
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(LOOK_SECONDS)
            for call in gateway.unread():
                what = f"guessed {', '.join(call.guessed)}" if call.guessed else "not understood"
                messages().print(f"call {call.seq}: {what}: {call.why_not}".rstrip(": "), markup=False)
