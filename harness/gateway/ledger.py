"""What was said in a trial: every message once, by digest, and whose words they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from harness.exchange import Message, OutputFormat, Part, Reply, Text, ToolCall, ToolResult, ToolSpec
from harness.gateway.tokens import count

Json = Any
MESSAGE_TOKENS = 4
"""What a message costs beside its words, as in OpenAI's own recipe for counting."""
MOST_UNKEPT = 2_000
"""What a ledger that keeps nothing holds at most before it forgets."""
MOST_KNOWN = 2_000
"""Messages of one trial that are remembered with their tokens."""
CALL_TOKENS = 8
"""What a tool call or a tool result costs beside its words."""


class Block(NamedTuple):
    """One part of a prompt as the prompt cache sees it."""

    digest: bytes
    tokens: int
    text: str


class Known(NamedTuple):
    """What is remembered about a message, a tool list or a schema. Tokens are o200k_base's."""

    digest: str
    blocks: tuple[Block, ...]
    tokens: int


MENDING = "}]\"'` \n"
"""What programs put behind JSON that was cut off."""


@dataclass(slots=True)
class Ledger:
    """Contents by digest. `keep=False`, for a trial that never closes, remembers next to nothing."""

    keep: bool = True
    forged: list[str] = field(default_factory=list)
    """Digests of assistant messages that no model of this trial said, in order of appearance."""
    _contents: dict[str, str] = field(default_factory=dict)
    """As JSON: a fifth of what the same takes as objects."""
    _messages: dict[Message, Known] = field(default_factory=dict)
    _lists: dict[bytes, Known] = field(default_factory=dict)
    _replies: dict[tuple[Reply, ...], str] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)
    _texts: list[str] = field(default_factory=list)
    """What `_said` holds digests of, as the models wrote it."""
    _view: frozenset[str] | None = None

    @property
    def contents(self) -> dict[str, Json]:
        """What was said, once each, by digest."""
        return {digest: orjson.loads(raw) for digest, raw in self._contents.items()}

    @property
    def said(self) -> frozenset[str]:
        """Digests of all texts and tool-call arguments that a model replied with."""
        if self._view is None:
            self._view = frozenset(self._said)
        return self._view

    def message(self, message: Message) -> Known:
        """Intern a message; whether it was forged is noticed the first time it is seen."""
        known = self._messages.get(message)
        if known is None:
            self._bound()
            stored = len(self._contents)
            digest = self._store(message_json(message))
            blocks = tuple(_block(part, message.role) for part in message.parts)
            tokens = MESSAGE_TOKENS + sum(block.tokens for block in blocks)
            known = self._messages[message] = Known(digest, blocks, tokens)
            new = not self.keep or len(self._contents) > stored
            if new and message.role == "assistant" and not self._was_said(message):
                self.forged.append(known.digest)
        return known

    def new_texts(self, messages: Sequence[Message]) -> list[str]:
        """What stands in messages that were not seen before."""
        parts = [part for message in messages if message not in self._messages for part in message.parts]
        return [_text(part) for part in parts]

    def tools(self, tools: Sequence[ToolSpec]) -> Known:
        """Intern a list of tools."""
        content = {"tools": [tool_json(tool) for tool in tools]}
        return self._list(content, [tool_json(tool) for tool in tools])

    def output(self, output: OutputFormat) -> Known:
        """Intern a wish for structured output."""
        content = {"name": output.name, "schema": output.schema, "strict": output.strict}
        return self._list(content, [content] if output.schema else [])

    def replies(self, replies: Sequence[Reply]) -> str:
        """Store what a model answered, remember it as said, and return its digest."""
        self._bound()
        said = tuple(replies)
        digest = self._replies.get(said)
        if digest is None:
            digest = self._replies[said] = self._store_replies(said)
        return digest

    def _store_replies(self, replies: Sequence[Reply]) -> str:
        for reply in replies:
            for part in reply.parts:
                self._say(part)
        contents = [{**parts_json("assistant", reply.parts), "stop": reply.stop} for reply in replies]
        return self._store(contents[0] if len(contents) == 1 else {"choices": contents})

    def _say(self, part: Text | ToolCall) -> None:
        texts = {part.text, part.text.strip()} if isinstance(part, Text) else spellings(part.arguments)
        fresh = {text_digest(text) for text in texts} - self._said
        if fresh:
            self._texts.append(part.text if isinstance(part, Text) else part.arguments)
            self._said |= fresh
            self._view = None

    def _was_said(self, message: Message) -> bool:
        for part in message.parts:
            if isinstance(part, Text):
                texts = {part.text, part.text.strip()}
            elif isinstance(part, ToolCall):
                texts = spellings(part.arguments)
            else:
                continue
            if not any(text_digest(text) in self._said or self._is_piece(text) for text in texts):
                return False
        return True

    def _is_piece(self, text: str) -> bool:
        """Whether it is part of what a model said: a cut reply, its brackets closed by the program."""
        piece = text.strip().rstrip(MENDING).removesuffix("null").rstrip(MENDING)
        return any(piece in said for said in self._texts)

    def _list(self, content: Json, items: list[Json]) -> Known:
        raw = orjson.dumps(content)
        known = self._lists.get(raw)
        if known is None:
            self._bound()
            texts = [orjson.dumps(item).decode() for item in items]
            blocks = tuple(Block(hashlib.sha256(t.encode()).digest(), count(t), t) for t in texts)
            known = Known(self._store(content, raw), blocks, sum(block.tokens for block in blocks))
            self._lists[raw] = known
        return known

    def _store(self, content: Json, shown: bytes | None = None) -> str:
        """Its digest, by sorted keys; `shown`: its JSON in the order that people are to see."""
        raw = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(raw).hexdigest()
        if self.keep:
            self._contents.setdefault(digest, (shown or raw).decode())  # exact in size, as no buffer is
        return digest

    def _bound(self) -> None:
        if len(self._messages) > MOST_KNOWN:  # whoever comes back is counted anew
            self._messages.clear()
        if not self.keep and len(self._messages) + len(self._lists) + len(self._said) > MOST_UNKEPT:
            self._messages.clear()
            self._lists.clear()
            self._said.clear()
            self._texts.clear()
            self._replies.clear()
            self.forged.clear()
            self._view = None


