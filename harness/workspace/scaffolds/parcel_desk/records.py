"""The shapes of a scenario: the mail, and what its author says that it means."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from harness.exercise.scenario import PublicScenario
from harness.exercise.spec import Share, Strict


class Mail(Strict):
    """The mail that is to be dealt with."""

    id: str
    name: str
    sender: str = Field(alias="from")
    subject: str
    body: str


class Fact(Strict):
    """One thing that the mail states, and the least words that carry it.

    Of a decoy that is an id, words beside it as well: the id alone stands in its record too.
    """

    fact: Literal["tracking_id", "issue", "demanded"]
    value: str
    spans: tuple[str, ...] = Field(min_length=1)


class Wording(Strict):
    """The mail in one language, with what it states and what a careless reader takes for that."""

    language: Literal["en", "de"]
    subject: str
    body: str
    facts: tuple[Fact, ...]
    decoys: tuple[Fact, ...] = ()


class Meaning(Strict):
    """`Scenario.meaning`. It never holds what a good end would be."""

    language: Literal["en", "de"] = "en"
    facts: tuple[Fact, ...]
    decoys: tuple[Fact, ...] = ()
    ambiguity: Share = 0.0
    """How hard the mail is to read."""
    english: Wording | None = None
    """A translation, with the same facts and decoys marked."""

    def wordings(self, mail: Mail) -> tuple[Wording, ...]:
        """The mail as it came, and its translation if there is one."""
        own = Wording(
            language=self.language,
            subject=mail.subject,
            body=mail.body,
            facts=self.facts,
            decoys=self.decoys,
        )
        return (own, self.english) if self.english is not None else (own,)


def case_of(scenario: PublicScenario) -> tuple[Mail, Meaning]:
    """The mail and its meaning. Raises Pydantic's `ValidationError` for broken ones."""
    return Mail.model_validate(scenario.world["mail"]), Meaning.model_validate(scenario.meaning)
