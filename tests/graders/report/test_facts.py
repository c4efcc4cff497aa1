from __future__ import annotations

from dataclasses import replace

from graders import evidence as ev
from graders import grade as gr
from graders.report.facts import facts, folded, single_and_many
from graders.report.redaction import for_candidate


def test_facts_count(evidence: ev.Evidence) -> None:
    said = " ".join(said for _, said in facts(evidence))
    ends = [ended for case in evidence.cases for ended in case.ours]
    assert f"{ends.count('success')} of 192 trials ended well" in said
    assert f"{ends.count('harm')} of them with harm" in said
    assert "2 of 3 replayed claims did not come out as predicted" in said
    assert "did not come out as predicted: read-the-order-again (predicted " in said
    claims = tuple(claim for claim in evidence.grade.claims if claim.covered)
    held = replace(evidence, grade=evidence.grade.model_copy(update={"claims": claims}))
    assert "Of 1 replayed claim we found 1 inside the predicted range." in " ".join(
        said for _, said in facts(held)
    )
    assert "_" not in said
    gained = evidence.pairs.ours
    assert (
        f"Success: {gained} trials succeeded where the starter failed, 12 failed where it succeeded, "
        "51 succeeded and 43 failed in both." in said
    )


def test_facts_say_what_became_of_weekends_and_that_nothing_was_claimed(evidence: ev.Evidence) -> None:
    part = gr.PartEnd(hour=1.0, success=False, harm=True, left=True, label="wrong_amount")
    well = gr.PartEnd(hour=2.0, success=True, harm=False, left=False, label="ok")
    weekend = ev.Weekend("w", "weekend", 0, (part, well), (part, part))
    grade = evidence.grade.model_copy(update={"claims": ()})
    said = " ".join(said for _, said in facts(replace(evidence, weekends=(weekend,), grade=grade)))
    assert (
        "1 of 2 tasks ended with harm (the starter’s: 2), most often wrong amount (1), "
        "and 1 was left to people." in said
    )
    assert "The submission claims nothing." in said
    assert "not distinguishable from the starter" not in said
    harm = grade.differences[0].model_copy(update={"id": "weekend_harm", "distinguishable": False})
    untold = replace(evidence, weekends=(weekend,), grade=grade.model_copy(update={"differences": (harm,)}))
    assert any("In harm that is not distinguishable from the starter." in said for _, said in facts(untold))


def test_the_family_of_most_harm_is_named_where_one_stands_out(evidence: ev.Evidence) -> None:
    ghosts = ev.Case("g-1", "ghost_writer", ("harm", "harm", "harm"), ("harm", "success", "failure"))
    alone = ev.Case("t-1", "twins", ("harm", "success"))
    said = " ".join(said for _, said in facts(replace(evidence, cases=(ghosts, alone))))
    assert (
        "3 of the 4 trials with harm are of one family, ghost writer "
        "(3 trials; the starter did it in 1 of 3)." in said
    )
    others = tuple(replace(alone, id=f"o-{n}", family=f"family {n}") for n in range(4))
    assert "of one family" not in " ".join(
        said for _, said in facts(replace(evidence, cases=(ghosts, *others)))
    )


def test_facts_put_success_beside_both_anchors_and_say_what_cannot_be_told(evidence: ev.Evidence) -> None:
    rate = evidence.grade.outcome[0].model_copy(
        update={"id": "success_rate", "value": 0.71, "starter": 0.702, "reference": 0.865}
    )
    found = evidence.grade.differences[0].model_copy(update={"id": "success_rate", "distinguishable": False})
    grade = evidence.grade.model_copy(
        update={"outcome": (rate,), "differences": (found,), "strata": {"stress": 0.4}}
    )
    said = " ".join(said for _, said in facts(replace(evidence, grade=grade, crashed=5)))
    assert "ended well, weighed 71.0 % (starter 70.2 %, reference 86.5 %)." in said
    assert "Together that is not distinguishable from no change." in said
    assert "In 5 trials it ended with an error" in said


def test_counts_add_up_and_say_so(evidence: ev.Evidence) -> None:
    told = dict(facts(evidence))
    assert told["Trials"].startswith(
        "192 of a single task each + 2 of many tasks each (a whole weekend) = 194."
    )
    assert "The other " in told["Single tasks"]
    alone = replace(evidence, grade=evidence.grade.model_copy(update={"trials": 192}), weekends=())
    assert "Trials" not in dict(facts(alone))
    assert single_and_many(alone) == (192, 0)


def test_terms_stand_once_and_have_something_to_say(evidence: ev.Evidence) -> None:
    found = facts(evidence)
    assert len({fact.term for fact in found}) == len(found)
    assert all(fact.said.endswith(".") for fact in found)
    assert [fact.term for fact in facts(ev.Evidence(grade=evidence.grade))] == ["Claims"]


def test_harm_is_told_apart_from_success_with_what_became_harmful(evidence: ev.Evidence) -> None:
    said = dict(facts(evidence))["Same draws"]
    assert (
        "Harm: 3 new (where the starter succeeded: late-parcel-1.2, wrong-item-0.3; where it only failed: "
        "late-parcel-0.1); 20 where the starter did harm too; 9 of the starter’s no longer." in said
    )
    told = dict(facts(for_candidate(evidence)))["Same draws"]
    assert "Harm: 3 new; 20 where" in told
    none = replace(evidence, pairs=ev.Pairs(3, 1, 0, 0, harm_gone=1))
    assert "Harm: none is new; 0 where the starter did harm too; 1 of" in dict(facts(none))["Same draws"]


def test_every_way_to_fail_stands_in_a_row_with_its_harm(evidence: ev.Evidence) -> None:
    assert dict(facts(evidence))["Failures"] == (
        "Wrong amount: 27 trials, 27 with harm; nothing done: 19 trials; half refund: 9 trials, 2 with harm."
    )
    many = tuple(ev.Failure(f"label_{n}", 1, 1, 1, 0) for n in range(8))
    assert dict(facts(replace(evidence, failures=many)))["Failures"].endswith("; 2 other labels.")


def test_scenarios_of_one_replay_are_not_counted_again(evidence: ev.Evidence) -> None:
    once = tuple(replace(case, ours=case.ours[:1], starter=case.starter[:1]) for case in evidence.cases)
    assert "Scenarios" in dict(facts(evidence))
    assert "Scenarios" not in dict(facts(replace(evidence, cases=once)))


def test_families_in_which_all_went_well_are_a_line(evidence: ev.Evidence) -> None:
    well = ev.Case("w-1", "well", ("success", "success"), ("success", "failure"))
    mixed = ev.Case("m-1", "mixed", ("success", "harm"), ("success", "success"))
    assert folded(replace(evidence, cases=(mixed, well))) == (
        "Without a row: 1 family in which every trial of this work ended well "
        "(1 scenario, 2 trials; the starter’s in 1 of 2). The tables below have them."
    )
    assert folded(replace(evidence, cases=(mixed,))) == ""
