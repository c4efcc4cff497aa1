"""The vendors' own tests of their SDKs, which the vendors run against a mock server, run against ours.

They come from the SDKs' source archives and run as they are, but for the names of models. Strict clients
among them check every reply against the SDK's types. Left out, each with its reason, is what asks for
more than the gateway offers; all of Responses, whose tests name no model and ask for answers that were
never given, which the real server refuses as ours does (`programs/openai_responses.py` tries it instead).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.gateway.admin_api import OpenTrial
from tests.clients.environments import HERE
from tests.clients.stand import open_stand
from tests.harness.gateway.upstreams import environment

KEY = "My API Key"
"""As the SDKs' tests have it."""
ALL = "all parameters at once, some of them for what is not served, some with values that no server takes"


@dataclass(frozen=True, slots=True)
class Suite:
    """Some of an SDK's tests."""

    sdk: str
    files: tuple[str, ...]
    """Below `tests/api_resources`."""
    excluded: tuple[tuple[str, str, str], ...]
    """(file, pattern of the test's name, reason)"""
    path: str
    """Of the base URL."""
    least: int
    """So many must pass: an empty run is no pass."""

    @property
    def version(self) -> str:
        """The one that the SDK's client program runs with."""
        pins = (HERE / "requirements" / f"{self.sdk}.txt").read_text(encoding="utf-8")
        [found] = re.findall(rf"^{self.sdk}==(\S+)$", pins, re.MULTILINE)
        return str(found)


OPENAI = Suite(
    "openai",
    ("chat/test_completions.py", "test_models.py"),
    (
        ("test_completions.py", r".*_with_all_params", ALL),
        (
            "test_completions.py",
            r"test_(method|raw_response|streaming_response)_(retrieve|update|list|delete)",
            "completions are not stored",
        ),
        (
            "test_models.py",
            r"test_(method|raw_response|streaming_response)_delete",
            "models cannot be deleted",
        ),
    ),
    "/v1",
    80,
)
ANTHROPIC = Suite(
    "anthropic",
    ("test_messages.py", "test_models.py", "beta/test_messages.py", "beta/test_models.py"),
    (
        ("test_messages.py", r".*_with_all_params", ALL),
        ("test_messages.py", r"test_deprecated_model_warning", "a model of the vendor's by its name"),
    ),
    "",
    150,
)


def source(suite: Suite, python: Path, folder: Path) -> Path:
    """The SDK's tests alone: its code is the installed one."""
    pip = [str(python), "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    wanted = f"{suite.sdk}=={suite.version}"
    if subprocess.run([*pip, "--dest", str(folder), wanted], check=False, capture_output=True).returncode:
        if os.environ.get("CI"):
            raise AssertionError(f"no source of {wanted}")
        pytest.skip(f"the source of {wanted} is not to be had here")
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder / "source", filter="data")
    found = next((folder / "source").iterdir()) / "tests"
    tests = folder / "tests"
    tests.mkdir()
    for name in ("__init__.py", "utils.py"):
        shutil.copy(found / name, tests / name)
    shutil.copytree(found / "api_resources", tests / "api_resources")
    shutil.copy(HERE / "suites" / "fixtures.py", tests / "conftest.py")
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n", encoding="utf-8")
    for file in suite.files:
        path = tests / "api_resources" / file
        text = path.read_text(encoding="utf-8")
        for name in ("gpt-6-astra", "claude-opus-5-5", "model_id"):
            text = text.replace(f'"{name}"', '"echo-large"')
        path.write_text(text, encoding="utf-8")
    return tests


@pytest.mark.slow
@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("suite", [OPENAI, ANTHROPIC], ids=lambda suite: suite.sdk)
def test_an_sdks_own_tests(suite: Suite, tmp_path: Path) -> None:
    packages = [f"{suite.sdk}[aiohttp]=={suite.version}", "pytest", "pytest-asyncio", "rich"]
    python = environment(f"{suite.sdk}_suite", packages) / "python"
    tests = source(suite, python, tmp_path)
    with open_stand() as stand:
        public = stand.exercise.bank["plain"].public()
        stand.gateway.open(OpenTrial(scenario=public, replay=0, epoch=0, keep=False, token=KEY))
        env: Any = {
            "PATH": os.environ["PATH"],
            "SUITE": suite.sdk,
            "EXCLUDED": json.dumps(suite.excluded),
            "TEST_API_BASE_URL": stand.gateway.base_url + suite.path,
            "TEST_API_KEY": KEY,
        }
        command = [str(python), "-m", "pytest", "-q", "-rs", "--tb=short", "-p", "no:warnings"]
        command += [str(tests / "api_resources" / file) for file in suite.files]
        ran = subprocess.run(command, cwd=tmp_path, env=env, check=False, capture_output=True, text=True)
    last = ran.stdout.strip().splitlines()[-1]
    assert ran.returncode == 0, ran.stdout[-6_000:] + ran.stderr[-2_000:]
    assert int(re.findall(r"(\d+) passed", last)[0]) >= suite.least
