"""Made-up evidence, as rich and as hostile as a real grade's may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graders import evidence as ev
from graders import grade as gr
from graders import history
from graders.difference import Changes, FileChange, Line
from graders.separation import Figure, PanelRow, Signal
from graders.vault_files import MemberRole
from harness.gateway.admin_api import CallRecord, Charge, GatewayRecord
from harness.trial.record import Process, TrialRecord

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e\"'{{ 7*7 }}"
FAMILIES = tuple(f"{kind}-{n}" for kind in ("late-parcel", "wrong-item", "double-charge") for n in range(8))
DIGEST = "9f2c" * 16


def ended(place: int, replay: int) -> ev.Ended:
    ends: tuple[ev.Ended, ...] = ("success", "success", "success", "failure", "success", "success", "harm")
    return ends[(place * 5 + replay * 3) % len(ends)]


def scored(id: str, label: str, value: float, low: float, high: float, **more: object) -> gr.Scored:
    fields: dict[str, object] = {
        "unit": "share",
        "n": 192,
        "clusters": 24,
        "by": "family",
        "group": "outcome",
        "points": 25.0,
        "earned": 17.25,
        "starter": 0.33,
        "reference": 0.95,
    }
    return gr.Scored.model_validate(
        {"id": id, "label": label, "value": value, "low": low, "high": high, **fields, **more}
    )


def claim(id: str, **more: object) -> gr.ClaimResult:
    fields: dict[str, object] = {
        "id": id,
        "metric": "failure_rate",
        "unit": "share",
        "base": "starter",
        "hypothesis": "the model repeats a refund whose answer got lost",
        "predicted": (-0.3, -0.1),
        "measured": (-0.26, -0.14),
        "measured_n": 120,
        "value": -0.17,
        "low": -0.23,
        "high": -0.11,
        "n": 192,
        "sign_right": True,
        "covered": True,
        "skill": 0.71,
        "points": 9.1,
    }
    return gr.ClaimResult.model_validate({**fields, **more})


@pytest.fixture
def grade() -> gr.Grade:
    return gr.Grade(
        exercise="flaky_agent_trace",
        exercise_version="1.0.0",
        title="The agent that fails on some days",
        summary="An agent fails one run in five. Find out why, and make it better by rates.",
        timebox_minutes=180,
        capability="comfort with non-determinism",
        assessment="autumn",
        demonstration=True,
        submission_digest=DIGEST,
        work_digest=DIGEST,
        provenance="self-attested",
        card_provenance="invented",
        sandbox=gr.Sandbox(
            kind="docker", description="engine 20.10, runc", image=f"sha256:{DIGEST}", isolation="fork"
        ),
        rounds=1,
        seed_epoch=1,
        trials=194,
        scenarios=96,
        families=24,
        score=gr.Score(value=71.3, sem_replay=1.9, sem_general=4.1, low=62.9, high=79.7),
        recommendation=gr.Recommendation(value="above", p_same=0.97, bar=60.0),
        outcome=(
            scored("success", "Tasks ended well", 0.714, 0.662, 0.771, points=50, earned=30.9),
            scored("harm", "Did harm", 0.146, 0.1, 0.19, starter=0.2, reference=0.0, zero=0.2, full=0.0),
            scored(
                "usd_per_task",
                "Cost of a task",
                0.0123,
                0.011,
                0.0135,
                unit="usd",
                starter=0.02,
                reference=0.01,
            ),
            gr.Scored(
                id="recovered",
                label="Recovered",
                value=None,
                n=0,
                unit="share",
                why_not_measured="no fault fired",
                group="outcome",
                points=0,
            ),
        ),
        process=(
            scored(
                "claims",
                "Claims",
                1.0,
                0.5,
                1.0,
                group="process",
                n=3,
                earned=14.2,
                starter=None,
                reference=None,
            ),
        ),
        shown=(gr.Shown(id="seconds_per_task", value=9.4, low=8.8, high=10.1, n=192, unit="seconds"),),
        differences=(
            gr.Difference(
                id="success_rate",
                value=0.38,
                low=0.31,
                high=0.45,
                pairs=192,
                clusters=24,
                detectable=0.1,
                gained=0.45,
                lost=0.06,
                distinguishable=True,
                unit="share",
            ),
            gr.Difference(
                id="usd_per_task",
                value=-0.0007,
                low=-0.0021,
                high=0.0007,
                pairs=192,
                clusters=24,
                detectable=0.002,
                gained=0.5,
                lost=0.5,
                distinguishable=False,
                unit="usd",
            ),
        ),
        strata={"production": 0.6, "stress": 0.4},
        by_family=tuple(
            gr.FamilyRow(
                family=family,
                scenarios=4,
                trials=8,
                success=0.75,
                harm=0.125,
                starter_success=0.33,
                reference_success=1.0,
                not_measured=0,
            )
            for family in FAMILIES
        ),
        claims=(
            claim("retry-with-a-key"),
            claim(
                "read-the-order-again",
                value=0.01,
                low=-0.03,
                high=0.05,
                sign_right=False,
                covered=False,
                skill=-0.4,
                points=0.0,
                hypothesis=HOSTILE,
            ),
            claim(
                "shorter-context",
                metric="usd_per_task",
                unit="usd",
                predicted=(-0.012, -0.008),
                measured=None,
                measured_n=0,
                value=-0.004,
                low=-0.005,
                high=-0.003,
                covered=False,
                skill=0.1,
                points=1.2,
            ),
            claim("never-ran", value=None, low=None, high=None, why_not_measured="the patch does not apply"),
        ),
        integrity=(
            gr.Finding(
                kind="forged_turn",
                detail=f"a turn that no model sent: {HOSTILE}",
                where="late-parcel-0.3.1",
                trials=3,
            ),
            gr.Finding(
                kind="submission",
                detail="the journal does not end where `submission.json` says",
                where="submission",
            ),
        ),
        simulator=gr.Simulator(version="sim-1", calls=1_530, not_understood=14, trials_not_measured=2),
        cost=gr.Cost(usd=2.36, tokens_in=1_402_000, tokens_out=61_000, calls=1_530),
        starter_cost=gr.Cost(usd=2.5, tokens_in=1_500_000, tokens_out=66_000, calls=1_700),
        versions=gr.Versions(
            rubric="1",
            measurement="1",
            statistics="1",
            scoring="1",
            simulator="sim-1",
            card=DIGEST,
            exercise=DIGEST,
            assessment=DIGEST,
            vault=DIGEST,
            takehome="0.1.0",
        ),
    )


def failed(
    scenario: str, label: str, starter: ev.Ended | None, *, harm: bool = False, detail: str | None = None
) -> ev.Failed:
    end = gr.TrialEnd(
        scenario=scenario, family=scenario.rpartition(".")[0], replay=0, epoch=1, success=False, harm=harm,
        label=label, usd=0.01, calls=1, ended="exited",
        detail=detail or "expected refund 24.90 EUR on HL-1; paid 29.90 on HL-1; told nobody",
    )  # fmt: skip
    return ev.Failed(end, starter)


def counts(well: int, badly: int, harm: int) -> dict[ev.Ended, int]:
    return {"success": well, "failure": badly, "harm": harm, "not measured": 0}


def tickets(ends: str) -> tuple[gr.PartEnd, ...]:
    """`+` well, `-` badly, `!` harm, `<` left to people; one every eight hours."""
    labels = {"+": "ok", "-": "wrong_amount", "!": "double_refund", "<": "out_of_time"}
    return tuple(
        gr.PartEnd(hour=8.0 * n, success=end == "+", harm=end == "!", left=end == "<", label=labels[end])
        for n, end in enumerate(ends)
    )


@pytest.fixture
def evidence(grade: gr.Grade) -> ev.Evidence:
    cases = tuple(
        ev.Case(
            f"{family}.{number}",
            family,
            tuple(ended(place * 4 + number, replay) for replay in range(2)),
            tuple("success" if (place + number + replay) % 3 == 0 else "failure" for replay in range(2)),
        )
        for place, family in enumerate(FAMILIES)
        for number in range(4)
    )
    kinds = ("start", "run", "try", "try", "note", "keep", "run", "try", "drop", "submit")
    return ev.Evidence(
        grade=grade,
        cases=cases,
        strata=(
            ev.Stratum("production", 60, 120, counts(95, 20, 5), counts(70, 40, 10)),
            ev.Stratum("stress", 36, 72, counts(42, 25, 5), counts(30, 33, 9)),
        ),
        weekends=(
            ev.Weekend("h-weekend-dark-cellar", "weekend_dark_cellar", 0, tickets("+-!<+"), tickets("+<<!-")),
            ev.Weekend("h-weekend-long-night", "weekend_long_night", 0, tickets("++++")),
        ),
        pairs=ev.Pairs(51, 86, 12, 43, harm_new=3, harm_kept=20, harm_gone=9),
        failures=(
            ev.Failure("wrong_amount", 27, 20, 9, 27),
            ev.Failure("nothing_done", 19, 14, 8, 0),
            ev.Failure("half_refund", 9, 8, 4, 2),
        ),
        failed=(
            failed("late-parcel-0.1", "wrong_amount", "failure", harm=True),
            failed("late-parcel-1.2", "wrong_amount", "success", harm=True),
            failed("wrong-item-0.3", "wrong_amount", "success", harm=True),
            failed("wrong-item-2.0", "nothing_done", "harm", detail=HOSTILE),
        ),
        spent=(
            ev.Spend("large", 700, 12, 900_000, 120_000, 40_000, 2.1),
            ev.Spend("small", 830, 0, 502_000, 0, 21_000, 0.26),
        ),
        refused=3,
        changes=Changes(
            (
                FileChange(
                    "agent/main.py",
                    "changed",
                    2,
                    1,
                    (
                        Line("@", "line 3"),
                        Line(" ", "def act(order):"),
                        Line("-", "    return call(order)"),
                        Line("+", "    return c\u0430ll(order, key=order.id)"),
                        Line("+", HOSTILE),
                    ),
                ),
                FileChange(HOSTILE, "added", 0, 0, note="binary although it is named like text: 5 bytes"),
            )
        ),
        journal=history.Journal(
            tuple(
                history.Event(n * 11.0, kind, f"hypothesis: {HOSTILE}" if n == 3 else f"entry {n}")
                for n, kind in enumerate(kinds)
            )
        ),
    )


@pytest.fixture
def looked(evidence: ev.Evidence) -> ev.Evidence:
    """With an example trial, whose prompt is longer than what is shown elsewhere."""
    call = CallRecord(
        seq=1, face="openai.chat", model="sim-large", role="large", status=200, start=0.0, end=1.0,
        messages=("m",),
    )  # fmt: skip
    refund = {"order_id": "HL-1", "amount": "29.90", "note": None}
    gateway = GatewayRecord(
        calls=(call,), tools=(), end={"refunds": [refund], "escalations": [], "replies": [{"body": HOSTILE}]},
        contents={"m": {"role": "user", "parts": [{"text": "handbook " * 800 + "the clause that decides"}]}},
        charge=Charge(), virtual_seconds=1.0, requests=1, refused=0, simulator="sim-1",
    )  # fmt: skip
    process = Process(
        ended="exited", exit_code=0, signal=None, wall_seconds=0.1, cpu_seconds=0.1, stdout="", stderr="",
        how="fork",
    )  # fmt: skip
    name = {"scenario": "late-parcel-0.1", "family": "late-parcel-0", "replay": 1, "epoch": 1}
    record = TrialRecord.model_validate({**name, "gateway": gateway, "process": process})
    end = gr.TrialEnd.model_validate(
        {
            **name, "success": False, "harm": True, "label": "wrong_amount", "usd": 0.01, "calls": 1,
            "ended": "exited",
            "detail": "expected refund 24.90 EUR on HL-1; paid 29.90 on HL-1; cases 0",
            "why": "Two of three, <b>unopened</b>: R2.",
        }
    )  # fmt: skip
    return replace(evidence, look=ev.Look(record, end, "most of them ended so", "success"))


def figure(id: str, met: bool | None, value: float | None = 0.97) -> Figure:
    return Figure(id=id, value=value, low=0.9, high=1.0, target="≥ 0.95", met=met, detail=HOSTILE)


def row(id: str, level: int, score: float | None, role: MemberRole = "panel") -> PanelRow:
    return PanelRow(id=id, level=str(level), role=role, score=score, sem_replay=3.0, again=score)


@pytest.fixture
def signal() -> Signal:
    return Signal(
        exercise="an_exercise",
        assessment="demonstration",
        cut=60,
        figures=(figure("auc", True), figure("gap", False), figure("ai_floor", None, None)),
        panel=(
            row("starter", 0, 0.0, "starter"),
            row("worst", 0, -12.5),
            row("best", 3, 91.0),
            row("cheat", 0, 4.0, "cheat"),
            row(HOSTILE, 2, None),
        ),
        remarks=("not measured: c-07",),
    )
