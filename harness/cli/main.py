"""The `takehome` command: a static table of commands, each imported only when it is called."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import NamedTuple, NoReturn

GROUP = "takehome.commands"
"""An entry point in this group offers a further table of commands."""

INTERRUPTED = 130
"""What Typer returns for a Ctrl-C, by the shell's custom."""

AGAIN = "what was finished is kept; run the same command again, and `takehome doctor` if it stays"
"""The hint where nothing more is known of an environment's failure."""


class Command(NamedTuple):
    """Where a command lives and what its line in the help says."""

    module: str
    """A module whose function `run` is the command, its parameters as typer reads them."""
    audience: str
    """`candidate`, `reviewer`, `author` or `operator`."""
    help: str


COMMANDS: dict[str, Command] = {
    "list": Command("harness.cli.list", "candidate", "the exercises that are installed"),
    "doctor": Command("harness.cli.doctor", "candidate", "find what will go wrong before the clock starts"),
    "start": Command("harness.cli.start", "candidate", "begin an exercise in a new folder"),
    "run": Command("harness.cli.run", "candidate", "run your work on practice scenarios"),
    "try": Command("harness.cli.try_", "candidate", "measure a change against the kept work"),
    "keep": Command("harness.cli.keep", "candidate", "commit the change that was tried"),
    "drop": Command("harness.cli.drop", "candidate", "go back to the kept work"),
    "note": Command("harness.cli.note", "candidate", "write a line into the journal"),
    "trace": Command("harness.cli.trace", "candidate", "look at one trial, call by call"),
    "status": Command("harness.cli.status", "candidate", "where the work stands"),
    "log": Command("harness.cli.log", "candidate", "all that the journal has recorded"),
    "submit": Command("harness.cli.submit", "candidate", "pack the kept work and the claims"),
    "new": Command("harness.cli.new", "author", "scaffold an exercise"),
    "kit": Command("harness.cli.kit", "author", "make the folder that candidates are sent"),
    "gateway": Command("harness.cli.gateway", "operator", "serve the model APIs stand-alone"),
}


def main(argv: list[str] | None = None) -> NoReturn:
    """Run one command and exit: 0 done, 1 did not hold, 2 usage, 3 environment."""
    arguments = sys.argv[1:] if argv is None else argv
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(overview(all_commands()))  # noqa: T201
        raise SystemExit(0)
    if arguments[0] == "--version":
        from importlib.metadata import version

        print(f"takehome {version('takehome')}")  # noqa: T201
        raise SystemExit(0)
    name = arguments[0]
    command = COMMANDS.get(name) or all_commands().get(name)
    if command is None:
        fail(f"there is no command `{name}`", "`takehome --help` lists them", 2)
    raise SystemExit(call(name, command, arguments[1:]))


def call(name: str, command: Command, arguments: list[str]) -> int:
    """Run one command; every error becomes a message and an exit code."""
    import signal
    import traceback

    import typer

    from harness.errors import EnvironmentFailure, TakehomeError

    # Asked to end, we end as after Ctrl-C: with everything closed that was opened.
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    run = importlib.import_module(command.module).run
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(help=run.__doc__ or command.help)(run)
    try:
        code = app(args=arguments, prog_name=f"takehome {name}", standalone_mode=False)
    except typer.TyperException as error:
        show(error.format_message(), f"`takehome {name} --help` says what it takes")
        return 2
    except EnvironmentFailure as error:
        show(error.message, error.hint or AGAIN)
        return error.exit_code
    except TakehomeError as error:
        show(error.message, error.hint)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except Exception:
        # Python's own exit code for this, 1, would say that something asked for did not hold.
        traceback.print_exc()
        show("takehome itself failed; that says nothing of anybody's work", "report it with the text above")
        return 3
    if code == INTERRUPTED:
        show("interrupted; what was finished is kept", "the same command goes on from there")
    return code if isinstance(code, int) else 0


def all_commands() -> dict[str, Command]:
    """Ours and those of other installed distributions."""
    table = dict(COMMANDS)
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        more: Mapping[str, Command] = point.load()
        table.update({name: command for name, command in more.items() if name not in table})
    return table


def overview(table: Mapping[str, Command]) -> str:
    """The top help page."""
    width = max(len(name) for name in table)
    lines = ["usage: takehome COMMAND [OPTIONS]", ""]
    for audience in ("candidate", "reviewer", "author", "operator"):
        names = [name for name, command in table.items() if command.audience == audience]
        if names:
            lines += [f"{audience}:", *(f"  {name:<{width}}  {table[name].help}" for name in names), ""]
    return "\n".join([*lines, "`takehome COMMAND --help` says more."])


def show(message: str, hint: str) -> None:
    """A message for a person, on stderr."""
    print(f"error: {message}", file=sys.stderr)  # noqa: T201
    if hint:
        print(f"hint: {hint}", file=sys.stderr)  # noqa: T201


def fail(message: str, hint: str, code: int) -> NoReturn:
    """Show it and exit."""
    show(message, hint)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
