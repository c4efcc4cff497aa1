"""Whether an exercise can be trusted with a person: what its author checks before anybody is graded."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.panel import materialise
from graders.vault_files import Vault, without_canary
from harness.exercise.registry import Exercise
from harness.rng import Draws
from harness.sandbox.folders import prefix
from harness.workspace import dependencies

SCENARIOS, FAMILIES = 100, 30
ANCHORS = frozenset({"starter", "reference"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `held` is `None` where it could not be."""

    id: str
    held: bool | None
    detail: str
    asked: bool = True
    """Whether it was to be looked at; what nobody asked for, or has no object, was not run."""


def on_paper(exercise: Exercise, vault: Vault) -> list[Check]:
    """What can be seen without running anything."""
    bank, practice = vault.assessment.bank, exercise.bank
    both = sorted({s.id for s in bank} & {s.id for s in practice})
    bare = without_canary(vault)
    return [
        Check(
            "bank_size",
            len(bank) >= SCENARIOS and len(bank.families) >= FAMILIES,
            f"{len(bank)} scenarios in {len(bank.families)} families; "
            f"{SCENARIOS} in {FAMILIES} are asked for",
        ),
        Check("practice_apart", not both, f"{len(both)} scenario ids stand in practice and in the vault"),
        Check("canary_everywhere", not bare, listed("files of the vault without its canary", bare)),
        _leak(exercise, vault),
        _brief(exercise),
        _nothing_done(exercise, vault),
        _judge_strict(exercise, vault),
        Check(
            "anchors",
            set(vault.members) >= ANCHORS,
            listed(
                "members in the panel", sorted(vault.members, key=lambda name: (name not in ANCHORS, name))
            ),
        ),
        _packages(exercise, vault),
    ]


def _packages(exercise: Exercise, vault: Vault) -> Check:
    """Only a submission has a lock: anchors, and what a rehearsal runs as it lies, have the image's packages.

    Other members of the panel are graded as submissions.
    """
    members = vault.members
    bare = {name for name, member in members.items() if member.role != "panel" or member.expert}
    bare |= {pair for member in members.values() if (pair := member.pair) in members}
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        works = {name: materialise(vault, exercise, name, Path(temporary) / name) for name in sorted(bare)}
        found = [name for name, work in works.items() if dependencies.asks(work)]
    return Check(
        "image_packages",
        not found,
        listed("works that are run without a lock ask for packages of their own", found),
    )


def _leak(exercise: Exercise, vault: Vault) -> Check:
    needles = (vault.parameters.canary.encode(), vault.parameters.secret.encode())
    found = [
        path.relative_to(exercise.folder)
        for path in sorted(exercise.folder.rglob("*"))
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]
    return Check("no_leak", not found, listed("public files that hold the canary or the secret", found))


def _brief(exercise: Exercise) -> Check:
    path = exercise.folder / "BRIEF.md"
    if not path.is_file():
        return Check("brief", held=False, detail="there is no `BRIEF.md`")
    text = path.read_text(encoding="utf-8").lower()
    minutes = exercise.spec.timebox_minutes
    hours = {60: "one hour", 120: "two hours", 180: "three hours", 240: "four hours"}.get(minutes, "")
    forms = [f"{minutes} min", f"{minutes / 60:g} hour", f"{minutes / 60:g} h", *([hours] if hours else [])]
    wanted = {
        "the timebox": any(form in text for form in forms),
        "the AI policy": "assistant" in text,
        "claims": "claim" in text,
        "what is recorded": "record" in text,
    }
    missing = [name for name, there in wanted.items() if not there]
    return Check(
        "brief", not missing, "the brief says nothing of " + ", ".join(missing) if missing else "complete"
    )


def _nothing_done(exercise: Exercise, vault: Vault) -> Check:
    """A world that nobody touched must not count as a good end, and the judge must bear it."""
    good, broken = [], []
    for scenario in vault.assessment.bank:
        try:
            world = exercise.world(scenario.public(), Draws(b"validate", (scenario.id,)))
            end = json.loads(json.dumps(world.end_state()))
            verdict = exercise.judge(scenario, end)
        except Exception as error:
            broken.append(f"{scenario.id} ({type(error).__name__}: {error})")
            continue
        if verdict.success or verdict.harm:
            good.append(scenario.id)
    if broken:
        return Check(
            "nothing_done", held=False, detail=listed("scenarios whose judge or world fails", broken)
        )
    return Check("nothing_done", not good, listed("scenarios in which doing nothing succeeds or harms", good))


def _judge_strict(exercise: Exercise, vault: Vault) -> Check:
    """Judging twice gives the same, and judging changes nothing."""
    scenario = vault.assessment.bank.scenarios[0]
    try:
        end = exercise.world(scenario.public(), Draws(b"validate", (scenario.id,))).end_state()
        before = json.dumps(end, sort_keys=True)
        same = exercise.judge(scenario, end) == exercise.judge(scenario, end)
    except Exception as error:
        return Check("judge_pure", held=False, detail=f"{type(error).__name__}: {error}")
    return Check("judge_pure", same and json.dumps(end, sort_keys=True) == before, "judged twice")


def listed(what: str, found: Sequence[object]) -> str:
    """How many of what there are, and the first five."""
    shown = ", ".join(str(each) for each in found[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return f"{len(found)} {what}" + (f": {shown}{more}" if found else "")
