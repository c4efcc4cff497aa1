"""Pip resolves against a folder of made-up wheels: no network."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import EnvironmentFailure, SubmissionError, WorkspaceError
from harness.sandbox.images import published
from harness.sandbox.target import Target
from harness.workspace.dependencies import asks, lock, native, read_lock, wanted
from tests.harness.workspace.wheelhouse import wheel

INTEL = tuple(Target(python, "x86_64") for python in ("3.11", "3.12"))
ARM = tuple(Target(python, "aarch64") for python in ("3.11", "3.12"))


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
    first = wheel(index, "alpha", "1.2", needs=("beta>=2",))
    second = wheel(index, "beta", "2.5")
    wheel(index, "beta", "1.0")
    found = lock(put(tmp_path, "alpha>=1 # why\n"), "3.11")
    assert found is not None
    lines = (f"alpha==1.2 --hash=sha256:{first}", f"beta==2.5 --hash=sha256:{second}")
    assert found.sections == dict.fromkeys((*INTEL, *ARM), lines)
    assert read_lock(found.to_bytes()) == found


def test_each_python_and_machine_has_its_own_wheel(tmp_path: Path, index: Path) -> None:
    digests = {
        Target(f"3.{minor}", machine): wheel(
            index, "gamma", "1.0", tag=f"cp3{minor}-cp3{minor}-manylinux2014_{machine}"
        )
        for machine in ("x86_64", "aarch64")
        for minor in (11, 12)
    }
    found = lock(put(tmp_path, "gamma\n"), "3.11")
    assert found is not None
    assert found.sections == {
        target: (f"gamma==1.0 --hash=sha256:{digest}",) for target, digest in digests.items()
    }


def test_an_exercise_of_a_newer_python_is_locked_for_that_one_on(tmp_path: Path, index: Path) -> None:
    wheel(index, "gamma", "1.0", tag="cp312-cp312-manylinux2014_x86_64")
    found = lock(put(tmp_path, "gamma\n"), "3.12")
    assert found is not None
    assert list(found.sections) == [INTEL[1]]


def test_markers_are_the_sandbox_s_whoever_asks(tmp_path: Path, index: Path) -> None:
    yes = ("sys_platform == 'linux'", "platform_machine == 'aarch64'", "python_version < '3.12'")
    no = ("sys_platform == 'darwin'", "os_name == 'nt'", "python_version < '3.11'", "python_version > '3.12'")
    needs = [f"needed{number}; {marker}" for number, marker in enumerate(yes)]
    needs += [f"never{number}; {marker}" for number, marker in enumerate(no)]
    wheel(index, "alpha", "1.0", needs=tuple(needs))
    for number in range(4):
        wheel(index, f"needed{number}", "1.0")
        wheel(index, f"never{number}", "1.0")
    found = lock(put(tmp_path, "alpha\n"), "3.11")
    assert found is not None
    names = {
        target: [line.partition("==")[0] for line in lines if not line.startswith("alpha")]
        for target, lines in found.sections.items()
    }
    assert names == {
        INTEL[0]: ["needed0", "needed2"],
        INTEL[1]: ["needed0"],
        ARM[0]: ["needed0", "needed1", "needed2"],
        ARM[1]: ["needed0", "needed1"],
    }


def test_what_the_image_has_is_taken_in_its_version_and_left_out(tmp_path: Path, index: Path) -> None:
    version = published()["tenacity"]
    wheel(index, "tenacity", version)
    wheel(index, "tenacity", "99.0")
    wheel(index, "alpha", "1.0", needs=("tenacity",))
    found = lock(put(tmp_path, "alpha\ntenacity\n"), "3.11")
    assert found is not None
    assert all([line.partition("==")[0] for line in lines] == ["alpha"] for lines in found.sections.values())
    assert found.beside == ("tenacity",)
    assert read_lock(found.to_bytes()) == found


def test_another_version_than_the_image_s_is_refused_with_both_named(tmp_path: Path, index: Path) -> None:
    wheel(index, "tenacity", published()["tenacity"])
    wheel(index, "tenacity", "99.0")
    with pytest.raises(WorkspaceError, match=r"tenacity==99\.0.*tenacity==9\.") as caught:
        lock(put(tmp_path, "tenacity==99.0\n"), "3.11")
    assert "takehome doctor" in caught.value.hint


def test_what_was_locked_once_stays_so(tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel(index, "alpha", "1.0")
    keep = tmp_path / "locks"
    first = lock(put(tmp_path, "alpha\n"), "3.11", keep=keep)
    wheel(index, "alpha", "2.0")
    assert lock(tmp_path, "3.11", keep=keep) == first
    assert lock(put(tmp_path, "alpha>1\n"), "3.11", keep=keep) != first


def test_a_machine_without_images_gets_the_same_versions(tmp_path: Path, index: Path) -> None:
    wheel(index, "alpha", "1.0")
    put(tmp_path, "alpha\n")
    like = lock(tmp_path, "3.11")
    assert like is not None
    wheel(index, "alpha", "2.0")
    (line,) = native(tmp_path, Target("3.13", "arm64", "darwin"), like)
    assert line.startswith("alpha==1.0 ")


def test_what_has_no_wheel_for_the_sandbox_is_refused(tmp_path: Path, index: Path) -> None:
    wheel(index, "delta", "1.0", tag="cp311-cp311-win_amd64")
    with pytest.raises(WorkspaceError, match="delta"):
        lock(put(tmp_path, "delta\n"), "3.11")


def test_a_package_of_sources_only_is_refused(tmp_path: Path, index: Path) -> None:
    (index / "epsilon-1.0.tar.gz").write_bytes(b"never opened")
    with pytest.raises(WorkspaceError, match="epsilon"):
        lock(put(tmp_path, "epsilon\n"), "3.11")


def test_a_folder_of_wheels_that_lacks_one_is_the_environment_s(tmp_path: Path, index: Path) -> None:
    with pytest.raises(EnvironmentFailure, match="lacks a package"):
        lock(put(tmp_path, "zeta\n"), "3.11")


def test_comments_alone_ask_for_nothing(tmp_path: Path) -> None:
    assert not asks(tmp_path)
    assert not asks(put(tmp_path, "# none\n\n"))
    assert asks(put(tmp_path, "-e .\n"))


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
        "alpha>=1 --global-option=x",
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
    with pytest.raises(SubmissionError, match="line 3"):
        read_lock(f"# CPython 3.11 on Linux x86_64\nbeta==1.0 {HASH}\n{line}\n".encode())


@pytest.mark.parametrize(
    "text",
    [
        f"beta==1.0 {HASH}\n",
        "# CPython 3.11 on Windows x86_64\n",
        "# CPython 3.11 on Linux x86_64\n# CPython 3.11 on Linux x86_64\n",
        f"# CPython 3.11 on Linux x86_64\nbeta==1.0 {HASH}\nbeta==2.0 {HASH}\n",
        "# CPython 3.11 on Linux x86_64\n" + "".join(f"b{n}==1.0 {HASH}\n" for n in range(101)),
    ],
)
def test_sections_are_headed_and_hold_each_name_once(text: str) -> None:
    with pytest.raises(SubmissionError):
        read_lock(text.encode())
