"""A hardened container per sandbox, with our supervisor as its PID 1.

The container has no network. The supervisor opens a listener inside it, hands the descriptor out over
the control socket, and this side gives it to the gateway: so nothing in the container knows the way
to the gateway's own sockets.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import time
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import docker
from docker.errors import DockerException, NotFound

from harness.errors import EnvironmentFailure
from harness.exercise.spec import Limits
from harness.sandbox import hardening, leftovers, packages
from harness.sandbox.base import Job, Kind, Ran
from harness.sandbox.control import Answer, Control, Gone
from harness.sandbox.engine import TRIED_RUNTIMES
from harness.sandbox.images import CA_FILE, INSIDE, VOCABULARY_FOLDER, Image
from harness.sandbox.listener import hand_over
from harness.sandbox.process import common_env

BASE_URL = "http://127.0.0.1:8080"
START_SECONDS = 60.0
USERS = 256
"""Trials in one container that have a user id of their own before ids come round again."""
_FEW_IDS = (10_000, 60_000)
_MANY_IDS = (1 << 20, 1 << 30)


class DockerSandbox:
    """Runs programs in a container of its own, one at a time; the container is made when first needed."""

    kind: Kind = "docker"

    def __init__(
        self,
        client: docker.DockerClient,
        image: Image,
        *,
        intake: Path | None,
        isolation: Literal["fork", "container"] = "fork",
        runtime: str | None = None,
        remapped: bool = False,
        description: str = "docker",
    ) -> None:
        self.description = description
        self._client = client
        self._image = image
        self._intake = intake
        self._isolation = isolation
        self._runtime = runtime
        self._walls: tuple[int, ...] = ()
        self._packages: Path | None = None
        self._container: Any = None
        self._control: Control | None = None
        self._listener: socket.socket | None = None
        self._folder: Path | None = None
        # The kernel counts processes per user id over all containers: blocks must not overlap.
        low, high = _FEW_IDS if remapped else _MANY_IDS
        self._first_uid = random.SystemRandom().randrange(low, high - USERS, USERS)
        self._trials = 0

    def base_url(self, gateway: str) -> str:  # noqa: ARG002  (the program never sees the gateway's own)
        """Always the same inside."""
        return BASE_URL

    def run(self, job: Job) -> Ran:
        """See `Sandbox.run`."""
        if (self._walls, self._packages) != (walls(job.limits), job.packages):
            self.close()
        control = self._control or self._start(job.limits, job.packages)
        begun = time.monotonic()
        try:
            answer = control.run(job, uid=self._next_uid(), env=self._env(job), hand_over=self._giver(job))
        except Gone as error:
            ran = self._memory_ran_out(time.monotonic() - begun)
            self.close()
            if ran is None:
                raise error from None
            return ran
        except BaseException:
            self.close()
            raise
        if answer.dirt or self._isolation == "container":
            self.close()
        return self._told(answer)

    def _told(self, answer: Answer) -> Ran:
        ran = answer.ran
        if self._isolation == "container":
            return Ran(**{**_fields(ran), "how": "container"})
        return ran

    def _giver(self, job: Job) -> Any:
        intake = self._intake
        if intake is None:
            return None
        return lambda descriptor: hand_over(intake, job.listener, descriptor)

    def _next_uid(self) -> int:
        uid = self._first_uid + self._trials % USERS
        self._trials += 1
        return uid

    def _env(self, job: Job) -> dict[str, str]:
        found = {} if job.packages is None else {packages.VARIABLE: packages.INSIDE_FOLDER}
        return {**container_env(), **job.env, "TIKTOKEN_CACHE_DIR": VOCABULARY_FOLDER, **found}

    def _memory_ran_out(self, seconds: float) -> Ran | None:
        """When the kernel had to kill PID 1 itself, the program took the memory: that is its end."""
        with contextlib.suppress(DockerException, OSError):
            self._container.reload()
            state = self._container.attrs["State"]
            if state.get("OOMKilled"):
                why = b"the container ran out of memory\n"
                return Ran("out_of_memory", None, 9, seconds, None, b"", why, "container")
        return None

    def _start(self, limits: Limits, own: Path | None) -> Control:
        folder = leftovers.control_folder()
        self._folder = folder
        path = folder / "control.sock"
        self._listener = listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with listener:
                listener.bind(str(path))
                # Root in the container may be another user here; the folder keeps others out, and
                # in the container its parent does.
                path.chmod(0o666)
                listener.listen(1)
                listener.settimeout(START_SECONDS)
                self._make(limits, folder, own)
                self._control = Control(self._connected(listener))
            hardening.check_hello(
                self._control.hello, seccomp_seen=(self._runtime or "runc") in TRIED_RUNTIMES
            )
            if self._isolation == "fork" and own is None:
                self._control.warm(sandbox_env())
        except (DockerException, OSError) as error:
            self.close()
            raise EnvironmentFailure(
                f"the engine could not start a container: {error}",
                hint="look at its disk and memory, then run the same command again; finished trials are kept",
            ) from error
        except BaseException:
            self.close()
            raise
        self._walls, self._packages = walls(limits), own
        return self._control

    def _connected(self, listener: socket.socket) -> socket.socket:
        try:
            found = listener.accept()[0]
            if self._listener is not None:
                return found
            found.close()
            raise EnvironmentFailure("the sandbox was closed while its container started")
        except TimeoutError:
            self._container.reload()
            state = self._container.attrs["State"]
            raise EnvironmentFailure(
                f"the container did not report back within {START_SECONDS:.0f} s "
                f"({state.get('Status')}, exit code {state.get('ExitCode')} {state.get('Error')})"
            ) from None

    def _make(self, limits: Limits, folder: Path, own: Path | None) -> None:
        wish = hardening.Wish(
            image=self._image.id,
            limits=limits,
            control=str(folder),
            labels=leftovers.labels(),
            environment=container_env(),
            runtime=self._runtime,
            packages=None if own is None else str(own),
        )
        api = self._client.api
        command = ["python3", "-I", "-S", "-E", f"{INSIDE}/lib"]
        command += ["--connect", f"{hardening.CONTROL_FOLDER}/control.sock"]
        made = api.create_container_from_config(
            {
                "Image": wish.image,
                "Cmd": command,
                "Entrypoint": [],
                "User": "0:0",
                "WorkingDir": "/",
                "Hostname": "sandbox",
                "Env": [f"{name}={value}" for name, value in wish.environment.items()],
                "Labels": wish.labels,
                "AttachStdin": False,
                "AttachStdout": False,
                "AttachStderr": False,
                "HostConfig": hardening.host_config(wish),
            }
        )
        self._container = self._client.containers.get(made["Id"])
        hardening.check_made(wish, self._container.attrs)
        self._container.start()

    def close(self) -> None:
        """See `Sandbox.close`."""
        control, self._control = self._control, None
        listener, self._listener = self._listener, None
        container, self._container = self._container, None
        folder, self._folder = self._folder, None
        self._walls, self._packages = (), None
        if control is not None:
            control.close()
        if listener is not None:
            # Whoever waits for the container to report back need wait no longer.
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as knock:
                knock.connect(listener.getsockname())
        if container is not None:
            try:
                container.remove(force=True, v=True)
            except NotFound:
                pass
            except (DockerException, OSError) as error:
                if getattr(error, "status_code", None) == HTTPStatus.CONFLICT:
                    return  # another thread is removing it
                raise EnvironmentFailure(
                    f"container {container.short_id} could not be removed: {error}",
                    hint=f"`docker rm -f {container.short_id}`",
                ) from error
            finally:
                if folder is not None:
                    shutil.rmtree(folder, ignore_errors=True)
        elif folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def walls(limits: Limits) -> tuple[int, ...]:
    """The limits that a container is made with; time and output are the supervisor's, trial by trial."""
    return limits.memory_mb, limits.disk_mb, limits.processes


def container_env() -> dict[str, str]:
    """The environment that every program in a container starts from."""
    return {**common_env(), "PATH": "/usr/local/bin:/usr/bin:/bin", "SSL_CERT_FILE": CA_FILE}


def sandbox_env() -> dict[str, str]:
    """The same with all that the sandbox itself says to a trial."""
    return {**container_env(), "TIKTOKEN_CACHE_DIR": VOCABULARY_FOLDER}


def _fields(ran: Ran) -> dict[str, Any]:
    return {name: getattr(ran, name) for name in Ran.__slots__}
