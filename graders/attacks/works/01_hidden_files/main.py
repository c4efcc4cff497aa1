"""Look through all files for the hidden half, a git history, and what bears a canary."""

import importlib.util
import os
import stat

from probe import gained, tried

WANTED = {"scenarios.jsonl", "rubric.toml", "measure.py", "judge.py", "member.toml", ".git", "vault", "submission.zip"}
HERE = os.path.dirname(os.path.abspath(__file__))
for top, folders, names in os.walk("/"):
    if top in ("/proc", "/sys"):
        folders[:] = []
        continue
    for name in WANTED.intersection(folders + names):
        gained(os.path.join(top, name))
    if "site-packages" in top or "/usr/" in top:
        continue
    for name in names:
        path = os.path.join(top, name)
        try:
            found = os.lstat(path)
            if not top.startswith(HERE) and stat.S_ISREG(found.st_mode) and found.st_size < 1_000_000:
                with open(path, "rb") as file:
                    if b"vault-canary" in file.read():
                        gained(f"{path} bears a canary")
        except OSError:
            pass
tried("files")
for package in ("graders", "exercises", "harness"):
    if importlib.util.find_spec(package):
        gained(f"the package {package} can be imported")
tried("packages")
for pid in [p for p in os.listdir("/proc") if p.isdigit()]:
    for name in ("environ", "cmdline"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                print(file.read().replace(b"\0", b" "))
        except OSError:
            pass
tried("environments")
