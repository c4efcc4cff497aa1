"""What programs see of a work's own packages, in both sandboxes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.exercise.spec import Limits
from harness.sandbox import packages
from harness.sandbox.base import Job, Sandbox
from harness.sandbox.choose import Sandboxes

LIMITS = Limits(wall_seconds=20, memory_mb=256, processes=32, disk_mb=16, output_bytes=100_000)
LOOK = """
import json, os, sys
import greeting
found = {"said": greeting.said, "how": sys.modules.get("openai") is not None, "path": list(sys.path)}
try:
    open(os.path.join(os.path.dirname(greeting.__file__), "x"), "w")
    found["written"] = True
except OSError as error:
    found["written"] = False
print(json.dumps(found))
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    (folder / "greeting.py").write_text("said = 'hello'\n")
    tmp_path.chmod(0o755)
    folder.chmod(0o755)
    return folder


def job(files: Path, main: str, own: Path | None) -> Job:
    (files / "main.py").write_text(main)
    return Job(files, ("python", "main.py"), {}, LIMITS, "none", own)


def test_they_are_imported_and_the_trial_is_executed(sandbox: Sandbox, files: Path, own: Path) -> None:
    ran = sandbox.run(job(files, LOOK, own))
    assert ran.exit_code == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert (found["said"], found["how"], ran.how) == ("hello", False, "exec")
    inside = packages.INSIDE_FOLDER if sandbox.kind == "docker" else str(own)
    assert found["path"][1] == inside
    if sandbox.kind == "docker":
        assert not found["written"]


def test_another_work_does_not_find_them(sandbox: Sandbox, files: Path, own: Path) -> None:
    assert sandbox.run(job(files, "import greeting", own)).exit_code == 0
    ran = sandbox.run(job(files, "import os, sys; print(sys.path, os.environ); import greeting", None))
    assert b"No module named 'greeting'" in ran.stderr
    assert str(own).encode() not in ran.stdout
    assert packages.INSIDE_FOLDER.encode() not in ran.stdout


@pytest.mark.docker
def test_the_names_that_the_image_has_are_those_that_wheels_may_not_bring(
    docker_sandboxes: Sandboxes, files: Path
) -> None:
    main = (
        "import json, os, openai\n"
        "folder = os.path.dirname(os.path.dirname(openai.__file__))\n"
        "names = [n for n in os.listdir(folder) if not n.endswith(('.dist-info', '.pth'))]\n"
        "print(json.dumps(sorted({n.partition('.')[0] for n in names} - {'__pycache__', 'pip'})))\n"
    )
    with docker_sandboxes.open() as sandbox:
        ran = sandbox.run(job(files, main, None))
    assert ran.exit_code == 0, ran.stderr
    text = (Path(packages.__file__).parent / "data/modules-image.txt").read_text()
    assert json.loads(ran.stdout) == text.split()
