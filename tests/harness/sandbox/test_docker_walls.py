"""What a program in the container cannot do, tried by programs that try."""

from __future__ import annotations

import json
import platform
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.exercise.spec import Limits
from harness.sandbox import leftovers
from harness.sandbox.base import Job, Ran, Sandbox
from harness.sandbox.choose import Isolation, Sandboxes, make_sandboxes
from harness.sandbox.docker import DockerSandbox

pytestmark = pytest.mark.docker
LIMITS = Limits(wall_seconds=20, memory_mb=256, processes=32, disk_mb=16, output_bytes=100_000)
Attempt = Callable[[str], Ran]


@pytest.fixture
def walled(docker_sandboxes: Sandboxes, warm: dict[str, Sandbox]) -> Sandbox:
    if "docker" not in warm:
        warm["docker"] = docker_sandboxes.open()
    return warm["docker"]


@pytest.fixture
def attempt(walled: Sandbox, files: Path) -> Attempt:
    def attempts(main: str) -> Ran:
        (files / "main.py").write_text(main)
        return walled.run(Job(files, ("python", "main.py"), {}, LIMITS, "none"))

    return attempts


def test_names_of_this_machine_resolve_and_others_do_not(attempt: Attempt) -> None:
    main = (
        "import socket\n"
        "print(sorted({a[4][0] for a in socket.getaddrinfo('localhost', 80)})[0])\n"
        "try: socket.getaddrinfo('example.com', 80); print('resolved')\n"
        "except socket.gaierror: print('no')\n"
        "try: socket.create_connection(('192.0.2.1', 80), 1); print('connected')\n"
        "except OSError as error: print(error.errno)\n"
    )
    assert attempt(main).stdout == b"127.0.0.1\nno\n101\n"


@pytest.mark.parametrize("family", [16, 17, 38, 40, 31])
def test_families_but_the_three_are_refused(attempt: Attempt, family: int) -> None:
    main = (
        "import socket\n"
        f"try: socket.socket({family}, socket.SOCK_RAW); print('made')\n"
        "except OSError as error: print('refused')\n"
    )
    assert attempt(main).stdout == b"refused\n"


CALLS = {
    "unshare": (272, 0x10000000),
    "ptrace": (101, 0),
    "mount": (165, 0),
    "keyctl": (250, 0),
    "add_key": (248, 0),
    "request_key": (249, 0),
    "bpf": (321, 0),
    "perf_event_open": (298, 0),
    "userfaultfd": (323, 0),
    "io_uring_setup": (425, 1),
    "setns": (308, 0),
    "shmget": (29, 0),
    "msgget": (68, 0),
    "semget": (64, 0),
    "mq_open": (240, 0),
    "process_vm_readv": (310, 0),
    "kcmp": (312, 0),
    "open_by_handle_at": (304, 0),
    "clone with a user namespace": (56, 0x10000000 | 17),
}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86_64")
def test_system_calls_that_open_the_kernel_are_refused(attempt: Attempt) -> None:
    main = (
        "import ctypes, json\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "found = {}\n"
        f"for name, (number, argument) in {CALLS!r}.items():\n"
        "    ctypes.set_errno(0)\n"
        "    done = libc.syscall(number, argument, 0, 0, 0, 0)\n"
        "    found[name] = [done, ctypes.get_errno()]\n"
        "print(json.dumps(found))\n"
    )
    found = json.loads(attempt(main).stdout)
    assert set(found) == set(CALLS)
    assert {name: answer for name, answer in found.items() if answer not in ([-1, 1], [-1, 38])} == {}


def test_nothing_but_the_trials_own_folders_can_be_written(attempt: Attempt) -> None:
    main = (
        "import os\n"
        "for top, folders, names in os.walk('/'):\n"
        "    if top.startswith(('/proc', '/sys')): folders[:] = []; continue\n"
        "    if os.access(top, os.W_OK): print(top); folders[:] = []\n"
    )
    assert set(attempt(main).stdout.decode().split()) == {"/trial", "/tmp", "/dev/shm", "/dev/mqueue"}


def test_pid_one_cannot_be_looked_into_or_signalled(attempt: Attempt) -> None:
    main = (
        "import os\n"
        "def tried(action):\n"
        "    try: action()\n"
        "    except PermissionError: return 'refused'\n"
        "    return 'done'\n"
        "print(tried(lambda: os.kill(1, 9)), tried(lambda: open('/proc/1/environ').read()),\n"
        "      tried(lambda: open('/proc/1/mem', 'rb')), tried(lambda: os.listdir('/proc/1/fd')),\n"
        "      tried(lambda: os.listdir('/run/takehome')), tried(lambda: os.setuid(0)))\n"
    )
    assert attempt(main).stdout == b"refused refused refused refused refused refused\n"


def test_rights_are_gone(attempt: Attempt) -> None:
    main = (
        "wanted = ('Cap', 'NoNew', 'Seccomp:')\n"
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith(wanted)])\n"
    )
    assert attempt(main).stdout == f"{['0' * 16] * 3 + ['00000000000000c0', '0' * 16, '1', '2']}\n".encode()


def test_users_differ_from_trial_to_trial(attempt: Attempt) -> None:
    main = "import os; print(os.getuid(), os.getgid(), os.getgroups())"
    first, second = attempt(main).stdout.split(), attempt(main).stdout.split()
    assert first[0] == first[1] != second[0]
    assert first[2] == b"[]"


