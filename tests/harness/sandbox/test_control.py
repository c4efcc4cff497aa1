"""The supervisor's channel as it is closed under a thread that waits on it."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Iterator

import pytest

from harness.sandbox.control import Control, Gone
from harness.sandbox.inside import frames
from harness.sandbox.inside.place import Container
from harness.sandbox.inside.supervisor import Supervisor


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


def test_no_signal_is_told_to_sockets_that_are_gone(ends: tuple[socket.socket, socket.socket]) -> None:
    """The last children end while the supervisor does: that went to a closed descriptor, and said so."""
    ours, theirs = ends
    before = signal.getsignal(signal.SIGCHLD)
    try:
        supervisor = Supervisor(Container(), ours)
        theirs.shutdown(socket.SHUT_WR)
        supervisor.serve()
        assert signal.set_wakeup_fd(-1) == -1
    finally:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, before)
