from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from harness.gateway.cache import BRIEF, HOUR, LOOK_BACK, STEP, Mark, PromptCache
from harness.gateway.ledger import Block
from harness.gateway.tokens import count


def block(text: str) -> Block:
    return Block(hashlib.sha256(text.encode()).digest(), count(text), text)


def words(name: str, number: int) -> Block:
    return block(" ".join(f"{name}" for _ in range(number)))


A, B, C = words("alpha", 1_500), words("beta", 600), words("gamma", 600)


def fill(cache: PromptCache, blocks: list[Block], now: float, ready: float) -> None:
    cache.automatic(blocks, now).keep(ready)


def test_automatic_reads_the_longest_prefix_in_steps() -> None:
    cache = PromptCache(1_024)
    first = cache.automatic([A, B], 0)
    assert (first.read, first.write) == (0, (A.tokens + B.tokens) // STEP * STEP)
    first.keep(1)
    again = cache.automatic([A, B, C], 2)
    assert again.read == (A.tokens + B.tokens) // STEP * STEP
    assert again.read + again.write == (A.tokens + B.tokens + C.tokens) // STEP * STEP


def test_a_prefix_may_end_inside_a_block() -> None:
    cache = PromptCache(1_024)
    fill(cache, [block("policy " * 2_000 + "Ada")], 0, 1)
    found = cache.automatic([block("policy " * 2_000 + "Ben")], 2)
    assert 1_900 < found.read <= 2_000


def test_nothing_below_the_minimum() -> None:
    cache = PromptCache(1_024)
    fill(cache, [B], 0, 1)
    assert cache.automatic([B], 2).read == 0
    fill(cache, [B, A], 2, 3)
    assert cache.automatic([B, C, A], 4).read == 0


def test_readable_once_the_reply_has_begun_and_for_five_minutes_from_the_last_use() -> None:
    cache = PromptCache(1_024)
    fill(cache, [A], 0, 2)
    assert cache.automatic([A], 1).read == 0
    hit = cache.automatic([A], 2 + BRIEF - 1)
    assert hit.read > 0
    hit.keep(2 + BRIEF)
    assert cache.automatic([A], 2 * BRIEF).read > 0
    assert cache.automatic([A], 3 * BRIEF + 2).read == 0


def test_a_changed_first_block_loses_everything() -> None:
    cache = PromptCache(1_024)
    fill(cache, [A, B], 0, 1)
    assert cache.automatic([C, A, B], 2).read == 0


def test_marked_writes_up_to_the_last_mark_and_reads_it_back() -> None:
    cache = PromptCache(1_024)
    first = cache.marked([A, B, C], [Mark(0), Mark(1)], 0)
    assert (first.read, first.write) == (0, A.tokens + B.tokens)
    first.keep(1)
    second = cache.marked([A, B, words("delta", 50)], [Mark(1)], 2)
    assert (second.read, second.write) == (A.tokens + B.tokens, 0)
    other_tail = cache.marked([A, C], [Mark(1)], 2)
    assert (other_tail.read, other_tail.write) == (A.tokens, C.tokens)


def test_marked_needs_marks_and_the_minimum() -> None:
    cache = PromptCache(1_024)
    assert cache.marked([A], [], 0).write == 0
    assert cache.marked([B], [Mark(0)], 0).write == 0


def test_the_look_back_ends_after_twenty_blocks() -> None:
    near = [words(f"n{number}", 3) for number in range(LOOK_BACK - 1)]
    for tail, hit in ((near, True), ([*near, words("one more", 3)], False)):
        cache = PromptCache(1_024)
        cache.marked([A], [Mark(0)], 0).keep(1)
        blocks = [A, *tail]
        assert (cache.marked(blocks, [Mark(len(blocks) - 1)], 2).read > 0) is hit


def test_an_hour_is_an_hour_and_counted_apart() -> None:
    cache = PromptCache(1_024)
    first = cache.marked([A, B], [Mark(0, HOUR), Mark(1)], 0)
    assert (first.write, first.write_hour) == (A.tokens + B.tokens, A.tokens)
    first.keep(1)
    later = cache.marked([A, B], [Mark(0, HOUR), Mark(1)], BRIEF + 2)
    assert (later.read, later.write, later.write_hour) == (A.tokens, B.tokens, 0)


@given(
    st.lists(st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=5), min_size=1, max_size=8),
    st.floats(0.1, 400),
    st.booleans(),
)
def test_what_is_read_and_written_never_exceeds_the_prompt(
    prompts: list[list[Block]], step: float, automatic: bool
) -> None:
    cache, now, seen = PromptCache(1_024, factor=1.3), 0.0, 0
    for blocks in prompts:
        total = int(sum(part.tokens for part in blocks) * 1.3)
        hit = (
            cache.automatic(blocks, now) if automatic else cache.marked(blocks, [Mark(len(blocks) - 1)], now)
        )
        assert 0 <= hit.read <= seen
        assert hit.read + hit.write <= total
        assert 0 <= hit.write_hour <= hit.write
        hit.keep(now + 0.05)
        seen = max(seen, total)
        now += step
