"""Everything that a gateway knows about one trial while it runs."""

from __future__ import annotations

import hashlib
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from harness.clock import VirtualClock
from harness.exchange import Usage
from harness.exercise.parts import ModeDraw, Served, TrialView, World
from harness.exercise.scenario import PublicScenario
from harness.exercise.spec import ModelSpec, Role
from harness.gateway.admin_api import (
    CallRecord,
    Charge,
    DrawRecord,
    FaceName,
    Finding,
    GatewayRecord,
    ModeRecord,
    ToolRecord,
    Unread,
)
from harness.gateway.cache import PromptCache
from harness.gateway.http import Connection, Incoming
from harness.gateway.ledger import Ledger
from harness.gateway.meter import Meter
from harness.gateway.responses import Responses
from harness.gateway.room import Room
from harness.gateway.threads import Threads
from harness.rng import Draw, Draws

Json = Any
Question = tuple[str, str]
"""(decision, subject)"""
UNUSED = Usage(0, 0)
UNNUMBERED = 0xF00000
"""Behind the places of all requests that a trial may make."""
MOST_FINDINGS = 40
MOST_SPARE_RECORDS = 40
"""Refused requests are recorded up to this number; all of them are counted."""
MOST_UNREAD = 100
"""Of a trial that never closes, so many calls that were not understood wait to be told of."""
MOST_SERVED = 2_000
"""Of a trial that never closes, the view reaches back so many served values."""


@dataclass(slots=True)
class Call:
    """A model request while it is being answered; becomes a `CallRecord`."""

    seq: int
    face: FaceName
    start: float
    end: float
    retry: int | None = None
    model: str = ""
    role: Role | None = None
    snapshot: str = ""
    status: int = 200
    fault: str | None = None
    messages: tuple[str, ...] = ()
    tools: str | None = None
    output: str | None = None
    reply: str | None = None
    stop: str | None = None
    stream: bool = False
    temperature: float | None = None
    max_tokens: int | None = None
    usage: Usage = UNUSED
    usd: float = 0.0
    priced: bool = True
    understood: bool = True
    why_not: str = ""
    operation: str = ""
    decision: str = ""
    subject: str = ""
    attempt: int = 0
    contended: bool = False
    modes: tuple[ModeDraw, ...] = ()
    draws: list[Draw] = field(default_factory=list)
    unknown_fields: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()

    def record(self) -> CallRecord:
        """As it stands in the trial's record."""
        return CallRecord(
            seq=self.seq,
            face=self.face,
            model=self.model,
            role=self.role,
            snapshot=self.snapshot,
            status=self.status,
            fault=self.fault,
            start=round(self.start, 6),
            end=round(self.end, 6),
            messages=self.messages,
            tools=self.tools,
            output=self.output,
            reply=self.reply,
            stop=self.stop,
            stream=self.stream,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            client_retry=self.retry,
            charge=charge(self.usage, self.usd, priced=self.priced),
            understood=self.understood,
            why_not=self.why_not,
            operation=self.operation,
            decision=self.decision,
            subject=self.subject,
            attempt=self.attempt,
            contended=self.contended,
            modes=tuple(ModeRecord(mode=m.mode, p=m.p, u=m.u, fired=m.fired) for m in self.modes),
            draws=tuple(DrawRecord(key=draw.key, u=draw.u) for draw in self.draws),
            unknown_fields=self.unknown_fields,
            guessed=self.guessed,
        )


def charge(usage: Usage, usd: float, *, priced: bool = True) -> Charge:
    """Tokens and dollars as records hold them."""
    return Charge(
        input=usage.input,
        output=usage.output,
        cache_read=usage.cache_read,
        cache_write=usage.cache_write,
        usd=round(usd, 9),
        priced=priced,
    )


