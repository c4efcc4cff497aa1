"""`takehome regrade`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli.grade import ExerciseAt, Json, Vaults


def run(
    folder: Annotated[Path, typer.Argument(help="A grade's folder.")],
    *,
    vault: Vaults = None,
    exercise: ExerciseAt = None,
    json: Json = False,
) -> int:
    """Score kept records again, and say which figures and versions changed.

    Nothing runs: it needs no sandbox. The records must be of the same exercise, assessment and bank.
    """
    import tempfile

    from graders.changes import changes
    from graders.cli.grade import exercise_of, finish, neighbours
    from graders.cli.summary import show, show_changes
    from graders.grade import FILE, read_grade
    from graders.grading import grade_folder
    from graders.replay import read_replay
    from graders.vault_files import open_vault
    from harness.cli.output import messages, print_json
    from harness.errors import UsageError
    from harness.sandbox.folders import prefix
    from harness.workspace.submission import unpack

    done = read_replay(folder)
    old = None
    if (folder / FILE).is_file():
        try:
            old = read_grade(folder)
        except UsageError as error:
            messages().print(f"the old grade cannot be read, so nothing can be compared: {error.message}")
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        # From the zip: the unpacked folder may have been edited since.
        taken = unpack(folder / "submission.zip", Path(temporary) / "submission")
        found = exercise_of(taken.meta.exercise, exercise or done.exercise_folder)
        made = grade_folder(folder, taken, found, open_vault(vault, found), others=neighbours(folder))
    finish(folder, made, "regrade")
    changed = changes(old, made) if old is not None else []
    if json:
        print_json(
            {"grade": made.model_dump(mode="json"), "changes": [change._asdict() for change in changed]}
        )
        return 0
    show(made)
    if old is not None:
        show_changes(changed)
    return 0
