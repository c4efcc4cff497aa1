from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import WorkspaceError
from harness.exercise.registry import Exercise
from harness.workspace import claims as claims_file
from harness.workspace import git, patches, tree
from harness.workspace.claims import TEMPLATE, Claim, load, parse, problems, variant
from harness.workspace.folder import Workspace

GOOD = """
[[claim]]
id = "check-the-order"
hypothesis = "customers are confused"
patch = "claims/01-check.diff"
metric = "failure_rate"
predicted = [-0.25, -0.1]
n = 120
measured = [-0.21, -0.08]
evidence = ["try 3"]
"""


def with_line(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


def test_a_claim_is_read() -> None:
    (claim,) = parse(GOOD)
    assert claim.id == "check-the-order"
    assert claim.base == "starter"
    assert claim.predicted == (-0.25, -0.1)
    assert claim.measured == (-0.21, -0.08)


def test_the_template_holds_no_claim_and_its_example_is_one() -> None:
    assert parse(TEMPLATE) == ()
    example = TEMPLATE[TEMPLATE.index("# [[claim]]") :].replace("# ", "", 1).replace("\n# ", "\n")
    assert parse(example)[0].n == 120


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (with_line("[-0.25, -0.1]", "[-0.1, -0.25]"), "low"),
        (with_line("[-0.25, -0.1]", "[nan, 0.1]"), "predicted"),
        (with_line("[-0.25, -0.1]", "[-inf, inf]"), "predicted"),
        (with_line("[-0.25, -0.1]", "[-25.0, -10.0]"), "10 %"),
        (with_line("[-0.25, -0.1]", "[-0.25]"), "predicted"),
        (with_line("[-0.25, -0.1]", '["-0.25", "-0.1"]'), "predicted"),
        (with_line("failure_rate", "happiness"), "metric"),
        (with_line("claims/01-check.diff", "../01-check.diff"), "patch"),
        (with_line("claims/01-check.diff", "claims/../../x.diff"), "patch"),
        (with_line("claims/01-check.diff", "/etc/passwd"), "patch"),
        (with_line("n = 120", "n = 0"), "pairs"),
        (with_line("n = 120", "n = true"), "n"),
        (with_line("n = 120", "n = 1.5"), "n"),
        (with_line("n = 120", "points = 3"), "points"),
        (with_line('id = "check-the-order"', ""), "id"),
        (GOOD + GOOD, "twice"),
        ("[[claim", "TOML"),
        ("x = 1", "x"),
        ("".join(GOOD.replace("check-the-order", f"c{n}") for n in range(13)), "claim"),
        ("#" * 200_000, "longer"),
        ("x = " + "[" * 50_000, "TOML"),
        ("x = " + "1" * 5_000, "TOML"),
        (with_line("failure_rate", "usd_per_task").replace("-0.1]", "1e300]"), "dollars"),
    ],
)
def test_what_is_not_a_claim_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        parse(text)
    assert named in caught.value.message


@given(st.floats(), st.floats())
def test_no_interval_that_is_read_is_infinite_or_turned_round(low: float, high: float) -> None:
    try:
        (claim,) = parse(with_line("[-0.25, -0.1]", f"[{low!r}, {high!r}]"))
    except WorkspaceError:
        assert not (-1 <= low <= high <= 1)
    else:
        assert all(math.isfinite(end) for end in claim.predicted)
        assert -1 <= claim.predicted[0] <= claim.predicted[1] <= 1


@given(st.text(max_size=200))
def test_any_text_is_claims_or_a_workspace_error(text: str) -> None:
    try:
        parse(text)
    except WorkspaceError:
        return


def claim(**changes: object) -> Claim:
    (base,) = parse(GOOD)
    return base.model_copy(update=changes)


def put(folder: Path, text: str) -> None:
    (folder / "claims").mkdir(exist_ok=True)
    (folder / "claims" / "01-check.diff").write_text(text)


def test_a_variant_of_the_starter_has_the_change(
    exercise: Exercise, workspace: Workspace, a_patch: str, tmp_path: Path
) -> None:
    put(workspace.root, a_patch)
    base = variant(
        claim(), workspace.root, starter=exercise.starter, work=workspace.root, into=tmp_path / "variant"
    )
    assert base == exercise.starter
    assert (tmp_path / "variant" / "main.py").read_text().startswith("# a change\n")
    assert not (exercise.starter / "main.py").read_text().startswith("# a change\n")


