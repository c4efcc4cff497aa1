"""The admin contract: what the runner asks of a gateway, over a socket that no trial can reach."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field

from harness.exercise.scenario import PublicScenario
from harness.exercise.spec import Budget, LiveModel, Role, Strict

if TYPE_CHECKING:
    from harness.exercise.assessment import Assessment
    from harness.exercise.registry import Exercise

FaceName = Literal["openai.chat", "openai.responses", "anthropic.messages"]


SHORTEST_KEY, LONGEST_KEY = 8, 200
"""Characters of a key of the caller's own choice."""


class GatewayConfig(Strict):
    """All that a gateway process needs; read once from its standard input as JSON."""

    exercise: str
    """An id or a folder."""
    secret: str
    """Hexadecimal; keys the draws."""
    bank_digest: str
    card: dict[str, Any]
    backend: Literal["simulated", "live", "cassette"] = "simulated"
    live: dict[Role, LiveModel] = {}
    """By role. With the backend `cassette` they are recorded; without them it is replayed."""
    max_usd: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """What all trials of a live gateway may spend together."""
    cassette: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65_535)
    admin_socket: Path
    intake_socket: Path | None = None
    """Where sandboxes hand over listening descriptors; `None` without such sandboxes."""
    hold_ms: float = Field(default=4.0, ge=0, le=1_000)
    """Real milliseconds without a new request of the trial that a simulated reply waits for, so that
    parallel calls overlap."""

    @classmethod
    def of(cls, exercise: Exercise, assessment: Assessment, folder: Path, **more: Any) -> Self:
        """The configuration of a gateway for an assessment; its admin socket lies in `folder`."""
        return cls(
            exercise=str(exercise.folder),
            secret=assessment.secret.hex(),
            bank_digest=assessment.bank.digest,
            card=assessment.card,
            admin_socket=folder / "admin.sock",
            **more,
        )


class Ready(Strict):
    """The one line that a gateway prints when it listens."""

    base_url: str
    pid: int


class OpenTrial(Strict):
    """Begin a trial."""

    scenario: PublicScenario
    replay: int = Field(ge=0)
    epoch: int = Field(ge=0)
    contrary: bool = False
    """Whether what the model has to guess is guessed the other way; all draws are the same."""
    listener: str | None = None
    """When given, only connections that came by this listener are served."""
    budget: Budget | None = None
    """`None`: the exercise's."""
    keep: bool = True
    """False for a trial that never closes: nothing is recorded call by call, memory stays bounded."""
    token: str | None = Field(default=None, min_length=SHORTEST_KEY, max_length=LONGEST_KEY)
    """A key of the caller's own choice, for stand-alone use."""


class OpenedTrial(Strict):
    """A trial that waits for its program."""

    trial: str
    token: str
    """The bearer token and API key; it dies with the trial."""


class Unread(Strict):
    """A call that the model did not understand, of a trial of which nothing is recorded."""

    seq: int
    why_not: str
    guessed: tuple[str, ...] = ()
    """The fields that were guessed, where no more is lost."""


class Charge(Strict):
    """Tokens and dollars of one request. `input` counts all of the prompt, cached or not."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    usd: float = 0.0
    priced: bool = True
    """False: some of it has no known price; `usd` leaves that out, and cost is not measured."""


class ModeRecord(Strict):
    """One way to err at one call."""

    mode: str
    p: float
    u: float
    fired: bool


class DrawRecord(Strict):
    """One keyed draw."""

    key: tuple[str, str, str, int | str, str]
    u: float


class CallRecord(Strict):
    """One model request, answered or refused. Messages stand by digest."""

    seq: int
    face: FaceName
    model: str
    role: str | None
    snapshot: str = ""
    """The dated name of the model that answered, for which `model` may be an alias."""
    status: int
    """The HTTP status that the client was sent."""
    fault: str | None = None
    start: float
    end: float
    """Virtual seconds."""
    messages: tuple[str, ...] = ()
    """Digests, in order; the contents stand once each in the record's `contents`."""
    tools: str | None = None
    output: str | None = None
    reply: str | None = None
    stop: str | None = None
    stream: bool = False
    temperature: float | None = None
    max_tokens: int | None = None
    client_retry: int | None = None
    """What the SDK said in `x-stainless-retry-count`; shown, never trusted."""
    charge: Charge = Charge()
    understood: bool = True
    why_not: str = ""
    operation: str = ""
    decision: str = ""
    subject: str = ""
    attempt: int = 0
    contended: bool = False
    """Another request with the same draw key was in flight."""
    modes: tuple[ModeRecord, ...] = ()
    draws: tuple[DrawRecord, ...] = ()
    unknown_fields: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    """The fields that the model had to guess; empty where more is not understood. Where another guess makes
    no difference to the trial, the call counts as understood."""


class ToolRecord(Strict):
    """One call of a world tool, or one `GET /task`."""

    seq: int
    tool: str
    arguments: dict[str, Any]
    status: int
    fault: str | None = None
    at: float
    """Virtual seconds at arrival."""
    result: Any = None
    """What the world answered, whether or not it was delivered."""
    delivered: bool = True


class Finding(Strict):
    """Something that a person should look at. It never changes a score by itself."""

    kind: str
    detail: str
    seq: int | None = None


class GatewayRecord(Strict):
    """What the gateway saw of one trial, and the world's end state."""

    calls: tuple[CallRecord, ...]
    tools: tuple[ToolRecord, ...]
    end: dict[str, Any]
    contents: dict[str, Any]
    """Digest -> `{"role", "parts"}` (a reply has `stop` too; several choices stand under `choices`),
    `{"tools"}` or `{"name", "schema", "strict"}`, each once."""
    charge: Charge
    virtual_seconds: float
    requests: int
    """Model requests that arrived, refused ones included."""
    refused: int
    """Requests turned away because the budget was spent."""
    simulator: str
    """The model's version, or what stands for it live."""
    findings: tuple[Finding, ...] = ()
    environment: str | None = None
    """What failed outside of both us and the program: an upstream that cannot be reached, money that
    is spent. Such a trial is to be run again."""
    failure: str | None = None
    """What failed in the exercise's or the gateway's own code; such a trial is not measured."""
    stalled_seconds: float = 0.0
    """While it was open: the gateway was ready to answer and the machine did not let it run."""
