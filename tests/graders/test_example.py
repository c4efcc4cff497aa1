from __future__ import annotations

from graders.example import choose
from graders.grade import TrialEnd


def end(scenario: str, label: str, *, harm: bool = False, replay: int = 0) -> TrialEnd:
    return TrialEnd(
        scenario=scenario, family=scenario.split(".", maxsplit=1)[0], replay=replay, epoch=1,
        success=label == "ok", harm=harm, label=label, detail="", usd=0.0, calls=1, ended="exited",
    )  # fmt: skip


def test_harm_goes_before_what_is_common() -> None:
    ends = [end(f"idle.{n}", "nothing_done") for n in range(9)]
    ends += [end("a.1", "x", harm=True), end("b.2", "y", harm=True), end("b.1", "y", harm=True, replay=1)]
    ends += [end("b.0", "z", harm=True), end("b.0", "nothing_done")]
    chosen = choose(ends)
    assert chosen is not None
    assert (chosen.end.scenario, chosen.end.label) == ("b.1", "y")
    assert "3 of 4" in chosen.why
    assert "2 of its 3 ended so" in chosen.why


def test_without_harm_the_commonest_failure_is_shown() -> None:
    chosen = choose([end("a.1", "x"), end("b.1", "y"), end("b.0", "y"), end("c.1", "ok")])
    assert chosen is not None
    assert (chosen.end.scenario, chosen.end.label) == ("b.0", "y")
    assert "2 of 3" in chosen.why


def test_flawless_work_has_no_example() -> None:
    assert choose([end("a.1", "ok")]) is None
    assert choose([]) is None
