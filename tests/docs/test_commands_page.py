"""`docs/commands.md` says what the commands say of themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
WRITE = "import commands, sys; sys.stdout.buffer.write(commands.page().encode())"


def test_the_page_is_current() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WRITE], cwd=DOCS, capture_output=True, check=False, timeout=110
    )
    assert ran.returncode == 0, ran.stderr.decode()
    current = (DOCS / "commands.md").read_bytes()
    assert current == ran.stdout, "`make docs` writes it anew"
