"""The `--runtime` option, wherever `--sandbox` stands."""

from __future__ import annotations

from typing import Annotated

import typer

RuntimeName = Annotated[
    str | None, typer.Option(help="Another OCI runtime of the engine, such as `runsc`; untried but for runc.")
]


def told(runtime: str | None) -> str | None:
    """The same, with a warning on stderr when our walls were never tried under that runtime."""
    from harness.cli.output import messages
    from harness.sandbox.engine import TRIED_RUNTIMES

    if runtime is not None and runtime not in TRIED_RUNTIMES:
        messages().print(
            f"warning: the sandbox was never tried under `{runtime}`; "
            "`takehome validate ID --attacks --runtime` tries it on this machine",
            markup=False,
            soft_wrap=True,
        )
    return runtime
