"""The prompt cache of one trial, in virtual time.

Two rules, as the vendors document them. *Automatic* (OpenAI): the longest prefix seen before, of at
least `cache_min_tokens`, in steps of 128 tokens. *Marked* (Anthropic): up to four explicit
breakpoints, byte-exact, with a look-back of 20 blocks; silently nothing below the minimum. Entries
live five minutes (or an hour) from their last use, and can be read once the reply that wrote them
has begun. A block is one part of a message; the order is tools, schema, messages.

Not modelled: eviction under load, routing by `prompt_cache_key`, invalidation by `tool_choice`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from harness.gateway.ledger import Block
from harness.gateway.tokens import count

BRIEF = 300.0
HOUR = 3_600.0
STEP = 128
LOOK_BACK = 20
MOST_NODES = 5_000


@dataclass(slots=True)
class Entry:
    """A cached prefix: when it can first be read, and when it ends unless it is used again."""

    ready: float
    ends: float
    life: float


@dataclass(slots=True)
class _Node:
    block: Block | None = None
    entry: Entry | None = None
    children: dict[bytes, _Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """What one prompt meets: tokens read and written, in the model's own tokens."""

    read: int = 0
    write: int = 0
    write_hour: int = 0
    keep: Callable[[float], None] = lambda _ready: None
    """To be called with the virtual time at which the reply begins, once it is sure to come."""


NOTHING = Hit()


@dataclass(frozen=True, slots=True)
class Mark:
    """An explicit breakpoint behind the block at `index`."""

    index: int
    life: float = BRIEF


@dataclass(slots=True)
class PromptCache:
    """Caches of one model in one trial. `factor` turns o200k_base tokens into the model's."""

    minimum: int
    factor: float = 1.0
    _root: _Node = field(default_factory=_Node)
    _nodes: int = 0
    _entries: dict[bytes, Entry] = field(default_factory=dict)

    def automatic(self, blocks: Sequence[Block], now: float) -> Hit:
        """The longest prefix in steps of 128 tokens; all of the prompt is written."""
        total = self._scaled(sum(block.tokens for block in blocks))
        if total < self.minimum:
            return NOTHING
        node, cached, depth = self._root, 0, 0
        for block in blocks:
            child = node.children.get(block.digest)
            if child is None or not _alive(child.entry, now):
                break
            node, cached, depth = child, cached + block.tokens, depth + 1
        if depth < len(blocks):
            cached += _shared_start(node, blocks[depth], now)
        read = self._scaled(cached) // STEP * STEP
        read = read if read >= self.minimum else 0
        write = max(0, total // STEP * STEP - read)

        def keep(ready: float) -> None:
            self._write_chain(blocks, now, ready)

        return Hit(read, write, keep=keep)

    def marked(self, blocks: Sequence[Block], marks: Sequence[Mark], now: float) -> Hit:
        """Explicit breakpoints: the longest cached prefix is read, the rest up to the last is written."""
        if not marks:
            return NOTHING
        sums = [self._scaled(tokens) for tokens in accumulate(block.tokens for block in blocks)]
        prefixes = list(accumulate((block.digest for block in blocks), _chain))
        usable = [mark for mark in marks if sums[mark.index] >= self.minimum]
        if not usable:
            return NOTHING
        found = -1
        for mark in usable:
            for index in range(mark.index, max(-1, mark.index - LOOK_BACK), -1):
                if index <= found:
                    break
                if _alive(self._entries.get(prefixes[index]), now):
                    found = index
                    break
        read = sums[found] if found >= 0 else 0
        last = max(mark.index for mark in usable)
        write = max(0, sums[last] - read)
        hours = [sums[mark.index] for mark in usable if mark.life == HOUR]
        write_hour = min(write, max(0, max(hours, default=0) - read))

        def keep(ready: float) -> None:
            self._write_marks(prefixes, usable, found, now, ready)

        return Hit(read, write, write_hour, keep)

    def _write_chain(self, blocks: Sequence[Block], now: float, ready: float) -> None:
        if self._nodes > MOST_NODES:
            self._root, self._nodes = _Node(), 0
        node = self._root
        for block in blocks:
            child = node.children.get(block.digest)
            if child is None:
                child = node.children[block.digest] = _Node(block)
                self._nodes += 1
            child.entry = _touched(child.entry, now, ready, BRIEF)
            node = child

    def _write_marks(
        self, prefixes: Sequence[bytes], marks: Sequence[Mark], found: int, now: float, ready: float
    ) -> None:
        if len(self._entries) > MOST_NODES:
            self._entries.clear()
        if found >= 0 and (entry := self._entries.get(prefixes[found])) is not None:
            self._entries[prefixes[found]] = _touched(entry, now, ready, entry.life)
        for mark in marks:
            name = prefixes[mark.index]
            self._entries[name] = _touched(self._entries.get(name), now, ready, mark.life)

    def _scaled(self, tokens: int) -> int:
        return int(tokens * self.factor)


def _alive(entry: Entry | None, now: float) -> bool:
    return entry is not None and entry.ready <= now < entry.ends


def _touched(entry: Entry | None, now: float, ready: float, life: float) -> Entry:
    """A living entry is used again and stays readable; another one is written anew."""
    if entry is not None and _alive(entry, now):
        return Entry(entry.ready, max(entry.ends, now + life), life)
    if entry is not None and entry.ready > now:  # a parallel request is writing the same
        return Entry(min(entry.ready, ready), max(entry.ends, ready + life), life)
    return Entry(ready, ready + life, life)


def _shared_start(node: _Node, block: Block, now: float) -> int:
    """Tokens that a block shares with the start of one that stood at the same place."""
    longest = ""
    for child in node.children.values():
        if child.block is not None and _alive(child.entry, now):
            longest = max(longest, _common_start(child.block.text, block.text), key=len)
    return count(longest) if longest else 0


def _common_start(one: str, other: str) -> str:
    low, high = 0, min(len(one), len(other))
    while low < high:  # by halves: comparing slices is much faster than comparing characters
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return one[:low]


def _chain(before: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(before + digest).digest()
