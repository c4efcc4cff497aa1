"""Runs `python FILE` inside a process that is Python already, and ends as the interpreter would.

Compare CPython 3.11, Modules/main.c (`pymain_run_file`, `Py_RunMain`) and Python/pylifecycle.c
(`Py_FinalizeEx`). What remains different is listed in the comparison's tests.
"""

from __future__ import annotations

import atexit
import builtins
import contextlib
import gc
import os
import signal
import sys
import threading
import weakref
from importlib.machinery import SourceFileLoader
from types import ModuleType, TracebackType
from typing import Any, NoReturn

BEFORE: dict[str, Any] = {"modules": frozenset(), "last": ""}
EXIT_FLUSH = 120
"""The interpreter's exit code when standard output could not be written at the end."""


def run(command: tuple[str, ...], env: dict[str, str], before: frozenset[str], last: str) -> NoReturn:
    """Run `python FILE [ARGUMENTS]` in the current folder; ends the process.

    `before` are the modules that were there, `last` the latest of them. They are told, since going
    through them all would copy the pages that thousands of names stand on.
    """
    BEFORE.update(modules=before, last=last)
    os.environ.clear()
    os.environ.update(env)
    path = os.path.join(os.getcwd(), command[1])  # noqa: PTH109, PTH118  (as the interpreter does)
    sys.argv[:] = command[1:]
    sys.orig_argv[:] = command
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))  # noqa: PTH120
    main = ModuleType("__main__")
    main.__dict__.update(
        __builtins__=builtins,
        __annotations__={},
        __file__=path,
        __cached__=None,
        __loader__=SourceFileLoader("__main__", path),
    )
    sys.modules["__main__"] = main
    code, interrupted = outcome(path, main)
    # Nothing of ours may hold the program's module when its objects are let go of.
    del main
    finish(code, interrupted=interrupted)


def outcome(path: str, main: ModuleType) -> tuple[int, bool]:
    """Run the file; (exit code, whether it was interrupted)."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            source = file.read()
        exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)  # noqa: S102
    except SystemExit as stop:
        return exit_code(stop), False
    except BaseException as error:
        uncaught = error
    else:
        return 0, False
    # Outside of the handler: a hook that fails must not seem to fail while handling this.
    tell(uncaught)
    return 1, isinstance(uncaught, KeyboardInterrupt)


def exit_code(stop: SystemExit) -> int:
    """What `SystemExit` asks for; a text goes to stderr."""
    code = stop.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)  # noqa: T201
    return 1


def tell(error: BaseException) -> None:
    """Show an uncaught exception by whatever hook stands, our own frame left out."""
    trace: TracebackType | None = error.__traceback__
    if trace is not None:
        trace = trace.tb_next
    error = error.with_traceback(trace)
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
    try:
        sys.excepthook(type(error), error, trace)
    except BaseException as second:
        if isinstance(second, SystemExit):
            finish(exit_code(second))
        print("Error in sys.excepthook:", file=sys.stderr)  # noqa: T201
        own = second.__traceback__
        second = second.with_traceback(own and own.tb_next)
        sys.__excepthook__(type(second), second, second.__traceback__)
        print("\nOriginal exception was:", file=sys.stderr)  # noqa: T201
        sys.__excepthook__(type(error), error, trace)


def finish(code: int, *, interrupted: bool = False) -> NoReturn:
    """End as the interpreter does, but for taking apart what the SDKs had built.

    Threads are joined, exit functions run, streams flushed, the program's own modules cleared so
    that its objects' `__del__` run; the preloaded modules are left to the kernel.
    """
    shutdown: Any = threading
    try:
        shutdown._shutdown()  # noqa: SLF001
    except BaseException as error:
        sys.unraisablehook(Unraisable(error, shutdown._shutdown))  # noqa: SLF001
    atexit._run_exitfuncs()  # noqa: SLF001  (what the interpreter calls)
    failed = not flush(sys.stdout)
    flush(sys.stderr)
    clear_modules()
    failed = not flush(sys.stdout) or failed
    flush(sys.stderr)
    if interrupted:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(EXIT_FLUSH if failed else code)


class Unraisable:
    """What `sys.unraisablehook` is given."""

    def __init__(self, error: BaseException, source: object) -> None:
        self.exc_type: type[BaseException] = type(error)
        self.exc_value: BaseException | None = error
        self.exc_traceback: TracebackType | None = error.__traceback__
        self.err_msg: str | None = None
        self.object: object = source


def brought_in() -> list[str]:
    """The modules that the program imported, the latest first."""
    names = []
    for name in reversed(sys.modules):
        if name == BEFORE["last"]:
            break
        if name not in BEFORE["modules"]:
            names.append(name)
    return names


def clear_modules() -> None:
    """Let go of all modules that the program brought in, in the interpreter's order.

    Most die with the table of modules, by the collector; who is still held by somebody has its names
    cleared, the last module first and names with one underscore before the others.
    """
    for name in ("last_type", "last_value", "last_traceback"):
        sys.__dict__.pop(name, None)
    names = ["__main__", *reversed(brought_in())]
    held = []
    for name in names:
        with contextlib.suppress(TypeError, KeyError):
            held.append(weakref.ref(sys.modules[name]))
        sys.__dict__["modules"][name] = None
    gc.collect()
    for reference in reversed(held):
        space = getattr(reference(), "__dict__", {})
        for name in [*(n for n in space if n[:1] == "_" != n[1:2]), *(n for n in space if n[:1] != "_")]:
            space[name] = None
    gc.collect()


def flush(stream: Any) -> bool:
    """Flush, if it can be; False when that failed."""
    if stream is None or getattr(stream, "closed", False):
        return True
    try:
        stream.flush()
    except Exception as error:
        if stream is sys.stdout:
            sys.unraisablehook(Unraisable(error, stream))
        return False
    return True
