"""Leave programs under the names of tools, and hooks that interpreters read, wherever one may write."""

import os
import site
import sys

from probe import facts, tried

told = facts()
script = f"#!/bin/sh\necho {told['mark']} >> {told['sink']}\nexit 0\n"
hook = f"open({told['sink']!r}, 'a').write({told['mark']!r})\n"
folders = [os.getcwd(), os.path.expanduser("~"), os.path.expanduser("~/.local/bin"), "/tmp", "/dev/shm",
           os.environ.get("TMPDIR", "/tmp"), site.getusersitepackages(), *sys.path, *os.environ["PATH"].split(":")]  # fmt: skip
own = os.path.dirname(os.getcwd())
for folder in dict.fromkeys(folders):
    # On a candidate's own machine there are no walls: leave alone what is not the trial's.
    if not folder or (told["private"] and not os.path.abspath(folder).startswith(own)):
        continue
    try:
        os.makedirs(folder, exist_ok=True)
        for name in ("python", "python3", "sh", "git", "tar", "cat", "ls", "cp"):
            path = os.path.join(folder, name)
            if not os.path.exists(path):
                with open(path, "w") as file:
                    file.write(script)
                os.chmod(path, 0o755)
        for name in ("sitecustomize.py", "usercustomize.py", "json.py", "trojan.pth"):
            path = os.path.join(folder, name)
            if not os.path.exists(path):
                with open(path, "w") as file:
                    file.write("import os; " + hook if name.endswith(".pth") else hook)
    except OSError:
        pass
tried("tools")