def test_a_variant_of_the_work_lacks_the_change(
    exercise: Exercise, workspace: Workspace, a_patch: str, tmp_path: Path
) -> None:
    put(workspace.root, a_patch)
    work = tmp_path / "work"
    patches.applied(a_patch, exercise.starter, work)
    base = variant(
        claim(base="work"), workspace.root, starter=exercise.starter, work=work, into=tmp_path / "variant"
    )
    assert base == work
    assert tree.digest(tmp_path / "variant") == tree.digest(exercise.starter)


def test_problems_are_named_claim_by_claim(exercise: Exercise, workspace: Workspace, a_patch: str) -> None:
    put(workspace.root, a_patch)
    found = (claim(), claim(id="out", base="work"), claim(id="lost", patch="claims/lost.diff"))
    lines = problems(found, workspace.root, starter=exercise.starter, work=exercise.starter)
    assert len(lines) == 2
    assert "`out`" in lines[0]
    assert "taken out of the work" in lines[0]
    assert "`claims/lost.diff`" in lines[1]


def test_no_file_is_no_claim(tmp_path: Path) -> None:
    assert load(tmp_path) == ()


def test_a_claim_beside_the_work_does_not_change_it(workspace: Workspace, a_patch: str) -> None:
    before = workspace.digest()
    put(workspace.root, a_patch)
    (workspace.root / claims_file.FILE).write_text(GOOD)
    assert workspace.digest() == before


HEAD = "diff --git a/main.py b/main.py\n--- a/main.py\n+++ b/main.py\n@@ -1 +1 @@\n-a\n+b\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        HEAD.replace("main.py", "../main.py"),
        HEAD.replace("a/main.py", "/etc/passwd"),
        HEAD.replace("main.py", ".git/config"),
        HEAD.replace("main.py", "practice/scenarios.jsonl"),
        HEAD.replace("main.py", "aux.py"),
        "diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+/etc/passwd\n",
        "diff --git a/x b/x\nnew file mode 160000\n",
        "diff --git a/x b/x\nold mode 100644\nnew mode 100755\n",
        "diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n",
        "diff --git a/x b/x\nindex 000..111\nGIT binary patch\nliteral 1\n",
        "diff --git a/x b/x\nBinary files a/x and b/x differ\n",
        HEAD.replace("@@ -1 +1 @@", "@@ rubbish @@"),
        HEAD + "x" * patches.MAX_BYTES,
        'diff --git "a/x\\303" "b/x\\303"\n',
    ],
)
def test_what_is_no_plain_diff_of_the_work_is_refused(text: str) -> None:
    with pytest.raises(WorkspaceError):
        patches.check(text)


def test_a_removed_line_that_looks_like_a_header_is_no_header(tmp_path: Path) -> None:
    text = "--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1 @@\n--- practice/note\n keep\n"
    assert [str(path) for path in patches.check(text)] == ["x.sql"]
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "x.sql").write_text("-- practice/note\nkeep\n")
    patches.applied(text, tmp_path / "base", tmp_path / "out")
    assert (tmp_path / "out" / "x.sql").read_text() == "keep\n"


def test_a_new_empty_file_is_a_change(tmp_path: Path) -> None:
    text = "diff --git a/lib/__init__.py b/lib/__init__.py\nnew file mode 100644\nindex 000..e69\n"
    assert [str(path) for path in patches.check(text)] == ["lib/__init__.py"]


def test_it_applies_in_a_folder_inside_a_repository(workspace: Workspace, a_patch: str) -> None:
    """`git apply` in a subfolder of a repository skips what it takes to lie outside."""
    inner = workspace.root / "inner"
    patches.applied(a_patch, workspace.exercise.starter, inner)
    assert (inner / "main.py").read_text().startswith("# a change\n")


@given(st.text(alphabet="+-@ ab/\n\\0123456789,.", max_size=200))
def test_any_text_is_a_diff_or_a_workspace_error(text: str) -> None:
    try:
        paths = patches.check(HEAD + text)
    except WorkspaceError:
        return
    assert all(tree.is_work(path) and ".." not in path.parts for path in paths)


def test_the_diff_that_git_writes_of_new_changed_and_deleted_files_applies(
    workspace: Workspace, tmp_path: Path
) -> None:
    root = workspace.root
    (root / "lib").mkdir()
    (root / "lib" / "größe.py").write_text("x = 1\n")
    (root / "lib" / "__init__.py").write_text("")
    (root / "main.py").unlink()
    names = ["main.py", *(str(path) for path in workspace.files())]
    text = git.diff(root, "HEAD", names)
    patches.applied(text, workspace.exercise.starter, tmp_path / "out")
    assert tree.digest(tmp_path / "out") == workspace.digest()
