"""What every trial may do: ask for the task, start a process, write a file."""

import subprocess
import sys

from probe import ask, tried

status, _ = ask("GET", "/task")
with open("note.txt", "w") as file:
    file.write("written")
subprocess.run([sys.executable, "-c", "pass"], check=True)
if status == 200:
    tried("served")
