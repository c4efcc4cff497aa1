from __future__ import annotations

import asyncio
import inspect

import pytest

from harness.gateway import eager


def test_what_waits_for_nothing_is_done_at_once() -> None:
    done = []

    async def work() -> None:
        done.append(1)

    async def main() -> None:
        assert eager.run(work()) is None
        assert done == [1]

    asyncio.run(main())


def test_the_rest_becomes_a_task() -> None:
    steps = []

    async def main() -> None:
        future = asyncio.get_running_loop().create_future()

        async def work() -> None:
            steps.append("begun")
            steps.append(await future)
            await asyncio.sleep(0)
            assert asyncio.current_task() is task

        task = eager.run(work())
        assert steps == ["begun"]
        assert task is not None
        assert inspect.iscoroutine(task.get_coro())  # loops take no generators since Python 3.12
        future.set_result("waited")
        await task

    asyncio.run(main())
    assert steps == ["begun", "waited"]


def test_failures_reach_the_work_first() -> None:
    async def main() -> None:
        future = asyncio.get_running_loop().create_future()
        seen = []

        async def work() -> None:
            try:
                await future
            except OSError:
                seen.append("failed")
            try:
                await asyncio.sleep(10)
            finally:
                seen.append("cancelled")

        task = eager.run(work())
        assert task is not None
        future.set_exception(OSError())
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert seen == ["failed", "cancelled"]

    asyncio.run(main())


def test_a_failure_before_it_waits_is_raised() -> None:
    async def work() -> None:
        raise OSError

    async def main() -> None:
        with pytest.raises(OSError):
            eager.run(work())

    asyncio.run(main())
