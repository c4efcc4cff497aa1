from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def upstream(open_trial: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A trial of another gateway that stands for a vendor; its token is the vendor's key."""
    visitor = open_trial(budget={"requests": 1000, "usd": 100, "tool_calls": 1})
    monkeypatch.setenv("TH_UPSTREAM_KEY", visitor.opened.token)
    return visitor
