"""Attacks on the trial: its files, its processes, its limits, its neighbours."""

from __future__ import annotations

import os
import re
import time

from graders.attacks.arena import LIMITS, Arena, Shot, alive, mark
from graders.attacks.attack import Attack, Where
from harness.gateway.urls import trial_env
from harness.sandbox.docker import sandbox_env

RACES = 5
SECRET = re.compile("KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL", re.IGNORECASE)
"""Variables of the reviewer's own environment that nobody else may see."""
SECRET_LENGTH = 8
GONE_SECONDS = 2.0
"""What a trial left must be gone when `run` returns; a slow /proc gets this long."""


def simple(id: str, title: str, wall: str, *expected: str) -> Attack:
    """An attack whose program tells all there is to tell, in docker."""

    def run(arena: Arena) -> list[str]:
        return arena.gains(arena.shoot(id), *expected)

    return Attack(id, title, wall, run)


def _left(arena: Arena, shot: Shot) -> list[str]:
    """Processes of the trial that are still there, as this machine sees them."""
    del arena
    end = time.monotonic() + GONE_SECONDS
    while (found := alive(mark(shot.token))) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def _daemon(arena: Arena) -> list[str]:
    shot = arena.shoot("04_daemon")
    return [*arena.gains(shot, "daemon"), *_left(arena, shot)]


def _forged(arena: Arena) -> list[str]:
    shot = arena.shoot("05_forged_pass")
    found = arena.gains(shot, "files", "words")
    verdict = arena.exercise.judge(arena.assessment.bank.scenarios[0], shot.record.end)
    if verdict.success:
        found.append("a program that only says that it passed was judged a success")
    return found + arena.well()


def _clock(arena: Arena) -> list[str]:
    shot = arena.shoot("08_clock")
    found = arena.gains(shot, "clock")
    if shot.ran.wall_seconds < 0.5:
        found.append(f"the host counted {shot.ran.wall_seconds:.2f} s of at least 0.5 s")
    if not shot.record.virtual_seconds > 0:
        found.append("the gateway's clock stood still")
    return found


def _links(arena: Arena) -> list[str]:
    victim = arena.folder / "victim"
    victim.mkdir(exist_ok=True)
    kept = victim / "kept.txt"
    kept.write_text("kept")
    shot = arena.shoot("14_links", facts={"victim": str(victim) if arena.where == "process" else ""})
    found = arena.gains(shot, "links", "device", "hard link", "depth")
    if not kept.is_file() or kept.read_text() != "kept":
        found.append("the wipe followed a link out of the trial")
    return found + arena.well()


def _leftovers(arena: Arena) -> list[str]:
    first = arena.shoot("20_leftovers")
    arena.gains(first, "files", "abstract socket", "ports", "ipc", "process")
    second = arena.shoot("20_leftovers", program="look.py")
    found = arena.gains(second, "files", "abstract socket", "ports", "ipc", "process")
    return found + _left(arena, first)


def _bomb(arena: Arena) -> list[str]:
    shot = arena.shoot("30_fork_bomb")
    return arena.gains(shot, "bomb") + arena.well()


def _memory(arena: Arena) -> list[str]:
    shot = arena.shoot("31_memory")
    found = arena.gains(shot, "memory")
    if shot.ran.ended == "exited" and shot.ran.exit_code == 0:
        found.append("it took all that it asked for")
    return found + arena.well()


def _flood(arena: Arena) -> list[str]:
    shot = arena.shoot("32_flood")
    found = arena.gains(shot, "flood")
    if shot.ran.ended != "too_much_output":
        found.append(f"it was not stopped for its output: {shot.ran.ended}")
    if len(shot.ran.stdout) + len(shot.ran.stderr) > 2 * LIMITS.output_bytes:
        found.append(f"{len(shot.ran.stdout) + len(shot.ran.stderr)} bytes were kept")
    return found + arena.well()


def _disk(arena: Arena) -> list[str]:
    shot = arena.shoot("33_disk")
    return arena.gains(shot, "bytes", "inodes") + arena.well()


def _orphans(arena: Arena) -> list[str]:
    shot = arena.shoot("34_orphans")
    found = arena.gains(shot, "orphans")
    if shot.ran.ended != "out_of_time" or shot.ran.wall_seconds > LIMITS.wall_seconds + 10:
        found.append(f"it was not ended in time: {shot.ran.ended} after {shot.ran.wall_seconds:.1f} s")
    return found + _left(arena, shot)


