"""The sandbox image: base, the published packages, vocabularies and the supervisor.

`python -m harness.sandbox.images` builds it. The tag is a digest of all that goes in, so that what is
built already is found and not built again. Packages are fetched outside, as wheels and by hash; the
build itself has no network.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, BuildError, ImageNotFound

from harness.errors import EnvironmentFailure
from harness.sandbox import base_image
from harness.sandbox.pip import NotToBeHad, pip
from harness.sandbox.target import Target
from harness.vocabulary import VOCABULARIES, cache_folder, write_vocabularies

NAME = "takehome-sandbox"
INSIDE = "/opt/takehome"
VOCABULARY_FOLDER = f"{INSIDE}/tiktoken"
CA_FILE = f"{INSIDE}/ca.pem"
"""One certificate that nothing bears: no TLS can be reached, and loading a whole store costs 100 ms."""
CONTENTS_LABEL = "takehome.contents"
PYTHON_LABEL = "takehome.python"
MACHINE_LABEL = "takehome.machine"
REVISION = "4"
"""Changes when the build itself does."""
_PROBE = (
    "import json,platform,site,sys;"
    "print(json.dumps([sys.version_info[:3],site.getsitepackages()[0],platform.machine()]))"
)
_PIN = re.compile(r"^([a-z0-9-]+)==(\S+)((?: \\\n +--hash=\S+)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Image:
    """An image that is there."""

    tag: str
    id: str
    contents: str
    """Digest of base, packages, vocabularies and supervisor: equal for equal content."""
    bytes: int
    python: str
    """Its Python in full, such as `3.11.2`."""
    machine: str

    @property
    def target(self) -> Target:
        """What wheels must fit to be of use in it."""
        return Target(".".join(self.python.split(".")[:2]), self.machine)


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an image is made of."""

    base: str
    """`registry` or `debian`."""

    @property
    def digest(self) -> str:
        """Hex SHA-256 of all that goes in."""
        base = base_image.REGISTRY_BASE if self.base == "registry" else base_image.debian_digest()
        total = hashlib.sha256(f"{REVISION}\n{base}\n".encode())
        total.update(requirements().encode())
        for vocabulary in VOCABULARIES:
            total.update(vocabulary.sha256.encode())
        for name, data in inside_files():
            total.update(f"{name}\n{hashlib.sha256(data).hexdigest()}\n".encode())
        total.update(_dockerfile("BASE", "SITE").encode())
        return total.hexdigest()

    @property
    def tag(self) -> str:
        """Name and tag of the image."""
        return f"{NAME}:{self.digest[:20]}"


RECIPES = (Recipe("registry"), Recipe("debian"))


def requirements() -> str:
    """The published list of packages, pinned and with hashes."""
    return files("harness.sandbox").joinpath("data/requirements-image.txt").read_text(encoding="utf-8")


def published() -> dict[str, str]:
    """Names and versions of the same list."""
    return {name: version for name, version, _ in _PIN.findall(requirements())}


def published_lines() -> dict[str, str]:
    """By name, each requirement of the list in one line, hashes and all."""
    return {
        name: f"{name}=={version} {' '.join(hashes.replace(chr(92), ' ').split())}"
        for name, version, hashes in _PIN.findall(requirements())
    }


def inside_files() -> list[tuple[str, bytes]]:
    """(path below the image's folder, bytes) of the supervisor's code."""
    folder = files("harness.sandbox").joinpath("inside")
    modules = sorted((item.name, item.read_bytes()) for item in folder.iterdir() if item.name.endswith(".py"))
    found = [(f"lib/harness/sandbox/inside/{name}", data) for name, data in modules]
    start = dict(modules)["__main__.py"]
    empty = [(f"lib/{name}/__init__.py", b"") for name in ("harness", "harness/sandbox")]
    return [*empty, ("lib/__main__.py", start), *found]


def find_image(client: docker.DockerClient) -> Image | None:
    """An image of this version that is there already."""
    for recipe in RECIPES:
        with contextlib.suppress(ImageNotFound):
            return _described(client.images.get(recipe.tag), recipe.tag)
    return None


def ensure_image(client: docker.DockerClient) -> Image:
    """The image, built when it is not there. Raises `EnvironmentFailure`."""
    found = find_image(client)
    if found is not None:
        return found
    base = base_image.pull_base(client)
    recipe = Recipe("registry" if base else "debian")
    return build(client, recipe, base or base_image.debian_base(client))


def can_build(client: docker.DockerClient) -> bool:
    """Whether `ensure_image` has something to begin from on this machine."""
    return shutil.which("mmdebstrap") is not None or base_image.registry_base_at_hand(client)


