"""The checks of `takehome doctor` that start something: engine, gateway, one trial."""

from __future__ import annotations

import json
import platform
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from harness.errors import EnvironmentFailure, TakehomeError
from harness.exercise.registry import Exercise
from harness.sandbox import folders
from harness.sandbox.folders import prefix
from harness.trial.record import TrialKey, TrialStore, read_trials
from harness.workspace import checks, practice, tree
from harness.workspace.checks import Check
from harness.workspace.folder import Workspace


def container() -> Iterator[Check]:
    """The engine and the image; practice needs neither."""
    from harness.sandbox import engine, images, leftovers

    try:
        client = engine.connect()
    except TakehomeError as error:
        yield Check(
            "engine", "warn", error.message,
            "practice runs as processes then; a grade runs in docker, where memory and time are tighter",
        )  # fmt: skip
        yield _leftovers([])
        return
    try:
        version, info = client.version(), client.info()
        yield checks.engine(version, engine.check(version, info, kernel=platform.release()))
        yield _leftovers(leftovers.orphans(client))
        image = images.find_image(client)
        if image is not None:
            yield Check("image", "ok", f"{image.tag}, Python {image.python}, {image.bytes / 1e6:.0f} MB")
        elif images.can_build(client):
            yield Check("image", "warn", "not built yet", "the first run with `--sandbox docker` builds it")
        else:
            yield Check(
                "image", "warn", "not here, and nothing to build it from",
                "`docker pull` the base image that the documentation names, or use `--sandbox process`",
            )  # fmt: skip
    except TakehomeError as error:
        yield Check("engine", "warn", error.message, error.hint)
    except Exception as error:
        yield Check("engine", "warn", f"it answers oddly: {error!r}", "use `--sandbox process`")
    finally:
        client.close()


def packages() -> Check:
    """What programs may import in a container; anything else goes into `requirements.txt`."""
    from harness.sandbox.images import published
    from harness.sandbox.target import PYTHONS

    names = ", ".join(f"{name} {version}" for name, version in published().items())
    return Check("packages", "ok", f"the image has {names}, on Python {' or '.join(PYTHONS)}")


def _leftovers(orphans: list[Any]) -> Check:
    """Containers and folders of runs that were killed."""
    kept = [path.name for path in folders.orphans()]
    if not orphans and not kept:
        return Check("leftovers", "ok", "no killed run left anything")
    names = [f"container {container.short_id}" for container in orphans]
    return Check(
        "leftovers", "warn", "killed runs left " + ", ".join([*names, *kept]),
        "the next run removes them by itself",
    )  # fmt: skip


def vocabulary() -> Check:
    """Token vocabularies, needed offline."""
    from harness.vocabulary import vocabulary_cache

    return Check("vocabulary", "ok", f"in `{vocabulary_cache()}`")


def loadable(exercise: Exercise) -> Check:
    """Every part of the exercise is there, and fits its practice scenarios."""
    assessment = exercise.practice
    model = exercise.model(assessment.card)
    if not tree.work_files(exercise.starter):
        return Check("exercise", "fail", f"{exercise.id} has no starter", "install it again")
    exercise.judge  # noqa: B018  (loads it)
    words = f"{exercise.id} {exercise.spec.version}, {len(exercise.bank)} scenarios, model {model.version}"
    return Check("exercise", "ok", words)


def gateway(exercise: Exercise) -> Check:
    """A gateway starts, opens a trial, and answers one model call."""
    from harness.gateway.admin_api import GatewayConfig, OpenTrial
    from harness.gateway.process import GatewayProcess

    assessment = exercise.practice
    with tempfile.TemporaryDirectory(prefix=prefix(), dir=_short()) as temporary:
        config = GatewayConfig.of(exercise, assessment, Path(temporary))
        with GatewayProcess(config, log=Path(temporary) / "gateway.log") as process:
            public = assessment.bank.scenarios[0].public()
            opened = process.open(OpenTrial(scenario=public, replay=0, epoch=0))
            model = next(iter(exercise.spec.models.values())).name
            status = _ask(process.base_url, opened.token, model)
            process.close(opened.trial)
    if status != 200:
        return Check("gateway", "fail", f"a model call was answered {status}", "a proxy may be in the way")
    return Check("gateway", "ok", "starts, and answers a model call")


def _short() -> str | None:
    """Unix sockets have short names; macOS's own temporary folder has a long one."""
    return None if len(tempfile.gettempdir()) < 60 else "/tmp"  # noqa: S108


def _ask(base_url: str, token: str, model: str) -> int:
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
    request = urllib.request.Request(  # noqa: S310  (our own gateway)
        f"{base_url}/v1/chat/completions",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=20) as reply:
            return int(reply.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError as error:
        raise EnvironmentFailure(f"the gateway cannot be reached: {error}") from error


def one_trial(exercise: Exercise) -> Check:
    """The starter runs on one scenario, in the sandbox that `auto` takes."""
    from harness.trial.session import Session

    with tempfile.TemporaryDirectory(prefix=prefix()) as temporary:
        work = Path(temporary) / "work"
        tree.copy(exercise.starter, work)
        with Session(exercise, exercise.practice, jobs=1) as session:
            store = TrialStore(Path(temporary) / "trials.jsonl.gz", session.store_key("0" * 64))
            key = TrialKey(exercise.bank.scenarios[0].id, 0, 0)
            (record,) = session.run(work, [key], store)
            where = session.sandbox_description
    process = record.process
    words = f"the starter {process.ended.replace('_', ' ')} after {process.wall_seconds:.1f} s; {where}"
    if process.ended == "not_started" or not record.gateway.tools:
        last = (process.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return Check("trial", "fail", f"{words}; it never reached the gateway: {last[:200]}", "see `--json`")
    return Check("trial", "ok", words)


def simulator(workspace: Workspace) -> Check:
    """How much of the current work's calls the simulated model did not understand."""
    path = practice.newest_store(workspace, workspace.digest())
    judged = practice.judge(workspace.exercise, list(read_trials(path)) if path else [])
    calls = sum(len(item.record.gateway.calls) for item in judged)
    if not calls:
        return Check("simulator", "unknown", "this work has made no model call yet", "`takehome run`")
    unclear = sum(item.unclear for item in judged)
    words = f"{unclear} of {calls} calls not understood"
    if unclear > practice.MAX_UNCLEAR * calls:
        return Check(
            "simulator", "warn", words,
            "past 2 % a trial is not measured; `takehome trace` shows which calls and why",
        )  # fmt: skip
    return Check("simulator", "ok", words)
