"""Pip resolves against a folder of made-up wheels: no network."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest

from harness.errors import SubmissionError, WorkspaceError
from harness.workspace.dependencies import lock, read_lock, wanted


def wheel(folder: Path, name: str, release: str, *, tag: str = "py3-none-any", needs: str = "") -> str:
    """A wheel with one module; its SHA-256."""
    info = f"{name}-{release}.dist-info"
    meta = f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n"
    meta += f"Requires-Dist: {needs}\n" if needs else ""
    files = {
        f"{name}.py": b"x = 1\n",
        f"{info}/METADATA": meta.encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
    }
    rows = []
    for path, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        rows.append(f"{path},sha256={digest},{len(data)}")
    files[f"{info}/RECORD"] = ("\n".join(rows) + f"\n{info}/RECORD,,\n").encode()
    made = folder / f"{name}-{release}-{tag}.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return hashlib.sha256(made.read_bytes()).hexdigest()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def put(folder: Path, text: str) -> Path:
    (folder / "requirements.txt").write_text(text)
    return folder


def test_no_requirements_no_lock(tmp_path: Path) -> None:
    assert lock(tmp_path, "3.11") is None
    assert lock(put(tmp_path, "# nothing\n\n"), "3.11") is None


def test_names_are_locked_with_what_they_need_and_their_hashes(tmp_path: Path, index: Path) -> None:
    first = wheel(index, "alpha", "1.2", needs="beta>=2")
    second = wheel(index, "beta", "2.5")
    wheel(index, "beta", "1.0")
    found = lock(put(tmp_path, "alpha>=1 # why\n"), "3.11")
    assert found is not None
    assert read_lock(found) == found.decode().splitlines()[1:]
    assert found.decode().splitlines()[1:] == [
        f"alpha==1.2 --hash=sha256:{first}",
        f"beta==2.5 --hash=sha256:{second}",
    ]


def test_wheels_of_both_machines_are_locked(tmp_path: Path, index: Path) -> None:
    digests = {
        wheel(index, "gamma", "1.0", tag=f"cp311-cp311-manylinux2014_{machine}")
        for machine in ("x86_64", "aarch64")
    }
    found = lock(put(tmp_path, "gamma\n"), "3.11")
    assert found is not None
    assert all(digest in found.decode() for digest in digests)


def test_what_has_no_wheel_for_the_sandbox_is_refused(tmp_path: Path, index: Path) -> None:
    wheel(index, "delta", "1.0", tag="cp311-cp311-win_amd64")
    with pytest.raises(WorkspaceError) as caught:
        lock(put(tmp_path, "delta\n"), "3.11")
    assert "delta" in caught.value.message


@pytest.mark.parametrize(
    "line",
    [
        "--pre",
        "--extra-index https://example.com",
        "-e .",
        "-r other.txt",
        "git+https://example.com/x",
        "x @ file:///tmp/x.whl",
        "./local.whl",
        "https://example.com/x.whl",
    ],
)
def test_only_plain_names_are_taken(tmp_path: Path, line: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        wanted(put(tmp_path, f"alpha\n{line}\n"))
    assert "line 2" in caught.value.message


def test_usual_lines_are_taken(tmp_path: Path) -> None:
    lines = ["a", "b==1.0", "c[x,y]>=1,<2", "d~=1.4; python_version > '3.10'", "E_f.g!=2"]
    assert wanted(put(tmp_path, "\n".join(lines))) == lines


HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "line",
    [
        "alpha==1.0",
        f"--pre {HASH}",
        f"alpha==1.0 {HASH} --pre",
        f"alpha @ file:///tmp/x.whl {HASH}",
        f"alpha>=1.0 {HASH}",
        f"alpha==1.0 {HASH}\\",
        f" alpha==1.0 {HASH}",
        f"alpha==1.0\r-e . {HASH}",
        f"-alpha==1.0 {HASH}",
    ],
)
def test_a_stranger_s_lock_holds_nothing_but_pins(line: str) -> None:
    with pytest.raises(SubmissionError):
        read_lock(f"# ok\nbeta==1.0 {HASH}\n{line}\n".encode())