def build(client: docker.DockerClient, recipe: Recipe, base: str) -> Image:
    """Build it from the given base image. Raises `EnvironmentFailure`."""
    python, site, machine = _probe(client, base)
    fits = Target(".".join(python.split(".")[:2]), machine)
    wheels = download_wheels(fits)
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder)
        install_wheels(wheels, context / "site", fits)
        for name, data in inside_files():
            target = context / "takehome" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        write_vocabularies(context / "takehome" / "tiktoken")
        (context / "takehome" / "ca.pem").write_text(_certificate())
        # By its layers, since the base's id holds the time of its import.
        layers = client.images.get(base).attrs["RootFS"]["Layers"]
        steps = f"{layers}\n{_dockerfile('BASE', site)}\n{_tree_digest(context)}"
        contents = hashlib.sha256(steps.encode()).hexdigest()
        (context / "Dockerfile").write_text(_dockerfile(base, site))
        _settle(context)
        try:
            image, _ = client.images.build(
                path=str(context),
                tag=recipe.tag,
                network_mode="none",
                rm=True,
                forcerm=True,
                labels={CONTENTS_LABEL: contents, PYTHON_LABEL: python, MACHINE_LABEL: machine},
            )
        except (BuildError, APIError) as error:
            raise EnvironmentFailure(f"the sandbox image could not be built: {error}") from None
    return _described(image, recipe.tag)


def _described(image: Any, tag: str) -> Image:
    labels = image.attrs["Config"].get("Labels") or {}
    return Image(
        tag,
        str(image.id),
        labels.get(CONTENTS_LABEL, ""),
        int(image.attrs["Size"]),
        labels.get(PYTHON_LABEL, ""),
        labels.get(MACHINE_LABEL, ""),
    )


def _dockerfile(base: str, site: str) -> str:
    """All that is run while building needs no network."""
    compile_all = "python3 -m compileall -q --invalidation-mode unchecked-hash"
    folders = (
        "{ test -e /usr/local/bin/python || ln -s /usr/bin/python3 /usr/local/bin/python; }",
        "mkdir -p /trial /run/takehome",
        "chmod 1777 /trial",
        "chmod 0700 /run/takehome",
    )
    # What changes most comes last, so that a change of the supervisor builds in a second.
    lines = (
        f"FROM {base}",
        "RUN " + " && ".join(folders),
        f"COPY site/ {site}/",
        f"RUN {compile_all} {site}",
        f"COPY takehome/ {INSIDE}/",
        f"RUN {compile_all} {INSIDE}/lib",
        "ENV PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8",
        "WORKDIR /",
        f'CMD ["python3", "-I", "-S", "-E", "{INSIDE}/lib"]',
    )
    return "\n".join(lines) + "\n"


def _probe(client: docker.DockerClient, base: str) -> tuple[str, str, str]:
    """(Python `3.11.2`, folder for packages, machine) of a base image."""
    try:
        output = client.containers.run(base, ["python3", "-c", _PROBE], network_mode="none", remove=True)
        version, site, machine = json.loads(output)
    except (docker.errors.DockerException, ValueError) as error:
        raise EnvironmentFailure(f"the base image has no working Python: {error}") from None
    return ".".join(map(str, version)), str(site), str(machine)


def download_wheels(target: Target) -> Path:
    """A folder with the wheels of the published list, fetched once per list and platform."""
    key = hashlib.sha256(f"{requirements()}\n{target.python}\n{target.machine}".encode()).hexdigest()
    folder = cache_folder() / f"wheels-{key[:20]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
            wanted = Path(temporary) / "requirements.txt"
            wanted.write_text(requirements())
            fetched = Path(temporary) / "wheels"
            options = ["--no-deps", "--require-hashes", "--dest", str(fetched), "--requirement", str(wanted)]
            _published(["download", *options], target)
            with contextlib.suppress(FileExistsError):
                fetched.rename(folder)
    return folder


def install_wheels(wheels: Path, into: Path, target: Target) -> None:
    """Unpack the wheels into a folder; no code of theirs runs."""
    names = sorted(str(path) for path in wheels.glob("*.whl"))
    options = ["--no-index", "--no-deps", "--no-compile", "--target", str(into)]
    _published(["install", *options, *names], target)
    shutil.rmtree(into / "bin", ignore_errors=True)
    for written in into.glob("*.dist-info/direct_url.json"):
        written.unlink()
    for record in into.glob("*.dist-info/RECORD"):
        # What was taken away again held this machine's paths, and so would its digests here.
        lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
        record.write_text("".join(line for line in lines if (into / line.split(",")[0]).is_file()))


def _published(arguments: list[str], target: Target) -> None:
    try:
        pip(arguments, target)
    except NotToBeHad as error:
        raise EnvironmentFailure(
            f"the sandbox's packages could not be had: {error}",
            hint="the index, or the folder of wheels, must hold what `requirements-image.txt` names",
        ) from None


def _certificate() -> str:
    """The first certificate of the bundle that the SDKs would load whole."""
    import certifi

    text = Path(certifi.where()).read_text(encoding="utf-8")
    end = "-----END CERTIFICATE-----"
    begin = text.index("-----BEGIN CERTIFICATE-----")
    return text[begin : text.index(end, begin) + len(end)] + "\n"


def _settle(folder: Path) -> None:
    """One time and plain modes for all, so that equal content makes equal layers."""
    time = int(base_image.EPOCH)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (time, time))


def _tree_digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            total.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def main() -> None:
    """Build, or find, and say what came of it."""
    from harness.sandbox.engine import connect

    image = ensure_image(connect())
    print(f"{image.tag}  {image.bytes / 1e6:.0f} MB  contents {image.contents}")  # noqa: T201


if __name__ == "__main__":
    main()
