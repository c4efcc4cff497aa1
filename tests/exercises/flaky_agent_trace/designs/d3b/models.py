"""Chat completions: a JSON by schema, a JSON by asking, a short answer. Never streamed, always checked."""

import json
import logging
import os
import re
import time

import openai

log = logging.getLogger("models")


class Silent(Exception):
    """The provider gives no usable answer."""


class Unusable(Silent):
    """It answers, but not what was asked."""


class Models:
    def __init__(self) -> None:
        self.client = openai.OpenAI(max_retries=0, timeout=30)
        try:
            offered = {m.id for m in self.client.models.list().data}
        except openai.APIError as error:
            log.warning("no list of models: %s", error)
            offered = set()
        self.names = {}
        for size in ("large", "medium", "small"):
            alias = os.environ[f"TAKEHOME_MODEL_{size.upper()}"]
            # Not the alias: it moves, and the traces say that the November snapshot fails more (27 % against 16 %).
            pinned = f"{alias}-2026-06-18"
            self.names[size] = pinned if pinned in offered or not offered else alias

    def _chat(self, size: str, messages: list[dict], **more: object) -> str:
        pause = 0.3
        for attempt in range(7):
            wait = 0.0
            try:
                answer = self.client.chat.completions.create(
                    model=self.names[size], messages=messages, temperature=0, **more)
                choice = answer.choices[0]
                if choice.finish_reason == "stop" and choice.message.content:
                    return choice.message.content
                log.warning("ODD %s: finish %s, %r, refusal %r", size, choice.finish_reason, choice.message.content,
                            choice.message.refusal)
            except (openai.RateLimitError, openai.InternalServerError, openai.APIConnectionError, json.JSONDecodeError) as error:
                log.warning("model: %s", str(error)[:200])
                if isinstance(error, openai.APIStatusError):
                    try:
                        wait = min(float(error.response.headers.get("retry-after", 0)), 4.0)
                    except ValueError:
                        pass
            except openai.APIStatusError as error:
                log.error("model refuses the request: %s", str(error)[:400])
                raise Silent(str(error)) from error
            if attempt < 6:
                time.sleep(max(pause, wait))
                pause = min(pause * 2, 4)
        raise Silent("no answer")

    def by_schema(self, size: str, messages: list[dict], name: str, schema: dict) -> dict:
        form = {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}}
        return self._json(size, messages, list(schema["properties"]), response_format=form)

    def by_request(self, size: str, messages: list[dict], keys: list[str]) -> dict:
        return self._json(size, messages, keys)

    def _json(self, size: str, messages: list[dict], keys: list[str], **more: object) -> dict:
        for size in (size, size, {"small": "medium"}.get(size, "large")):
            text = self._chat(size, messages, max_tokens=900, **more)
            found = re.search(r"\{.*\}", text, re.S)
            try:
                value = json.loads(found.group(0) if found else text)
            except json.JSONDecodeError:
                log.warning("ODD %s: no JSON in %r", size, text)
                continue
            if missing := [k for k in keys if k not in value]:
                log.warning("ODD %s: %s missing in %r", size, missing, text)
                continue
            log.info("%s read %s", size, json.dumps(value, ensure_ascii=False))
            return value
        raise Unusable("no JSON")

    def word(self, size: str, system: str, question: str, allowed: list[str]) -> str | None:
        """One of the allowed answers, or nothing."""
        messages = [{"role": "system", "content": system}, {"role": "user", "content": question}]
        for _ in range(2):
            text = self._chat(size, messages, max_tokens=60)
            hits = [a for a in allowed if re.search(rf"(?<![\w-]){re.escape(a)}(?![\w-])", text, re.I)]
            log.info("SETTLE %r -> %r", question.split("QUESTION")[-1][-700:], text)
            if len(hits) == 1:
                return hits[0]
            log.warning("ODD %s: %r is none of %s", size, text, allowed)
        return None
