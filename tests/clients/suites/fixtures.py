"""The `conftest.py` of an SDK's own tests: its clients, pointed at the gateway, and what is left out.

Runs in an environment of its own. `SUITE` names the SDK, `EXCLUDED` is JSON: [file, pattern, reason].
"""

from __future__ import annotations

import importlib
import json
import os
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

SDK: Any = importlib.import_module(os.environ["SUITE"])
NAME = {"openai": "OpenAI", "anthropic": "Anthropic"}[os.environ["SUITE"]]
SETTINGS: Any = {"base_url": os.environ["TEST_API_BASE_URL"], "api_key": os.environ["TEST_API_KEY"]}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for file, pattern, reason in json.loads(os.environ["EXCLUDED"]):
            if item.path.name == file and re.match(pattern, item.name):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def client(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Of which `strict` ones refuse a reply that does not fit the SDK's types."""
    with getattr(SDK, NAME)(**SETTINGS, _strict_response_validation=request.param) as found:
        yield found


@pytest.fixture
async def async_client(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    strict, more = request.param, {}
    if isinstance(strict, dict):
        strict, more = strict.get("strict", True), {"http_client": SDK.DefaultAioHttpClient()}
    make = getattr(SDK, f"Async{NAME}")
    async with make(**SETTINGS, **more, _strict_response_validation=strict) as found:
        yield found
