"""The table of attacks for the documentation; `python -m graders.attacks.table` prints it."""

from __future__ import annotations

import sys

from graders.attacks.attack import Attack
from graders.attacks.suite import ATTACKS, NOT_PREVENTABLE


def table() -> str:
    """Markdown: attack, what it tries, the wall, where it is claimed."""
    rows = [
        "| attack | what it tries | the wall | test in `tests/attacks/test_attacks.py` |",
        "|---|---|---|---|",
    ]
    rows += [
        f"| `{one.id}` | {one.title} | {one.wall} | {_tests(one)} |"
        for one in sorted(ATTACKS, key=lambda one: one.id)
    ]
    return "\n".join(rows)


def _tests(attack: Attack) -> str:
    return ", ".join(f"`[{attack.id}-{where}]`" for where in attack.where)


def bullets() -> str:
    """Markdown: what is not prevented."""
    return "\n".join(f"* {line[0].upper()}{line[1:]}." for line in NOT_PREVENTABLE)


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n\n{bullets()}\n")
