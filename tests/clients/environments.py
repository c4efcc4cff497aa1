"""One virtual environment for each client: their pins conflict with each other and with ours."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from harness.errors import EnvironmentFailure

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "clients"
INSTALL_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Client:
    """A client, and what it is installed from."""

    name: str
    """Of its program."""
    packages: tuple[str, ...]
    """What its users install; the versions of these are shown."""
    environment: str
    """Of its requirements and its environment, which programs may share."""

    @property
    def program(self) -> Path:
        """What is run."""
        return HERE / "programs" / f"{self.name}.py"

    @property
    def requirements(self) -> Path:
        """All that is installed, pinned."""
        return HERE / "requirements" / f"{self.environment}.txt"

    @property
    def folder(self) -> Path:
        """The environment."""
        return BUILD / self.environment

    @property
    def python(self) -> Path:
        """The environment's interpreter."""
        return self.folder / "bin" / "python"

    @property
    def versions(self) -> dict[str, str]:
        """The pinned versions of `packages`."""
        lines = self.requirements.read_text(encoding="utf-8").splitlines()
        pins = dict(line.split("==") for line in lines if "==" in line)
        names = [package.partition("[")[0] for package in self.packages]
        return {name: pins[name] for name in names}


BOTH = ("openai", "anthropic")
CLIENTS = (
    Client("openai_sdk", ("openai",), "openai"),
    Client("openai_faults", ("openai",), "openai"),
    Client("openai_responses", ("openai",), "openai"),
    Client("anthropic_sdk", ("anthropic",), "anthropic"),
    Client("anthropic_faults", ("anthropic",), "anthropic"),
    Client("litellm_client", ("litellm[mcp]", "openai"), "litellm"),  # tools need the extra
    Client("langchain_client", ("langchain", "langchain-openai", "langchain-anthropic"), "langchain"),
    Client("pydantic_ai_client", ("pydantic-ai-slim[openai,anthropic]", *BOTH), "pydantic_ai"),
    Client("instructor_client", ("instructor[anthropic]", *BOTH), "instructor"),
    Client("openai_agents_client", ("openai-agents", "openai"), "openai_agents"),
    Client("inspect_client", ("inspect_ai", *BOTH), "inspect_ai"),
)


def make(client: Client) -> None:
    """Make the environment unless it stands as pinned. Raises `EnvironmentFailure`."""
    pins = client.requirements.read_bytes()
    stamp = client.folder / ".made-from"
    digest = hashlib.sha256(pins + sys.version.encode()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return
    venv.create(client.folder, clear=True, with_pip=True)
    _pip(client, "install", "--no-deps", "--requirement", str(client.requirements))
    stamp.write_text(digest, encoding="utf-8")


def upgrade(client: Client) -> None:
    """Pin the newest versions of its packages and of all that they need. Raises `EnvironmentFailure`."""
    venv.create(client.folder, clear=True, with_pip=True)
    _pip(client, "install", *client.packages)
    client.requirements.write_text(_pip(client, "freeze"), encoding="utf-8")


def _pip(client: Client, *arguments: str) -> str:
    command = [str(client.python), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    try:
        ran = subprocess.run(command, capture_output=True, check=False, text=True, timeout=INSTALL_SECONDS)
    except subprocess.TimeoutExpired:
        raise EnvironmentFailure(
            f"installing `{client.name}` took longer than {INSTALL_SECONDS} s",
            hint="run the same command again; what was downloaded is kept",
        ) from None
    if ran.returncode:
        tail = "\n".join(f"  {line}" for line in ran.stderr.splitlines()[-5:])
        raise EnvironmentFailure(
            f"`{client.name}` cannot be installed:\n{tail}", hint="a package index is needed for this"
        )
    return ran.stdout
