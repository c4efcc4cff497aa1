"""The supervisor's channel as it is closed under a thread that waits on it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest

from harness.sandbox.control import Control, Gone
from harness.sandbox.inside import frames


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.timeout(30)
@pytest.mark.parametrize("deaf", [False, True], ids=["who listens", "who reads no more"])
def test_closing_wakes_whoever_waits_for_the_supervisor(
    ends: tuple[socket.socket, socket.socket], *, deaf: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = ends
    monkeypatch.setattr(Control, "_hello", lambda _: None)
    control = Control(ours)
    ours.settimeout(600)
    ended: list[BaseException] = []

    def wait() -> None:
        try:
            control._next("the end of a trial")
        except Gone as gone:
            ended.append(gone)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not control._receiving.locked():
        pass
    if deaf:
        with contextlib.suppress(BlockingIOError), ours.dup() as filler:
            filler.setblocking(False)
            while True:
                filler.send(b"x" * 65_536)
    control.close()
    waiting.join()
    assert len(ended) == 1
    if not deaf:
        assert frames.receive(theirs) == frames.Frame({"do": "stop"})
