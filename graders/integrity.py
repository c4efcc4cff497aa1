"""What a person should look at. Findings explain; none of them changes a score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from graders.grade import Finding
from graders.vault_files import Vault
from harness.exercise.registry import Exercise
from harness.trial.record import TrialRecord
from harness.workspace import tree
from harness.workspace.dependencies import read_lock
from harness.workspace.submission import Submission

AIMED = frozenset(
    {
        "conftest.py", "sitecustomize.py", "usercustomize.py", "agents.md", "claude.md", "gemini.md",
        ".cursorrules", ".windsurfrules", ".envrc", "tasks.json", "copilot-instructions.md", ".gitattributes",
        ".mcp.json",
    }
)  # fmt: skip
"""Names of files that other tools run or obey: never run here, named so that a reviewer does not."""
ALIKE = 0.6
"""Two works that share this much of what they add to the starter are worth a look."""
CONTENDED = "contended"
_SERIOUS = frozenset({"forged_tool_result", "foreign_token"})


def findings(
    submission: Submission, exercise: Exercise, vault: Vault, others: Iterable[Path] = ()
) -> list[Finding]:
    """Of the submission's files. `others`: works of other submissions to compare with."""
    found = [Finding(kind="submission", detail=text, where="submission") for text in submission.findings]
    if submission.meta.exercise_digest != exercise.digest:
        found.append(
            Finding(
                kind="other_exercise_version",
                detail=f"it was made from files of `{submission.meta.exercise}` "
                f"{submission.meta.exercise_version} that are not those of the {exercise.spec.version} "
                "it is graded by",
                where="submission",
            )
        )
    if submission.meta.mix != vault.assessment.mix:
        found.append(
            Finding(
                kind="other_mix",
                detail="it was practised under another mix of causes than it is graded under: what was "
                "measured in practice need not hold here, and its claims must be read so",
                where="submission",
            )
        )
    if submission.work_digest == tree.digest(exercise.starter):
        found.append(
            Finding(kind="unchanged", detail="the work is the starter, unchanged", where="submission")
        )
    if submission.lock is not None:
        lines = {
            line for section in read_lock(submission.lock.read_bytes()).sections.values() for line in section
        }
        names = sorted({line.partition(" ")[0].replace("==", " ") for line in lines})
        if names:
            found.append(
                Finding(
                    kind="own_dependencies",
                    detail=f"it brings packages of its own: {', '.join(names)}",
                    weight="note",
                    where="submission",
                )
            )
    return [
        *found,
        *_hidden(submission, exercise, vault),
        *_aimed(submission),
        *_alike(submission, exercise, others),
    ]


def _hidden(submission: Submission, exercise: Exercise, vault: Vault) -> list[Finding]:
    """Traces of the hidden half in what the candidate sent."""
    needles = {
        vault.parameters.canary: "the mark that all files of the hidden half bear",
        vault.parameters.secret: "the assessment's secret",
    }
    known = {scenario.id for scenario in exercise.bank}
    hidden = {s.id for s in vault.assessment.bank if s.id not in known and len(s.id) >= 8}
    found = []
    for path in sorted(submission.folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        seen = [what for needle, what in needles.items() if needle.encode() in data]
        ids = sum(id.encode() in data for id in hidden)
        if ids >= 3:
            seen.append(f"{ids} ids of hidden scenarios")
        found += [
            Finding(
                kind="hidden_half",
                detail=f"it holds {what}: whoever wrote it may have seen hidden scenarios or works",
                weight="serious",
                where=path.relative_to(submission.folder).as_posix(),
            )
            for what in seen
        ]
    return found


def _aimed(submission: Submission) -> list[Finding]:
    return [
        Finding(
            kind="aimed_at_tools",
            detail="a file that other tools run or obey; it was not run here: do not open the folder in them",
            weight="note",
            where=str(path),
        )
        for path in tree.work_files(submission.work)
        if path.name.lower() in AIMED or path.suffix == ".pth" or ".git" in path.parts
    ]


def _alike(submission: Submission, exercise: Exercise, others: Iterable[Path]) -> list[Finding]:
    common = lines_of(exercise.starter)
    ours = lines_of(submission.work) - common
    found = []
    for other in others:
        theirs = lines_of(other) - common
        smaller = min(len(ours), len(theirs))
        if smaller >= 10 and len(ours & theirs) / smaller >= ALIKE:
            whose = other.parent.parent.name
            same = _contents(other.parent) == _contents(submission.work.parent)
            detail = f"{len(ours & theirs)} of {smaller} added lines stand in `{whose}` as well"
            found.append(
                Finding(
                    kind="similar",
                    detail=f"the very same submission was graded as `{whose}`" if same else detail,
                    # On appeal that is as it should be; for another candidate's it would not.
                    weight="note" if same else "serious",
                    where="submission",
                )
            )
    return found


def _contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def lines_of(work: Path) -> frozenset[str]:
    """The lines of a work that two people would hardly write alike by chance: not the short ones."""
    return frozenset(line for line in all_lines(work) if len(line) > 3)


def all_lines(work: Path) -> frozenset[str]:
    """All lines of a work's text files, white space at the ends off, blank ones left out."""
    return frozenset().union(*lines_by_file(work).values())


def lines_by_file(work: Path) -> dict[str, frozenset[str]]:
    """The same by file, its path from the work's folder."""
    lines = {}
    for path in tree.work_files(work):
        try:
            text = (work / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        lines[path.as_posix()] = frozenset(line.strip() for line in text.split("\n") if line.strip())
    return lines


@dataclass(frozen=True, slots=True)
class Noted:
    """What there is to say of one trial."""

    where: str
    seen: dict[str, str]
    """Details by kind."""


def note(record: TrialRecord) -> Noted:
    """The gateway's findings, and how the program ended."""
    return Noted(f"{record.scenario}.{record.replay}", dict(_seen(record)))


def of_trials(noted: Iterable[Noted]) -> list[Finding]:
    """What was noted of the submission's trials, each kind once."""
    trials: Counter[str] = Counter()
    first: dict[str, str] = {}
    where: dict[str, str] = {}
    for one in noted:
        for kind, detail in one.seen.items():
            trials[kind] += 1
            first.setdefault(kind, detail)
            where.setdefault(kind, one.where)
    return [
        Finding(
            kind=kind,
            detail=first[kind],
            weight="serious" if kind in _SERIOUS else "look" if not kind.startswith("ended_") else "note",
            where=where[kind],
            trials=count,
        )
        for kind, count in trials.most_common()
    ]


def _seen(record: TrialRecord) -> Iterable[tuple[str, str]]:
    for found in record.gateway.findings:
        yield found.kind, found.detail
    if record.gateway.refused:
        yield "budget_spent", f"{record.gateway.refused} requests came after the budget was spent"
    if record.process.ended != "exited":
        yield f"ended_{record.process.ended}", "the program did not end by itself"
    elif record.process.exit_code:
        yield "ended_with_error", f"exit code {record.process.exit_code}"
    if any(call.contended for call in record.gateway.calls):
        yield (
            CONTENDED,
            "equal questions were asked at once: their order, and so their luck, may differ on replay",
        )
