from __future__ import annotations

import contextlib
import re
from pathlib import Path

import docker
import pytest
from docker.errors import ImageNotFound

from harness.errors import EnvironmentFailure
from harness.sandbox import base_image, images
from harness.sandbox.base_image import REGISTRY_BASE
from harness.sandbox.choose import Sandboxes
from harness.sandbox.docker import DockerSandbox
from harness.sandbox.images import RECIPES, find_image, inside_files, requirements
from harness.sandbox.target import Target
from harness.vocabulary import Vocabulary
from tests.harness.workspace.wheelhouse import wheel


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


def test_what_is_unpacked_does_not_tell_of_the_machine(tmp_path: Path) -> None:
    made = []
    for place in ("one", "other"):
        wheels = tmp_path / place / "wheels"
        wheels.mkdir(parents=True)
        script = {"alpha.py": b"", "alpha-1.0.data/scripts/alpha": b"#!python\n"}
        wheel(wheels, "alpha", "1.0", files=script)
        into = tmp_path / place / "site"
        images.install_wheels(wheels, into, Target("3.11", "x86_64"))
        made.append({path.name: path.read_bytes() for path in into.rglob("*") if path.is_file()})
    assert made[0] == made[1]
    assert b"alpha.py" in made[0]["RECORD"]
    assert b"bin/" not in made[0]["RECORD"]


def test_the_image_s_wheels_come_from_a_folder_where_there_is_no_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "wheels"
    folder.mkdir()
    digest = wheel(folder, "alpha", "1.0")
    monkeypatch.setenv("TAKEHOME_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TAKEHOME_WHEELHOUSE", str(folder))
    monkeypatch.setattr(images, "requirements", lambda: f"alpha==1.0 \\\n    --hash=sha256:{digest}\n")
    fetched = images.download_wheels(Target("3.11", "x86_64"))
    assert [path.name for path in fetched.iterdir()] == ["alpha-1.0-py3-none-any.whl"]


def test_a_folder_that_lacks_the_image_s_wheels_is_the_environment_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEHOME_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TAKEHOME_WHEELHOUSE", str(tmp_path))
    with pytest.raises(EnvironmentFailure, match="lacks a package"):
        images.download_wheels(Target("3.11", "x86_64"))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.docker
def test_built_twice_from_nothing_it_holds_the_same_bytes(
    docker_sandboxes: Sandboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = docker.from_env()
    recipe = next(one for one in RECIPES if _there(client, one.tag))
    base = REGISTRY_BASE if recipe.base == "registry" else f"takehome-base:{base_image.debian_digest()[:20]}"
    first = find_image(client)
    assert first is not None
    # Another tag, and a build that takes no layer from the engine's memory of the first.
    monkeypatch.setattr(images, "NAME", "takehome-sandbox-again")
    build = client.images.build
    monkeypatch.setattr(
        type(client.images), "build", lambda _, **told: build.__func__(client.images, nocache=True, **told)
    )
    try:
        second = images.build(client, recipe, base)
        assert second.id != first.id
        assert second.contents == first.contents
        assert _listing(client, second.id) == _listing(client, first.id)
    finally:
        client.images.remove(recipe.tag, force=True)
        client.close()


def _there(client: docker.DockerClient, tag: str) -> bool:
    with contextlib.suppress(ImageNotFound):
        return bool(client.images.get(tag))
    return False


LISTING = """
import hashlib, os, stat
for base, folders, names in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(base, f) not in ("/proc", "/sys", "/dev", "/etc")]
    for name in names:
        path = os.path.join(base, name)
        if stat.S_ISREG(os.lstat(path).st_mode):
            with open(path, "rb") as file:
                print(path, oct(os.stat(path).st_mode), hashlib.sha256(file.read()).hexdigest())
"""


def _listing(client: docker.DockerClient, image: str) -> list[str]:
    """Every file but what the engine itself puts down, with its mode and bytes."""
    told = client.containers.run(
        image, ["python3", "-I", "-B", "-c", LISTING], network_mode="none", remove=True
    )
    return sorted(told.decode().splitlines())
