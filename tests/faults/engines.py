"""A container engine of the test's own, to be killed and filled up; nobody else's is touched."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import docker
import pytest

from harness.sandbox.images import find_image
from tests.faults.disturbed import eventually

SIZE = "2g"


class Engine:
    """A `dockerd` with folders, sockets and a containerd of its own, on a file system of a known size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"unix://{folder}/engine.sock"
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers. Skips the test where that cannot be."""
        command = ["dockerd", "--bridge=none", "--iptables=false", "--host", self.address]
        command += ["--data-root", f"{self.folder}/data", "--exec-root", f"{self.folder}/exec"]
        command += ["--pidfile", f"{self.folder}/pid"]
        with (self.folder / "log").open("ab") as log:
            running = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        self._running = running

        def answers() -> bool:
            if running.poll() is not None:
                lines = (self.folder / "log").read_text(errors="replace").splitlines()
                pytest.skip(f"no second engine can be started here: {lines[-1:]}")
            # A client that finds nobody leaves its sockets open: ask first whether somebody answers.
            with socket.socket(socket.AF_UNIX) as listening, suppress(OSError):
                listening.settimeout(5)
                listening.connect(self.address.removeprefix("unix://"))
                listening.sendall(b"GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n")
                return b" 200 " in listening.recv(100)
            return False

        eventually(answers, "an engine of our own", 60)

    def kill(self) -> None:
        """SIGKILL to the engine, its containerd and all that they run."""
        for pid in self._pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self._running is not None:
            self._running.wait()
        for left in ("pid", "engine.sock"):
            (self.folder / left).unlink(missing_ok=True)

    def _pids(self) -> list[int]:
        """What names our folder in its arguments: the engine, its containerd, their shims."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if str(self.folder).encode() in (path / "cmdline").read_bytes():
                    found.append(int(path.name))
        return [pid for pid in found if pid != os.getpid()]

    @contextmanager
    def full(self) -> Iterator[None]:
        """Its disk has no room meanwhile."""
        filler = self.folder / "filler"
        with filler.open("wb") as file, suppress(OSError):
            while True:
                file.write(b"\0" * (1 << 20))
                file.flush()
        yield
        filler.unlink()


@contextmanager
def running_engine() -> Iterator[Engine]:
    """A running engine that has the sandbox's image. Skips the test where it cannot be had."""
    if os.geteuid() != 0 or shutil.which("dockerd") is None:
        pytest.skip("a second engine needs root and `dockerd`")
    folder = Path(tempfile.mkdtemp(prefix="engine-")).resolve()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        folder.rmdir()
        pytest.skip("a file system for a second engine cannot be mounted")
    engine = Engine(folder)
    try:
        engine.start()
        give_image(engine)
        yield engine
    finally:
        engine.kill()
        for line in reversed(Path("/proc/mounts").read_text().splitlines()):
            where = line.split()[1]
            if where.startswith(str(folder)):
                subprocess.run(["umount", "-l", where], capture_output=True, check=False)
        with contextlib.suppress(OSError):
            folder.rmdir()


def give_image(engine: Engine) -> None:
    """The sandbox's image from the usual engine."""
    with closing(docker.from_env()) as usual, closing(docker.DockerClient(engine.address)) as own:
        image = find_image(usual)
        assert image is not None, "the undisturbed grade has built it"
        own.images.load(usual.images.get(image.tag).save(named=True))
        assert find_image(own) is not None
