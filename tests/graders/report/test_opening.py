from __future__ import annotations

import pytest

from graders.difference import Changes, FileChange
from graders.report.opening import NAMED, changed, timebox


@pytest.mark.parametrize(
    ("minutes", "said"), [(180, "3 hours"), (90, "1 hour 30 minutes"), (45, "45 minutes"), (None, "")]
)
def test_a_timebox_in_words(minutes: int | None, said: str) -> None:
    assert timebox(minutes) == said


def test_the_largest_changes_are_named_and_all_are_counted() -> None:
    files = tuple(FileChange(f"f{n}.py", "changed", n, 1) for n in range(NAMED + 2))
    found = changed(Changes(files))
    assert found.said == "7 files, 21 lines added and 7 removed"
    assert [file.path for file in found.files] == ["f6.py", "f5.py", "f4.py", "f3.py", "f2.py"]
    assert found.more == 2


def test_what_has_no_lines_to_count_is_said() -> None:
    found = changed(Changes((FileChange("x.bin", "added", 0, 0, note="binary"),)))
    assert found.said == "1 file, 0 lines added and 0 removed (1 file not counted by lines)"


def test_no_change_and_no_files_at_hand() -> None:
    assert changed(Changes()).said == "Nothing differs from the starter"
    assert changed(Changes(note="not shown: not at hand")).said == "Not shown: not at hand"
