"""Whether an exercise can be trusted with a person: what its author checks before anybody is graded."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.measure.trial import Trial, read
from graders.panel import materialise
from graders.replay import Runner
from graders.score import Works, total
from graders.vault_files import Vault, without_canary
from harness.exercise.registry import Exercise
from harness.rng import Draws
from harness.sandbox.folders import prefix
from harness.trial.record import TrialKey, TrialRecord, TrialStore
from harness.workspace import dependencies, tree

SCENARIOS, FAMILIES = 100, 30
NULL = 10.0
"""A work that does nothing scores at most this."""
LOST = 0.02


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `held` is `None` where it could not be."""

    id: str
    held: bool | None
    detail: str


OnTrial = Callable[[str, int, int], None]


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
        Check("canary_everywhere", not bare, _names("files of the vault without its canary", bare)),
        _leak(exercise, vault),
        _brief(exercise),
        _nothing_done(exercise, vault),
        _judge_strict(exercise, vault),
        Check(
            "anchors",
            {"starter", "reference"} <= set(vault.members),
            "the panel holds " + (", ".join(sorted(vault.members)) or "nobody"),
        ),
        _packages(exercise, vault),
    ]


def _packages(exercise: Exercise, vault: Vault) -> Check:
    """Only a submission has a lock: what else is run has the image's packages and no others."""
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        works = {
            name: materialise(vault, exercise, name, Path(temporary) / name) for name in sorted(vault.members)
        }
        found = [name for name, work in works.items() if dependencies.asks(work)]
    return Check(
        "image_packages", not found, _names("works of the panel ask for packages of their own", found)
    )


def _leak(exercise: Exercise, vault: Vault) -> Check:
    needles = (vault.parameters.canary.encode(), vault.parameters.secret.encode())
    found = [
        path.relative_to(exercise.folder)
        for path in sorted(exercise.folder.rglob("*"))
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]
    return Check("no_leak", not found, _names("public files that hold the canary or the secret", found))


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
            "nothing_done", held=False, detail=_names("scenarios whose judge or world fails", broken)
        )
    return Check("nothing_done", not good, _names("scenarios in which doing nothing succeeds or harms", good))


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


def in_replay(
    exercise: Exercise,
    vault: Vault,
    runner: Runner,
    folder: Path,
    *,
    rounds: int = 1,
    on_trial: OnTrial | None = None,
) -> list[Check]:
    """Starter, reference and works that do nothing, run on the hidden bank; records go to `folder`.

    Raises `EnvironmentFailure` with what was finished kept.
    """
    members = vault.members
    nulls = [name for name, member in members.items() if member.role == "null"]
    keys = [TrialKey(s.id, number, 0) for number in range(rounds) for s in vault.assessment.bank]
    names = ["starter", "reference", *nulls, "empty", "starter again"]
    trials: dict[str, list[Trial]] = {}
    kept: dict[str, Sequence[TrialRecord]] = {}
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        for number, name in enumerate(names):
            work = _work(exercise, vault, name, Path(temporary) / str(number))
            store = TrialStore(
                folder / f"{name.replace(' ', '-')}.trials.jsonl.gz", runner.store_key(tree.digest(work))
            )
            done = number * len(keys)
            kept[name] = runner.run(
                work, keys, store, progress=_told(on_trial, name, done, len(names) * len(keys))
            )
            trials[name] = read(kept[name], vault.assessment.bank, exercise.judge)
    return [
        _anchors_apart(vault, trials),
        *(_null(vault, trials, name) for name in [*nulls, "empty"]),
        *(_understood(trials[name], name) for name in ("starter", "reference")),
        _deterministic(kept["starter"], kept["starter again"]),
    ]


def _work(exercise: Exercise, vault: Vault, name: str, into: Path) -> Path:
    if name == "empty":
        into.mkdir()
        (into / "main.py").write_text("")
        return into
    return materialise(vault, exercise, "starter" if name == "starter again" else name, into)


def _told(
    on_trial: OnTrial | None, name: str, done: int, asked: int
) -> Callable[[TrialRecord, int, int], None] | None:
    if on_trial is None:
        return None
    tell = on_trial
    return lambda _record, finished, _total: tell(name, done + finished, asked)


def _anchors_apart(vault: Vault, trials: dict[str, list[Trial]]) -> Check:
    found = total(
        Works(trials["reference"], trials["starter"], trials["reference"]), vault.measure, vault.rubric
    )
    if found.why:
        return Check("anchors_apart", held=False, detail=found.why)
    rows = ", ".join(f"{e.item.measurement} {e.starter:.4g} → {e.reference:.4g}" for e in found.earned)
    return Check("anchors_apart", held=True, detail=rows)


def _null(vault: Vault, trials: dict[str, list[Trial]], name: str) -> Check:
    found = total(Works(trials[name], trials["starter"], trials["reference"]), vault.measure, vault.rubric)
    if found.value is None:
        return Check(f"null_score:{name}", held=None, detail=found.why)
    return Check(f"null_score:{name}", found.value <= NULL, f"scores {found.value:.1f}; at most {NULL:g}")


def _understood(trials: Sequence[Trial], name: str) -> Check:
    calls, lost = sum(t.calls for t in trials), sum(t.not_understood for t in trials)
    if not calls:
        return Check(f"understood:{name}", held=False, detail="it called no model")
    detail = f"{lost} of {calls} calls were not understood"
    return Check(f"understood:{name}", lost / calls <= LOST, detail)


def _deterministic(first: Sequence[TrialRecord], second: Sequence[TrialRecord]) -> Check:
    other = {record.key: _digest(record) for record in second}
    apart = [
        f"{record.scenario}.{record.replay}"
        for record in first
        if record.key in other and _digest(record) != other[record.key]
    ]
    return Check("deterministic", not apart, _names(f"of {len(first)} trials differ when run again", apart))


def _digest(record: TrialRecord) -> bytes:
    text = json.dumps(record.canonical(), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _names(what: str, found: Sequence[object]) -> str:
    shown = ", ".join(str(each) for each in found[:5])
    more = f" and {len(found) - 5} more" if len(found) > 5 else ""
    return f"{len(found)} {what}" + (f": {shown}{more}" if found else "")