def text_digest(text: str) -> str:
    """How a text is named among what was said."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def spellings(arguments: str) -> set[str]:
    """The ways in which SDKs and programs write the same JSON arguments; as sent when malformed."""
    found = {arguments}
    try:
        value = json.loads(arguments)
    except (ValueError, RecursionError):
        return found
    found.add(canonical(value))
    for ascii_only in (True, False):
        found.add(json.dumps(value, ensure_ascii=ascii_only))
        found.add(json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":")))
    return found


def canonical(value: Json) -> str:
    """JSON with sorted keys and no spaces: equal values, equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def message_json(message: Message) -> dict[str, Json]:
    """A message as it stands in a record's `contents`."""
    return parts_json(message.role, message.parts)


def parts_json(role: str, parts: Sequence[Part]) -> dict[str, Json]:
    """`{"role", "parts"}`; a part has `text`, or `id, name, arguments`, or `call_id, content, is_error`."""
    return {"role": role, "parts": [_part_json(part) for part in parts]}


def _part_json(part: Part) -> dict[str, Json]:
    match part:
        case Text(text=text):
            return {"text": text}
        case ToolCall(id=id, name=name, arguments=arguments):
            return {"id": id, "name": name, "arguments": arguments}
        case ToolResult(call_id=call_id, content=content, is_error=is_error):
            return {"call_id": call_id, "content": content, "is_error": is_error}


def tool_json(tool: ToolSpec) -> dict[str, Json]:
    """A tool as it stands in a record's `contents`."""
    return {"name": tool.name, "description": tool.description, "schema": tool.schema, "strict": tool.strict}


def _text(part: Part) -> str:
    match part:
        case Text(text=text) | ToolCall(arguments=text) | ToolResult(content=text):
            return text


def _block(part: Part, role: str) -> Block:
    match part:
        case Text(text=text):
            tokens = count(text)
        case ToolCall(name=name, arguments=arguments):
            text = f"{name}\0{arguments}"
            tokens = CALL_TOKENS + count(name) + count(arguments)
        case ToolResult(content=content):
            text = content
            tokens = CALL_TOKENS + count(content)
    name = f"{role}\0{type(part).__name__}\0{text}"
    return Block(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest(), tokens, text)


def reply_tokens(reply: Reply) -> int:
    """o200k_base tokens of a reply; at least one."""
    total = 0
    for part in reply.parts:
        if isinstance(part, Text):
            total += count(part.text)
        else:
            total += CALL_TOKENS + count(part.name) + count(part.arguments)
    return max(1, total)
