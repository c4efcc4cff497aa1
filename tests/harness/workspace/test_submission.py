from __future__ import annotations

import os
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import SubmissionError
from harness.workspace import tree
from harness.workspace.journal import START
from harness.workspace.members import Caps, check_name
from harness.workspace.submission import META, Meta, unpack, write

Entry = tuple[str | zipfile.ZipInfo, bytes]
META_JSON = (
    Meta(
        exercise="tiny",
        exercise_version="1.0.0",
        exercise_digest="1" * 64,
        work="2" * 64,
        commit="3" * 40,
        uncommitted=False,
        journal="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        journal_head=START,
        journal_events=0,
        harness="0.1.0",
        python="3.11.0",
        created="2026-11-23T09:00:00.000Z",
    )
    .model_dump_json()
    .encode()
)
PLAIN: list[Entry] = [(META, META_JSON), ("journal.jsonl", b""), ("work/main.py", b"print(1)\n")]


def make(folder: Path, entries: list[Entry], *, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "made.zip"
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return path


def info(name: str, mode: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.create_system = 3
    made.external_attr = mode << 16
    return made


def raw(name: str) -> zipfile.ZipInfo:
    """A member whose name `zipfile` would otherwise make harmless."""
    made = zipfile.ZipInfo("placeholder")
    made.filename = name
    return made


def refuse(path: Path, folder: Path, *, caps: Caps | None = None) -> SubmissionError:
    """Unpack what must be refused; nothing may remain anywhere."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(SubmissionError) as caught:
        unpack(path, folder / "into", caps=caps or Caps())
    assert sorted(folder.rglob("*")) == before
    return caught.value


HOSTILE: dict[str, Entry] = {
    "parent": ("work/../../evil.py", b""),
    "parent first": ("../evil.py", b""),
    "absolute": ("/etc/evil", b""),
    "backslash": (raw("work\\..\\evil.py"), b""),
    "drive": ("C:/evil.py", b""),
    "stream": ("work/main.py:evil", b""),
    "dot": ("work/./a.py", b""),
    "empty step": ("work//a.py", b""),
    "nul": (raw("work/a.py\0.txt"), b""),
    "escape": ("work/\x1b[31m.py", b""),
    "bidi": ("work/a\u202egpj.py", b""),
    "device": ("work/aux.py", b""),
    "port": ("work/COM1.tar.py", b""),
    "port with space": ("work/con .txt", b""),
    "trailing dot": ("work/a.", b""),
    "trailing space": ("work/a ", b""),
    "case": ("work/MAIN.py", b""),
    "again": ("work/main.py", b"print(2)"),
    "file as folder": ("work/main.py/x", b""),
    "link": (info("work/link", stat.S_IFLNK | 0o777), b"/etc/passwd"),
    "fifo": (info("work/pipe", stat.S_IFIFO | 0o644), b""),
    "device node": (info("work/disk", stat.S_IFBLK | 0o644), b""),
    "setuid": (info("work/tool", stat.S_IFREG | 0o4755), b""),
    "link as folder": (info("work/link/", stat.S_IFLNK | 0o777), b""),
    "deep": ("work/" + "a/" * 40 + "b", b""),
    "long": ("work/" + "a" * 300, b""),
    "out of place": ("conftest.py", b""),
    "not a diff": ("claims/run.py", b""),
    "beside the work": ("work/practice/scenarios.jsonl", b""),
    "state of ours": ("work/.takehome/x", b""),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("entry", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_member_is_refused_and_nothing_is_written(tmp_path: Path, entry: Entry) -> None:
    error = refuse(make(tmp_path, [*PLAIN, entry]), tmp_path)
    assert error.exit_code == 2
    assert "\x1b" not in str(error)
    assert "\u202e" not in str(error)


def test_the_plain_one_is_taken(tmp_path: Path) -> None:
    found = unpack(make(tmp_path, PLAIN), tmp_path / "into")
    assert (found.work / "main.py").read_bytes() == b"print(1)\n"
    assert found.claims == ()
    assert found.findings == ("the work's digest is not the one in `submission.json`",)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_names_that_differ_by_composition_only_collide(tmp_path: Path) -> None:
    error = refuse(
        make(tmp_path, [*PLAIN, ("work/caf\u00e9.txt", b""), ("work/cafe\u0301.txt", b"")]), tmp_path
    )
    assert "collides" in error.message


def test_folders_that_differ_by_case_only_collide(tmp_path: Path) -> None:
    refuse(make(tmp_path, [*PLAIN, ("work/Lib/a.py", b""), ("work/lib/b.py", b"")]), tmp_path)


def test_what_git_keeps_is_dropped(tmp_path: Path) -> None:
    hooks: list[Entry] = [("work/.git/hooks/pre-commit", b"#!/bin/sh\n"), ("work/sub/.GIT/config", b"")]
    found = unpack(make(tmp_path, [*PLAIN, *hooks]), tmp_path / "into")
    assert tree.work_files(found.work) == [PurePosixPath("main.py")]


def test_a_zip_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    bomb: list[Entry] = [*PLAIN, ("work/zeros", bytes(8 * 2**20))]
    error = refuse(make(tmp_path, bomb), tmp_path)
    assert "times its size" in error.message


def test_a_header_that_lies_about_a_size_gains_nothing(tmp_path: Path) -> None:
    path = make(tmp_path, [*PLAIN, ("work/zeros", bytes(4 * 2**20))])
    data = bytearray(path.read_bytes())
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<L", 10)
    path.write_bytes(bytes(data))
    refuse(path, tmp_path)


@pytest.mark.parametrize(
    ("caps", "entries"),
    [
        (Caps(file=1_000), [("work/a", os.urandom(1_001))]),
        (Caps(total=3_000), [(f"work/{n}", os.urandom(900)) for n in range(4)]),
        (Caps(members=5), [(f"work/{n}", b"") for n in range(4)]),
        (Caps(archive=2_000), [("work/a", os.urandom(2_000))]),
        (Caps(depth=3), [("work/a/b/c", b"")]),
    ],
)
def test_caps_hold(tmp_path: Path, caps: Caps, entries: list[Entry]) -> None:
    refuse(make(tmp_path, [*PLAIN, *entries]), tmp_path, caps=caps)


def test_many_overlapping_members_are_refused(tmp_path: Path) -> None:
    """Fifield's bomb: many directory entries that share one body."""
    path = make(tmp_path, [*PLAIN, ("work/a", os.urandom(500)), ("work/b", b"")])
    data = bytearray(path.read_bytes())
    last = data.rfind(b"PK\x01\x02")
    before = data.rfind(b"PK\x01\x02", 0, last)
    data[last + 42 : last + 46] = data[before + 42 : before + 46]
    path.write_bytes(bytes(data))
    assert "share one body" in refuse(path, tmp_path).message


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path, PLAIN)
    data = bytearray(path.read_bytes())
    last = data.rfind(b"PK\x01\x02")
    data[last + 8] |= 1
    path.write_bytes(bytes(data))
    assert "encrypted" in refuse(path, tmp_path).message


def test_another_compression_is_refused(tmp_path: Path) -> None:
    refuse(make(tmp_path, PLAIN, compression=zipfile.ZIP_LZMA), tmp_path)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar_is_refused_by_name(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "made.zip"
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        archive.addfile(tarfile.TarInfo("work/main.py"))
    assert "tar" in refuse(path, tmp_path).message


def test_something_before_or_behind_a_zip_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path, PLAIN)
    whole = path.read_bytes()
    for data in (b"#!/bin/sh\n" + whole, whole + b"more", b"PK\x03\x04" + whole):
        path.write_bytes(data)
        refuse(path, tmp_path)


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_zip_cut_anywhere_is_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = make(folder, PLAIN)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    refuse(path, folder)


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_flipped_bytes_are_refused_or_unpack_inside(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    path = make(folder, PLAIN)
    whole = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(whole))
    try:
        unpack(path, folder / "into")
    except SubmissionError:
        assert list(folder.iterdir()) == [path]
    else:
        assert {found.name for found in folder.iterdir()} == {"into", path.name}


@given(st.text(min_size=1, max_size=60))
def test_no_name_that_is_taken_leaves_the_folder(name: str) -> None:
    try:
        path = check_name(name, Caps())
    except SubmissionError:
        return
    assert not path.is_absolute()
    assert not set(path.parts) & {"..", ".", ""}
    assert check_name(str(path), Caps()) == path


FILE_NAME = st.from_regex(r"[a-z][a-z0-9_-]{0,8}(\.py|\.txt)?", fullmatch=True)


@settings(deadline=None, max_examples=40)
@given(
    files=st.dictionaries(
        FILE_NAME, st.tuples(st.binary(max_size=200), st.booleans()), min_size=1, max_size=6
    )
)
def test_what_is_packed_is_unpacked(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, tuple[bytes, bool]]
) -> None:
    folder = tmp_path_factory.mktemp("round")
    work = folder / "work"
    for name, (content, executable) in files.items():
        try:
            check_name(name, Caps())
        except SubmissionError:
            return
        (work / "sub").mkdir(parents=True, exist_ok=True)
        (work / "sub" / name).write_bytes(content)
        (work / "sub" / name).chmod(0o755 if executable else 0o644)
    meta = Meta.model_validate_json(META_JSON).model_copy(update={"work": tree.digest(work)})
    made = [
        write(
            folder / f"{n}.zip", meta=meta, work=work, files=tree.work_files(work), beside=folder, journal=b""
        )
        for n in range(2)
    ]
    assert made[0].read_bytes() == made[1].read_bytes()
    found = unpack(made[0], folder / "into")
    assert found.findings == ()
    assert found.work_digest == tree.digest(work)
    assert tree.work_files(found.work) == tree.work_files(work)


