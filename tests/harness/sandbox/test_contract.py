"""What every sandbox does alike."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.errors import EnvironmentFailure
from harness.exercise.spec import Limits
from harness.sandbox.base import Job, Ran, Sandbox
from harness.sandbox.docker import DockerSandbox
from harness.sandbox.process import ProcessSandbox

Run = Callable[..., Ran]
LIMITS = Limits(wall_seconds=20, memory_mb=256, processes=32, disk_mb=16, output_bytes=100_000)
SHORT = LIMITS.model_copy(update={"wall_seconds": 1.0})


@pytest.fixture
def run(sandbox: Sandbox, files: Path) -> Run:
    """Put `main` down as main.py and run it."""

    def runs(
        main: str,
        *,
        command: tuple[str, ...] = ("python", "main.py"),
        env: Mapping[str, str] | None = None,
        limits: Limits = LIMITS,
    ) -> Ran:
        (files / "main.py").write_text(main)
        return sandbox.run(Job(files, command, dict(env or {}), limits, "none"))

    return runs


def test_tells_how_a_program_exited(run: Run) -> None:
    ran = run("import sys; print('out'); print('err', file=sys.stderr); sys.exit(7)")
    assert (ran.ended, ran.exit_code, ran.signal) == ("exited", 7, None)
    assert (ran.stdout, ran.stderr) == (b"out\n", b"err\n")
    assert ran.wall_seconds > 0
    assert ran.cpu_seconds is not None
    assert ran.cpu_seconds > 0


def test_tells_which_signal_ended_it(run: Run) -> None:
    ran = run("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert (ran.ended, ran.exit_code, ran.signal) == ("signalled", None, signal.SIGSEGV)


def test_a_command_that_is_not_there_was_not_started(run: Run) -> None:
    ran = run("", command=("no-such-program",))
    assert (ran.ended, ran.exit_code) == ("not_started", None)
    assert b"no-such-program" in ran.stderr


def test_the_environment_is_what_was_told_and_nothing_of_the_callers(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "the caller's own")
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    ran = run(
        "import json, os; print(json.dumps(dict(os.environ)))",
        env={"TAKEHOME_WORLD_URL": "http://w", "A": "1"},
    )
    found = json.loads(ran.stdout)
    assert found["TAKEHOME_WORLD_URL"] == "http://w"
    assert found["A"] == "1"
    assert "OPENAI_API_KEY" not in found
    assert "SECRET_OF_THE_CALLER" not in found
    assert set(found) - {"TAKEHOME_WORLD_URL", "A"} == {
        *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME", "TIKTOKEN_CACHE_DIR"),
        *("PYTHONUNBUFFERED", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE"),
        *({"SSL_CERT_FILE"} & set(found)),
    }


def test_python_has_no_part_of_the_environment_left_in_proc(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/proc").is_dir():
        pytest.skip("there is no /proc")
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    ran = run("print(open('/proc/self/environ').read())")
    assert b"SECRET_OF_THE_CALLER" not in ran.stdout
    assert b"HOME=" in ran.stdout


def test_the_copy_is_fresh_and_writable(run: Run, files: Path) -> None:
    (files / "data").mkdir()
    (files / "data" / "a.txt").write_text("kept")
    main = (
        "import os; print(open('data/a.txt').read(), sorted(os.listdir('.')));"
        "open('data/a.txt', 'w').write('changed'); open('new.txt', 'w').write('x'); os.mkdir('more')"
    )
    first = run(main)
    second = run(main)
    assert first.stdout == second.stdout == b"kept ['data', 'main.py']\n"
    assert (files / "data" / "a.txt").read_text() == "kept"
    assert not (files / "new.txt").exists()


def test_home_and_temporary_folder_are_the_trials_own(run: Run) -> None:
    main = (
        "import os, tempfile, pathlib\n"
        "for folder in (os.environ['HOME'], tempfile.gettempdir()):\n"
        "    print(len(os.listdir(folder)))\n"
        "    pathlib.Path(folder, 'left').write_text('x')\n"
    )
    assert run(main).stdout == b"0\n0\n"
    assert run(main).stdout == b"0\n0\n"


def test_links_in_the_files_are_not_followed(run: Run, files: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("not yours")
    (files / "link").symlink_to(secret / "key")
    (files / "folder").symlink_to(secret)
    os.mkfifo(files / "pipe")
    ran = run("import os; print(sorted(os.listdir('.')))")
    assert ran.stdout == b"['main.py']\n"


def test_history_and_caches_are_left_out(run: Run, files: Path) -> None:
    for name in (".git", "__pycache__", ".venv"):
        (files / name).mkdir()
        (files / name / "inside").write_text("x")
    assert run("import os; print(sorted(os.listdir('.')))").stdout == b"['main.py']\n"


def test_executable_files_stay_executable(run: Run, files: Path) -> None:
    script = files / "go.sh"
    script.write_text("#!/bin/sh\necho gone\n")
    script.chmod(0o755)
    assert run("", command=("./go.sh",)).stdout == b"gone\n"


def test_an_endless_loop_is_ended(run: Run) -> None:
    ran = run("while True: pass", limits=SHORT)
    assert ran.ended == "out_of_time"
    assert ran.exit_code is None


def test_sleeping_past_the_limit_is_ended_though_signals_are_ignored(run: Run) -> None:
    main = "import signal, time\nfor n in (1, 2, 15): signal.signal(n, signal.SIG_IGN)\ntime.sleep(60)"
    assert run(main, limits=SHORT).ended == "out_of_time"


def test_output_is_capped_and_its_head_and_tail_kept(run: Run) -> None:
    main = "import sys\nprint('first')\nwhile True: sys.stdout.write('x' * 10_000)"
    ran = run(main)
    assert ran.ended == "too_much_output"
    assert ran.stdout.startswith(b"first\n")
    assert len(ran.stdout) < LIMITS.output_bytes + 20_000


def test_output_of_a_gigabyte_does_not_reach_our_memory(run: Run) -> None:
    limits = LIMITS.model_copy(update={"memory_mb": 2_500, "wall_seconds": 60.0})
    ran = run("print('x' * 10**9)", limits=limits)
    assert ran.ended == "too_much_output"
    assert len(ran.stdout) < LIMITS.output_bytes + 20_000


def test_stderr_counts_too(run: Run) -> None:
    ran = run("import sys\nwhile True: sys.stderr.write('e' * 10_000)")
    assert ran.ended == "too_much_output"


def test_output_of_exactly_the_cap_is_no_offence(run: Run) -> None:
    ran = run(f"import sys; sys.stdout.write('x' * {LIMITS.output_bytes})")
    assert (ran.ended, len(ran.stdout)) == ("exited", LIMITS.output_bytes)


def test_memory_is_limited(run: Run) -> None:
    limits = LIMITS.model_copy(update={"memory_mb": 64})
    ran = run("held = []\nwhile True: held.append(b'x' * 5_000_000)", limits=limits)
    assert ran.ended == "out_of_memory"


def test_a_fork_bomb_is_survived(run: Run) -> None:
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    ran = run(bomb, limits=LIMITS.model_copy(update={"wall_seconds": 2.0}))
    assert ran.ended == "out_of_time"
    assert run("print('alive')").stdout == b"alive\n"


def test_daemons_are_killed_before_the_output_is_collected(run: Run) -> None:
    main = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0:\n"
        "        while True:\n"
        "            time.sleep(0.01); print('still here')\n"
        "    os._exit(0)\n"
        "time.sleep(0.05); print('main ends')\n"
    )
    assert b"main ends" in run(main).stdout
    look = (
        "import os\n"
        "own = os.getpid()\n"
        "for pid in filter(str.isdigit, os.listdir('/proc')):\n"
        "    try: line = open(f'/proc/{pid}/cmdline').read()\n"
        "    except OSError: continue\n"
        "    runs = any(part.endswith('main.py') for part in line.split('\\0'))\n"
        "    if runs and int(pid) != own and os.stat(f'/proc/{pid}').st_uid == os.getuid():\n"
        "        print(line)\n"
    )
    assert b"main.py" not in run(look).stdout


def test_no_descriptor_but_the_three_is_open(run: Run) -> None:
    # The fourth is the look itself.
    ran = run("import os; print(len(os.listdir('/proc/self/fd')))")
    assert ran.stdout == b"4\n"


def test_standard_input_is_empty(run: Run) -> None:
    assert run("import sys; print(repr(sys.stdin.read()))").stdout == b"''\n"


def test_a_deep_and_locked_tree_is_wiped(run: Run) -> None:
    main = (
        "import os\n"
        "for n in range(1500):\n"
        "    os.mkdir('d'); os.chdir('d')\n"
        "open('f', 'w').close(); os.chmod('.', 0)\n"
    )
    assert run(main).ended == "exited"
    assert run("import os; print(os.listdir('.'))").stdout == b"['main.py']\n"


def test_files_larger_than_the_disk_are_the_candidates_fault(run: Run, files: Path) -> None:
    (files / "big").write_bytes(b"\0" * (LIMITS.disk_mb + 1) * 2**20)
    ran = run("print('no')")
    assert ran.ended == "not_started"
    assert b"16 MB" in ran.stderr


def test_writing_more_than_the_disk_fails_inside(run: Run) -> None:
    main = (
        "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n    open('big', 'wb').write(b'0' * (40 << 20)); print('written')\n"
        "except OSError as error: print(error.errno)\n"
    )
    assert run(main).stdout in {b"27\n", b"28\n"}


def test_the_files_must_be_readable(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="cannot be read"):
        sandbox.run(Job(tmp_path / "nowhere", ("true",), {}, LIMITS, "none"))


def test_closing_twice_leaves_nothing(sandbox: Sandbox, run: Run, files: Path) -> None:
    assert run("import os; os.system('sleep 100 &')").ended == "exited"
    gone = traces(sandbox)
    assert all(exists() for exists in gone)
    sandbox.close()
    sandbox.close()
    assert not any(exists() for exists in gone)
    assert run("print(1)").stdout == b"1\n"


def traces(sandbox: Sandbox) -> list[Callable[[], bool]]:
    """Whether each thing that a sandbox has outside its own memory is there."""
    if isinstance(sandbox, ProcessSandbox):
        assert sandbox._root is not None
        assert sandbox._keeper is not None
        pid = sandbox._keeper.pid
        return [sandbox._root.exists, Path(f"/proc/{pid}").exists]
    assert isinstance(sandbox, DockerSandbox)
    assert sandbox._folder is not None
    name = sandbox._container.id
    client = sandbox._client

    def listed() -> bool:
        return bool(client.containers.list(all=True, filters={"id": name}))

    return [sandbox._folder.exists, listed]
