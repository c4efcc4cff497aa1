"""What holds for every test: no network, engine tests that CI may not skip, slow ones on demand."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Generator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

CI = os.environ.get("CI", "") == "true"

# A shared machine stalls now and then: a deadline would fail tests that are right.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, print_blob=True)
settings.load_profile("ci" if CI else "here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--run-slow", action="store_true", help="run the tests marked `slow` too")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(refuse_network)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--run-slow"):
        slow = [item for item in items if item.get_closest_marker("slow")]
        if slow:
            config.hook.pytest_deselected(items=slow)
            items[:] = [item for item in items if not item.get_closest_marker("slow")]
    on_docker = [item for item in items if item.get_closest_marker("docker")]
    if on_docker and (why := no_engine()):
        for item in on_docker:
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI an engine and a browser are a must: a skip for want of one is a hole, not a pass."""
    report = yield
    for marker, what in (("docker", "a container engine"), ("browser", "a browser")):
        if CI and report.skipped and item.get_closest_marker(marker) and not hasattr(report, "wasxfail"):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} needs {what}, and CI must have one: {report.longrepr}"
    return report


@cache
def no_engine() -> str:
    """Why tests cannot use a container engine; empty when one answers."""
    import docker

    try:
        client = docker.from_env(timeout=10)
    except docker.errors.DockerException as error:
        return f"no container engine answers: {error}"
    try:
        client.ping()
    except docker.errors.DockerException as error:
        return f"no container engine answers: {error}"
    finally:
        client.close()
    return ""


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: whatever library connects, and wherever from, it stays on this machine."""
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        if isinstance(address, tuple) and not is_here(str(address[0])):
            raise NetworkRefused(f"a test may not connect to {address[0]}:{address[1]}")
    elif event == "socket.getaddrinfo":
        host = arguments[0]
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and not is_here(name):
            raise NetworkRefused(f"a test may not look up {name}")


class NetworkRefused(RuntimeError):
    """A test reached for the network."""


def is_here(host: str) -> bool:
    """Whether a host is this machine's own: loopback, any, or its name."""
    if host in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
