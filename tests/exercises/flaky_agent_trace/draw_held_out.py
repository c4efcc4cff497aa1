"""Draw the held-out half of the panel: `python -m tests.exercises.flaky_agent_trace.draw_held_out SEED`.

SEED is the freeze's commit, so that nobody chooses. Rewrites `compositions.toml` from the first held-out
composition on: twenty works of 2 to 10 changes each that can be merged, none with the effective changes of
another. Their level is worked out by the rule that stands at the top of that file.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path

from graders.compositions import FILE, Composition, compose, load
from graders.vault_files import open_vault
from harness.errors import SpecError
from harness.exercise.registry import find_exercise
from harness.workspace import tree

COUNT = 20
WITHOUT_EFFECT = {"typo", "mended-bugs"}
COSTLY = {
    "model-verifier", "small-model", "small-cap", "strict-json", "short-mail", "deny-first",
    "translate-first",
}  # fmt: skip


def level(changes: Collection[str]) -> int:
    """By how many of the six causes are mended, less what costs more than it gains."""
    mended = sum(
        (
            "refund-key" in changes,
            bool({"tool-retry", "retry-refused"} & set(changes)),
            "errors-shown" in changes,
            "fresh-policy" in changes,
            bool({"pinned-model", "large-model"} & set(changes)),
            bool({"large-for-other-languages", "large-model"} & set(changes)),
        )
    ) - len(COSTLY & set(changes))
    return 3 if mended >= 4 else 2 if mended >= 2 else max(0, mended)


def main(seed: str) -> None:
    """Rewrite the file."""
    exercise = find_exercise("flaky_agent_trace")
    vault = open_vault(None, exercise)
    path = vault.panel / FILE
    made = load(vault.panel)
    kept = [each for each in made.composition if not each.held_out]
    names = [change.id for change in made.change]
    known = {frozenset(each.changes) - WITHOUT_EFFECT for each in kept}
    luck = random.Random(seed)
    lines: list[str] = []
    while len(lines) < COUNT:
        drawn = set(luck.sample(names, luck.randint(2, 10)))
        changes = tuple(name for name in names if name in drawn)
        effective = frozenset(changes) - WITHOUT_EFFECT
        number = len(kept) + len(lines) + 1
        composition = Composition(id=f"c-{number:02}", level=level(changes), changes=changes, held_out=True)
        if effective in known or not _merges(vault.panel, exercise.starter, composition):
            continue
        known.add(effective)
        quoted = ", ".join(f'"{name}"' for name in changes)
        lines.append(
            f'[[composition]]\nid = "{composition.id}"\nlevel = {composition.level}\nchanges = [{quoted}]\n'
            "held_out = true\n"
        )
    head = re.split(r"(?m)^(?=\[\[composition\]\]$)", path.read_text(encoding="utf-8"))[: 1 + len(kept)]
    head[0] = re.sub(r"\(seed `\w+`\)|\(seed\n# `\w+`\)", f"(seed `{seed}`)", head[0])
    path.write_text("".join(head).rstrip("\n") + "\n\n" + "\n".join(lines), encoding="utf-8")


def _merges(panel: Path, starter: Path, composition: Composition) -> bool:
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary) / "work"
        tree.copy(starter, work)
        try:
            compose(panel, composition, work)
        except SpecError:
            return False
    return True


if __name__ == "__main__":
    main(sys.argv[1])
