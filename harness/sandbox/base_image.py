"""What the sandbox image begins from: `python:3.12-slim`, or a Debian made here without any registry."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import docker
from docker.errors import APIError, DockerException, ImageNotFound

from harness.errors import EnvironmentFailure
from harness.vocabulary import cache_folder

REGISTRY_BASE = "python:3.12-slim"
SUITE = "bookworm"
EPOCH = "1735689600"
"""All files of what we build bear this time (1 January 2025), so that builds can be compared."""
_OPTIONS = (
    "--variant=essential",
    "--include=python3,ca-certificates",
    *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("man", "locale", "doc", "info", "lintian")),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
)


def debian_digest() -> str:
    """Digest of how the Debian base is made; its packages' versions are told by the image itself."""
    return hashlib.sha256("\n".join((SUITE, EPOCH, *_OPTIONS)).encode()).hexdigest()


def registry_base_at_hand(client: docker.DockerClient) -> bool:
    """Whether the registry's Python image is here or a registry offers it."""
    with contextlib.suppress(ImageNotFound):
        return bool(client.images.get(REGISTRY_BASE))
    try:
        return bool(client.images.get_registry_data(REGISTRY_BASE))
    except (DockerException, OSError):
        return False


def pull_base(client: docker.DockerClient) -> str | None:
    """The registry's Python image, when it is here or can be pulled."""
    with contextlib.suppress(ImageNotFound):
        return str(client.images.get(REGISTRY_BASE).id)
    try:
        return str(client.images.pull(*REGISTRY_BASE.split(":")).id)
    except (DockerException, OSError):
        return None


def debian_base(client: docker.DockerClient) -> str:
    """A Debian with Python, bootstrapped from this machine's package sources; the image's id.

    The file system is kept in the cache folder. Raises `EnvironmentFailure`.
    """
    tag = f"takehome-base:{debian_digest()[:20]}"
    with contextlib.suppress(ImageNotFound):
        return str(client.images.get(tag).id)
    rootfs = cache_folder() / f"debian-{debian_digest()[:20]}.tar"
    if not rootfs.is_file():
        _bootstrap(rootfs)
    try:
        # The engine's own import reads the file in pieces; the SDK's would hold all of it in memory.
        with rootfs.open("rb") as file:
            url = client.api._url("/images/create")  # noqa: SLF001
            parameters = {"fromSrc": "-", "repo": tag.split(":", maxsplit=1)[0], "tag": tag.split(":")[1]}
            client.api._result(client.api._post(url, data=file, params=parameters, timeout=None))  # noqa: SLF001
        return str(client.images.get(tag).id)
    except (APIError, OSError) as error:
        raise EnvironmentFailure(f"the engine did not take the Debian base: {error}") from None


def _bootstrap(rootfs: Path) -> None:
    program = shutil.which("mmdebstrap")
    if program is None:
        raise EnvironmentFailure(
            f"the image `{REGISTRY_BASE}` cannot be pulled, and `mmdebstrap` is not installed",
            hint=f"`docker pull {REGISTRY_BASE}`, or install `mmdebstrap` (Debian, Ubuntu)",
        )
    rootfs.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=rootfs.parent) as folder:
        made = Path(folder) / "rootfs.tar"
        done = subprocess.run(
            [program, *_OPTIONS, SUITE, str(made)],
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **_wanted_env()},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            raise EnvironmentFailure(f"`mmdebstrap` failed: {done.stderr.strip()[-600:]}")
        made.replace(rootfs)


def _wanted_env() -> dict[str, str]:
    """Proxies, which the download may need, and the fixed time."""
    names = ("HOME", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    return {"SOURCE_DATE_EPOCH": EPOCH, **{name: os.environ[name] for name in names if name in os.environ}}
