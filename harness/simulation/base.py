"""The base of an exercise's simulated model: everything but the exercise's own knowledge.

`Simulation` reads a request into a context, a contract and an operation, asks the exercise's code what
it makes of them, and puts the answer on the wire in whatever style the program wants.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from harness.exchange import Reply, Request, Text, ToolCall
from harness.exercise.parts import Reading, Thought, TrialView, Turn
from harness.simulation.calling.dispatchers import joined, parted
from harness.simulation.calling.stepping import Stepping, calls_in
from harness.simulation.card import Card
from harness.simulation.filling.guessing import MEANS_NOTHING, blind, contrary, named
from harness.simulation.filling.schema import Filling
from harness.simulation.filling.spelled import in_words
from harness.simulation.filling.stated import Stated
from harness.simulation.forms.begun import goes_on
from harness.simulation.forms.contract import Contract, ids_served, read_contract
from harness.simulation.forms.demands import aloud, missed
from harness.simulation.forms.keyed_enums import by_key
from harness.simulation.forms.rendering import ASIDE, THOUGHT, Layout
from harness.simulation.forms.styled import unstyled
from harness.simulation.forms.tags_aside import tags_aside
from harness.simulation.forms.turns import without
from harness.simulation.founded import EMAIL, Ground
from harness.simulation.meaning.beliefs import Belief
from harness.simulation.noise import Noise, sampled
from harness.simulation.operations import QUESTIONS, MindLike, freely, operation_of
from harness.simulation.reading.context import Context, quoted, read_context
from harness.simulation.reading.laid_out import laid_out
from harness.simulation.saying import UNCLEAR, call, ended, json_reply, said_in, say, torn, variant, words_in
from harness.simulation.soundness import sound_request
from harness.simulation.version import source_digest
from harness.simulation.vocabulary import Vocabulary

Parts = list[Text | ToolCall]
M = TypeVar("M", bound=MindLike)


class Simulation(ABC, Generic[M]):
    """A simulated model. An exercise fills in what it knows of its own world."""

    honest: tuple[str, ...] = ("I am a simulated model; I know nothing about that.",)
    """What it says to what is none of its business."""
    names = re.compile(EMAIL)
    """What an answer names only where it stands in the request."""

    def __init__(self, name: str, card: Card, vocabulary: Vocabulary, folder: Path) -> None:
        """`folder`: where the exercise's sources are; their digest is the version."""
        self.card = card
        self.vocabulary = vocabulary
        self.provenance = card.provenance
        self.version = f"{name}/{source_digest(folder)[:12]}"

    @abstractmethod
    def behold(self, context: Context, contract: Contract, view: TrialView) -> M:
        """What of this exercise stands in the context."""

    @abstractmethod
    def instructions(self, mind: M) -> str:
        """What the program says itself, without documents and data."""

    def demanded(self, mind: M) -> str:
        """Where the program says in which form a text is to be."""
        return self.instructions(mind)

    @abstractmethod
    def proposed(self, mind: M) -> bool:
        """Whether a resolution stands in the context that some earlier step came to."""

    @abstractmethod
    def settle(self, mind: M, operation: str, request: Request) -> None:
        """Note the operation (which the exercise may correct) and the features in the mind."""

    @abstractmethod
    def relevant(self, mind: M) -> bool:
        """Whether anything of this exercise stands in the context."""

    def lacks(self, mind: M) -> str:
        """What is asked about and does not stand in the request; empty where nothing is missing."""
        del mind
        return ""

    def invented(self, mind: M, said: str) -> str:
        """What an answer tells to have happened and the request does not show; empty where there is none."""
        del mind, said
        return ""

    def excuse(self, mind: M, noise: Noise) -> str:
        """What is said in plain words to a request that is not understood."""
        del mind
        return variant(noise, self.honest, "honest")

    @abstractmethod
    def step(self, mind: M) -> str:
        """Acting: the question that comes next."""

    @abstractmethod
    def subject(self, mind: M) -> str:
        """The entity decided on."""

    @abstractmethod
    def belief(self, mind: M, noise: Noise) -> Belief:
        """Slot → what the model answers."""

    @abstractmethod
    def act(self, mind: M, noise: Noise, step: str) -> Parts:
        """Acting: what is said and called now. Nothing: the answer is to be submitted."""

    @abstractmethod
    def prose(self, mind: M, noise: Noise) -> str:
        """The answer in plain words."""

    def keeps(self, view: TrialView) -> Callable[[str], bool]:
        """Whether a line is a document's own, which stays as it is."""
        del view
        return lambda _: False

    def read(self, request: Request, view: TrialView) -> Reading:
        """Understand the request. Pure: same request and view, same reading."""
        return self.understand(laid_out(request, self.keeps(view)), view)

    def understand(self, request: Request, view: TrialView) -> Reading:
        """Understand a request that is laid out plainly."""
        ontology, tools, cues = self.vocabulary
        request, deeds = parted(sound_request(request), tools, ontology)
        context = read_context(request, view)
        contract = read_contract(request, context, tools, ontology, ids_served(view.served))
        context = context if contract.examples is None else contract.examples.without(context)
        context = tags_aside(context, contract.layout if contract.form == "text" else None)
        mind = self.behold(context, replace(contract, deeds=deeds), view)
        contract = mind.contract  # the exercise may know what its fields ask
        operation = operation_of(
            contract, cues, quotes_own=bool(quoted(context, view)), proposal=self.proposed(mind),
            asked=without(self.instructions(mind), contract.fault),
        )  # fmt: skip
        self.settle(mind, operation, request)
        free = freely(contract, mind.operation, cues, ontology)
        if free is not contract:
            mind.contract = free
            afresh = operation_of(free, cues, quotes_own=True, proposal=True, asked="")
            self.settle(mind, mind.operation if mind.operation in cues.free else afresh, request)
        why_not = self._why_not(mind)
        guesses = not why_not and mind.operation != "act" and _structured(mind.contract)
        stated = Stated(context, mind.contract.schema)
        guessed = tuple(blind(mind.contract.schema, ontology, stated)) if guesses else ()
        if guessed or (guesses and not mind.contract.slots):
            why_not = f"{named(guessed) or 'all that is asked for'}: {MEANS_NOTHING}"
        decision = self.step(mind) if mind.operation == "act" else QUESTIONS.get(mind.operation, "chat")
        return Reading(not why_not, why_not, mind.operation, decision, self.subject(mind), mind, guessed)

    def answer(self, reading: Reading, turn: Turn) -> Thought:
        """Answer it. The only randomness is `turn`'s."""
        mind: Any = reading.state
        luck = sampled(turn, mind.context.temperature, said=mind.context.said)
        answering = _Answering(self, mind, Noise(self.card, luck, mind.role), reading)
        reply = answering.reply()
        called = any(isinstance(part, ToolCall) for part in reply.parts)
        lost = answering.why_not or answering.stuck or (reading.why_not and not reading.guessed)
        return Thought(
            replace(reply, parts=joined(reply.parts, mind.contract.deeds)),
            modes=answering.noise.modes,
            latency_factor=1.15 if called else 1.0,
            unknown_fields=tuple(answering.unknown),
            why_not=answering.why_not or answering.unsure,
            guessed=() if lost else tuple(dict.fromkeys(answering.guessed)),
        )

    def _why_not(self, mind: M) -> str:
        """Why the request is beyond this model; empty where it is not."""
        contract = mind.contract
        if not mind.context.pieces or contract.verbatim:
            return "" if contract.verbatim else "the request is empty"
        if contract.tools and all(tool.kind == "foreign" for tool in contract.tools):
            return "none of the tools offered is one that this exercise knows"
        if not self.relevant(mind):
            return "nothing of this exercise stands in the context"
        return "what is asked for is not clear" if mind.operation == "chat" else self.lacks(mind)


