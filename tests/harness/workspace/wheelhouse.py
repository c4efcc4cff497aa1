"""Made-up wheels, honest and not, in a folder that pip is told to look in."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path


def wheel(
    folder: Path,
    name: str,
    release: str,
    *,
    tag: str = "py3-none-any",
    needs: tuple[str, ...] = (),
    files: Mapping[str, bytes] | None = None,
) -> str:
    """A wheel, by default with one module of its name; its SHA-256."""
    info = f"{name}-{release}.dist-info"
    meta = f"Metadata-Version: 2.1\nName: {name}\nVersion: {release}\n"
    meta += "".join(f"Requires-Dist: {one}\n" for one in needs)
    held = {
        **({f"{name}.py": b"x = 1\n"} if files is None else files),
        f"{info}/METADATA": meta.encode(),
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: {tag}\n".encode(),
    }
    rows = []
    for path, data in held.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        rows.append(f"{path},sha256={digest},{len(data)}")
    held[f"{info}/RECORD"] = ("\n".join(rows) + f"\n{info}/RECORD,,\n").encode()
    made = folder / f"{name}-{release}-{tag}.whl"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in held.items():
            archive.writestr(path, data)
    return hashlib.sha256(made.read_bytes()).hexdigest()
