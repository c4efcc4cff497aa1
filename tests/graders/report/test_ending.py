from __future__ import annotations

from graders import evidence as ev
from graders.report.ending import ENTRIES, TEXT, Ledger, ending_of


def test_the_judges_words_are_taken_apart(looked: ev.Evidence) -> None:
    assert looked.look is not None
    ending = ending_of(looked.look)
    assert ending.expected == "refund 24.90 EUR on HL-1"
    assert ending.why == "Two of three, <b>unopened</b>: R2."
    assert ending.found == ("paid 29.90 on HL-1", "cases 0")
    assert ending.ledgers[:2] == (
        Ledger("refunds", ("order id HL-1, amount 29.90",)),
        Ledger("escalations", ()),
    )


def test_a_judge_with_other_words_is_found_only(looked: ev.Evidence) -> None:
    assert looked.look is not None
    end = looked.look.end.model_copy(update={"detail": "3 of 4 rows are right"})
    ending = ending_of(looked.look._replace(end=end))
    assert (ending.expected, ending.found) == ("", ("3 of 4 rows are right",))
    silent = ending_of(looked.look._replace(end=end.model_copy(update={"detail": ""})))
    assert (silent.expected, silent.found) == ("", ())


def test_any_world_is_told_and_no_entry_is_endless(looked: ev.Evidence) -> None:
    look = looked.look
    assert look is not None
    end = {"rows": list(range(ENTRIES + 3)), "open": True, "empty": None, "deep": {"a": "x" * 5_000}}
    gateway = look.record.gateway.model_copy(update={"end": end})
    told = ending_of(look._replace(record=look.record.model_copy(update={"gateway": gateway}))).ledgers
    assert told[0].entries[-1] == "and 3 more"
    assert len(told[0].entries) == ENTRIES + 1
    assert told[1:3] == (Ledger("open", ("True",)), Ledger("empty", ()))
    assert len(told[3].entries[0]) == TEXT