@dataclass(slots=True)
class Trial:
    """One trial. Everything here happens in the event loop, between two awaits at a time."""

    scenario: PublicScenario
    world: World
    draws: Draws
    meter: Meter
    ledger: Ledger
    simulator: str
    room: Room
    contrary: bool = False
    """Whether a simulated model guesses the other way where it has to guess."""
    listener: str | None = None
    token: str = field(default_factory=lambda: f"sk-takehome-{secrets.token_urlsafe(24)}")
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    clock: VirtualClock = field(default_factory=VirtualClock)
    closed: bool = False
    failure: str | None = None
    environment: str | None = None
    priced: bool = True
    calls: list[Call] = field(default_factory=list)
    unread: deque[Unread] = field(default_factory=lambda: deque(maxlen=MOST_UNREAD))
    """Of a trial that never closes."""
    tools: list[ToolRecord] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    attempts: dict[Question, int] = field(default_factory=dict)
    """Answered requests by question; the next attempt's number."""
    asked: dict[Question, int] = field(default_factory=dict)
    """All requests by question; numbers the draws of faults."""
    tries: dict[str, int] = field(default_factory=dict)
    """Calls of a tool by `faults.call_name`."""
    flying: dict[Question, list[Call]] = field(default_factory=dict)
    caches: dict[str, PromptCache] = field(default_factory=dict)
    last_arrival: float = 0.0
    """Of a model request, by the event loop's clock."""
    responses: Responses = field(default_factory=Responses)
    threads: Threads = field(default_factory=Threads)
    _connections: set[Connection] = field(default_factory=set)
    free: int = 0
    """Requests for models and token counts, which cost nothing."""
    _seq: int = 0
    _unnumbered: int = 0
    _spare: int = 0
    _prefix: str = ""
    _views: dict[tuple[Role, str], TrialView] = field(default_factory=dict)
    """As long as nothing new was served or said."""

    @property
    def keep(self) -> bool:
        """Whether calls are recorded one by one."""
        return self.ledger.keep

    def next_seq(self) -> int:
        """Numbers everything that the trial sends, in order of arrival."""
        self._seq += 1
        return self._seq

    def arrive(self, incoming: Incoming) -> None:
        """A model request's head is there."""
        self.last_arrival = incoming.arrived
        if self.keep:
            self._connections.add(incoming.connection)

    @property
    def connections_open(self) -> int:
        """How many connections that brought model requests are still open."""
        self._connections = {connection for connection in self._connections if connection.is_open}
        return len(self._connections)

    def request_id(self, seq: int) -> str:
        """Stands in replies; the same for the same trial and place, so that reruns look alike."""
        if not self._prefix:
            text = repr(self.draws.scope).encode() + self.draws.secret
            self._prefix = hashlib.sha256(b"request id" + text).hexdigest()[:16]
        return f"{self._prefix}{seq:06x}"

    def spare_id(self) -> str:
        """For the reply to a request that no record numbers."""
        self._unnumbered += 1
        return self.request_id(UNNUMBERED + self._unnumbered)

    def view(self, role: Role, snapshot: str = "") -> TrialView:
        """What a simulated model may know besides the request."""
        said, found = self.ledger.said, self._views.get((role, snapshot))
        if found is None or found.said is not said:
            found = TrialView(self.scenario, tuple(self.served), said, role, snapshot)
            self._views[role, snapshot] = found
        return found

    def cache(self, spec: ModelSpec, snapshot: str) -> PromptCache:
        """The prompt cache of one snapshot of a model."""
        found = self.caches.get(snapshot)
        if found is None:
            found = self.caches[snapshot] = PromptCache(spec.cache_min_tokens, spec.token_factor)
        return found

    def reserve(self, call: Call, question: Question, count: int) -> int:
        """Take the next `count` attempts at a question; marks requests that race for the same one."""
        attempt = self.attempts.get(question, 0)
        self.attempts[question] = attempt + count
        racing = self.flying.setdefault(question, [])
        for other in racing:
            other.contended = True
        call.contended = bool(racing)
        racing.append(call)
        return attempt

    def give_back(self, question: Question, attempt: int, count: int) -> None:
        """The reply did not reach the client whole: the next try meets the same draws."""
        if self.attempts.get(question) == attempt + count:
            self.attempts[question] = attempt

    def landed(self, call: Call, question: Question) -> None:
        """The reply has been written, or the client is gone."""
        racing = self.flying.get(question, [])
        if call in racing:
            racing.remove(call)
        if not racing:
            self.flying.pop(question, None)

    def count_try(self, call: str) -> int:
        """How often the same tool call was tried before."""
        if not self.keep and len(self.tries) > MOST_SERVED:
            self.tries.clear()
        before = self.tries.get(call, 0)
        self.tries[call] = before + 1
        return before

    def add_call(self, call: Call, *, spare: bool = False) -> None:
        """Record a call. `spare`: it was turned away, and only so many of those are kept."""
        self._spare += spare
        if self.keep and not (spare and self._spare > MOST_SPARE_RECORDS):
            self.calls.append(call)
        if not (self.keep or spare or call.understood):
            self.unread.append(Unread(seq=call.seq, why_not=call.why_not, guessed=call.guessed))

    def add_tool(self, record: ToolRecord, *, spare: bool = False) -> None:
        """Record a call to the world."""
        self._spare += spare
        if self.keep and not (spare and self._spare > MOST_SPARE_RECORDS):
            self.tools.append(record)

    def serve(self, served: Served) -> None:
        """Remember a value that the world gave out."""
        self.served.append(served)
        self._views.clear()
        if not self.keep and len(self.served) > MOST_SERVED:
            del self.served[: MOST_SERVED // 2]

    def find(self, kind: str, detail: str, seq: int | None = None) -> None:
        """Note something for a person to look at."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(kind=kind, detail=detail[:500], seq=seq))

    def fail(self, where: str, error: Exception, seq: int) -> None:
        """Our own code failed: the trial is not measured, and nobody is blamed."""
        detail = f"{where}: {type(error).__name__}: {error}"[:500]
        self.failure = self.failure or detail
        self.find("grader_error", detail, seq)

    def break_off(self, detail: str) -> None:
        """The environment failed: the trial is to be run again."""
        self.environment = self.environment or detail[:500]

    def record(self) -> GatewayRecord:
        """What was seen. Raises nothing: a world that cannot tell its end fails the trial instead."""
        end: dict[str, Json] = {}
        try:
            end = self.world.end_state()
        except Exception as error:
            self.fail("the world's end state", error, self._seq)
        meter = self.meter
        return GatewayRecord(
            calls=tuple(call.record() for call in sorted(self.calls, key=lambda call: call.seq)),
            tools=tuple(self.tools),
            end=end,
            contents=self.ledger.contents,
            charge=charge(
                Usage(meter.input, meter.output, meter.cache_read, meter.cache_write),
                meter.spent,
                priced=self.priced,
            ),
            virtual_seconds=round(self.clock.now, 6),
            requests=meter.requests,
            refused=meter.refused,
            simulator=self.simulator,
            findings=tuple(self.findings),
            environment=self.environment,
            failure=self.failure,
        )
