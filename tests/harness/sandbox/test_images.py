from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.sandbox import base_image, images
from harness.sandbox.choose import Sandboxes
from harness.sandbox.docker import DockerSandbox
from harness.sandbox.images import RECIPES, find_image, inside_files, requirements
from harness.vocabulary import Vocabulary


def test_every_package_is_pinned_and_hashed_and_no_index_is_named() -> None:
    text = requirements()
    pins = [line for line in text.splitlines() if re.match(r"^[a-z]", line)]
    assert pins
    assert all(re.match(r"^[a-z0-9-]+==[0-9][^ ]* \\$", line) for line in pins)
    assert text.count("--hash=sha256:") >= len(pins)
    assert "http" not in re.sub(r"httpx?2?(core)?2?", "", text)
    assert "index" not in text


def test_the_published_list_holds_what_the_brief_promises() -> None:
    names = set(re.findall(r"^([a-z0-9-]+)==", requirements(), re.MULTILINE))
    assert {"openai", "anthropic", "tiktoken", "pydantic", "httpx"} <= names


def test_the_supervisor_goes_in_whole_and_nothing_else_of_the_harness() -> None:
    names = [name for name, _ in inside_files()]
    folder = Path(images.__file__).parent / "inside"
    expected = {f"lib/harness/sandbox/inside/{path.name}" for path in folder.glob("*.py")}
    empty = {"lib/harness/__init__.py", "lib/harness/sandbox/__init__.py"}
    assert set(names) == expected | empty | {"lib/__main__.py"}
    assert all(data == b"" for name, data in inside_files() if name in empty)


def test_the_supervisor_needs_nothing_but_the_standard_library() -> None:
    import ast
    import sys

    for name, data in inside_files():
        for node in ast.walk(ast.parse(data)):
            found = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            found += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in found:
                own = module.startswith("harness.sandbox.inside")
                assert own or module.partition(".")[0] in sys.stdlib_module_names, (name, module)


def test_the_tag_follows_what_goes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = RECIPES[0]
    before = recipe.tag
    assert recipe.tag == before
    assert RECIPES[1].tag != before
    seen = {before}
    for name, value in (
        ("requirements", lambda: "another==1"),
        ("inside_files", lambda: [("lib/a.py", b"x")]),
        ("VOCABULARIES", (Vocabulary("o", "https://example/o", "0" * 64),)),
        ("REVISION", "other"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(images, name, value)
            seen.add(recipe.tag)
    with monkeypatch.context() as patch:
        patch.setattr(base_image, "REGISTRY_BASE", "python:4")
        seen.add(recipe.tag)
    assert len(seen) == 6


@pytest.mark.docker
def test_what_is_built_is_found_and_not_built_again(docker_sandboxes: Sandboxes) -> None:
    with docker_sandboxes.open() as sandbox:
        assert isinstance(sandbox, DockerSandbox)
        found = find_image(sandbox._client)
        assert found is not None
        assert found == images.ensure_image(sandbox._client)
        assert docker_sandboxes.image == f"sha256:{found.contents}"
        assert found.bytes < 400_000_000
