"""Docker sandboxes over one client and one image."""

from __future__ import annotations

import platform
from contextlib import closing
from pathlib import Path

from harness.errors import EnvironmentFailure
from harness.sandbox import engine, leftovers
from harness.sandbox.base import Sandbox
from harness.sandbox.choose import Isolation, Sandboxes
from harness.sandbox.docker import DockerSandbox
from harness.sandbox.images import can_build, ensure_image, find_image


def look(*, must_build: bool = False) -> str:
    """Say in a few words which engine would run trials.

    Raises `EnvironmentFailure` when none answers, when it cannot be hardened, or, unless `must_build`,
    when the image is not there and there is nothing to build it from.
    """
    with closing(engine.connect()) as client, engine.answering():
        engine.check_local(client)
        words = engine.check(client.version(), client.info(), kernel=platform.release())
        if not must_build and find_image(client) is None and not can_build(client):
            raise EnvironmentFailure(
                f"{words} answers, but there is no sandbox image",
                hint="`python -m harness.sandbox.images` builds it and says what it needs",
            )
        return words


def docker_sandboxes(
    why: str, *, intake: Path | None, isolation: Isolation, runtime: str | None
) -> Sandboxes:
    """Reap what dead runs left, get the image, and be ready to open. Raises `EnvironmentFailure`."""
    client = engine.connect()
    try:
        with engine.answering():
            info = client.info()
            remapped = engine.remapped(info)
            named = engine.runtime(info, runtime)
            leftovers.reap(client)
            image = ensure_image(client)
    except BaseException:
        client.close()
        raise
    description = f"docker, {why}, runtime {named}, {isolation}, image {image.tag}"

    def make() -> Sandbox:
        return DockerSandbox(
            client,
            image,
            intake=intake,
            isolation=isolation,
            runtime=named,
            remapped=remapped,
            description=description,
        )

    return Sandboxes(
        "docker",
        description,
        f"sha256:{image.contents}",
        make,
        client.close,
        target=image.target,
        runtime=named,
    )