def test_nothing_crosses_from_one_trial_to_the_next(attempt: Attempt) -> None:
    leave = (
        "import os, socket, subprocess, sys\n"
        "for folder in ('/trial', '/tmp', '/dev/shm', '/dev/mqueue', os.environ['HOME']):\n"
        "    try: os.open(folder + '/left', os.O_CREAT | os.O_RDWR)\n"
        "    except OSError as error: print(folder, error)\n"
        "for name in ('abstract',):\n"
        "    s = socket.socket(socket.AF_UNIX); s.bind(chr(0) + name); s.listen()\n"
        "t = socket.create_server(('127.0.0.1', 9000))\n"
        "c = socket.create_connection(('127.0.0.1', 9000), source_address=('127.0.0.1', 9001))\n"
        "a = t.accept()[0]; c.close(); a.close()\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(100)'], start_new_session=True)\n"
    )
    look = (
        "import os, socket\n"
        "for folder in ('/trial', '/tmp', '/dev/shm', '/dev/mqueue'):\n"
        "    print(folder, sorted(os.listdir(folder)))\n"
        "print(open('/proc/net/unix').read().count('abstract'))\n"
        "print(open('/proc/net/tcp').read().count(chr(10)))\n"
        "print(len([p for p in os.listdir('/proc') if p.isdigit() and os.stat('/proc/' + p).st_uid]))\n"
    )
    attempt(leave)
    assert attempt(look).stdout.decode().splitlines() == [
        "/trial ['home', 'run']",
        "/tmp []",
        "/dev/shm []",
        "/dev/mqueue []",
        "0",
        "1",
        "1",
    ]


def test_inodes_and_shared_memory_are_bounded(attempt: Attempt) -> None:
    main = (
        "import errno\n"
        "try:\n"
        "    for n in range(100_000): open(f'f{n}', 'w').close()\n"
        "except OSError as error: print(errno.errorcode[error.errno])\n"
        "try: open('/dev/shm/big', 'wb').write(b'0' * (100 << 20))\n"
        "except OSError as error: print(errno.errorcode[error.errno])\n"
    )
    assert attempt(main).stdout.split() in ([b"ENOSPC", b"ENOSPC"], [b"ENOSPC", b"EFBIG"])
    assert attempt("print('again')").stdout == b"again\n"


def test_the_published_packages_import_and_count_tokens(attempt: Attempt) -> None:
    main = (
        "import anthropic, httpx, jinja2, jsonschema, openai, orjson, pydantic\n"
        "import dateutil, yaml, requests, tenacity, tiktoken\n"
        "print(len(tiktoken.get_encoding('o200k_base').encode('hello world')),\n"
        "      len(tiktoken.get_encoding('cl100k_base').encode('hello world')))\n"
    )
    ran = attempt(main)
    assert (ran.stdout, ran.stderr) == (b"2 2\n", b"")


class Intake:
    """The receiving side: keeps the listener and answers one connection on it."""

    def __init__(self, path: Path) -> None:
        self.lines: list[bytes] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._server.accept()
            except OSError:
                return
            with peer:
                line, fds, _, _ = socket.recv_fds(peer, 1000, 1)
                self.lines.append(line)
                peer.sendall(b"ok\n")
            threading.Thread(target=self._answer, args=(fds[0],), daemon=True).start()

    @staticmethod
    def _answer(descriptor: int) -> None:
        with socket.socket(fileno=descriptor) as listener:
            listener.settimeout(20)
            client, _ = listener.accept()
            with client:
                client.recv(4000)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Intake]]:
    path = tmp_path_factory.mktemp("i") / "intake.sock"
    serving = Intake(path)
    yield path, serving
    serving.close()


@pytest.mark.parametrize("isolation", ["fork", "container"])
def test_the_gateway_is_handed_a_listener_for_each_trial(
    intake: tuple[Path, Intake], files: Path, isolation: Isolation
) -> None:
    path, serving = intake
    ask = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8080/').read())"
    (files / "main.py").write_text(ask)
    with make_sandboxes("docker", intake=path, isolation=isolation) as sandboxes, sandboxes.open() as sandbox:
        assert sandbox.base_url("http://127.0.0.1:5") == "http://127.0.0.1:8080"
        for listener in ("first", "second"):
            ran = sandbox.run(Job(files, ("python", "main.py"), {}, LIMITS, listener))
            assert (ran.stdout, ran.stderr) == (b"b'hi'\n", b"")
            assert (ran.how == "container") == (isolation == "container")
    assert serving.lines == [b'{"listener": "first"}\n', b'{"listener": "second"}\n']


def test_leftovers_of_dead_runs_are_reaped_and_others_kept(walled: Sandbox, attempt: Attempt) -> None:
    attempt("pass")
    assert isinstance(walled, DockerSandbox)
    client, image = walled._client, walled._image
    dead = {**leftovers.labels(), leftovers.PID: "999999999"}
    left = client.containers.create(image.id, ["true"], labels=dead, network_mode="none")
    leftovers.reap(client)
    names = {container.id for container in leftovers.containers(client)}
    assert left.id not in names
    assert walled._container.id in names
