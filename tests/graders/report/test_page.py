from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from graders import evidence as ev
from graders import grade as gr
from graders import history
from graders.difference import Changes, FileChange
from graders.report import plots
from graders.report.page import render, together
from graders.report.redaction import for_candidate
from harness.trace.html import POLICY

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Reader(HTMLParser):
    """Tags, attributes, ids and text of a document; every tag must be closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.policy: str | None = None
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.policy = dict(attrs)["content"]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def words_of(html: str) -> str:
    """The text as a reader sees it, blanks as one."""
    return " ".join("".join(Reader(html).text).split())


@pytest.fixture
def html(evidence: ev.Evidence) -> str:
    return render(evidence)


def test_the_page_is_whole_and_inert(html: str) -> None:
    page = Reader(html)
    assert page.policy == POLICY
    assert not page.tags & {
        "script",
        "img",
        "link",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "foreignObject",
    }
    names = {name for name, _ in page.attributes}
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"src", "xlink:href", "srcset", "action"}
    assert all((value or "").startswith("#") for name, value in page.attributes if name == "href")
    assert "url(" not in html
    assert "@import" not in html


def test_ids_stand_once_and_links_lead_somewhere(html: str) -> None:
    page = Reader(html)
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    for name, value in page.attributes:
        if name == "href":
            assert str(value)[1:] in ids
        if name == "aria-labelledby":
            assert set(str(value).split()) <= set(ids)


def test_what_a_stranger_wrote_is_text(html: str) -> None:
    text = "".join(Reader(html).text)
    assert "<script>alert(1)</script>" in text
    assert "{{ 7*7 }}" in text
    assert "\u202e" not in html
    assert "\\u{202e}" in text
    assert "c\\u{430}ll(order" in text


def test_every_picture_says_in_words_what_it_shows(html: str) -> None:
    assert html.count("<svg") == html.count("<title id=") == html.count("<desc id=") == 7


def test_the_first_lines_say_what_matters(html: str) -> None:
    text = words_of(html)
    top = text[: text.index("What went wrong")]
    for said in (
        "No recommendation",
        "stands above the bar",
        "71.3",
        "62.9 to 79.7",
        "± 4.1",
        "97 %",
        "60.0",
        "not fitted to any vendor’s model",
    ):
        assert said in top
    assert "194 trials: 96 scenarios of 24 families" in top
    assert "Decide nothing on this grade." in top
    assert "192 of a single task each + 2 of many" in text
    assert "An agent fails one run in five. Find out why" in top
    assert "3 hours" in top
    assert "2 files, 2 lines added and 1 removed (1 file not counted by lines): agent/main.py +2 −1, " in top
    assert "reject" not in text.lower()
    assert text.count("not measured") >= 4


def test_what_could_not_be_measured_is_said(evidence: ev.Evidence) -> None:
    score = evidence.grade.score.model_copy(
        update={
            "value": None,
            "low": None,
            "high": None,
            "sem_replay": None,
            "sem_general": None,
            "why_not_measured": "the simulated model was out of its depth",
        }
    )
    advice = evidence.grade.recommendation.model_copy(update={"value": "refer", "p_same": None})
    grade = evidence.grade.model_copy(
        update={"score": score, "recommendation": advice, "claims": (), "differences": (), "outcome": ()}
    )
    html = render(ev.Evidence(grade=grade))
    text = words_of(html)
    assert "No recommendation" in text
    assert "the simulated model was out of its depth" in text
    assert "No trial was recorded" in text
    assert "makes no claims" in text
    assert "None" not in text.replace("None of", "")


def test_findings_that_say_the_same_are_one_with_its_places(evidence: ev.Evidence) -> None:
    found = [
        gr.Finding(kind="likeness", detail="it holds the mark", weight="serious", where=f"{name}.py")
        for name in ("agent", "shop", "llm")
    ]
    found.append(gr.Finding(kind="likeness", detail="another thing", weight="look"))
    html = render(replace(evidence, grade=evidence.grade.model_copy(update={"integrity": found})))
    text = words_of(html)
    assert "2 integrity findings for a person to judge, 1 of them serious" in text
    assert "3 places: agent.py, shop.py, llm.py" in text
    assert html.count("<td>it holds the mark") == 1


def test_sandbox_without_a_wall_is_a_caution(evidence: ev.Evidence) -> None:
    sandbox = evidence.grade.sandbox.model_copy(update={"kind": "process"})
    assert "Not isolated." in render(
        replace(evidence, grade=evidence.grade.model_copy(update={"sandbox": sandbox}))
    )


def test_a_draft_says_so(evidence: ev.Evidence) -> None:
    draft = evidence.grade.model_copy(update={"exercise_status": "draft"})
    proven = evidence.grade.model_copy(update={"exercise_status": "active"})
    assert "has not yet shown that it separates" in render(replace(evidence, grade=draft))
    assert "has not yet shown that it separates" not in render(replace(evidence, grade=proven))


def test_the_candidates_copy_has_the_figures_and_no_hidden_name(evidence: ev.Evidence, html: str) -> None:
    told = render(for_candidate(evidence))
    for case in evidence.cases:
        assert case.id in html
        assert case.id not in told
        assert case.family not in told
    assert "For the debrief" not in told
    assert "One such trial" not in told
    assert "seen in hidden trials" in told
    assert "the journal does not end where" in told
    text = words_of(told)
    for figure in ("71.3", "62.9 to 79.7", "± 4.1", "97 %", "wrong amount", "$2.36", "family 24"):
        assert figure in text


def test_long_text_is_cut_and_the_cut_said(evidence: ev.Evidence) -> None:
    event = history.Event(0.0, "note", "x" * 5_000)
    html = render(replace(evidence, journal=history.Journal((event,) * 320)))
    assert "3,000 further characters not shown" in html
    assert "20 further events are not shown" in html


def test_absurd_file_names_stay_on_their_line(evidence: ev.Evidence) -> None:
    name = "a\nb\u202e\ud800" + "x" * 300
    html = render(replace(evidence, changes=Changes((FileChange(name, "added", 1, 0),))))
    assert "a\\nb\\u{202e}\\u{d800}xxx" in html
    assert "146 further characters not shown" in html


def test_a_broken_chain_is_said(evidence: ev.Evidence) -> None:
    html = render(
        replace(evidence, journal=history.Journal(evidence.journal.events, "line 3: the line is torn"))
    )
    assert "The chain does not hold" in html
    assert "The chain of events is whole" not in html


def test_a_journal_of_beginning_and_end_tells_nothing(evidence: ev.Evidence) -> None:
    events = (history.Event(0.0, "start", ""), history.Event(0.0, "submit", ""))
    html = render(replace(evidence, journal=history.Journal(events)))
    assert "It says nothing of how the time was spent" in html
    assert "Journal timeline" not in html
    assert "not observed" not in html


def test_warnings_stand_below_the_verdict(evidence: ev.Evidence) -> None:
    sandbox = evidence.grade.sandbox.model_copy(update={"kind": "process"})
    grade = evidence.grade.model_copy(update={"sandbox": sandbox, "exercise_status": "draft"})
    text = words_of(render(replace(evidence, grade=grade)))
    places = [
        text.index(said)
        for said in (
            "Measured on",
            "Demonstration scenarios.",
            "A draft.",
            "Not isolated.",
            "What went wrong",
        )
    ]
    assert places == sorted(places)
    assert "in a sandbox against hidden" not in text


def test_failed_trials_stand_in_a_table_of_the_reviewers_only(evidence: ev.Evidence, html: str) -> None:
    cells = re.sub(r"\s", "", words_of(html))
    assert (
        "late-parcel-0.1replay0wrongamountharmrefund24.90EURonHL-1→paid29.90onHL-1;toldnobodyfailed,withoutharm"
        in cells
    )
    assert "<summary>4 trials</summary>" not in html
    many = render(replace(evidence, failed=evidence.failed * 4))
    assert "<summary>16 trials</summary>" in many
    told = render(for_candidate(evidence))
    assert "Every failed trial" not in told
    assert "24.90" not in told


def test_a_label_stands_with_what_it_means(evidence: ev.Evidence) -> None:
    label = evidence.failures[0].label
    told = {label: "paid <twice>", "never_seen": "does not happen"}
    said = words_of(render(replace(evidence, grade=evidence.grade.model_copy(update={"labels": told}))))
    assert "paid <twice>" in said
    assert "does not happen" not in said


def test_no_band_is_explained_where_none_is_drawn(evidence: ev.Evidence, html: str) -> None:
    score = evidence.grade.score.model_copy(update={"sem_replay": None})
    assert "Thick band" in html
    assert "Thick band" not in render(
        replace(evidence, grade=evidence.grade.model_copy(update={"score": score}))
    )


def test_the_map_leaves_out_families_in_which_all_went_well(evidence: ev.Evidence) -> None:
    well = tuple(replace(case, ours=("success", "success")) for case in evidence.cases)
    html = render(replace(evidence, cases=well))
    assert "Map of all trials" not in html
    assert "Without a row: 24 families" in html
    assert "late-parcel-0.1" in html


def test_colours_differ_in_lightness() -> None:
    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
        return float(0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2)

    shades = sorted(lightness(colour) for colour in plots.COLOURS.values())
    assert all((b + 0.05) / (a + 0.05) > 1.25 for a, b in pairwise(shades))


def test_strata_and_weekends_are_shown_and_a_candidate_is_not_told_when_what_happens(
    evidence: ev.Evidence, html: str
) -> None:
    cells = re.sub(r"\s", "", words_of(html))
    assert re.search(r"production60%601209520507010", cells)
    assert "9 tasks: 6 ended well, 1 failed, 1 harm, 1 left to people" in html
    assert "16doublerefund(harm);24outoftime(lefttopeople)" in cells
    told = render(for_candidate(evidence))
    assert "dark-cellar" in html
    assert "dark-cellar" not in told
    assert "out_of_time" not in told
    plain = render(replace(evidence, weekends=(), strata=()))
    assert "The weekends" not in plain
    assert "Kind of scenario" not in plain


def test_the_example_says_what_was_expected_and_found_and_shows_long_prompts_whole(
    looked: ev.Evidence,
) -> None:
    page = render(looked)
    text = words_of(page)
    assert re.search(
        r"Expected\s?refund 24\.90 EUR on HL-1\s?Because\s?Two of three, <b>unopened</b>: R2\.\s?"
        r"Found\s?paid 29\.90 on HL-1; cases 0",
        text,
    )
    assert "Refunds at the end order id HL-1, amount 29.90" in text.replace("endorder", "end order")
    assert "Escalations at the endnone" in text.replace("end none", "endnone")
    assert "the clause that decides" in text
    assert "The starter on the same draws ended well." in text
    assert 'href="#example"' in page
    assert 'id="example"' in page
    told = render(for_candidate(looked))
    for hidden in ("HL-1", "24.90", "unopened", "late-parcel", "the clause that decides"):
        assert hidden not in told


def test_calls_that_failed_are_told_beside_those_that_cost(evidence: ev.Evidence) -> None:
    down = ev.Spend("large", 28, 28, 0, 0, 0, 0.0)
    text = words_of(render(replace(evidence, spent=(down,))))
    assert "every call failed" in text
    assert "it has no tokens and costs nothing" in text


def test_no_unit_stands_alone_on_a_line() -> None:
    assert together("69.7 % less, −3.0 pp") == "69.7\u00a0% less, −3.0\u00a0pp"
