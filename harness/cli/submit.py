"""`takehome submit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from harness.workspace.folder import Workspace


def run(
    *,
    out: Annotated[Path | None, typer.Option(help="The zip to write; by default `submission.zip`.")] = None,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Pack uncommitted changes as they lie.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="The result as JSON on stdout.")] = False,
) -> int:
    """Pack the work, the claims and the journal into a zip. Nothing is sent anywhere."""
    from harness.cli.output import console, harmless, messages, print_json
    from harness.workspace import claims, packing
    from harness.workspace.dependencies import lock
    from harness.workspace.folder import find_workspace
    from harness.workspace.unshown import unshown

    workspace = find_workspace()
    target = (out or workspace.root / "submission.zip").resolve()
    _hide(workspace, target)
    packing.refuse(workspace, allow_dirty=allow_dirty)
    if lock_needed(workspace):
        messages().print("locking `requirements.txt` …", markup=False)
    locked = lock(workspace.root, workspace.exercise.spec.python, keep=workspace.home / "locks")
    found = claims.load(workspace.root)
    _record(workspace, {"work": workspace.digest(), "claims": [claim.id for claim in found]})
    packed = packing.pack(
        workspace, target, allow_dirty=allow_dirty, lock=locked.to_bytes() if locked else None
    )
    size = packed.path.stat().st_size
    journal = workspace.journal.read()
    # Behind a line that does not hold, a try may stand unseen.
    notes = [] if journal.broken else list(unshown(found, journal.events))
    if json:
        meta = packed.meta.model_dump(mode="json")
        files = list(packed.names)
        print_json(
            {
                "path": str(target),
                "digest": packed.digest,
                "bytes": size,
                "meta": meta,
                "files": files,
                "notes": notes,
            }
        )
        return 0
    console_ = console()
    for name in packed.names:
        console_.print(f"  {harmless(name)}", markup=False, soft_wrap=True)
    console_.print(
        f"  journal.jsonl ({packed.meta.journal_events} events: `takehome log` shows them)", markup=False
    )
    if packed.meta.uncommitted:
        messages().print("uncommitted changes are in it", markup=False)
    for note in notes:
        messages().print(f"note: {note} (your word, and unscored)", markup=False, soft_wrap=True)
    if not found:
        messages().print("there are no claims: the process part of the score will be 0", markup=False)
    console_.print(f"{target}\n{size:,} bytes, sha256 {packed.digest}", markup=False, soft_wrap=True)
    return 0


def lock_needed(workspace: Workspace) -> bool:
    """Whether the work has dependencies of its own."""
    from harness.workspace.dependencies import wanted

    return bool(wanted(workspace.root))


def _record(workspace: Workspace, data: dict[str, object]) -> None:
    """Into the journal, once for the same work: packing again gives the same bytes."""
    events = workspace.journal.read().events
    if not events or events[-1].type != "submit" or events[-1].data != data:
        workspace.journal.append("submit", data)


def _hide(workspace: Workspace, target: Path) -> None:
    """A zip inside the workspace is no work: git shall not see it."""
    if workspace.root not in target.parents:
        return
    name = "/" + target.relative_to(workspace.root).as_posix()
    exclude = workspace.root / ".git" / "info" / "exclude"
    known = exclude.read_text(encoding="utf-8") if exclude.is_file() else ""
    if name not in known.splitlines():
        exclude.parent.mkdir(exist_ok=True)
        exclude.write_text(known.rstrip("\n") + f"\n{name}\n", encoding="utf-8")
