"""`claims.toml`: what the candidate predicts, in a form that we can replay.

    [[claim]]
    id = "check-the-order"
    hypothesis = "the model confuses customers when two orders share a day"
    patch = "claims/01-check-the-order.diff"
    metric = "failure_rate"
    predicted = [-0.25, -0.10]
    n = 120
    measured = [-0.21, -0.08]
    evidence = ["try 3", "trial c7.0"]

The claim above reads: `patch`, applied *alone to the starter*, changes the failure rate by −0.25 to
−0.10, with 80 % confidence. With `base = "work"` the patch is one that the submitted work contains,
and the claim is about *taking it out* (`git apply --reverse`): without it the metric changes by so
much. Both intervals are 80 % intervals of the change of the metric's mean, negative when it falls;
`n` is the number of pairs that the candidate measured. Wording and evidence are for people.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from harness.errors import WorkspaceError
from harness.exercise.spec import Strict, explain
from harness.workspace import patches

FILE = "claims.toml"
FOLDER = "claims"
MAX_CLAIMS = 12
MAX_BYTES = 128 * 1024
MAX_USD = 10_000
LEVEL = 0.8
"""What share of its intervals a calibrated candidate gets right."""

Metric = Literal["failure_rate", "harm_rate", "usd_per_task"]
Finite = Annotated[float, Field(allow_inf_nan=False, strict=True)]
Interval = tuple[Finite, Finite]

TEMPLATE = """\
# Claims: what you changed, what you predicted it would do, and what you measured.
# Each is replayed on fresh seeds; the effect and your calibration are scored, never the wording.
# `takehome keep` writes a draft here for the change that you tried last. At most 12.
#
# [[claim]]
# id = "short-name"
# hypothesis = "why the starter fails, in a sentence"
# patch = "claims/01-short-name.diff"   # `git diff` against the starter; applied alone to it
# base = "starter"                      # or "work": the effect of taking this patch out of your work
# metric = "failure_rate"               # or "harm_rate", "usd_per_task"
# predicted = [-0.25, -0.10]            # 80 % interval of the change; negative: it falls
# n = 120                               # pairs that you measured
# measured = [-0.21, -0.08]             # 80 % interval of what you measured; may be left out
# evidence = ["try 3"]                  # for people
"""


class Claim(Strict):
    """One prediction."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")
    hypothesis: str = Field(min_length=1, max_length=2_000)
    patch: str = Field(pattern=r"^claims/[A-Za-z0-9][A-Za-z0-9._-]{0,100}\.diff$")
    base: Literal["starter", "work"] = "starter"
    metric: Metric
    predicted: Interval
    n: int = Field(default=0, ge=0, le=10_000_000, strict=True)
    measured: Interval | None = None
    evidence: tuple[Annotated[str, Field(max_length=500)], ...] = Field(default=(), max_length=50)

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        for name, interval in (("predicted", self.predicted), ("measured", self.measured)):
            if interval is None:
                continue
            low, high = interval
            if low > high:
                raise ValueError(f"`{name}` must be [low, high], with low ≤ high")
            if self.metric != "usd_per_task" and not -1 <= low <= high <= 1:
                raise ValueError(f"`{name}`: a rate changes by -1 to 1; write 10 % as 0.10")
            if max(abs(low), abs(high)) > MAX_USD:
                raise ValueError(f"`{name}`: no task costs {MAX_USD:,} dollars")
        if self.measured is not None and self.n == 0:
            raise ValueError("`measured` needs `n`, the number of pairs")
        return self


class _Claims(Strict):
    claim: tuple[Claim, ...] = Field(default=(), max_length=MAX_CLAIMS)

    @model_validator(mode="after")
    def _unique(self) -> Self:
        ids = [claim.id for claim in self.claim]
        if double := next((id for id in ids if ids.count(id) > 1), None):
            raise ValueError(f"claim `{double}` stands twice")
        return self


def parse(text: str) -> tuple[Claim, ...]:
    """The claims of a `claims.toml`. Raises `WorkspaceError` that names what is wrong."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise WorkspaceError(f"`{FILE}` is longer than {MAX_BYTES} bytes")
    try:
        return _Claims.model_validate(tomllib.loads(text)).claim
    except ValidationError as error:
        raise WorkspaceError(
            f"`{FILE}` is not as it should be:\n{explain(error)}", hint="the comments at its top say how"
        ) from None
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is no TOMLDecodeError
        raise WorkspaceError(
            f"`{FILE}` is not valid TOML: {error}", hint="mend the line that is named"
        ) from None


def load(folder: Path) -> tuple[Claim, ...]:
    """The claims beside a work; none when there is no file. Raises `WorkspaceError`."""
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceError(f"`{path}` cannot be read: {error}") from None


def read_patch(claim: Claim, folder: Path) -> str:
    """The text of a claim's diff, judged. Raises `WorkspaceError`."""
    path = folder / claim.patch
    if path.is_symlink() or not path.is_file():
        raise WorkspaceError(
            f"claim `{claim.id}`: there is no file `{claim.patch}`", hint="write it, or drop the claim"
        )
    if path.stat().st_size > patches.MAX_BYTES:
        raise WorkspaceError(f"claim `{claim.id}`: `{claim.patch}` is longer than {patches.MAX_BYTES} bytes")
    try:
        text = path.read_bytes().decode("utf-8")
        patches.check(text)
    except UnicodeDecodeError:
        raise WorkspaceError(f"claim `{claim.id}`: `{claim.patch}` is not UTF-8 text") from None
    except WorkspaceError as error:
        raise WorkspaceError(f"claim `{claim.id}`: {error.message}", hint=error.hint) from None
    return text


def variant(claim: Claim, folder: Path, *, starter: Path, work: Path, into: Path) -> Path:
    """The tree to compare with the claim's base: returns the base, writes the variant to `into`.

    `folder` holds `claims/`. For `starter` the variant is the starter with the patch, for `work`
    the work without it; either way the claim is about variant minus base. Raises `WorkspaceError`.
    """
    text = read_patch(claim, folder)
    base = starter if claim.base == "starter" else work
    try:
        patches.applied(text, base, into, reverse=claim.base == "work")
    except WorkspaceError as error:
        raise WorkspaceError(
            f"claim `{claim.id}`: `{claim.patch}`, {_against(claim)}: {error.message}", hint=error.hint
        ) from None
    return base


def problems(found: tuple[Claim, ...], folder: Path, *, starter: Path, work: Path) -> list[str]:
    """What keeps claims from being replayed, one line each."""
    lines = []
    for claim in found:
        try:
            text = read_patch(claim, folder)
        except WorkspaceError as error:
            lines.append(error.message)
            continue
        base = starter if claim.base == "starter" else work
        why = patches.applies(text, base, reverse=claim.base == "work")
        if why:
            why = "; ".join(why.splitlines())
            lines.append(f"claim `{claim.id}`: `{claim.patch}`, {_against(claim)}: {why}; {_redraft(claim)}")
    return lines


def _redraft(claim: Claim) -> str:
    """How a diff that fits no longer is written anew."""
    if claim.base == "starter":
        return (
            "write it again as a `git diff` against the starter, or, if the work contains it, "
            'claim it with `base = "work"`'
        )
    return (
        "to write it again, commit all, take the change out of the files by hand, "
        f"`git diff -R -- . ':!claims' ':!{FILE}' > {claim.patch}`, then `takehome drop` puts the work back"
    )


def _against(claim: Claim) -> str:
    return "applied to the starter" if claim.base == "starter" else "taken out of the work"
