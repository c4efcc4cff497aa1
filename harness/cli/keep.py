"""`takehome keep`."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    message: Annotated[str, typer.Argument(help="The commit's message; by default the hypothesis.")] = "",
    untested: Annotated[bool, typer.Option("--untested", help="Commit without an experiment.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Commit the change that was tried last, and draft its claim in `claims.toml`."""
    from harness.cli.output import console, messages, print_json
    from harness.workspace.draft import keep
    from harness.workspace.folder import find_workspace

    kept = keep(find_workspace(), message, untested=untested)
    if json:
        claim = kept.claim.model_dump(mode="json") if kept.claim else None
        print_json(
            {
                "commit": kept.commit,
                "claim": claim,
                "why_no_claim": kept.why_no_claim,
                "stale_claims": list(kept.stale),
            }
        )
        return 0
    out = console()
    out.print(f"kept as {kept.commit[:10]}", markup=False)
    if kept.claim:
        out.print(
            f"drafted claim `{kept.claim.id}` about the {kept.claim.base} ({kept.claim.patch}); "
            "read it over in `claims.toml`",
            markup=False,
        )
    else:
        out.print(f"no claim was drafted: {kept.why_no_claim}", markup=False)
    if kept.stale:
        messages().print(
            f"cannot be submitted like this: {_lacking(kept.stale)}", markup=False, soft_wrap=True
        )
    return 0


def _lacking(lines: tuple[str, ...]) -> str:
    """One problem as it is, several by their number: work goes on, and each `keep` would repeat them."""
    from harness.cli.output import harmless

    return harmless(lines[0]) if len(lines) == 1 else f"{len(lines)} claims; `takehome status` says why"
