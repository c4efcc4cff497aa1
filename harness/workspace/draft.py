"""Keeping a change: the commit, and a draft of its claim."""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness.errors import WorkspaceError
from harness.sandbox.folders import prefix
from harness.workspace import claims as claims_file
from harness.workspace import git, patches, tree
from harness.workspace.claims import MAX_CLAIMS, Claim
from harness.workspace.folder import Workspace
from harness.workspace.tried import Interval, Tried, last_try


@dataclass(frozen=True, slots=True)
class Kept:
    """What `keep` did."""

    commit: str
    tried: Tried | None
    claim: Claim | None
    why_no_claim: str
    stale: tuple[str, ...] = ()
    """Claims whose diffs do not apply to the kept work, or to the starter, a line each."""


def keep(workspace: Workspace, message: str = "", *, untested: bool = False) -> Kept:
    """Commit the work; when it is what was tried last, draft the claim into `claims.toml` first.

    Raises `WorkspaceError` when nothing was changed, or the work is not what was tried last and
    `untested` was not said.
    """
    if not workspace.changes():
        raise WorkspaceError("there is nothing to keep: all is committed")
    last = last_try(workspace)
    tried = last[0] if last and last[0].change == workspace.digest() else None
    if tried is None and not untested:
        raise WorkspaceError(
            "the work is not what was tried last",
            hint='measure it with `takehome try "why it helps" --expect LOW..HIGH`, '
            "or commit it without a claim with `takehome keep --untested`",
        )
    claim, why = None, "it was not tried"
    if last is not None and tried is not None:
        claim, why = draft(workspace, tried, last[1])
    commit = git.commit(workspace.root, message or (tried.hypothesis if tried else "Keep the work"))
    data = {
        "commit": commit,
        "work": workspace.digest(),
        "try": tried.number if tried else None,
        "claim": claim.id if claim else None,
    }
    workspace.journal.append("keep", data)
    return Kept(commit, tried, claim, why, stale(workspace))


def stale(workspace: Workspace) -> tuple[str, ...]:
    """Which claims cannot be replayed on the work as it lies in the folder, a line each."""
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        work = Path(temporary) / "work"
        try:
            known = claims_file.load(workspace.root)
            workspace.copy_now(work)
        except WorkspaceError as error:
            return (error.message,)
        starter = workspace.exercise.starter
        return tuple(claims_file.problems(known, workspace.root, starter=starter, work=work))


def draft(workspace: Workspace, tried: Tried, text: str) -> tuple[Claim | None, str]:
    """Write a claim from an experiment; or why there is none to write."""
    root = workspace.root
    known = claims_file.load(root)
    why = _why_not(tried, text, known)
    if why or tried.expected is None:
        return None, why
    starter = tried.baseline == tree.digest(workspace.exercise.starter)
    id = _slug(tried.hypothesis, {claim.id for claim in known})
    patch = _path(root, id)
    claim = Claim(
        id=id,
        hypothesis=tried.hypothesis[:2_000],
        patch=patch.relative_to(root).as_posix(),
        base="starter" if starter else "work",
        metric=tried.metric,
        predicted=_ends(tried.expected, turned=not starter),
        n=tried.pairs,
        measured=_ends(tried.interval_80, turned=not starter) if tried.interval_80 else None,
        evidence=(f"try {tried.number}",),
    )
    patch.parent.mkdir(exist_ok=True)
    patch.write_text(text, encoding="utf-8")
    path = root / claims_file.FILE
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    new = old.rstrip("\n") + ("\n\n" if old else "") + render(claim, tried)
    claims_file.parse(new)
    path.write_text(new, encoding="utf-8")
    return claim, ""


def _why_not(tried: Tried, text: str, known: tuple[Claim, ...]) -> str:
    if tried.expected is None:
        return "nothing was predicted (`--expect`)"
    if tried.only:
        return "it was tried on a part of the practice scenarios"
    if len(known) >= MAX_CLAIMS:
        return f"there are {MAX_CLAIMS} claims already"
    try:
        patches.check(text)
    except WorkspaceError as error:
        return error.message
    return ""


def _ends(interval: Interval, *, turned: bool) -> tuple[float, float]:
    """Taking a change out does the opposite of putting it in."""
    low, high = round(interval.low, 6), round(interval.high, 6)
    return (0.0 - high, 0.0 - low) if turned else (low, high)


def _slug(text: str, taken: set[str]) -> str:
    words = re.findall(r"[a-z0-9]+", text.lower())[:6]
    base = "-".join(words)[:48].strip("-") or "change"
    id, number = base, 1
    while id in taken:
        number += 1
        id = f"{base}-{number}"
    return id


def _path(root: Path, id: str) -> Path:
    folder = root / claims_file.FOLDER
    number = 1 + len(list(folder.glob("*.diff")))
    while list(folder.glob(f"{number:02}-*.diff")):
        number += 1
    return folder / f"{number:02}-{id}.diff"


def render(claim: Claim, tried: Tried) -> str:
    """A claim as TOML."""
    if claim.base == "starter":
        about = "the change alone, on the starter"
    else:
        about = "taking the change out of the submitted work; measured before later changes"
    measured = [f"measured = {_list(claim.measured)}"] if claim.measured else []
    lines = [
        "[[claim]]",
        f"# draft from try {tried.number}: {about}",
        f"id = {_string(claim.id)}",
        f"hypothesis = {_string(claim.hypothesis)}",
        f"patch = {_string(claim.patch)}",
        f"base = {_string(claim.base)}",
        f"metric = {_string(claim.metric)}",
        f"predicted = {_list(claim.predicted)}",
        f"n = {claim.n}",
        *measured,
        f"evidence = [{', '.join(_string(item) for item in claim.evidence)}]",
    ]
    return "\n".join(lines) + "\n"


def _string(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(ends: tuple[float, float]) -> str:
    return f"[{ends[0]!r}, {ends[1]!r}]"
