"""The tests that every wire module must pass; part of the product, for those who write one.

    class TestMine(WireContract):
        wire = MyWire()
        headers = {}
        def body(self, **neutral): ...   # a request's JSON, from the keywords below
        def read_whole(self, body): ...  # back into what a client understands
        def read_stream(self, events): ...

Keywords of `body`: `model`, `system`, `turns` (a tuple of (role, text)), `max_tokens`, `stop`,
`stream`, `tool` (a name), `schema`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from harness.exchange import Reply, Request, Text, ToolCall, Usage
from harness.gateway.wire.base import Answer, Headers, Problem, Standing, Wire

Json = Any
USAGE = Usage(input=50, output=7, cache_read=16, cache_write=8)
STANDING = Standing("abc", 10, 9, 1_000, 900, 1_767_225_600.0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a client of the API understands of an answer."""

    text: str
    calls: tuple[tuple[str, Json], ...]
    """(name, arguments as JSON values)"""
    stop: str
    """`refusal` for one, wherever the API says it: it may be another field than for the rest."""
    input: int | None
    """All tokens of the prompt, cached or not; `None` when the answer does not say."""
    output: int | None


class WireContract:
    """Subclass it under a name that begins with `Test`."""

    wire: Wire
    headers: Headers = {}
    stop_sequences = True
    """Whether the API has them."""

    def body(self, **neutral: Json) -> dict[str, Json]:
        """A request of this API."""
        raise NotImplementedError

    def read_whole(self, body: bytes) -> Seen:
        """As the vendor's SDK reads it."""
        raise NotImplementedError

    def read_stream(self, events: list[bytes]) -> Seen:
        """As the vendor's SDK reads it."""
        raise NotImplementedError

    def parse(self, **neutral: Json) -> Request:
        """A request of this API, parsed."""
        return self.wire.parse(self.body(**neutral), self.headers)

    def answer(self, *parts: Text | ToolCall, stream: bool = False, **reply: Json) -> Answer:
        """A reply of those parts to a small request."""
        request = self.parse(model="m", turns=(("user", "hi"),), stream=stream)
        calls = any(isinstance(part, ToolCall) for part in parts)
        found = Reply(parts, **{"stop": "tool" if calls else "end", **reply})
        return Answer("1", 1_767_225_600, request, (found,), USAGE, "fp")

    def test_a_conversation_is_read_in_order(self) -> None:
        turns = (("user", "one"), ("assistant", "two"), ("user", "three"))
        request = self.parse(model="m", system="be kind", turns=turns, max_tokens=32, stop=("END",))
        assert request.model == "m"
        assert [(message.role, message.text) for message in request.messages] == [
            ("system", "be kind"),
            *turns,
        ]
        assert request.max_tokens == 32
        assert request.stop == (("END",) if self.stop_sequences else ())
        assert request.stream is False

    def test_a_tool_and_a_schema_are_read(self) -> None:
        schema = {
            "type": "object",
            "properties": {"x": {"type": "integer"}},
            "required": ["x"],
            "additionalProperties": False,
        }
        request = self.parse(model="m", turns=(("user", "go"),), tool="act", schema=schema)
        assert [tool.name for tool in request.tools] == ["act"]
        assert request.output is not None
        assert request.output.schema == schema

    def test_whole_and_streamed_say_the_same(self) -> None:
        text = "Grüße, the 2 parcels — they left on Monday.\n" * 5
        call = ToolCall("call_1", "act", '{"x": 1, "y": "ü and a rather long value"}')
        for parts in ((Text(text),), (call,), (Text("first"), call, ToolCall("call_2", "act", "{}"))):
            whole = self.read_whole(self.wire.whole(self.answer(*parts)))
            streamed = self.read_stream(self.wire.stream(self.answer(*parts, stream=True)))
            assert (whole.text, whole.calls, whole.stop) == (streamed.text, streamed.calls, streamed.stop)
            assert whole.text == "".join(part.text for part in parts if isinstance(part, Text))
            assert whole.calls == tuple(
                (part.name, json.loads(part.arguments)) for part in parts if isinstance(part, ToolCall)
            )

    def test_usage_adds_up(self) -> None:
        whole = self.read_whole(self.wire.whole(self.answer(Text("ok"))))
        assert (whole.input, whole.output) == (USAGE.input, USAGE.output)
        streamed = self.read_stream(self.wire.stream(self.answer(Text("ok"), stream=True)))
        assert streamed.input in (None, USAGE.input)
        assert streamed.output in (None, USAGE.output)

    def test_every_way_to_stop_can_be_told_whole_and_streamed(self) -> None:
        words = set()
        for stop in ("end", "length", "refusal"):
            whole = self.read_whole(self.wire.whole(self.answer(Text("x"), stop=stop)))
            streamed = self.read_stream(self.wire.stream(self.answer(Text("x"), stop=stop, stream=True)))
            assert (whole.text, whole.stop) == (streamed.text, streamed.stop)
            words.add(whole.stop)
        assert len(words) == 3

    def test_arguments_cut_short_do_not_break_the_answer(self) -> None:
        cut = ToolCall("call_1", "act", '{"x": ')
        assert json.loads(self.wire.whole(self.answer(cut, stop="length")))
        assert self.wire.stream(self.answer(cut, stop="length", stream=True))

    def test_every_problem_has_a_status_and_a_body(self) -> None:
        kinds = {
            "invalid": 400,
            "auth": 401,
            "forbidden": 403,
            "not_found": 404,
            "request_timeout": 408,
            "conflict": 409,
            "too_large": 413,
            "unprocessable": 422,
            "rate_limited": 429,
            "server_error": 500,
            "timeout": 504,
        }
        for kind, wanted in kinds.items():
            status, body = self.wire.problem(Problem(kind, "why"), "abc")  # type: ignore[arg-type]
            assert status == wanted
            assert json.loads(body)["error"]["message"] == "why"

    def test_a_stream_can_fail(self) -> None:
        event = self.wire.failure(Problem("overloaded", "why"), "abc", 3)
        data = json.loads(event.rpartition(b"data: ")[2])
        assert event.endswith(b"\n\n")
        assert "why" in (data.get("message"), data.get("error", {}).get("message"))

    def test_mistakes_are_refused(self) -> None:
        good = self.body(model="m", turns=(("user", "hi"),))
        assert self.wire.parse(good, self.headers)
        mistakes: list[dict[str, Json]] = [
            {**good, "messages": []},
            {**good, "messages": "hi"},
            {**good, "messages": [{"role": "wizard", "content": "hi"}]},
            {**good, "messages": [{"role": "user", "content": 3}]},
            {**good, "model": 3},
            {**good, "stream": "yes"},
            {**good, "not_a_parameter": 1},
            {**good, "max_tokens": 0},
            {**good, "max_tokens": True},
            {**good, "temperature": "hot"},
            {**good, "tools": [{"type": "web_search_20250305", "name": "web_search"}]},
        ]
        for mistake in mistakes:
            try:
                self.wire.parse(mistake, self.headers)
            except Problem as problem:
                assert problem.kind == "invalid"  # noqa: PT017
            else:
                raise AssertionError(f"was not refused: {mistake}")

    def test_headers_bear_the_request_id_and_what_is_left(self) -> None:
        lines = self.wire.headers(STANDING)
        assert lines.endswith(b"\r\n")
        headers = dict(line.split(b": ", 1) for line in lines.removesuffix(b"\r\n").split(b"\r\n"))
        assert any(name.endswith(b"request-id") and b"abc" in value for name, value in headers.items())
        assert any(b"remaining" in name and value == b"9" for name, value in headers.items())
