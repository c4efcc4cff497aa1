"""Model calls with the anthropic SDK: pinned snapshots, back-off, no cut answers."""

import logging
import os
import time

import anthropic

log = logging.getLogger("llm")

MAX_TOKENS = 1000
TRIES = 4


class Unavailable(Exception):
    """The provider doesn't answer."""


class Model:
    def __init__(self) -> None:
        key = os.environ.get("ANTHROPIC_API_KEY") or os.environ["OPENAI_API_KEY"]
        base = os.environ.get("ANTHROPIC_BASE_URL") or os.environ["OPENAI_BASE_URL"].removesuffix("/").removesuffix("/v1")
        self.client = anthropic.Anthropic(api_key=key, base_url=base, max_retries=0, timeout=20)
        self.large = os.environ["TAKEHOME_MODEL_LARGE"]
        self.medium = os.environ["TAKEHOME_MODEL_MEDIUM"]
        self.small = os.environ["TAKEHOME_MODEL_SMALL"]
        try:
            self.known = [m.id for m in self.client.models.list(limit=100).data]
        except anthropic.APIError:
            self.known = []

    def pin(self, alias: str, *dates: str) -> str:
        """The snapshot that was measured, if it is still served."""
        return next((f"{alias}-{d}" for d in dates if f"{alias}-{d}" in self.known), alias)

    def answer(self, model: str, system: str, messages: list, tools: list, temperature: float = 0.7):
        wait = 0.1
        for attempt in range(TRIES):
            try:
                m = self.client.messages.create(
                    model=model, system=system, messages=messages, tools=tools,
                    max_tokens=MAX_TOKENS,
                )
                if m.stop_reason == "max_tokens":
                    log.warning("cut answer")
                    continue
                if any(b.type == "tool_use" and not isinstance(b.input, dict) for b in m.content):
                    continue
                return m
            except anthropic.APIError as error:
                log.warning("model call failed: %s", str(error)[:120])
                status = getattr(error, "status_code", None)
                if status in (400, 401, 404, 413, 422):
                    raise
                time.sleep(wait)
                wait *= 2
        raise Unavailable(model)

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