def _secrets(arena: Arena) -> list[str]:
    shot = arena.shoot("12_secrets")
    found = arena.gains(shot, "names", "proc")
    told = trial_env("http://sandbox", "", arena.exercise.spec)
    known = {*sandbox_env(), *told, "HOME", "TMPDIR"}
    found += [f"a variable that no trial needs: {name}" for name in sorted({*shot.lines("NAME ")} - known)]
    printed = shot.text
    found += [
        f"the value of this machine's {name} was printed"
        for name, value in os.environ.items()
        if SECRET.search(name) and len(value) >= SECRET_LENGTH and value in printed
    ]
    if arena.assessment.secret.hex() in printed:
        found.append("the assessment's secret was printed")
    return found


def _trojans(arena: Arena) -> list[str]:
    sink = arena.folder / "sink.txt"
    private = arena.where == "process"
    facts = {"private": private, "sink": str(sink) if private else "/tmp/sink.txt"}  # noqa: S108  (in there)
    shot = arena.shoot("13_trojaned_tools", facts=facts)
    found = arena.gains(shot, "tools")
    found += arena.well() + arena.well()
    if sink.exists():
        found.append(f"a program that a trial left was run: {sink.read_text()[:200]}")
    return found


def _copy_race(arena: Arena) -> list[str]:
    victim = arena.folder / "raced"
    (victim / "deep").mkdir(parents=True, exist_ok=True)
    kept = victim / "deep" / "kept.txt"
    kept.write_text("kept")
    facts = {"victim": str(victim) if arena.where == "process" else ""}
    found = []
    for _ in range(RACES):
        shot = arena.shoot("15_copy_race", facts=facts)
        found += [*arena.gains(shot, "race"), *_left(arena, shot)]
    if not kept.is_file() or kept.read_text() != "kept" or len(list(victim.iterdir())) != 1:
        found.append("the wipe was led out of the trial")
    return found + arena.well()


HIDDEN = "the hidden half is in no image, volume or variable; the needles are looked for in what it printed"
BOTH: tuple[Where, ...] = ("docker", "process")
ATTACKS: tuple[Attack, ...] = (
    simple("01_hidden_files", "read scenarios, answers, history, secrets", HIDDEN,
           "files", "packages", "environments"),
    Attack("04_daemon", "a daemon that writes on after the end", "all of the trial's user is killed in one "
           "call; in a process sandbox every descendant", _daemon, BOTH),
    Attack("05_forged_pass", "forged results, hooks and words; exit 0 early", "no verdict is made, stored or "
           "read in the sandbox: the world's end state is judged", _forged, BOTH),
    Attack("08_clock", "patched clocks and luck", "time is the host's and the gateway's", _clock, BOTH),
    simple("09_other_processes", "look into, trace and signal other processes",
           "a user of its own for each trial, no rights, no ptrace", "look", "trace", "signal", "become"),
    Attack("12_secrets", "secrets in variables, arguments and /proc", "a trial is told its own gateway and "
           "nothing else of this machine", _secrets),
    Attack("13_trojaned_tools", "programs left under the names of tools, and hooks of interpreters",
           "nothing in the sandbox is run for a grade, and all of it is wiped", _trojans, BOTH),
    Attack("15_copy_race", "folders swapped for links while they are copied or wiped", "nothing is copied "
           "from a living trial; the wipe comes after the kill and follows no link", _copy_race, BOTH),
    Attack("14_links", "links, pipes and devices left behind", "nothing is collected; the wipe follows no "
           "link", _links, BOTH),
    Attack("20_leftovers", "a message for the next trial", "files wiped, the user's processes and IPC "
           "killed, no System V calls, no TIME_WAIT", _leftovers),
    Attack("30_fork_bomb", "a fork bomb", "RLIMIT_NPROC of the trial's user below the container's limit",
           _bomb),
    Attack("31_memory", "all memory", "the container's memory, swap included, and the supervisor's watch",
           _memory),
    Attack("32_flood", "endless output", "bytes are counted outside the program, which is killed", _flood,
           BOTH),
    Attack("33_disk", "all bytes and all inodes", "sized tmpfs with `nr_inodes`, read-only root", _disk),
    Attack("34_orphans", "children that outlive the time-out", "the same kill as at every end", _orphans,
           BOTH),
    simple("38_egress", "addresses, names and interfaces outside", "`--network none`",
           "addresses", "names", "datagrams", "interfaces", "routes"),
    simple("39_engine", "the engine's API, devices, rights, writable places", "no socket, no device, no "
           "capability, read-only root; the container is inspected before it starts",
           "sockets", "rights", "devices", "read-only"),
    simple("41_kernel_calls", "io_uring, ptrace, keyctl, mount, user namespaces, odd sockets",
           "our own seccomp profile", "calls", "user namespace", "families"),
    simple("48_socket_squatting", "the gateway's port and the control socket", "the listener is opened "
           "before the trial; its folder is root's", "port", "sockets", "served"),
)  # fmt: skip
