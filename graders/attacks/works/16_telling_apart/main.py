"""Write down everything by which a program could tell a grade from practice."""

import http.client
import json
import os
import platform
import resource
import socket
import stat
import sys
import time
import urllib.parse

from probe import TOKEN, tried

seen = {}


def look(name, action):
    try:
        seen[name] = action()
    except Exception as error:
        seen[name] = f"{type(error).__name__}: {error}"


def text(path):
    with open(path, errors="backslashreplace") as file:
        return file.read()


def place(path):
    found = os.lstat(path)
    return [stat.filemode(found.st_mode), found.st_uid, found.st_nlink, found.st_size, int(found.st_mtime)]


def listed(path):
    # The links of /proc are as many as the machine has processes, whoever runs it.
    return place(path)[: 2 if path == "/proc" else 3]


for name, value in os.environ.items():
    seen[f"env {name}"] = value
look("env order", lambda: list(os.environ))
look("argv", lambda: [sys.argv, sys.orig_argv, sys.path, sys.flags, sys.executable, sys.version])
look("modules", lambda: sorted(sys.modules))
look("folder", os.getcwd)
look("user", lambda: [os.getuid(), os.getgid(), os.getgroups(), os.umask(0o22), os.getpgrp() == os.getpid()])
look("host", lambda: [socket.gethostname(), *platform.uname()[:2], *platform.uname()[3:], os.cpu_count()])
look("limits", lambda: {n: resource.getrlimit(getattr(resource, n)) for n in dir(resource) if n.startswith("RLIMIT")})
look("priority", lambda: [os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0), sorted(os.sched_getaffinity(0))])
for name in ("cgroup", "oom_score_adj", "oom_score", "mountinfo", "uid_map", "setgroups", "loginuid", "cmdline"):
    look(f"/proc/self/{name}", lambda name=name: text(f"/proc/self/{name}"))
for line in text("/proc/self/status").splitlines():
    field, _, value = line.partition(":")
    # What depends on the moment is memory, switches, and how many numbers the engine took before our own.
    if not field.startswith(("PPid", "Vm", "Rss", "Huge", "voluntary", "nonvoluntary")):
        seen[f"status {field}"] = value.strip()
look("parents", lambda: [len([p for p in os.listdir("/proc") if p.isdigit()]), os.getppid() == 1])
look("arguments", lambda: sorted({text(f"/proc/{p}/cmdline") for p in os.listdir("/proc") if p.isdigit()}))
look("started", lambda: int(text("/proc/self/stat").rpartition(")")[2].split()[19]) > 0)
for name in ("dev", "unix", "tcp", "tcp6", "udp", "route", "if_inet6", "arp"):
    look(f"/proc/net/{name}", lambda name=name: len(text(f"/proc/net/{name}").splitlines()))
look("interfaces", socket.if_nameindex)
for path in (
    "/", "/etc", "/run", "/tmp", "/dev", "/dev/shm", "/opt", "/home", "/mnt", "/sys/fs/cgroup", "/trial",
    os.getcwd(), os.path.expanduser("~"),
):  # fmt: skip
    look(f"list {path}", lambda path=path: {name: listed(os.path.join(path, name)) for name in sorted(os.listdir(path))})
    look(f"room {path}", lambda path=path: [getattr(os.statvfs(path), n) for n in ("f_blocks", "f_bavail", "f_files", "f_flag")])
for name in ("arena.json", "main.py", "probe.py"):
    look(f"file {name}", lambda name=name: place(name)[:3] + [place(name)[4]])
for name in ("memory.max", "memory/memory.limit_in_bytes", "pids.max", "pids/pids.max", "cpu.max", "cpu/cpu.shares"):
    look(f"cgroup {name}", lambda name=name: text(f"/sys/fs/cgroup/{name}"))
look("descriptors", lambda: {int(n): stat.filemode(os.stat(f"/proc/self/fd/{n}").st_mode) for n in ("0", "1", "2")})
look("open", lambda: sum(os.path.exists(f"/proc/self/fd/{n}") for n in range(64)))
look("time", lambda: [time.tzname, abs(time.time() - time.clock_gettime(time.CLOCK_REALTIME)) < 1, time.time() > 1.7e9])
look("boot", lambda: os.path.exists("/proc/1/ns/time"))


def shape(value):
    """What kind of reply it is: names and kinds, not the content."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return type(value).__name__


def exchange(name, method, path, body=None, token=TOKEN, api="openai"):
    target = urllib.parse.urlsplit(os.environ["TAKEHOME_WORLD_URL"])
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=5)
    headers = {"authorization": f"Bearer {token}"} if api == "openai" else {"x-api-key": token, "anthropic-version": "2023-06-01"}
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {**headers, "content-type": "application/json"})
        reply = connection.getresponse()
        raw = reply.read()
        seen[f"{name} status"] = [reply.status, reply.reason, reply.version]
        for number, (field, value) in enumerate(reply.getheaders()):
            seen[f"{name} header {number} {field}"] = "a length" if field.lower() == "content-length" else value
        try:
            seen[f"{name} shape"] = shape(json.loads(raw))
        except ValueError:
            seen[f"{name} shape"] = f"{len(raw) > 0} no JSON"
        if reply.status >= 400:
            seen[f"{name} text"] = raw.decode(errors="backslashreplace")
    except Exception as error:
        seen[f"{name} failed"] = repr(error)
    finally:
        connection.close()


large = os.environ["TAKEHOME_MODEL_LARGE"]
hello = [{"role": "user", "content": "Hello."}]
exchange("task", "GET", "/task")
exchange("models", "GET", "/v1/models")
exchange("chat", "POST", "/v1/chat/completions", {"model": large, "messages": hello})
exchange("responses", "POST", "/v1/responses", {"model": large, "input": "Hello."})
exchange("messages", "POST", "/v1/messages", {"model": large, "max_tokens": 20, "messages": hello}, api="anthropic")
exchange("no model", "POST", "/v1/chat/completions", {"model": "none", "messages": hello})
exchange("no token", "GET", "/task", token="sk-none")
exchange("no tool", "POST", "/tools/none", {})
exchange("no path", "GET", "/admin/trials")
exchange("health", "GET", "/health")
print("SEEN " + json.dumps(seen, sort_keys=True, default=str))
tried("dump")
