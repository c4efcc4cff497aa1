"""The neutral request and reply that every wire format is parsed into and rendered from.

Each wire module knows only these types; so do the simulated models. Nothing here knows a vendor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Json = Any
Role = Literal["system", "user", "assistant"]
Stop = Literal["end", "length", "tool", "stop_sequence", "refusal", "filtered"]
"""`refusal`: the model's own words say no. `filtered`: the vendor cut off or withheld what it said."""
NOTHING_MORE: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text of a message."""

    text: str


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to call a tool. `arguments` is the raw JSON text, which may be malformed."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What the client says a tool returned. `content` is text; JSON is kept as it was sent."""

    call_id: str
    content: str
    is_error: bool = False


Part = Text | ToolCall | ToolResult


@dataclass(frozen=True, slots=True)
class Message:
    """One turn. Tool results travel in `user` messages, whatever the dialect."""

    role: Role
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """All text of the turn, tool results left out."""
        return "\n".join(part.text for part in self.parts if isinstance(part, Text))


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool that the client offers. `schema` is the JSON Schema of its arguments."""

    name: str
    description: str
    schema: dict[str, Json]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """A wish for structured output: any JSON object, or one that fits `schema`."""

    name: str = ""
    schema: dict[str, Json] | None = None
    strict: bool = False


class Request(NamedTuple):
    """One model request, as every backend sees it. `None` means that the client did not say.

    A tuple, as `Usage` is: many are made, and a frozen dataclass takes five times as long to make.
    """

    model: str
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    tool_choice: str = "auto"
    """`auto`, `none`, `required`, or the name of one tool."""
    parallel_tools: bool = True
    output: OutputFormat | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    stop: tuple[str, ...] = ()
    n: int = 1
    seed: int | None = None
    stream: bool = False
    cache_marks: tuple[tuple[int, int], ...] = ()
    """Explicit prompt-cache breakpoints: (message index, part index); -1 is tools, -2 is system."""
    cache_hour: tuple[tuple[int, int], ...] = ()
    """Those of `cache_marks` that ask to be kept for an hour instead of five minutes."""
    extra: Mapping[str, Json] = NOTHING_MORE
    """Wire fields that backends other than the simulated one may pass on."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One completion: its parts and why it stopped."""

    parts: tuple[Text | ToolCall, ...]
    stop: Stop
    stop_sequence: str | None = None
    """The stop sequence that was met, when `stop` says that one was."""

    @property
    def text(self) -> str:
        """All text of the reply."""
        return "".join(part.text for part in self.parts if isinstance(part, Text))


class Usage(NamedTuple):
    """Tokens of one request. `input` counts all of the prompt, cached or not."""

    input: int
    output: int
    cache_read: int = 0
    cache_write: int = 0
    cache_write_hour: int = 0
    """Those of `cache_write` that are kept for an hour."""