@dataclass
class _Answering(Generic[M]):
    """One answer under way."""

    model: Simulation[M]
    mind: M
    noise: Noise
    reading: Reading
    unknown: list[str] = field(default_factory=list)
    why_not: str = ""
    """The form that is asked for and that no answer here has."""
    unsure: str = ""
    """Why some fields could only be guessed."""
    guessed: list[str] = field(default_factory=list)
    """These fields, and those of the reading."""
    stuck: list[str] = field(default_factory=list)
    """Those of them that can say nothing else."""

    @property
    def ground(self) -> Ground:
        """What names may come from."""
        return Ground(self.mind.context, self.mind.contract, self.model.names)

    @property
    def belief(self) -> Belief:
        """What the model believes, as far as the request gives it."""
        return self.ground.believed(self.model.belief(self.mind, self.noise))

    def reply(self) -> Reply:
        """The reply in the form that the program wants, if all that it names stands in the request."""
        reply = self._continued(self._reply())
        said = "\n".join(map(said_in, reply.parts))
        made_up = self.ground.made_up(said) or self.model.invented(self.mind, said)
        if not made_up or self.why_not or self.mind.contract.verbatim:
            return reply
        self.why_not = f"{made_up}: this stands nowhere in the request"
        contract = self.mind.contract
        bound = contract.form in {"schema", "submit"} or (contract.required and contract.form == "calls")
        return reply if bound else say(self.model.excuse(self.mind, self.noise))

    def _continued(self, reply: Reply) -> Reply:
        """The rest of an answer that the program has begun itself."""
        begun, part = self.mind.context.begun, reply.parts[0] if len(reply.parts) == 1 else None
        if not begun or not isinstance(part, Text) or self.why_not or not self.reading.understood:
            return reply
        rest = goes_on(part.text, begun)
        self.why_not = "" if rest is not None else f"an answer that goes on from: {begun[:80]}"
        return say(f"{UNCLEAR.capitalize()}.") if rest is None else replace(reply, parts=(Text(rest),))

    def _reply(self) -> Reply:
        form = self.mind.contract.form
        if self.mind.contract.verbatim:
            return say(self.mind.contract.verbatim)
        laid = self.mind.contract.layout
        blank = laid is not None and (
            (laid.bare and not self.mind.contract.slots)
            or (laid.kind != "json" and bool(self.model.lacks(self.mind)))
        )
        if not self.reading.understood and (form in {"text", "react"} or blank):
            return say(self.model.excuse(self.mind, self.noise))
        if self.reading.operation == "act":
            return self._act()
        if form == "text":
            return self._in_tags(self.model.prose(self.mind, self.noise))
        return self._structured()

    def _in_tags(self, said: str) -> Reply:
        """A text in the tags that are wanted around it, if it has the form that is wanted besides."""
        if (layout := self.mind.contract.layout) is None:
            return self._in_form(said)
        reply = self._in_form(said, tags=(layout.thought, layout.within))
        thought = str(self.belief(ASIDE) or self.belief(THOUGHT) or "") if layout.thought else ""
        return reply if self.why_not else say(layout.around(said, thought))

    def _in_form(self, said: str, labels: tuple[str, ...] = (), tags: tuple[str, ...] = ()) -> Reply:
        """A text, if it has the form that the program names in words. `tags`: what it will stand in."""
        asked = self.model.demanded(self.mind)
        form = missed(asked, said, labels, tags) or (not labels and unstyled(asked, said))
        if not form:
            return say(said)
        self.why_not = f"an answer in this form: {form}"
        return say(f"{UNCLEAR.capitalize()}.")

    def _fires(self, mode: str, choice: str = "") -> bool:
        return self.noise.fires(mode, self.mind.features, choice, subject=self.mind.about)

    def _act(self) -> Reply:
        contract = self.mind.contract
        parts = self.model.act(self.mind, self.noise, self.reading.decision)
        silent = all(isinstance(part, Text) for part in parts)
        if silent and contract.submit is not None:
            value = self._filled(contract.submit.spec.schema, self.belief)
            parts = [call(contract.submit.spec.name, value)]
        elif silent and contract.required and contract.tools and contract.step is None:
            spec = next(
                (t.spec for t in contract.tools if t.spec.name == contract.forced), contract.tools[0].spec
            )
            parts = [call(spec.name, self._filled(spec.schema, self.belief))]
        if contract.form == "calls":
            called = any(isinstance(part, ToolCall) for part in parts)
            return Reply(tuple(parts), "tool" if called else "end")
        return self._in_text(parts) if contract.step is None else self._stepped(contract.step, parts)

    def _in_text(self, parts: Parts) -> Reply:
        """Calls for programs that read `Action:` lines out of text: one at a time."""
        made = next((part for part in parts if isinstance(part, ToolCall)), None)
        layout, contract = self.mind.contract.layout, self.mind.contract
        final = made is not None and made.name in (layout.labels if layout is not None else ())
        if (made is None or final) and layout is not None and contract.schema:
            said = self._laid_out(layout, self._filled(contract.schema, self.belief), self.belief)
            return ended(said, *next(iter(layout.labels.items())))
        if made is None:
            return self._without_a_call(words_in(parts))
        aside = words_in(parts) or "I need to take the next step."
        if contract.calls is None or not contract.calls.brackets:  # what is torn stays torn
            return say(f"Thought: {aside}\nAction: {made.name}\nAction Input: {made.arguments}")
        (done,) = calls_in([(made.name, made.arguments)])
        return say(f"Thought: {aside}\n{contract.calls.written(*done, contract.tools)}")

    def _without_a_call(self, words: str) -> Reply:
        """Words in a dialect of actions: in its last line; where it has none, they tell of nothing done."""
        calls = self.mind.contract.calls
        if calls is None or calls.ends:
            return ended(words, calls.ends if calls is not None else "")
        if self.reading.decision != "close" and not self.noise.modes:
            self.why_not = "which of the actions that are listed comes next"
            words = f"{UNCLEAR.capitalize()}."
        return say(f"Thought: {words}")

    def _stepped(self, step: Stepping, parts: Parts) -> Reply:
        """Calls for programs that read them out of JSON."""
        ontology, _, cues = self.model.vocabulary
        calls = calls_in((part.name, part.arguments) for part in parts if isinstance(part, ToolCall))
        words = words_in(parts)
        fixed: dict[str, Any] = {"done": not calls, "reply": None if calls else words or None}
        if calls:
            fixed |= dict.fromkeys(cues.decide)  # it is not decided before it is done
        if self.reading.decision == "look_up":
            fixed["reasoning"] = words or "I need to look this up before I can decide."
        belief = self.belief
        schema = dict((None if calls else step.ending) or self.mind.contract.schema or {})
        root = Filling(ontology, schema, worded=True, derives=False)

        def fill(part: Any, path: str, given: Mapping[str, Any]) -> Any:
            said = replace(root, given=given)
            return said.fill(part, lambda slot: fixed[slot] if slot in fixed else belief(slot), path=path)

        value = fill(schema, "", step.given(root, calls, fill) if calls or step.ending is None else {})
        value = self._guessed(value, schema, root, ())
        return Reply((call(step.within, value),), "tool") if step.within else self._json(value)

    def _structured(self) -> Reply:
        contract = self.mind.contract
        value = self._filled(contract.schema or {}, self.belief)
        if contract.layout is not None and not (contract.layout.kind == "json" and contract.strict):
            said = self._laid_out(contract.layout, value, self.belief)
            return say(said) if contract.layout.whole else self._in_form(said, contract.layout.marks)
        if contract.form != "submit" or contract.submit is None:
            return self._json(value)
        made = call(contract.submit.spec.name, value)
        if not contract.strict and self._fires("torn_call", "submit"):
            share = self.noise.turn.uniform("mode:tear", "submit")
            made = replace(made, arguments=torn(made.arguments, share))
        return Reply((made,), "tool")

    def _filled(self, schema: Mapping[str, Any], belief: Belief) -> dict[str, Any]:
        layout = self.mind.contract.layout
        filling = Filling(
            self.model.vocabulary.ontology, schema, derives=self.reading.operation != "act",
            worded=layout is not None and layout.kind != "json", stated=Stated(self.mind.context, schema),
        )  # fmt: skip
        value = filling.fill(dict(schema), belief)
        if filling.mute:
            self.unsure = f"{named(filling.mute)}: which option says the answer cannot be told"
        if filling.untold:
            self.unsure = f"{named(filling.untold)}: nothing in the request tells it"
        value = self._guessed(value, schema, filling, (*self.reading.guessed, *filling.mute, *filling.untold))
        return by_key(schema, value) if isinstance(value, dict) else {}

    def _guessed(self, value: Any, schema: Mapping[str, Any], filling: Filling, lost: Sequence[str]) -> Any:
        """The answer with its guesses noted, or turned; without `lost` it would be understood."""
        self.unknown += [name for name in filling.unknown if name not in self.unknown]
        guessed = [*lost, *filling.blind, *filling.doubtful]
        other, stuck = contrary(value, schema, guessed) if guessed else (value, [])
        self.stuck += [path for path in stuck if path in lost]
        self.guessed += [path for path in guessed if path not in stuck]
        return other if self.noise.turn.contrary else value

    def _laid_out(self, layout: Layout, value: dict[str, Any], belief: Belief) -> str:
        """The answer in a shape that is not bare JSON."""
        if layout.kind == "json" and not layout.thought and aloud(self.model.demanded(self.mind)):
            layout = replace(layout, thought="plain")
        thought = str(belief(ASIDE) or belief(THOUGHT) or "") if layout.thought else ""
        return layout.render(value, in_words(self.model.vocabulary.ontology), thought)

    def _json(self, value: dict[str, Any]) -> Reply:
        if self.mind.contract.strict:
            return json_reply(value)
        first = aloud(self.model.demanded(self.mind)) and self.belief(THOUGHT)
        chatty = str(first or ("Here is the result:" if self._fires("chatty_json") else ""))
        return json_reply(value, fenced=self._fires("fenced_json"), chatty=chatty)


def _structured(contract: Contract) -> bool:
    return contract.form in {"schema", "submit", "json"} and bool(contract.schema)
