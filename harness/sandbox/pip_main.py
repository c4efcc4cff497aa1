"""Run as a program: pip, with the markers of another machine and with limits of its own.

`python -P pip_main.py JSON ARGUMENTS…`. Pip asks the interpreter that runs it for `sys_platform` and
the like even where it is told another platform; so what it asks is answered here.
"""

from __future__ import annotations

import importlib
import json
import resource
import runpy
import sys
from typing import Any


def main(arguments: list[str]) -> None:
    """Become pip. `memory` and `file` are bytes: what one wheel may make pip hold, and write."""
    told: dict[str, Any] = json.loads(arguments[0])
    for what, value in (("RLIMIT_AS", told["memory"]), ("RLIMIT_FSIZE", told["file"])):
        number = getattr(resource, what)
        hard = resource.getrlimit(number)[1]
        resource.setrlimit(number, (value if hard < 0 else min(value, hard), hard))
    if told["markers"]:
        # By name: pip is asked for when it is needed, and is no dependency of every installation.
        markers: Any = importlib.import_module("pip._vendor.packaging.markers")
        if not hasattr(markers, "default_environment"):
            sys.exit("this version of pip cannot be told another platform's markers")
        markers.default_environment = lambda: dict(told["markers"])
    sys.argv = ["pip", *arguments[1:]]
    runpy.run_module("pip", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
