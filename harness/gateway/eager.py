"""Coroutines that run at once: only what has to wait becomes a task.

Most requests are answered without waiting for anything, and a task for each is a tenth of their cost.
Python 3.12's eager tasks do the same; 3.11 has none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from functools import partial
from types import coroutine
from typing import Any


def run(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run it up to where it first waits; a task for the rest of it, if there is any.

    Until then there is no current task: what needs one (`asyncio.timeout`, anyio) awaits
    `asyncio.sleep(0)` before. Raises what the work raises before it waits.
    """
    try:
        awaited = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_finish(work, awaited))


async def _finish(work: Coroutine[Any, Any, None], awaited: Any) -> None:
    """The coroutine that a loop asks for: since Python 3.12 a generator is none."""
    await _rest(work, awaited)


@coroutine
def _rest(work: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, None, None]:
    """Wait for what it waits for, on its behalf."""
    while True:
        try:
            yield awaited
        except BaseException as error:  # also a cancellation: the work is to see it
            step = partial(work.throw, error)
        else:
            step = partial(work.send, None)
        try:
            awaited = step()
        except StopIteration:
            return
