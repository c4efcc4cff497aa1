"""What the repository may not say: where packages come from, where it was written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

# Bracketed dots and letters: this file does not match itself.
PLACES = [
    r"pypi[.](org|python)",
    r"pythonhosted[.]org",
    r"npmjs[.]org",
    r"(deb|security|snapshot)[.]debian[.]org",
    r"proxy[.]golang[.]org",
    r"(?<!no-emit-)(index[-]url|find[-]links)\b",
    r"file:/[/]/opt",
    re.escape(str(Path(__file__).parents[2])) + "/",  # this very checkout
    r"/root/[.]",
    r"/Users/\w",
    r"/opt/[p]ypi",
    r"/tmp/(bash_jobs|fresh)\b",
]


@pytest.mark.parametrize("place", PLACES)
def test_no_registry_and_no_machine(root: Path, tracked: list[Path], place: str) -> None:
    pattern = re.compile(place)
    found = []
    for path in tracked:
        text = path.read_text(encoding="utf-8", errors="replace")
        if hit := pattern.search(text):
            line = text[: hit.start()].count("\n") + 1
            found.append(f"{path.relative_to(root)}:{line}: {hit[0]}")
    assert found == []


def test_the_lock_names_hashes_only(root: Path) -> None:
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    shapes = re.compile(r"(\s*#.*|[\w.-]+==[^\s;]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?)?")
    assert [line for line in lines if not shapes.fullmatch(line)] == []
