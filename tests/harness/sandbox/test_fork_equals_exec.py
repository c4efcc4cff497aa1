"""A forked trial behaves as an executed one: the same programs both ways.

Known differences, which these programs leave alone: frames of ours stand below the program's own in
`inspect.stack()`; `/proc/self/environ` and `cmdline` show the zygote's; `sys.modules` holds the SDKs
from the start; objects that the SDKs themselves hold are not taken apart at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.exercise.spec import Limits
from harness.sandbox.base import Job, Ran, Sandbox
from tests.harness.sandbox.alike import OTHERS, PROGRAMS

LIMITS = Limits(wall_seconds=30, memory_mb=512, processes=48, disk_mb=16, output_bytes=100_000)
EXEC = {"LC_TAKEHOME_TEST": "executes"}
"""Variables of this kind shape an interpreter from its start, so a trial that has one is executed."""

ENV = {
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "OPENAI_API_KEY": "token",
    "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
    "ANTHROPIC_API_KEY": "token",
}


def put(files: Path, source: str) -> None:
    for name, text in OTHERS.items():
        target = files / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text)
    (files / "main.py").write_bytes(source.lstrip("\n").encode())


def seen(ran: Ran) -> tuple[object, ...]:
    """What can be compared: addresses, process and thread numbers differ from run to run."""
    texts = [
        re.sub(rb"0x[0-9a-f]+|started \d+|(?<=-)\d{5,}|pid=\d+|(?<=:)\d+(?=: Dep)", b"N", text)
        for text in (ran.stdout, ran.stderr)
    ]
    return (ran.ended, ran.exit_code, ran.signal, *texts)


@pytest.mark.parametrize("name", PROGRAMS)
def test_forked_and_executed_are_the_same(sandbox: Sandbox, files: Path, name: str) -> None:
    put(files, PROGRAMS[name])
    command = ("python", "main.py", "--flag", "value")
    forked = sandbox.run(Job(files, command, ENV, LIMITS, "a"))
    executed = sandbox.run(Job(files, command, {**ENV, **EXEC}, LIMITS, "b"))
    assert (forked.how, executed.how) == ("fork", "exec")
    assert seen(forked) == seen(executed)


UNFIT: dict[str, Callable[[Path], tuple[tuple[str, ...], dict[str, str]]]] = {
    "a module of a preloaded name": lambda files: (named(files, "openai.py"), {}),
    "a package of a preloaded name": lambda files: (named(files, "json/__init__.py"), {}),
    "one in a folder that may come onto the path": lambda files: (named(files, "lib/typing.py"), {}),
    "a variable that an SDK reads when imported": lambda _: (("python", "main.py"), {"OPENAI_LOG": "debug"}),
    "a variable of the interpreter": lambda _: (("python", "main.py"), {"PYTHONPATH": "lib"}),
    "another encoding": lambda files: (encoded(files), {}),
    "another interpreter": lambda _: (("python3", "main.py"), {}),
    "an option": lambda _: (("python", "-u", "main.py"), {}),
    "a module": lambda _: (("python", "-m", "main"), {}),
    "no Python": lambda _: (("sh", "-c", "echo ran"), {}),
}


def named(files: Path, name: str) -> tuple[str, ...]:
    (files / name).parent.mkdir(exist_ok=True)
    (files / name).write_text("raise SystemExit('imported')\n")
    return ("python", "main.py")


def encoded(files: Path) -> tuple[str, ...]:
    (files / "main.py").write_bytes(b"# -*- coding: latin-1 -*-\nprint('ran caf\xe9')\n")
    return ("python", "main.py")


@pytest.mark.parametrize("case", UNFIT)
def test_what_might_differ_is_executed(sandbox: Sandbox, files: Path, case: str) -> None:
    (files / "main.py").write_text("print('ran')")
    command, env = UNFIT[case](files)
    ran = sandbox.run(Job(files, command, env, LIMITS, "a"))
    assert ran.how == "exec"
    assert b"ran" in ran.stdout + ran.stderr or b"imported" in ran.stderr


def test_each_fork_draws_its_own_chance(sandbox: Sandbox, files: Path) -> None:
    (files / "main.py").write_text(
        "import random, uuid, os; print(random.random(), uuid.uuid4(), os.urandom(4).hex())"
    )
    runs = [sandbox.run(Job(files, ("python", "main.py"), {}, LIMITS, "a")) for _ in range(3)]
    assert {ran.how for ran in runs} == {"fork"}
    assert len({word for ran in runs for word in ran.stdout.split()}) == 9
