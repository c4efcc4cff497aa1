"""Wheels of strangers: what is unpacked, what is refused, and whose fault it is."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from harness.errors import EnvironmentFailure, SubmissionError
from harness.sandbox.images import published_lines
from harness.sandbox.packages import folder_of
from harness.sandbox.target import Target, here
from harness.workspace import wheels
from harness.workspace.dependencies import Lock
from harness.workspace.members import Caps
from harness.workspace.wheels import for_grading, for_practice, unpack, unpack_set
from tests.harness.workspace.wheelhouse import wheel

TARGET = Target("3.11", "x86_64")


class Docker:
    """A place that has a container's Python."""

    sandbox_kind = "docker"
    target = TARGET


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("TAKEHOME_WHEELHOUSE", str(folder))
    monkeypatch.setenv("TAKEHOME_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "requirements.txt").write_text("alpha\n")
    return folder


def locked(**digests: str) -> bytes:
    lines = tuple(f"{name}==1.0 --hash=sha256:{digest}" for name, digest in sorted(digests.items()))
    return Lock({TARGET: lines}).to_bytes()


def test_locked_wheels_are_unpacked_once(index: Path, work: Path) -> None:
    digest = wheel(index, "alpha", "1.0", files={"alpha/__init__.py": b"", "alpha/data.json": b"{}"})
    named, names = for_grading(work, locked(alpha=digest), Docker())
    assert names == ("alpha==1.0",)
    site = folder_of(named)
    assert (site / "alpha/data.json").read_bytes() == b"{}"
    assert (site / "alpha-1.0.dist-info/METADATA").is_file()
    assert {path.stat().st_mode & 0o777 for path in site.rglob("*")} == {0o644, 0o755}
    (index / "alpha-1.0-py3-none-any.whl").unlink()
    assert for_grading(work, locked(alpha=digest), Docker())[0] == named


def test_another_wheel_or_python_is_another_set(index: Path) -> None:
    line = "alpha==1.0 --hash=sha256:" + wheel(index, "alpha", "1.0")
    first = unpack_set([line], TARGET)
    assert unpack_set([line], Target("3.12", "x86_64")) != first
    assert unpack_set([], TARGET) == ""


def test_practice_and_grading_in_a_container_get_the_same(index: Path, work: Path, tmp_path: Path) -> None:
    digest = wheel(index, "alpha", "1.0")
    practised = for_practice(work, Docker(), python="3.11", keep=tmp_path / "locks")
    assert practised == for_grading(work, locked(alpha=digest), Docker())[0]


def test_a_work_that_asks_for_nothing_has_nothing(index: Path, work: Path, tmp_path: Path) -> None:
    (work / "requirements.txt").write_text("# none\n")
    assert for_grading(work, None, Docker()) == ("", ())
    assert for_practice(work, Docker(), python="3.11", keep=tmp_path / "locks") == ""


def test_requirements_without_a_lock_are_the_candidate_s(work: Path) -> None:
    with pytest.raises(SubmissionError, match="no lock"):
        for_grading(work, None, Docker())


def test_a_hash_that_is_another_s_is_the_candidate_s(index: Path, work: Path) -> None:
    wheel(index, "alpha", "1.0")
    with pytest.raises(SubmissionError, match="MATCH THE HASHES"):
        for_grading(work, locked(alpha="0" * 64), Docker())


def test_a_source_archive_is_not_built(index: Path, work: Path) -> None:
    sources = index / "alpha-1.0.tar.gz"
    sources.write_bytes(b"never opened")
    with pytest.raises(SubmissionError, match="alpha"):
        for_grading(work, locked(alpha=hashlib.sha256(b"never opened").hexdigest()), Docker())


def test_a_wheel_that_is_not_in_the_folder_is_the_environment_s(index: Path, work: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="lacks a package"):
        for_grading(work, locked(alpha="0" * 64), Docker())


def test_an_index_that_does_not_answer_is_the_environment_s(
    index: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TAKEHOME_WHEELHOUSE")
    for name, value in (
        ("INDEX_URL", "http://127.0.0.1:9/simple"),
        ("EXTRA_INDEX_URL", ""),
        ("RETRIES", "0"),
    ):
        monkeypatch.setenv(f"PIP_{name}", value)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    with pytest.raises(EnvironmentFailure, match="cannot be reached") as caught:
        for_grading(work, locked(alpha="0" * 64), Docker())
    assert "TAKEHOME_WHEELHOUSE" in caught.value.hint


def test_a_python_that_is_not_locked_is_the_environment_s(index: Path, work: Path) -> None:
    class Newer(Docker):
        target = Target("3.14", "x86_64")

    with pytest.raises(EnvironmentFailure, match=r"3\.11.*3\.14"):
        for_grading(work, locked(alpha="0" * 64), Newer())


def test_a_process_gets_what_the_image_has_and_this_machine_lacks(
    index: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Here:
        sandbox_kind = "process"
        target = here()

    beta = f"beta==1.0 --hash=sha256:{wheel(index, 'beta', '1.0', files={'yaml/__init__.py': b''})}"
    have = next(iter(published_lines()))
    monkeypatch.setattr(wheels, "published_lines", lambda: {"tenacity": beta, "yaml": "x", "pydantic": have})
    here_too = type("Dist", (), {"metadata": {"Name": "pydantic"}})()
    monkeypatch.setattr(wheels, "distributions", lambda: [here_too])
    alpha = f"alpha==1.0 --hash=sha256:{wheel(index, 'alpha', '1.0')}"
    named, names = for_grading(work, Lock({here(): (alpha,)}, ("pydantic", "tenacity")).to_bytes(), Here())
    assert names == ("alpha==1.0",)
    assert (folder_of(named) / "yaml/__init__.py").is_file()


HOSTILE: dict[str, tuple[Mapping[str, bytes], str]] = {
    "start-up file": ({"alpha.pth": b"import os"}, "interpreter starts"),
    "start-up file among data": ({"alpha-1.0.data/purelib/a.PTH": b"import os"}, "interpreter starts"),
    "sitecustomize": ({"sitecustomize.py": b"1/0"}, "`sitecustomize`"),
    "sitecustomize, compiled": ({"alpha-1.0.data/platlib/sitecustomize.pyc": b"x"}, "`sitecustomize`"),
    "usercustomize": ({"usercustomize/__init__.py": b"1/0"}, "`usercustomize`"),
    "a module of the image": ({"openai/__init__.py": b""}, "`openai`"),
    "a module of the image, as one file": ({"alpha-1.0.data/purelib/openai.py": b""}, "`openai`"),
    "a module of the image, as a library": ({"openai.cpython-311-x86_64-linux-gnu.so": b""}, "`openai`"),
    "a module of the image, wide": ({"\uff4fpenai/__init__.py": b""}, "`openai`"),
    "a module of Python": ({"json/__init__.py": b""}, "`json`"),
    "a module of ours": ({"harness/sandbox/inside/child.py": b""}, "`harness`"),
    "a path that leaves": ({"../evil.py": b""}, r"`\.\.`"),
    "an absolute path": ({"/etc/evil.py": b""}, "absolute"),
    "a file twice": ({"alpha/a.py": b"", "alpha-1.0.data/purelib/alpha/a.py": b""}, "collides"),
    "a bomb": ({"alpha/zeros.py": bytes(3 << 20)}, "100 times its size"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_wheels_are_refused_as_the_candidate_s(name: str, index: Path, work: Path) -> None:
    files, why = HOSTILE[name]
    digest = wheel(index, "alpha", "1.0", files=files)
    with pytest.raises(SubmissionError, match=why) as caught:
        for_grading(work, locked(alpha=digest), Docker())
    assert "alpha-1.0-py3-none-any.whl` is refused" in caught.value.message
    assert not list((index.parent / "cache" / "packages").iterdir())
    assert not (index.parent / "evil.py").exists()


def test_links_and_too_much_in_all_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "alpha-1.0-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        link = zipfile.ZipInfo("alpha.py")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    into = tmp_path / "site"
    into.mkdir()
    with pytest.raises(SubmissionError, match="link or a device"):
        unpack({made: "0"}, into)
    monkeypatch.setattr(wheels, "CAPS", Caps(total=1_500))
    two = {}
    for name in ("beta", "gamma"):
        digest = wheel(tmp_path, name, "1.0", files={f"{name}.py": bytes(1_000)})
        two[tmp_path / f"{name}-1.0-py3-none-any.whl"] = digest
    with pytest.raises(SubmissionError, match=r"gamma.*more than"):
        unpack(two, into)


def test_programs_headers_and_data_are_left_out(index: Path) -> None:
    files = {
        "alpha.py": b"",
        "alpha-1.0.data/scripts/python": b"#!/bin/sh",
        "alpha-1.0.data/data/sitecustomize.py": b"1/0",
        "alpha-1.0.data/headers/a.h": b"",
    }
    named = unpack_set(["alpha==1.0 --hash=sha256:" + wheel(index, "alpha", "1.0", files=files)], TARGET)
    assert {path.name for path in folder_of(named).iterdir()} == {"alpha.py", "alpha-1.0.dist-info"}


def test_metadata_that_would_fill_the_memory_ends_pip_only(
    index: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.sandbox.pip.MEMORY_BYTES", 200 << 20)
    made = index / "alpha-1.0-py3-none-any.whl"
    wheel(index, "alpha", "1.0")
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        tag = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr("alpha-1.0.dist-info/WHEEL", tag)
        archive.writestr("alpha-1.0.dist-info/METADATA", b"Name: alpha\nVersion: 1.0\n\n" + bytes(400 << 20))
    digest = hashlib.sha256(made.read_bytes()).hexdigest()
    with pytest.raises(SubmissionError):
        for_grading(work, locked(alpha=digest), Docker())
