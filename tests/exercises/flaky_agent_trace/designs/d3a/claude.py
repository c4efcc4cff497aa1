"""Calls to the Messages API: one forced tool, or plain text."""

import logging
import os
import time

import anthropic

log = logging.getLogger("claude")


class NoModel(Exception):
    """The provider doesn't answer."""


class Claude:
    def __init__(self) -> None:
        # Retries are ours.
        self.client = anthropic.Anthropic(max_retries=0, timeout=30)
        try:
            offered = {m.id for m in self.client.models.list().data}
        except (anthropic.APIError, AttributeError) as error:
            log.warning("no list of models: %s", error)
            offered = None
        self.names = {size: self._pin(os.environ[f"TAKEHOME_MODEL_{size.upper()}"], offered) for size in ("large", "medium", "small")}

    @staticmethod
    def _pin(alias: str, offered: set[str] | None) -> str:
        """The snapshot of June: the one of November ends a third more tickets badly (traces: 27 % against 16 %)."""
        snapshot = f"{alias}-2026-06-18"
        return snapshot if offered is None or snapshot in offered else alias

    def _create(self, **request: object) -> anthropic.types.Message:
        pause = 0.3
        for attempt in range(7):
            try:
                return self.client.messages.create(**request)
            except (anthropic.RateLimitError, anthropic.InternalServerError, anthropic.APIConnectionError) as error:
                log.warning("model: %s", str(error)[:200])
                wait = 0.0
                if isinstance(error, anthropic.APIStatusError):
                    try:
                        wait = min(float(error.response.headers.get("retry-after", 0)), 4.0)
                    except ValueError:
                        pass
                if attempt < 6:
                    time.sleep(max(pause, wait))
                    pause = min(pause * 2, 4)
            except anthropic.APIStatusError as error:
                log.error("model refuses the request: %s", str(error)[:400])
                raise NoModel(str(error)) from error
        raise NoModel("no answer")

    def fill(self, size: str, system: str, user: str, tool: dict) -> dict:
        """The arguments of the one tool that the model must call."""
        messages: list[dict] = [{"role": "user", "content": user}]
        problem = ""
        for _ in range(3):
            answer = self._create(
                model=self.names[size], system=system, messages=messages, max_tokens=1500,
                tools=[tool], tool_choice={"type": "tool", "name": tool["name"]},
            )
            block = next((b for b in answer.content if b.type == "tool_use" and b.name == tool["name"]), None)
            if block is None:
                problem = f"no {tool['name']} but {[b.model_dump() for b in answer.content]}"
            elif answer.stop_reason == "max_tokens":
                problem = "cut off"
            elif missing := [k for k in tool["input_schema"]["required"] if k not in block.input]:
                problem = f"{missing} missing in {block.input}"
            else:
                log.info("%s(%s): %s", tool["name"], size, block.input)
                return block.input
            log.warning("ODD %s: %s", size, problem)
        raise NoModel(problem)

    def write(self, size: str, system: str, user: str) -> str:
        answer = self._create(
            model=self.names[size], system=system, messages=[{"role": "user", "content": user}], max_tokens=500,

        )
        return "".join(b.text for b in answer.content if b.type == "text").strip()
