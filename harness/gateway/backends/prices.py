"""What a real model's tokens cost: the configuration's own prices, else a public list's."""

from __future__ import annotations

from harness.exchange import Usage
from harness.exercise.spec import LiveModel
from harness.gateway.meter import Caching, worst_uses

HOUR_FACTOR = 2.0
"""An entry kept for an hour costs so many times the price of input, at the vendor that has them."""


def live_price(model: LiveModel, usage: Usage) -> float | None:
    """US dollars of one request, `None` when no price is known."""
    if model.input_usd is not None and model.output_usd is not None:
        return _own_price(model, usage, model.input_usd, model.output_usd)
    return _listed_price(model, usage)


def most_price(model: LiveModel, input: int, output: int, caching: Caching) -> float | None:
    """US dollars that a request of so many tokens costs at most, `None` when no price is known."""
    prices = [live_price(model, usage) for usage in worst_uses(input, output, caching)]
    return max((usd for usd in prices if usd is not None), default=None)


def is_priced(model: LiveModel) -> bool:
    """Whether `live_price` knows the model."""
    return live_price(model, Usage(1, 1)) is not None


def _own_price(model: LiveModel, usage: Usage, input_usd: float, output_usd: float) -> float:
    read = input_usd if model.cache_read_usd is None else model.cache_read_usd
    write = input_usd if model.cache_write_usd is None else model.cache_write_usd
    fresh = usage.input - usage.cache_read - usage.cache_write
    brief = usage.cache_write - usage.cache_write_hour
    micro = fresh * input_usd + usage.cache_read * read + brief * write
    micro += usage.cache_write_hour * max(write, input_usd * HOUR_FACTOR)
    return (micro + usage.output * output_usd) / 1e6


def _listed_price(model: LiveModel, usage: Usage) -> float | None:
    # importing it takes a while, and only live gateways need it
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    tokens = Tokens(
        input_tokens=usage.input,
        output_tokens=usage.output,
        cache_read_tokens=usage.cache_read,
        cache_write_tokens=usage.cache_write,
        # most lists know an hour's price; without one it would be billed as five minutes
        **({"cache_write_1h_tokens": usage.cache_write_hour} if usage.cache_write_hour else {}),
    )
    try:
        return float(calc_price(tokens, model.model, provider_api_url=model.url).total_price)
    except (LookupError, ValueError):
        return None
