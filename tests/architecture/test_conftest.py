"""The test suite's own guards bite."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

HERE = Path(__file__).parent
GUARDS = (HERE.parent / "conftest.py").read_text(encoding="utf-8")

pytest_plugins = ["pytester"]


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com"])
def test_no_network(host: str) -> None:
    with pytest.raises(RuntimeError, match="a test may not"):
        socket.create_connection((host, 80), timeout=1)


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()


SUITE = """
import pytest

@pytest.mark.slow
def test_slow(): pass

@pytest.mark.docker
def test_on_an_engine(): pytest.skip("none here")

def test_skipped(): pytest.skip("as it likes")
"""
MARKERS = "[pytest]\nmarkers =\n    slow: x\n    docker: x\n"


@pytest.mark.parametrize(
    ("ci", "options", "outcome"),
    [
        ("", [], {"skipped": 2, "deselected": 1}),
        ("", ["--run-slow"], {"skipped": 2, "passed": 1}),
        ("true", [], {"skipped": 1, "errors": 1, "deselected": 1}),
    ],
)
def test_markers(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    ci: str,
    options: list[str],
    outcome: dict[str, int],
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    pytester.makeini(MARKERS)
    pytester.makeconftest(GUARDS)
    pytester.makepyfile(SUITE)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", *options).assert_outcomes(**outcome)
