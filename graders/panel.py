"""The panel: works of known quality, each the starter with an overlay or composed of named changes."""

from __future__ import annotations

import shutil
from pathlib import Path

from graders import compositions
from graders.vault_files import Vault
from harness.errors import SpecError
from harness.exercise.registry import Exercise
from harness.workspace import tree
from harness.workspace.dependencies import lock
from harness.workspace.draft import keep
from harness.workspace.packing import pack
from harness.workspace.start import start


def materialise(vault: Vault, exercise: Exercise, member: str, into: Path) -> Path:
    """Write a panel member's whole work into a fresh folder; returns it. Raises `SpecError`."""
    tree.copy(exercise.starter, into)
    overlay(vault, member, into)
    return into


def overlay(vault: Vault, member: str, work: Path) -> None:
    """Change a starter's files into the member's. Raises `SpecError`."""
    composition = compositions.load(vault.panel).of(member)
    if composition is not None:
        compositions.compose(vault.panel, composition, work)
        return
    found = vault.members.get(member)
    if found is None:
        raise SpecError(f"the vault `{vault.folder}` has no panel member `{member}`")
    if found.base is not None:
        overlay(vault, found.base, work)
    for name in found.remove:
        gone = work / name
        if not gone.is_file():
            raise SpecError(
                f"panel member `{member}` removes `{name}`, which what it is laid over does not have"
            )
        gone.unlink()
    folder = vault.overlay(member)
    for path in tree.work_files(folder) if folder.is_dir() else []:
        target = work / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / path, target)
        target.chmod(0o755 if tree.executable(folder / path) else 0o644)


def submission(vault: Vault, exercise: Exercise, member: str, into: Path) -> Path:
    """A member's submission, made as a candidate makes one: start, change, keep, submit.

    `into` is a new folder: the workspace, and the zip beside it. `exercise` must be found by its
    id or folder. Asks the package index where the member has packages of its own. Raises `SpecError` for a
    member that is not there.
    """
    name = exercise.id if exercise.package.startswith("exercises.") else str(exercise.folder)
    workspace = start(exercise, name, into / "workspace")
    overlay(vault, member, workspace.root)
    composed = compositions.load(vault.panel)
    if (composition := composed.of(member)) is not None and composition.claims:
        compositions.write_claims(vault.panel, composed, composition, workspace.root)
    beside = vault.panel / member
    if (beside / "claims.toml").is_file():
        shutil.copyfile(beside / "claims.toml", workspace.root / "claims.toml")
    if (beside / "claims").is_dir():
        shutil.copytree(beside / "claims", workspace.root / "claims", dirs_exist_ok=True)
    if workspace.changes():
        keep(workspace, f"Panel member {member}", untested=True)
    locked = lock(workspace.root, exercise.spec.python, keep=workspace.home / "locks")
    return pack(workspace, into / f"{member}.zip", lock=locked.to_bytes() if locked else None).path
