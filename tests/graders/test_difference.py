from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from graders import difference
from graders.difference import FileChange, compare


def tree(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    root.mkdir(parents=True, exist_ok=True)
    return root


def one(
    tmp_path: Path, before: str | bytes | None, after: str | bytes | None, name: str = "a.py"
) -> FileChange:
    old = tree(tmp_path / "old", {} if before is None else {name: before})
    new = tree(tmp_path / "new", {} if after is None else {name: after})
    (change,) = compare(old, new).files
    return change


def test_lines_that_came_and_went(tmp_path: Path) -> None:
    change = one(tmp_path, "a\nb\nc\n", "a\nB\nc\nd\n")
    assert (change.state, change.added, change.removed, change.note) == ("changed", 2, 1, "")
    assert [f"{line.mark}{line.text}" for line in change.lines] == ["@line 1", " a", "-b", "+B", " c", "+d"]


def test_equal_files_and_caches_are_left_out(tmp_path: Path) -> None:
    old = tree(tmp_path / "old", {"a.py": "x"})
    new = tree(tmp_path / "new", {"a.py": "x", "__pycache__/a.pyc": b"\0", ".git/config": "x"})
    assert compare(old, new) == difference.Changes()


def test_added_and_removed(tmp_path: Path) -> None:
    assert one(tmp_path / "1", None, "x\n").state == "added"
    assert one(tmp_path / "2", "x\n", None).removed == 1
    assert one(tmp_path / "3", None, "").note == "empty"


def test_binary_that_is_named_like_text_is_said(tmp_path: Path) -> None:
    assert "binary although it is named like text: 4 bytes" in one(tmp_path / "1", None, b"a\0b\n").note
    assert "binary although" in one(tmp_path / "2", None, b"\xff\xfe\xfa").note
    assert one(tmp_path / "3", None, b"\x89PNG\0", "a.png").note.startswith("binary: 5 bytes")


def test_what_is_too_much_is_said(tmp_path: Path) -> None:
    assert "too long to be shown" in one(tmp_path / "1", None, "x" * (difference.BYTES + 1)).note
    assert "too many to be compared" in one(tmp_path / "2", None, "x\n" * (difference.LINES + 1)).note
    change = one(tmp_path / "3", None, "x\n" * (difference.SHOWN + 9))
    assert len(change.lines) == difference.SHOWN
    assert "10 further lines not shown" in change.note


def test_line_ends_alone_are_said(tmp_path: Path) -> None:
    assert one(tmp_path, "a\nb\n", "a\r\nb\r\n").note == "differs only in how its lines end"


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not yours")
    new = tree(tmp_path / "new", {})
    (new / "a.py").symlink_to(tmp_path / "secret")
    (new / "folder").symlink_to(tmp_path)
    changes = compare(tree(tmp_path / "old", {}), new).files
    assert [change.path for change in changes] == ["a.py", "folder"]
    assert all("not a regular file" in change.note and not change.lines for change in changes)


def test_many_files_are_counted(tmp_path: Path) -> None:
    new = tree(tmp_path / "new", {f"{number:04}.py": "x" for number in range(difference.NAMED + 3)})
    changes = compare(tree(tmp_path / "old", {}), new)
    assert len(changes.files) == difference.NAMED
    assert "203 files differ; 40 are shown line by line; 3 are not even named here" in changes.note


def test_all_files_together_have_an_end(tmp_path: Path) -> None:
    new = tree(tmp_path / "new", {f"{number:02}.py": "x\n" * 900 for number in range(20)})
    changes = compare(tree(tmp_path / "old", {}), new)
    shown = [change for change in changes.files if change.lines]
    assert len(shown) == difference.TOTAL // difference.SHOWN
    assert "20 files differ; 10 are shown line by line" in changes.note


def test_without_a_folder_nothing_is_claimed(tmp_path: Path) -> None:
    assert "not shown" in compare(None, tmp_path).note


@given(before=st.lists(st.sampled_from("abc")), after=st.lists(st.sampled_from("abc")))
def test_the_marks_add_up(before: list[str], after: list[str]) -> None:
    lines, added, removed = difference._lines(tuple(before), tuple(after))
    assert len(after) - len(before) == added - removed
    assert [line.mark for line in lines].count("+") == added
    assert [line.mark for line in lines].count("-") == removed
