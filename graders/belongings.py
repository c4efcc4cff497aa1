"""What is kept of a candidate: to hand it over, and to erase it."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

from graders.evidence import load
from graders.grade import FILE, LOG
from graders.report.page import write
from graders.report.redaction import for_candidate
from harness.errors import EnvironmentFailure, UsageError

_OURS = frozenset(
    {
        FILE, LOG, "report.html", "candidate.html", "replay.json", "verdicts.json", "records",
        "submission", "submission.zip", "starter",
    }
)  # fmt: skip


def export(folder: Path, out: Path) -> Path:
    """Write what is held of a candidate into a zip: submission, figures, their copy of the report.

    Hidden scenarios are named by number, and what the gateway served stays out: it is the hidden
    half's, and how each trial ended stands in the figures. Raises `UsageError`, `EnvironmentFailure`.
    """
    told = for_candidate(load(folder))
    page = write(folder, copy="candidate")
    trials = [
        {"scenario": case.id, "family": case.family, "ended": case.ours, "starter": case.starter}
        for case in told.cases
    ]
    try:
        part = out.with_name(f".{out.name}.part")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("grade.json", told.grade.model_dump_json(indent=2))
            archive.writestr("trials.json", json.dumps(trials, indent=2))
            archive.write(page, "report.html")
            archive.write(folder / "submission.zip", "submission.zip")
            if (folder / LOG).is_file():
                archive.write(folder / LOG, LOG)
        part.replace(out)
    except OSError as error:
        raise EnvironmentFailure(f"`{out}` could not be written: {error.strerror}") from error
    return out


def held(folder: Path) -> list[Path]:
    """The files and folders of a grade. Raises `UsageError` for a folder that is none."""
    if not (folder / "submission.zip").is_file():
        raise UsageError(f"`{folder}` is not a grade's folder", hint="name the folder that `--out` named")
    return sorted(path for path in folder.iterdir() if path.name in _OURS)


def erase(folder: Path) -> list[Path]:
    """Delete what `held` names, and the folder when nothing else stands in it; what was deleted.

    The submission's zip goes last: an erasure that is interrupted can be repeated.
    """
    found = held(folder)
    try:
        for path in sorted(found, key=lambda path: path.name == "submission.zip"):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise EnvironmentFailure(f"`{folder}` could not be erased: {error.strerror}") from error
    return found
