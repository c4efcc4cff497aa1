"""The channel's frames, the capped output and the parcel of files."""

from __future__ import annotations

import os
import socket
import struct
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.sandbox.inside import frames, parcel
from harness.sandbox.inside.capture import TAIL_BYTES, Budget, Capture

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(head=st.dictionaries(st.text(), JSON), body=st.binary(max_size=5_000))
def test_frames_arrive_as_they_were_sent(head: dict[str, object], body: bytes) -> None:
    left, right = socket.socketpair()
    with left, right:
        frames.send(left, head, body)
        frames.send(left, {"next": 1})
        first = frames.receive(right)
        second = frames.receive(right)
    assert first == frames.Frame(head, body)
    assert second == frames.Frame({"next": 1})


def test_descriptors_travel_beside_a_long_message() -> None:
    left, right = socket.socketpair()
    read, write = os.pipe()
    body = b"x" * 3_000_000
    sender = threading.Thread(target=frames.send, args=(left, {"a": 1}, body, [write]))
    with left, right:
        sender.start()
        frame = frames.receive(right)
        sender.join()
    assert frame is not None
    assert frame.body == body
    os.write(frame.fds[0], b"through")
    assert os.read(read, 100) == b"through"
    for descriptor in (read, write, *frame.fds):
        os.close(descriptor)


def test_the_end_is_no_message() -> None:
    left, right = socket.socketpair()
    left.close()
    with right:
        assert frames.receive(right) is None


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0",
        struct.pack(">II", 4, 0) + b"{}",
        struct.pack(">II", 2, 5) + b"{}ab",
        struct.pack(">II", 2, 0) + b"[]",
        struct.pack(">II", 3, 0) + b"nan",
        struct.pack(">II", 0xFFFFFFFF, 0),
        struct.pack(">II", 2, 0xFFFFFFFF) + b"{}",
    ],
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    left, right = socket.socketpair()
    with right:
        left.sendall(data)
        left.close()
        with pytest.raises(frames.BrokenFrame):
            frames.receive(right)


@given(pieces=st.lists(st.binary(max_size=20_000), max_size=8), limit=st.integers(0, 40_000))
def test_output_up_to_the_limit_is_whole_and_beyond_it_has_head_and_tail(
    pieces: list[bytes], limit: int
) -> None:
    budget = Budget(limit)
    capture = Capture(budget)
    for piece in pieces:
        capture.feed(piece)
    whole = b"".join(pieces)
    kept = capture.value()
    assert budget.passed == (len(whole) > limit)
    if len(whole) <= limit + TAIL_BYTES:
        assert kept == whole
    else:
        assert kept.startswith(whole[:limit])
        assert kept.endswith(whole[-TAIL_BYTES:])
        assert len(kept) < limit + TAIL_BYTES + 100


def test_two_streams_share_one_limit() -> None:
    budget = Budget(10)
    out, err = Capture(budget), Capture(budget)
    out.feed(b"12345")
    err.feed(b"67890")
    assert not budget.passed
    out.feed(b"x")
    assert budget.passed


NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(lambda name: name not in {".", ".."} | parcel.SKIPPED)


@given(tree=st.dictionaries(st.lists(NAMES, min_size=1, max_size=3).map(tuple), st.binary(max_size=200)))
def test_files_come_out_as_they_went_in(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[tuple[str, ...], bytes]
) -> None:
    source, target = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out")
    written = {}
    for parts, data in tree.items():
        path = source.joinpath(*parts)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError:
            continue  # a file stands where another wants a folder
        written["/".join(parts)] = data
    packed = parcel.pack(source)
    parcel.unpack(packed, target)
    found = {
        path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()
    }
    assert found == written
    assert all(parcel.content(packed, name) == data for name, data in written.items())
    assert parcel.content(packed, "no such file") is None


@pytest.mark.parametrize("path", ["/etc/passwd", "../out", "a/../../out", "", "a//b", "./a"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    import json

    head = json.dumps([[path, False, 1]]).encode()
    with pytest.raises(parcel.BadParcel):
        parcel.unpack(struct.pack(">I", len(head)) + head + b"x", tmp_path)


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_text("new")
    (tmp_path / "out").mkdir()
    (tmp_path / "secret").write_text("old")
    (tmp_path / "out" / "a").symlink_to(tmp_path / "secret")
    with pytest.raises(FileExistsError):
        parcel.unpack(parcel.pack(tmp_path / "in"), tmp_path / "out")
    assert (tmp_path / "secret").read_text() == "old"
