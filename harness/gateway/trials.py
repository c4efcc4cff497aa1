"""The open trials of a gateway, and who may speak for which."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.errors import UsageError
from harness.exercise.registry import Exercise
from harness.exercise.spec import Budget
from harness.gateway.admin_api import GatewayConfig, GatewayRecord, OpenedTrial, OpenTrial, Unread
from harness.gateway.backends.base import Backend
from harness.gateway.http import Incoming
from harness.gateway.ledger import Ledger
from harness.gateway.meter import Meter
from harness.gateway.responses import Responses
from harness.gateway.room import GATEWAY_BYTES, TRIAL_BYTES, Room
from harness.gateway.stalls import Stalls
from harness.gateway.threads import Threads
from harness.gateway.trial import Trial
from harness.rng import Draws

ENDLESS = Budget(requests=10**12, usd=1e12, tool_calls=10**12)
"""For a trial that never closes."""


@dataclass(slots=True)
class Trials:
    """Opens and closes trials; finds the one that a request belongs to."""

    exercise: Exercise
    backend: Backend
    config: GatewayConfig
    stalls: Stalls = field(default_factory=Stalls)
    room: Room = field(default_factory=lambda: Room(GATEWAY_BYTES))
    _by_id: dict[str, Trial] = field(default_factory=dict)
    _by_token: dict[str, Trial] = field(default_factory=dict)
    _stalled_before: dict[str, float] = field(default_factory=dict)

    def open(self, wanted: OpenTrial) -> OpenedTrial:
        """Begin a trial. Raises `UsageError` for a listener or a key that is taken."""
        if wanted.listener is not None and self.by_listener(wanted.listener):
            raise UsageError(f"a trial with the listener `{wanted.listener}` is open already")
        scope = (
            self.config.bank_digest,
            self.backend.version,
            wanted.scenario.id,
            wanted.replay,
            wanted.epoch,
        )
        draws = Draws(bytes.fromhex(self.config.secret), scope)
        budget = self.exercise.spec.budget.times(wanted.scenario.tasks) if wanted.keep else ENDLESS
        trial = Trial(
            scenario=wanted.scenario,
            world=self.exercise.world(wanted.scenario, draws),
            draws=draws,
            meter=Meter(wanted.budget or budget),
            ledger=Ledger(keep=wanted.keep),
            simulator=self.backend.version,
            room=Room(TRIAL_BYTES, self.room),
            contrary=wanted.contrary,
            listener=wanted.listener,
            responses=Responses(bounded=not wanted.keep),
            threads=Threads(bounded=not wanted.keep),
        )
        if wanted.token is not None:
            if wanted.token in self._by_token:
                raise UsageError("a trial with this key is open already")
            trial.token = wanted.token
        self._stalled_before[trial.id] = self.stalls.seconds
        self._by_id[trial.id] = self._by_token[trial.token] = trial
        return OpenedTrial(trial=trial.id, token=trial.token)

    def close(self, id: str) -> tuple[GatewayRecord, str | None]:
        """End a trial: its record, and the listener that dies with it. Raises `KeyError`."""
        trial = self._by_id.pop(id)
        del self._by_token[trial.token]
        trial.closed = True
        stalled = round(self.stalls.seconds - self._stalled_before.pop(id), 3)
        return trial.record().model_copy(update={"stalled_seconds": stalled}), trial.listener

    def find(self, incoming: Incoming) -> Trial | None:
        """The trial whose key the request bears, if it came by that trial's own door."""
        token = incoming.token
        trial = self._by_token.get(token) if token else None
        return trial if trial is not None and trial.listener == incoming.door else None

    def by_listener(self, listener: str) -> bool:
        """Whether a trial waits behind this listener."""
        return any(trial.listener == listener for trial in self._by_id.values())

    def unread(self) -> list[Unread]:
        """What no model understood since this was asked last, of trials of which nothing is recorded."""
        told = [one for trial in self._by_id.values() for one in trial.unread]
        for trial in self._by_id.values():
            trial.unread.clear()
        return told

    def __len__(self) -> int:
        return len(self._by_id)
