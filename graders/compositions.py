"""Panel members composed of named changes: many works of known make-up, none written by hand.

`panel/compositions.toml`:

    canary = "…"

    [[change]]
    id = "refund-key"                 # panel/changes/refund-key.diff, `git diff` against the starter
    kind = "fix"                      # or "flaw", or "tempting": looks like a fix and is none
    what = "an idempotency key for each refund"
    claim = { metric = "failure_rate", predicted = [-0.05, -0.01], n = 240 }

    [[composition]]
    id = "c-01"
    level = 1
    changes = ["refund-key", "fresh-policy"]
    claims = ["refund-key"]
    held_out = false

Each change is made alone on the starter and then merged into the work, file by file, as git merges
branches: two changes may touch one file but not the same lines. Members share changes, so they are no
independent sample; the signal report resamples changes where that matters.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from harness.errors import SpecError, WorkspaceError
from harness.exercise.spec import Strict, explain, read_toml
from harness.sandbox.folders import prefix
from harness.workspace import git, patches, tree
from harness.workspace.claims import Interval, Metric

FILE = "compositions.toml"
CHANGES = "changes"
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]


class Prediction(Strict):
    """What somebody who made a change would say of it."""

    metric: Metric
    predicted: Interval
    n: int = Field(ge=1)


class Change(Strict):
    """One named change to the starter."""

    id: Name
    kind: Literal["fix", "flaw", "tempting"]
    what: str
    claim: Prediction | None = None


class Composition(Strict):
    """A member: the starter with these changes, in this order."""

    id: Name
    level: int
    changes: tuple[Name, ...] = Field(min_length=1)
    claims: tuple[Name, ...] = ()
    """Changes that it claims; their predictions stand with the changes."""
    held_out: bool = False
    """Composed after rubric, card and cut were frozen."""

    @model_validator(mode="after")
    def _its_own(self) -> Self:
        if foreign := set(self.claims) - set(self.changes):
            raise ValueError(f"it claims changes that it does not have: {', '.join(sorted(foreign))}")
        return self


class Compositions(Strict):
    """The whole of `compositions.toml`."""

    canary: str
    change: tuple[Change, ...] = ()
    composition: tuple[Composition, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Self:
        known = {change.id: change for change in self.change}
        for each in self.composition:
            if strange := [name for name in each.changes if name not in known]:
                raise ValueError(f"`{each.id}` has changes that nobody describes: {', '.join(strange)}")
            if silent := [name for name in each.claims if known[name].claim is None]:
                raise ValueError(f"`{each.id}` claims what has no prediction: {', '.join(silent)}")
        ids = [each.id for each in self.composition]
        if len(set(ids)) < len(ids) or len(known) < len(self.change):
            raise ValueError("an id stands twice")
        if len({each.changes for each in self.composition}) < len(ids):
            raise ValueError("two compositions are the same work")
        return self

    def of(self, id: str) -> Composition | None:
        """The composition of that name."""
        return next((each for each in self.composition if each.id == id), None)


def load(panel: Path) -> Compositions:
    """Read a panel's compositions; none where the file is missing. Raises `SpecError`."""
    path = panel / FILE
    if not path.is_file():
        return Compositions(canary="")
    try:
        return Compositions.model_validate(read_toml(path))
    except ValidationError as error:
        raise SpecError(f"`{path}` does not describe compositions:\n{explain(error)}") from None


def compose(panel: Path, composition: Composition, work: Path) -> None:
    """Merge a composition's changes into `work`, which holds the untouched starter.

    Raises `SpecError` for a diff that does not apply to the starter, and for two that meet.
    """
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        starter = Path(temporary) / "starter"
        tree.copy(work, starter)
        for name in composition.changes:
            changed = Path(temporary) / name
            try:
                patches.applied(diff(panel, name), starter, changed)
            except WorkspaceError as error:
                raise SpecError(f"change `{name}` of `{panel}`: {error.message}") from None
            _merge(starter, changed, work, f"`{composition.id}`: change `{name}`")


def write_claims(panel: Path, found: Compositions, composition: Composition, workspace: Path) -> None:
    """Write the composition's `claims.toml`, each change's diff as its patch."""
    lines = []
    (workspace / "claims").mkdir(exist_ok=True)
    for change in found.change:
        if change.id not in composition.claims or change.claim is None:
            continue
        (workspace / "claims" / f"{change.id}.diff").write_text(diff(panel, change.id), encoding="utf-8")
        low, high = change.claim.predicted
        lines += [
            "[[claim]]",
            f'id = "{change.id}"',
            f"hypothesis = {json.dumps(change.what, ensure_ascii=False)}",
            f'patch = "claims/{change.id}.diff"',
            f'metric = "{change.claim.metric}"',
            f"predicted = [{low}, {high}]",
            f"n = {change.claim.n}",
            "",
        ]
    (workspace / "claims.toml").write_text("\n".join(lines), encoding="utf-8")


def diff(panel: Path, name: str) -> str:
    """A change's diff, without what stands before it. Raises `SpecError`."""
    path = panel / CHANGES / f"{name}.diff"
    if not path.is_file():
        raise SpecError(f"`{path}` is missing")
    text = path.read_text(encoding="utf-8")
    return text[text.index("diff --git ") :] if "diff --git " in text else text


def _merge(starter: Path, changed: Path, work: Path, what: str) -> None:
    """Bring what differs between `starter` and `changed` into `work`."""
    for path in sorted({*tree.work_files(starter), *tree.work_files(changed)}):
        before, after, here = (folder / path for folder in (starter, changed, work))
        if not after.is_file():
            here.unlink(missing_ok=True)
        elif not before.is_file():
            if here.is_file() and here.read_bytes() != after.read_bytes():
                raise SpecError(f"{what} adds `{path}`, and so does another")
            here.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(after, here)
        elif before.read_bytes() != after.read_bytes():
            if not here.is_file():
                raise SpecError(f"{what} changes `{path}`, which another removes")
            done = git.call(work, "merge-file", "--stdout", "--quiet", str(here), str(before), str(after))
            if done.returncode != 0:
                raise SpecError(
                    f"{what} meets another in `{path}`", hint="let changes keep to lines of their own"
                )
            here.write_bytes(done.stdout)
