"""What Anthropic asks of `thinking`. A simulated model does not think: it is checked, then of no effect.

The vendor's words, as its users report them.
"""

from __future__ import annotations

from harness.gateway.wire.base import Fields, Headers, Problem, fields

LEAST = 1_024
TYPES = ("adaptive", "between_tools", "disabled", "enabled")
DISPLAYS = ("summarized", "omitted", "updates")
INTERLEAVED = b"interleaved-thinking-"
"""With this beta a budget may be spent over several turns, and so be larger than one of them."""


def check_thinking(given: Fields, max_tokens: int | None, headers: Headers) -> None:
    """Raises `Problem` for a type, a budget or a display that the vendor refuses."""
    value = given.data.get("thinking")
    if value is None:
        return
    config = fields(value, "thinking")
    kind = config.needed_text("type")
    if kind not in TYPES:
        known = ", ".join(f"'{known}'" for known in TYPES)
        raise _wrong(
            f"thinking: Input tag '{kind[:80]}' found using 'type' does not match any of the expected tags: "
            f"{known}"
        )
    config.path = f"thinking.{kind}"
    display = config.data.get("display")
    if display is not None and (kind not in ("adaptive", "enabled") or display not in DISPLAYS):
        raise config.wrong("display", "expected `summarized` or `omitted`, of thinking that is shown")
    if kind == "enabled":
        _check_budget(config, max_tokens, headers)


def _check_budget(config: Fields, max_tokens: int | None, headers: Headers) -> None:
    where, budget = config.at("budget_tokens"), config.data.get("budget_tokens")
    if budget is None:
        raise _wrong(f"{where}: Field required")
    if isinstance(budget, bool) or not isinstance(budget, int):
        raise _wrong(f"{where}: Input should be a valid integer")
    if budget < LEAST:
        raise _wrong(f"{where}: Input should be greater than or equal to {LEAST}")
    longer = INTERLEAVED in headers.get(b"anthropic-beta", b"")
    if max_tokens is not None and budget >= max_tokens and not longer:
        raise _wrong("`max_tokens` must be greater than `thinking.budget_tokens`.")


def _wrong(message: str) -> Problem:
    return Problem("invalid", message, param="thinking")
