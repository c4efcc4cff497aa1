"""Real artefacts, what may not be in them, and how to look inside."""

from __future__ import annotations

import fcntl
import gzip
import io
import json
import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
VAULT = ROOT / "graders" / "vault"
Find = Callable[..., list[str]]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both distributions as wheel and sdist, built once for all test processes."""
    base: Path = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "artefacts"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "built").exists():
            for source in (ROOT, ROOT / "graders"):
                subprocess.run(
                    [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", folder],
                    cwd=source,
                    check=True,
                    capture_output=True,
                )
            (folder / "built").touch()
    return folder


@pytest.fixture(scope="session")
def installed(artefacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the candidate's wheel installed in it."""
    target = tmp_path_factory.mktemp("installed")
    wheel = next(artefacts.glob("takehome-*.whl"))
    subprocess.run(
        [
            sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
            "--disable-pip-version-check", "--target", target, wheel,
        ],
        check=True,
    )  # fmt: skip
    return target


@pytest.fixture(scope="session")
def candidate(artefacts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment as a candidate has it: the wheel and what it depends on."""
    home = tmp_path_factory.mktemp("candidate")
    venv.create(home, symlinks=True)
    mine, ours = (
        Path(sysconfig.get_path("purelib", vars={"base": str(base)})) for base in (home, sys.prefix)
    )
    for entry in ours.iterdir():
        if entry.suffix != ".pth" and not entry.name.startswith(("takehome", "__editable__", "_editable")):
            (mine / entry.name).symlink_to(entry)
    wheel = next(artefacts.glob("takehome-*.whl"))
    python = home / "bin" / "python"
    subprocess.run(
        [
            sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index",
            "--disable-pip-version-check", wheel,
        ],
        check=True,
    )  # fmt: skip
    return home / "bin"


@pytest.fixture(scope="session")
def vault_files() -> dict[str, list[Path]]:
    """The files of each exercise's vault."""
    return {
        folder.name: [path for path in sorted(folder.rglob("*")) if path.is_file() and wanted(path)]
        for folder in sorted(VAULT.iterdir())
        if folder.is_dir() and (folder / "parameters.toml").is_file()
    }


def wanted(path: Path) -> bool:
    return "__pycache__" not in path.parts


@pytest.fixture(scope="session")
def canaries(vault_files: dict[str, list[Path]]) -> dict[str, str]:
    """Each exercise's canary."""
    return {
        id: tomllib.loads((VAULT / id / "parameters.toml").read_text(encoding="utf-8"))["canary"]
        for id in vault_files
    }


@pytest.fixture(scope="session")
def secrets(canaries: dict[str, str]) -> dict[bytes, str]:
    """What may not leave the vault, and which exercise it is of."""
    found: dict[bytes, str] = {}
    for id, canary in canaries.items():
        found[canary.encode()] = id
        practice = [path for path in (ROOT / "exercises" / id / "practice").rglob("*") if path.is_file()]
        public = "\n".join(path.read_text(encoding="utf-8") for path in practice)
        for line in (VAULT / id / "scenarios.jsonl").read_text(encoding="utf-8").splitlines():
            if line.startswith("{"):
                found |= {fact.encode(): id for fact in facts(json.loads(line)) if fact not in public}
    return found


TELLING = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\b[A-Z]{1,4}-?\d{4,}\b")


def facts(scenario: dict[str, Any]) -> Iterator[str]:
    """Ids, addresses, numbers of orders, and whole mails of a hidden scenario."""
    yield scenario["id"] if len(scenario["id"]) >= 8 else f'"{scenario["id"]}"'
    for text in strings(scenario):
        yield from TELLING.findall(text)
        if len(text) > 60:
            yield text


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


@pytest.fixture(scope="session")
def find_secrets(secrets: dict[bytes, str]) -> Find:
    """Open a file or folder, archives in it as well, and name what should not be there, `most` of it."""

    def find(path: Path, most: int | None = None) -> list[str]:
        files = [path] if path.is_file() else [one for one in sorted(path.rglob("*")) if one.is_file()]
        assert files, f"{path} is empty"
        found = (
            f"{place} holds {secret[:80]!r} of {id}"
            for file in files
            for place, data in contents(str(file), file.read_bytes())
            for secret, id in secrets.items()
            if secret in data
        )
        return list(islice(found, most))

    return find


def contents(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The bytes themselves, and of every member where they are an archive."""
    yield name, data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield from contents(f"{name}!{member}", archive.read(member))
    elif data.startswith(b"\x1f\x8b"):
        yield from contents(f"{name}!gz", gzip.decompress(data))
    elif data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for entry in tar.getmembers():
                if entry.isfile() and (file := tar.extractfile(entry)):
                    yield from contents(f"{name}!{entry.name}", file.read())
    elif Path(name).parent.parent.name == "objects":
        yield f"{name}!git", inflated(data)


def inflated(data: bytes) -> bytes:
    """A git object; other files are left as they are."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        return b""
