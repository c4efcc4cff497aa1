from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from harness.errors import EnvironmentFailure
from harness.exercise.spec import Limits
from harness.sandbox import hardening
from harness.sandbox.control import Hello
from harness.sandbox.docker import walls

WISH = hardening.Wish("sha256:1", Limits(), "/folder", {}, {})
GOOD = Hello(
    say="hello",
    pid=1,
    uid=0,
    python="3.11.2",
    NoNewPrivs="1",
    Seccomp="2",
    CapEff="00000000000000c0",
    CapBnd="00000000000000c0",
    interfaces=("lo",),
    read_only=True,
    inodes=hardening.INODES,
    modes=hardening.MODES,
)


def made() -> dict[str, Any]:
    return {
        "Image": "sha256:1",
        "HostConfig": copy.deepcopy(hardening.host_config(WISH)),
        "Mounts": [{"Source": "/folder", "RW": False}],
    }


def test_a_container_as_asked_passes() -> None:
    hardening.check_made(WISH, made())


@pytest.mark.parametrize(
    "name", sorted(set(hardening.host_config(WISH)) - {"Init", "OomScoreAdj", "Privileged"})
)
def test_every_flag_that_the_engine_leaves_out_is_noticed(name: str) -> None:
    found = made()
    del found["HostConfig"][name]
    with pytest.raises(EnvironmentFailure, match=name):
        hardening.check_made(WISH, found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Privileged", True),
        ("CapAdd", ["SETUID", "SETGID", "SYS_ADMIN"]),
        ("NetworkMode", "bridge"),
        ("SecurityOpt", ["no-new-privileges"]),
        ("SecurityOpt", ["no-new-privileges", "seccomp=unconfined"]),
        ("MemorySwap", -1),
        ("PidsLimit", 0),
        ("ReadonlyRootfs", False),
        ("Binds", ["/var/run/docker.sock:/var/run/docker.sock"]),
        ("PidMode", "host"),
        ("UsernsMode", "host"),
        ("Devices", [{"PathOnHost": "/dev/kvm"}]),
        ("LogConfig", {"Type": "json-file"}),
        ("Tmpfs", {}),
    ],
)
def test_every_softening_is_noticed(name: str, value: Any) -> None:
    found = made()
    found["HostConfig"][name] = value
    with pytest.raises(EnvironmentFailure, match=name):
        hardening.check_made(WISH, found)


def test_a_further_mount_or_another_image_is_noticed() -> None:
    found = made()
    found["Mounts"].append({"Source": "/var/run/docker.sock", "RW": True})
    with pytest.raises(EnvironmentFailure, match="Mounts as made"):
        hardening.check_made(WISH, found)
    with pytest.raises(EnvironmentFailure, match="Image"):
        hardening.check_made(WISH, {**made(), "Image": "sha256:2"})


def test_a_hello_as_relied_on_passes() -> None:
    hardening.check_hello(GOOD)


@pytest.mark.parametrize(
    "change",
    [
        {"uid": 1000},
        {"NoNewPrivs": "0"},
        {"NoNewPrivs": ""},
        {"Seccomp": "0"},
        {"CapEff": "000001ffffffffff"},
        {"CapBnd": ""},
        {"interfaces": ("lo", "eth0")},
        {"read_only": False},
        {"inodes": 0},
        {"inodes": hardening.INODES + 1},
        {"modes": {**hardening.MODES, "/run/takehome": 0o755}},
        {"modes": {}},
    ],
)
def test_a_hello_that_tells_of_a_softer_container_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(EnvironmentFailure, match="not hardened"):
        hardening.check_hello(GOOD.model_copy(update=change))


def test_a_kernel_of_its_own_need_not_show_the_filter() -> None:
    hardening.check_hello(GOOD.model_copy(update={"Seccomp": "0"}), seccomp_seen=False)


def test_memory_and_swap_are_one_limit_that_covers_the_files() -> None:
    config = hardening.host_config(WISH)
    limits = WISH.limits
    assert config["Memory"] == config["MemorySwap"] > (limits.memory_mb + limits.disk_mb) * 2**20
    assert config["PidsLimit"] > limits.processes


def test_the_profile_allows_no_way_around_itself() -> None:
    profile = json.loads(hardening.profile())
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    # A 32-bit call would reach the kernel by numbers that the rules do not mean.
    assert all(not one["subArchitectures"] for one in profile["archMap"])
    allowed = {
        name
        for rule in profile["syscalls"]
        if rule["action"] == "SCMP_ACT_ALLOW" and not rule.get("args")
        for name in rule["names"]
    }
    banned = {"ptrace", "unshare", "clone", "clone3", "mount", "umount2", "setns", "keyctl", "add_key", "bpf"}
    banned |= {
        "request_key",
        "userfaultfd",
        "io_uring_setup",
        "perf_event_open",
        "socket",
        "socketcall",
        "ipc",
    }
    banned |= {
        "shmget",
        "semget",
        "msgget",
        "mq_open",
        "process_vm_readv",
        "kexec_load",
        "init_module",
        "chroot",
    }
    assert allowed & banned == set()


def test_a_trial_of_more_tasks_needs_no_other_container() -> None:
    limits = Limits(memory_mb=256, processes=32, disk_mb=16)
    assert walls(limits.times(20)) == walls(limits)
    for name in ("memory_mb", "processes", "disk_mb"):
        assert walls(limits.model_copy(update={name: 64})) != walls(limits)
