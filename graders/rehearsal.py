"""A rehearsal of grades: anchors, works that do nothing, cheats and experts on the hidden bank."""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.grade import Score
from graders.measure.trial import Trial, read
from graders.panel import materialise
from graders.replay import OnTrial, Plan, Runner, of_claims
from graders.score import Works, score, total
from graders.validation import Check, listed
from graders.vault_files import Vault
from harness.exercise.registry import Exercise
from harness.sandbox.folders import prefix
from harness.trial.record import TrialKey, TrialRecord, TrialStore
from harness.workspace import tree

NULL = 10.0
"""A work that does nothing scores at most this."""
EXPERT = 85.0
"""A work of somebody who saw only the brief scores at least this, claims included."""
LOST = 0.02
EMPTY, AGAIN = "empty", "starter again"


@dataclass(frozen=True, slots=True)
class Ran:
    """A work's trials, and what it took to run those that were not there before."""

    records: Sequence[TrialRecord]
    trials: Sequence[Trial]
    fresh: int
    seconds: float


def in_replay(
    exercise: Exercise,
    vault: Vault,
    runner: Runner,
    folder: Path,
    *,
    rounds: int = 2,
    experts: bool = False,
    on_trial: OnTrial | None = None,
) -> list[Check]:
    """Starter, reference, works that do nothing, cheats and, if asked, experts; records go to `folder`.

    Raises `EnvironmentFailure` with what was finished kept.
    """
    keys = [TrialKey(s.id, number, 0) for number in range(rounds) for s in vault.assessment.bank]
    names = _cast(vault, experts=experts)
    ran: dict[str, Ran] = {}
    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        for number, name in enumerate(names):
            work = _work(exercise, vault, name, Path(temporary) / str(number))
            store = TrialStore(
                folder / f"{name.replace(' ', '-')}.trials.jsonl.gz", runner.store_key(tree.digest(work))
            )
            fresh, begun = sum(key not in store for key in keys), time.monotonic()
            told = _told(on_trial, name, number * len(keys), len(names) * len(keys))
            records = runner.run(work, keys, store, progress=told)
            seconds = time.monotonic() - begun
            ran[name] = Ran(records, read(records, vault.assessment.bank, exercise.judge), fresh, seconds)
    return _checks(vault, ran, rounds, experts=experts)


def _cast(vault: Vault, *, experts: bool) -> list[str]:
    """Who is run, each once: anchors first, since all others are measured against them."""
    members = vault.members
    cheats = _of_role(vault, "cheat")
    pairs = [pair for name in cheats if (pair := members[name].pair) in members and pair is not None]
    asked = _experts(vault) if experts else []
    return list(
        dict.fromkeys(
            ["starter", "reference", *_of_role(vault, "null"), *cheats, *pairs, *asked, EMPTY, AGAIN]
        )
    )


def _of_role(vault: Vault, role: str) -> list[str]:
    return [name for name, member in vault.members.items() if member.role == role]


def _experts(vault: Vault) -> list[str]:
    return [name for name, member in vault.members.items() if member.expert]


def _work(exercise: Exercise, vault: Vault, name: str, into: Path) -> Path:
    if name == EMPTY:
        into.mkdir()
        (into / "main.py").write_text("")
        return into
    return materialise(vault, exercise, "starter" if name == AGAIN else name, into)


def _told(
    on_trial: OnTrial | None, name: str, done: int, asked: int
) -> Callable[[TrialRecord, int, int], None] | None:
    if on_trial is None:
        return None
    tell = on_trial
    return lambda _record, finished, _total: tell(name, done + finished, asked)


def _checks(vault: Vault, ran: Mapping[str, Ran], rounds: int, *, experts: bool) -> list[Check]:
    cheats = _of_role(vault, "cheat")
    called = [name for name in ran if name not in {EMPTY, AGAIN} and any(t.calls for t in ran[name].trials)]
    return [
        _fails_at_times(ran["starter"].trials, rounds),
        _anchors_apart(vault, ran),
        *(_null(vault, ran, name) for name in [*_of_role(vault, "null"), EMPTY]),
        *([_cheat(vault, ran, name) for name in cheats] or [_nobody("cheats", "cheat")]),
        *_expert_checks(vault, ran, asked=experts),
        *(_understood(ran[name].trials, name) for name in dict.fromkeys(["starter", "reference", *called])),
        _deterministic(ran["starter"].records, ran[AGAIN].records),
        _one_grade(vault, ran, rounds),
    ]


def _nobody(id: str, what: str) -> Check:
    return Check(id, held=None, detail=f"the panel holds no {what}", asked=False)


def _fails_at_times(trials: Sequence[Trial], rounds: int) -> Check:
    """A starter that always fails, or never, leaves nothing to be found by measuring."""
    ends: dict[str, set[bool]] = {}
    for trial in trials:
        if trial.verdict is not None:
            ends.setdefault(trial.scenario, set()).add(trial.verdict.success)
    known = [trial.verdict.success for trial in trials if trial.verdict is not None]
    if not known:
        return Check("starter", held=None, detail="none of its trials could be measured")
    share, moody = sum(known) / len(known), sum(len(found) > 1 for found in ends.values())
    detail = f"ends well in {share:.0%} of {len(known)} trials"
    if rounds > 1:
        detail += f"; {moody} of {len(ends)} scenarios end now well, now badly in {rounds} rounds"
    return Check("starter", 0 < share < 1, detail)


