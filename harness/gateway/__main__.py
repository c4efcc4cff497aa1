"""`python -m harness.gateway`: one line of `GatewayConfig` on stdin, one line of `Ready` on stdout.

The process ends when its standard input does, so it never outlives the one that started it, however
that one died. Ctrl-C is ignored: trials are closed first, then stdin.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

from pydantic import ValidationError

from harness.errors import TakehomeError, UsageError
from harness.exercise.spec import explain
from harness.gateway.admin_api import GatewayConfig
from harness.gateway.service import serve


def main() -> int:
    """Exit code: 0 ended as asked, else that of the error, which stands on stdout as JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        config = GatewayConfig.model_validate_json(sys.stdin.buffer.readline())
        run(config)
    except ValidationError as error:
        return _report(UsageError(f"not a gateway's configuration:\n{explain(error)}"))
    except TakehomeError as error:
        return _report(error)
    return 0


def run(config: GatewayConfig) -> None:
    """Serve until stdin ends."""
    try:
        import uvloop
    except ImportError:  # Windows
        asyncio.run(serve(config, sys.stdin.fileno(), os.getppid()))
    else:
        uvloop.run(serve(config, sys.stdin.fileno(), os.getppid()))


def _report(error: TakehomeError) -> int:
    """For the process that waits for `Ready`."""
    line = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()
    return error.exit_code


if __name__ == "__main__":
    sys.exit(main())