def test_a_file_of_zeros_that_is_honest_is_packed(tmp_path: Path, meta: Meta) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "table.bin").write_bytes(bytes(3 * 2**20))
    made = write(
        tmp_path / "s.zip", meta=meta, work=work, files=tree.work_files(work), beside=tmp_path, journal=b""
    )
    assert unpack(made, tmp_path / "into").work_digest == tree.digest(work)


def test_an_existing_folder_is_not_written_into(tmp_path: Path) -> None:
    path = make(tmp_path, PLAIN)
    (tmp_path / "into").mkdir()
    (tmp_path / "into" / "mine").write_text("kept")
    refuse(path, tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SubmissionError):
        unpack(path, tmp_path / "link")


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[" * 20_000, META_JSON.replace(b'"format":1', b'"format":2'), b"\xff", bytes(70_000)],
)
def test_a_bad_description_is_refused(tmp_path: Path, content: bytes) -> None:
    refuse(make(tmp_path, [(META, content), *PLAIN[1:]]), tmp_path)


@pytest.mark.parametrize("missing", range(3))
def test_a_part_that_lacks_is_refused(tmp_path: Path, missing: int) -> None:
    refuse(make(tmp_path, [entry for n, entry in enumerate(PLAIN) if n != missing]), tmp_path)


def test_claims_that_cannot_be_read_are_a_finding_not_a_refusal(tmp_path: Path) -> None:
    found = unpack(make(tmp_path, [*PLAIN, ("claims.toml", b"[[claim]]\nid = 3\n")]), tmp_path / "into")
    assert found.claims == ()
    assert "`claims.toml`" in found.claims_problem
    assert any("claims" in finding for finding in found.findings)


def test_a_journal_that_was_cut_is_a_finding(tmp_path: Path, clock: Callable[[], str]) -> None:
    entries: list[Entry] = [(META, META_JSON), ("journal.jsonl", b"rubbish"), PLAIN[2]]
    found = unpack(make(tmp_path, entries), tmp_path / "into")
    assert any("line 1" in finding for finding in found.findings)


def test_a_file_name_that_would_be_refused_is_refused_on_packing(tmp_path: Path, meta: Meta) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / "aux.py").write_text("")
    with pytest.raises(SubmissionError) as caught:
        write(
            tmp_path / "s.zip",
            meta=meta,
            work=work,
            files=tree.work_files(work),
            beside=tmp_path,
            journal=b"",
        )
    assert "Windows" in caught.value.message
    assert not (tmp_path / "s.zip").exists()