def _anchors_apart(vault: Vault, ran: Mapping[str, Ran]) -> Check:
    found = total(_works(ran, "reference"), vault.measure, vault.rubric)
    if found.why:
        return Check("anchors_apart", held=False, detail=found.why)
    rows = ", ".join(f"{e.item.measurement} {e.starter:.4g} → {e.reference:.4g}" for e in found.earned)
    return Check("anchors_apart", held=True, detail=rows)


def _null(vault: Vault, ran: Mapping[str, Ran], name: str) -> Check:
    found = total(_works(ran, name), vault.measure, vault.rubric)
    if found.value is None:
        return Check(f"null_score:{name}", held=None, detail=found.why)
    return Check(f"null_score:{name}", found.value <= NULL, f"scores {found.value:.1f}; at most {NULL:g}")


def _cheat(vault: Vault, ran: Mapping[str, Ran], name: str) -> Check:
    """A cheat may gain no more over the same work without it than a regrade moves either of them."""
    id, pair = f"cheat:{name}", vault.members[name].pair
    if pair is None or pair not in ran:
        return Check(
            id, held=False, detail="it names no member of the panel as the same work without the cheat"
        )
    cheating, honest = (_scored(vault, ran, each) for each in (name, pair))
    if cheating.value is None or honest.value is None:
        return Check(id, held=None, detail=cheating.why_not_measured or honest.why_not_measured or "no score")
    if cheating.sem_replay is None or honest.sem_replay is None:
        return Check(id, held=None, detail="one round shows no error of a regrade: `--rounds 2`")
    gain, error = cheating.value - honest.value, max(cheating.sem_replay, honest.sem_replay)
    return Check(
        id, gain <= error, f"gains {gain:+.1f} over `{pair}`; at most one error of a regrade, {error:.1f}"
    )


def _expert_checks(vault: Vault, ran: Mapping[str, Ran], *, asked: bool) -> list[Check]:
    names = _experts(vault)
    if not names:
        return [_nobody("experts", "work of somebody who saw only the brief")]
    if not asked:
        detail = f"`--experts` runs {', '.join(f'`{name}`' for name in names)}"
        return [Check("experts", held=None, detail=detail, asked=False)]
    return [_expert(vault, ran, name) for name in names]


def _expert(vault: Vault, ran: Mapping[str, Ran], name: str) -> Check:
    """Whether claims that hold could still bring the work to what experts should reach."""
    found, claims = _scored(vault, ran, name), vault.rubric.claims.points
    if found.value is None:
        return Check(f"expert:{name}", held=None, detail=found.why_not_measured or "no score")
    error = "" if found.sem_general is None else f" ± {found.sem_general:.1f} on another bank"
    least = EXPERT - claims
    detail = (
        f"its outcome scores {found.value:.1f}{error} of {100 - claims:g}; at least {least:g}, since "
        f"claims, which are not replayed here, add {claims:g} at most and {EXPERT:g} are asked for"
    )
    return Check(f"expert:{name}", found.value >= least, detail)


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
    return Check("deterministic", not apart, listed(f"of {len(first)} trials differ when run again", apart))


def _digest(record: TrialRecord) -> bytes:
    text = json.dumps(record.canonical(), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _one_grade(vault: Vault, ran: Mapping[str, Ran], rounds: int) -> Check:
    """Time and cost of a grade of a work like the reference: starter, reference and the work itself."""
    works = [ran[name] for name in ("starter", "reference", "reference")]
    trials = [trial for work in works for trial in work.trials]
    calls, usd = sum(trial.calls for trial in trials), sum(trial.usd for trial in trials)
    alone = sum(record.process.wall_seconds for work in works for record in work.records)
    claim = 3 * Plan(rounds).claim_rounds * len(of_claims(vault.assessment.bank))
    fresh, seconds = sum(each.fresh for each in ran.values()), sum(each.seconds for each in ran.values())
    here = f"{_lasting(seconds / fresh * len(trials))} here" if fresh else "not timed, for all was kept"
    return Check(
        "one_grade",
        held=bool(trials),
        detail=f"starter, reference and a work like the reference, {rounds} of each scenario: "
        f"{len(trials):,} trials, {here}, {_lasting(alone)} one after the other; {calls:,} calls, "
        f"${usd:.2f} at the models' prices; a claim adds up to {claim:,} trials",
    )


def _lasting(seconds: float) -> str:
    return f"{seconds / 60:.1f} minutes" if seconds >= 60 else f"{seconds:.1f} seconds"


def _works(ran: Mapping[str, Ran], name: str) -> Works:
    return Works(ran[name].trials, ran["starter"].trials, ran["reference"].trials)


def _scored(vault: Vault, ran: Mapping[str, Ran], name: str) -> Score:
    return score(_works(ran, name), vault.measure, vault.rubric, vault.parameters.bar).score
