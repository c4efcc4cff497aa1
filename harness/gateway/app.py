"""What trials see: model APIs and the world under one roof."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from harness.exercise.spec import ExerciseSpec
from harness.gateway import catalogue, world
from harness.gateway.backends.simulated import SimulatedBackend
from harness.gateway.calls import Endpoint, Keep
from harness.gateway.http import Incoming, new_id
from harness.gateway.prompts import models_by_name
from harness.gateway.trial import Trial
from harness.gateway.trials import Trials
from harness.gateway.wire.anthropic_messages import AnthropicMessages
from harness.gateway.wire.base import Problem, Wire
from harness.gateway.wire.openai_chat import OpenAIChat
from harness.gateway.wire.openai_responses import OpenAIResponses

Handler = Callable[[Trial, Incoming], Awaitable[None]]


@dataclass(slots=True)
class Gateway:
    """Routes a request to its handler once its key has been recognised."""

    trials: Trials
    hold: float
    """Real seconds that simulated replies are held."""
    keep: Keep | None = None
    """Records a live model's answers."""
    _routes: dict[tuple[str, str], Handler] = field(default_factory=dict)

    def __post_init__(self) -> None:
        spec = self.spec
        self._routes = {
            ("POST", "/v1/chat/completions"): self._endpoint(OpenAIChat()).serve,
            ("POST", "/v1/responses"): self._endpoint(OpenAIResponses()).serve,
            ("POST", "/v1/responses/input_tokens"): partial(catalogue.count_input, models_by_name(spec)),
            ("POST", "/v1/messages"): self._endpoint(AnthropicMessages()).serve,
            ("POST", "/v1/messages/count_tokens"): partial(catalogue.count_tokens, models_by_name(spec)),
            ("GET", "/v1/models"): partial(catalogue.list_models, spec),
            ("GET", "/task"): world.serve_task,
        }

    @property
    def spec(self) -> ExerciseSpec:
        """The exercise's."""
        return self.trials.exercise.spec

    def _endpoint(self, wire: Wire) -> Endpoint:
        models, backend = models_by_name(self.spec), self.trials.backend
        if isinstance(backend, SimulatedBackend):
            return Endpoint(models, backend, wire, self.hold)
        from harness.gateway.backends.live import LiveBackend  # its HTTP client is for those who need it

        if not isinstance(backend, LiveBackend):
            return Endpoint(models, backend, wire, self.hold)
        from harness.gateway.live_calls import LiveVisit

        return Endpoint(models, backend, wire, 0.0, LiveVisit, self.keep)

    async def handle(self, incoming: Incoming) -> None:
        """One HTTP request. Raises `harness.gateway.http.ClientGone`."""
        trial = self.trials.find(incoming)
        if trial is None:
            stranger = Problem("auth", "Incorrect API key provided.", code="invalid_api_key")
            await self._refuse(incoming, stranger, new_id())
            return
        handler = self._routes.get((incoming.method, incoming.path))
        if handler is not None:
            await handler(trial, incoming)
        elif incoming.method == "POST" and incoming.path.startswith("/tools/"):
            await world.serve_tool(trial, incoming, incoming.path.removeprefix("/tools/"))
        elif incoming.method == "GET" and incoming.path.startswith("/v1/models/"):
            name = incoming.path.removeprefix("/v1/models/")
            await catalogue.one_model(self.spec, trial, incoming, name)
        elif incoming.path.startswith("/v1/responses/"):
            await catalogue.kept_response(trial, incoming, incoming.path.removeprefix("/v1/responses/"))
        else:
            await self._refuse(incoming, self._no_route(incoming), trial.spare_id())

    def _no_route(self, incoming: Incoming) -> Problem:
        if any(path == incoming.path for _, path in self._routes):
            return Problem(
                "method", f"Method {incoming.method} is not allowed here.", code="method_not_allowed"
            )
        shown = f"{incoming.method} {incoming.path[:200]}"
        return Problem("not_found", f"Invalid URL ({shown})", code="unknown_url")

    async def _refuse(self, incoming: Incoming, problem: Problem, id: str) -> None:
        """In the shape that the client of that path expects."""
        models = incoming.path.startswith("/v1") or catalogue.speaks_anthropic(incoming)
        await (catalogue.refuse if models else world.refuse)(incoming, problem, id)
