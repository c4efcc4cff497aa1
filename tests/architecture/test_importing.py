"""Importing does nothing: no output, no files, no environment, no network, no processes.

An exercise may read its own data, which is imported only when that exercise is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

WATCH = '''
import importlib, json, os, sys

root, names = sys.argv[1], json.loads(sys.stdin.read())
stdlib = os.path.dirname(os.__file__)
seen = []


def culprit():
    """Our module whose own code acts, rather than one whose import loads something."""
    frame = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if "importlib" in file:
            return None
        if file.startswith(root) and "site-packages" not in file:
            return frame.f_globals.get("__name__")
        if file.startswith(stdlib) and "site-packages" not in file or file.startswith("<"):
            frame = frame.f_back
            continue
        return None
    return None


def watch(event, arguments):
    if event in {"open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "subprocess.Popen",
                 "os.posix_spawn", "os.fork", "socket.connect", "socket.bind", "os.putenv"}:
        own = event == "open" and arguments[1] in ("r", "rb") and "/exercises/" in str(arguments[0])
        if (module := culprit()) and not own:
            seen.append([module, event, str(arguments[:1])])


def watched(method):
    def reading(self, *arguments):
        if module := culprit():
            seen.append([module, "environment", str(arguments)])
        return method(self, *arguments)
    return reading


for method in ("__getitem__", "__iter__"):
    setattr(type(os.environ), method, watched(getattr(type(os.environ), method)))
sys.addaudithook(watch)
for name in names:
    importlib.import_module(name)
sys.__stderr__.flush()
print(json.dumps(seen))
'''


def test_importing_does_nothing(root: Path, modules: dict[str, Path]) -> None:
    names = [name for name in modules if not name.endswith("__main__")]
    assert watch(root, names) == []


def watch(root: Path, names: list[str]) -> list[list[str]]:
    ran = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", WATCH, str(root)],
        cwd=root,
        input=json.dumps(names),
        capture_output=True,
        check=False,
        text=True,
        timeout=110,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    output, _, acts = ran.stdout.rstrip("\n").rpartition("\n")
    assert output == ""
    acts_seen: list[list[str]] = json.loads(acts)
    return acts_seen


@pytest.mark.parametrize(
    ("source", "act"),
    [
        ("from pathlib import Path\nPath(__file__).read_text()", "open"),
        ("import os\nx = os.environ.get('HOME')", "environment"),
        ("import os\nx = os.getenv('HOME')", "environment"),
        ("import os\nx = dict(os.environ)", "environment"),
        ("import subprocess\nsubprocess.run(['true'])", "subprocess.Popen"),
    ],
)
def test_the_watch_sees(tmp_path: Path, source: str, act: str) -> None:
    (tmp_path / "busy_module.py").write_text(source, encoding="utf-8")
    assert act in {event for _, event, _ in watch(tmp_path, ["busy_module"])}


HEAVY = {
    "anthropic", "asyncio", "docker", "jinja2", "numpy", "openai", "pydantic", "rich", "scipy",
    "starlette", "tiktoken", "typer", "uvicorn", "vl_convert",
}  # fmt: skip


def test_help_loads_nothing_heavy(root: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", HELP], cwd=root, capture_output=True, check=True, text=True, timeout=60
    )
    page, _, loaded = ran.stdout.rpartition("\n\n")
    assert "usage: takehome COMMAND" in page
    assert "grade" in page
    assert HEAVY & set(json.loads(loaded)) == set()


HELP = """
import json, sys
from harness.cli.main import main
try:
    main(["--help"])
finally:
    print("\\n" + json.dumps(list(sys.modules)))
    sys.stdout.flush()
"""
