"""What the Responses API keeps between requests: a trial's own answers, and no other trial's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from harness.exchange import Message, Request
from harness.gateway.wire.base import Answer, Problem
from harness.gateway.wire.responses_input import check_items, items, join
from harness.gateway.wire.responses_output import response

Json = Any
MOST_KEPT = 500
"""Answers that a trial which never closes keeps; the oldest go first."""


class Kept(NamedTuple):
    """An answer that can be asked for, or gone on from."""

    answer: Answer
    turns: tuple[Message, ...]
    """All of the conversation before the answer, without instructions."""


@dataclass(slots=True)
class Responses:
    """The answers of one trial by id."""

    bounded: bool = False
    _kept: dict[str, Kept] = field(default_factory=dict)

    def continued(self, request: Request) -> Request:
        """The request with the turns that `previous_response_id` stands for.

        Instructions are this request's own, as the vendor has it. Raises `Problem` for an id that
        this trial was not given, and for calls and results that do not match.
        """
        head, turns = self._split(request)
        previous = request.extra["previous"]
        if previous is not None:
            kept = self._kept.get(previous)
            if kept is None:
                raise Problem(
                    "invalid",
                    f"Previous response with id '{previous[:80]}' not found.",
                    code="previous_response_not_found",
                    param="previous_response_id",
                )
            said = Message("assistant", kept.answer.replies[0].parts)
            turns = join((*kept.turns, said), turns)
        check_items(turns)
        return request._replace(messages=(*head, *turns))

    def keep(self, answer: Answer) -> None:
        """Remember an answer, unless its request says not to."""
        if not answer.request.extra["store"]:
            return
        if self.bounded and len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[f"resp_{answer.id}"] = Kept(answer, self._split(answer.request)[1])

    def get(self, id: str) -> Kept:
        """Raises `Problem` for an id that this trial was not given."""
        kept = self._kept.get(id)
        if kept is None:
            raise Problem("not_found", f"Response with id '{id[:80]}' not found.", param="response_id")
        return kept

    def delete(self, id: str) -> None:
        """Raises `Problem` for an id that this trial was not given."""
        self.get(id)
        del self._kept[id]

    @staticmethod
    def _split(request: Request) -> tuple[tuple[Message, ...], tuple[Message, ...]]:
        heads: int = request.extra["instructions"]
        return request.messages[:heads], request.messages[heads:]


def kept_data(kept: Responses, method: str, rest: str) -> dict[str, Json]:
    """What `GET` and `DELETE /v1/responses/{id}` and `GET …/input_items` answer. Raises `Problem`."""
    id, _, more = rest.partition("/")
    if (method, more) == ("GET", ""):
        return response(kept.get(id).answer)
    if (method, more) == ("GET", "input_items"):
        rows = items(kept.get(id).turns, id.removeprefix("resp_"))
        first, last = (rows[0]["id"], rows[-1]["id"]) if rows else (None, None)
        return {"object": "list", "data": rows, "first_id": first, "last_id": last, "has_more": False}
    if (method, more) == ("DELETE", ""):
        kept.delete(id)
        return {"id": id, "object": "response", "deleted": True}
    raise Problem("not_found", f"Invalid URL ({method} /v1/responses/{rest[:200]})", code="unknown_url")
