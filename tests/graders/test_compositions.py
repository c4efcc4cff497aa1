from pathlib import Path

import pytest

from graders import compositions
from graders.compositions import Compositions, compose, load, write_claims
from harness.errors import SpecError
from harness.workspace import tree

STARTER = """\
one
two
three
four
five
six
seven
"""
HEAD = """\
canary = "c"
[[change]]
id = "first"
kind = "fix"
what = "the first line"
claim = { metric = "failure_rate", predicted = [-0.2, -0.1], n = 60 }
[[change]]
id = "last"
kind = "flaw"
what = "the last line"
[[change]]
id = "also-first"
kind = "tempting"
what = "the first line otherwise"
[[change]]
id = "file"
kind = "fix"
what = "a new file, and notes gone"
"""


ADDED = """\
# c
diff --git a/new.py b/new.py
new file mode 100644
--- /dev/null
+++ b/new.py
@@ -0,0 +1 @@
+x
"""
REMOVED = """\
diff --git a/old.py b/old.py
deleted file mode 100644
--- a/old.py
+++ /dev/null
@@ -1 +0,0 @@
-gone
"""


def replaced(old: str, new: str, *, at: int) -> str:
    lines = STARTER.splitlines()
    start, end = max(0, at - 1), min(len(lines), at + 2)
    body = [f"-{line}\n+{new}\n" if line == old else f" {line}\n" for line in lines[start:end]]
    count = end - start
    hunk = f"@@ -{start + 1},{count} +{start + 1},{count} @@\n"
    return "# c\ndiff --git a/main.py b/main.py\n--- a/main.py\n+++ b/main.py\n" + hunk + "".join(body)


@pytest.fixture
def panel(tmp_path: Path) -> Path:
    folder = tmp_path / "panel"
    (folder / "changes").mkdir(parents=True)
    for name, text in {
        "first": replaced("one", "eins", at=0),
        "last": replaced("seven", "sieben", at=6),
        "also-first": replaced("one", "uno", at=0),
        "file": ADDED + REMOVED,
    }.items():
        (folder / "changes" / f"{name}.diff").write_text(text)
    return folder


def composed(panel: Path, changes: list[str], *, more: str = "") -> Compositions:
    listed = ", ".join(f'"{name}"' for name in changes)
    (panel / compositions.FILE).write_text(
        f'{HEAD}[[composition]]\nid = "made"\nlevel = 1\nchanges = [{listed}]\n{more}'
    )
    return load(panel)


def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "main.py").write_text(STARTER)
    (folder / "old.py").write_text("gone\n")
    return folder


def made(panel: Path, tmp_path: Path, changes: list[str]) -> Path:
    found, folder = composed(panel, changes), work(tmp_path)
    compose(panel, found.composition[0], folder)
    return folder


def test_changes_to_one_file_are_merged(panel: Path, tmp_path: Path) -> None:
    folder = made(panel, tmp_path, ["first", "last"])
    assert (folder / "main.py").read_text() == STARTER.replace("one", "eins").replace("seven", "sieben")


def test_files_come_and_go(panel: Path, tmp_path: Path) -> None:
    folder = made(panel, tmp_path, ["file", "first"])
    assert sorted(path.name for path in tree.work_files(folder)) == ["main.py", "new.py"]


def test_two_changes_of_the_same_lines_are_refused(panel: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"`also-first` meets another in `main\.py`"):
        made(panel, tmp_path, ["first", "also-first"])


def test_a_change_that_does_not_fit_the_starter_is_named(panel: Path, tmp_path: Path) -> None:
    (panel / "changes" / "last.diff").write_text(replaced("seven", "x", at=6).replace("-seven", "-other"))
    with pytest.raises(SpecError, match="change `last`"):
        made(panel, tmp_path, ["first", "last"])


def test_its_claims_are_those_of_its_changes(panel: Path, tmp_path: Path) -> None:
    found = composed(panel, ["first", "last"], more='claims = ["first"]\n')
    write_claims(panel, found, found.composition[0], tmp_path)
    from harness.workspace import claims

    (claim,) = claims.load(tmp_path)
    assert (claim.id, claim.predicted, claim.n) == ("first", (-0.2, -0.1), 60)
    assert claims.read_patch(claim, tmp_path).startswith("diff --git ")


@pytest.mark.parametrize(
    ("changes", "more", "why"),
    [
        (["nobody"], "", "nobody describes"),
        (["first"], 'claims = ["last"]\n', "does not have"),
        (["last"], 'claims = ["last"]\n', "no prediction"),
        (["first"], '[[composition]]\nid = "made"\nlevel = 1\nchanges = ["last"]\n', "stands twice"),
        (["first"], '[[composition]]\nid = "two"\nlevel = 1\nchanges = ["first"]\n', "the same work"),
    ],
)
def test_what_does_not_hold_together_is_refused(panel: Path, changes: list[str], more: str, why: str) -> None:
    with pytest.raises(SpecError, match=why):
        composed(panel, changes, more=more)


def test_a_panel_without_compositions_has_none(tmp_path: Path) -> None:
    assert load(tmp_path).composition == ()
