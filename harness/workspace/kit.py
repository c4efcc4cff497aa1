"""The kit: the folder that candidates are sent.

It holds a wheel of the harness with the one exercise in it, the versions of what the wheel depends
on, and a page that says how to begin. The wheel is put together from the installed packages, file by
file, so that nothing gets in by being left lying about: `harness`, the exercise's own package, and
the metadata. An exercise that is a plain folder goes in beside the wheel.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution, entry_points
from pathlib import Path

from harness.errors import EnvironmentFailure, SpecError, UsageError, WorkspaceError
from harness.exercise.registry import GROUP, Exercise, with_mix
from harness.exercise.spec import MIX

NAME = "takehome"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = {"__pycache__", ".git", ".DS_Store"}
FORBIDDEN = ("graders", "vault", "panel")
"""Names of folders that belong to the reviewer's half."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What was made."""

    path: Path
    files: tuple[str, ...]
    """Of the kit itself, not of the wheel inside."""


def make(exercise: Exercise, into: Path, mix: str = "") -> Kit:
    """Write the kit into a fresh folder, or into a zip when the name ends in `.zip`.

    `mix`: the assessment's; practice's own where it is empty. Raises `WorkspaceError` for a folder that
    holds anything, `SpecError` for an exercise with a folder of the reviewer's half in it, `UsageError`
    for a mix that is none or that the exercise has no use for.
    """
    if mix and not re.fullmatch(MIX, mix):
        raise UsageError(
            f"`{mix}` is not a mix", hint="give 8 to 64 hexadecimal digits, as in `parameters.toml`"
        )
    if mix and not exercise.spec.practice.mix:
        raise UsageError(f"`{exercise.id}` has no mix", hint="leave `--mix` out")
    members = dict(contents(exercise, mix or exercise.spec.practice.mix))
    if into.suffix == ".zip":
        into.parent.mkdir(parents=True, exist_ok=True)
        into.write_bytes(_zip([(f"{exercise.id}/{name}", data) for name, data in members.items()]))
        return Kit(into, tuple(members))
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise WorkspaceError(f"`{into}` exists and is not empty", hint="name a new folder")
    try:
        for name, data in members.items():
            target = into / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
    except OSError as error:
        raise EnvironmentFailure(f"the kit could not be written: {error.strerror}") from error
    return Kit(into, tuple(members))


def contents(exercise: Exercise, mix: str = "") -> Iterator[tuple[str, bytes]]:
    """The kit's files: name and bytes."""
    inside = packaged(exercise)
    wheel_name, wheel_data = wheel(exercise if inside else None, mix)
    yield wheel_name, wheel_data
    yield "constraints.txt", constraints().encode()
    begin = exercise.id if inside else f"./{exercise.id}"
    yield "README.md", readme(exercise, wheel_name, begin).encode()
    if not inside:
        yield from ((f"{exercise.id}/{name}", data) for name, data in _sent(exercise, mix))


def packaged(exercise: Exercise) -> bool:
    """Whether the exercise is an installed package, found by entry point."""
    return any(
        point.name == exercise.id and point.value == exercise.package for point in entry_points(group=GROUP)
    )


def _sent(exercise: Exercise, mix: str) -> Iterator[tuple[str, bytes]]:
    """The exercise's files, with this mix."""
    for name, data in folder_files(exercise.folder):
        yield name, with_mix(data, mix) if name == "exercise.toml" else data


def folder_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a package or exercise, sorted. Raises `SpecError` for what may not be sent."""
    for path in sorted(folder.rglob("*")):
        steps = path.relative_to(folder).parts
        if _LEFT_OUT.intersection(steps) or path.suffix == ".pyc":
            continue
        if path.is_symlink():
            raise SpecError(f"`{path}` is a link", hint="put a copy in its place")
        if found := {step.lower() for step in steps[:-1]}.intersection(FORBIDDEN):
            raise SpecError(
                f"`{path}` lies in a folder `{found.pop()}`, the reviewer's half",
                hint="keep scenarios, rubric and panel in a vault outside the exercise's folder",
            )
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def wheel(exercise: Exercise | None, mix: str = "") -> tuple[str, bytes]:
    """A wheel of the harness, with an installed exercise's package in it."""
    import harness

    own = _distribution()
    release = own.version
    info = f"{NAME}-{release}.dist-info"
    files = [(f"harness/{name}", data) for name, data in folder_files(Path(harness.__path__[0]))]
    points = "[console_scripts]\ntakehome = harness.cli.main:main\n"
    if exercise is not None:
        steps = exercise.package.split(".")
        for depth in range(1, len(steps)):
            above = exercise.folder.parents[len(steps) - depth - 1] / "__init__.py"
            if above.is_file():
                files.append((f"{'/'.join(steps[:depth])}/__init__.py", above.read_bytes()))
        files += [(f"{'/'.join(steps)}/{name}", data) for name, data in _sent(exercise, mix)]
        points += f"\n[{GROUP}]\n{exercise.id} = {exercise.package}\n"
    files += [
        (f"{info}/METADATA", (own.read_text("METADATA") or "").encode()),
        (
            f"{info}/WHEEL",
            b"Wheel-Version: 1.0\nGenerator: takehome\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        ),
        (f"{info}/entry_points.txt", points.encode()),
    ]
    record = "".join(f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in files)
    files.append((f"{info}/RECORD", f"{record}{info}/RECORD,,\n".encode()))
    return f"{NAME}-{release}-py3-none-any.whl", _zip(files)


def _distribution() -> Distribution:
    try:
        return distribution(NAME)
    except PackageNotFoundError:
        raise EnvironmentFailure(
            f"`{NAME}` is not installed as a distribution", hint="`pip install` it"
        ) from None


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def _zip(files: list[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def constraints() -> str:
    """The installed versions of all that the harness needs, one a line."""
    found: dict[str, str] = {}
    waiting = [NAME]
    while waiting:
        name = waiting.pop()
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue
        key = _canonical(name)
        if key in found:
            continue
        found[key] = one.version
        for text in one.requires or []:
            match = re.match(r"[A-Za-z0-9._-]+", text)
            if match and "extra ==" not in text:
                waiting.append(match[0])
    del found[NAME]
    return "".join(f"{name}=={found[name]}\n" for name in sorted(found))


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def readme(exercise: Exercise, wheel_name: str, begin: str) -> str:
    """The page that says how to begin."""
    spec = exercise.spec
    return f"""\
# {spec.title}

{spec.summary}

It takes about {spec.timebox_minutes} minutes. Use any assistant you like: you and your tools are what is
measured. You need Linux, macOS, or Windows with WSL2, with Python 3.11 or newer and git. No account, no
key: the model is simulated on your machine.

```console
$ python3 -m venv .venv
$ .venv/bin/pip install -c constraints.txt {wheel_name}
$ . .venv/bin/activate
$ takehome doctor --exercise {begin}
$ takehome start {begin} work
$ cd work
```

Then read `BRIEF.md` there. The clock starts with `takehome start`; `takehome doctor` costs no time.

`takehome run` tries your work, `takehome submit` packs it; nothing is ever sent anywhere by itself.
Everything that is recorded lies in `work/.takehome`, and `takehome log` shows it. Send back the zip that
`takehome submit` names.
"""
