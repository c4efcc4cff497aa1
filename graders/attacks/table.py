"""The table of attacks for the documentation; `python -m graders.attacks.table` prints it."""

from __future__ import annotations

import sys

from graders.attacks.suite import ATTACKS, NOT_PREVENTABLE

TEST = "tests/attacks/test_attacks.py"


def table() -> str:
    """Markdown: attack, what it tries, the wall, where it is claimed."""
    rows = ["| attack | what it tries | the wall | tried against |", "|---|---|---|---|"]
    rows += [
        f"| `{one.id}` | {one.title} | {one.wall} | {', '.join(one.where)} |"
        for one in sorted(ATTACKS, key=lambda one: one.id)
    ]
    return "\n".join(rows)


def bullets() -> str:
    """Markdown: what is not prevented."""
    return "\n".join(f"* {line[0].upper()}{line[1:]}." for line in NOT_PREVENTABLE)


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n\n{bullets()}\n")
