"""What answers say of a letter's parts: the line over it, the greeting, what it tells, the closing."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from exercises.flaky_agent_trace.deciding.handed import letter_asked
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters
from exercises.flaky_agent_trace.writing.dictated import language_wanted
from exercises.flaky_agent_trace.writing.sympathy import sympathy
from exercises.flaky_agent_trace.writing.wording import reply_body

_CLOSES = frozenset({"letter_closing", "signature"})
_LEAST = 2

_READ = {
    "en": ("Thank you for your message.", "We have read what you write about order {order}."),
    "de": ("Vielen Dank für Ihre Nachricht.", "Wir haben gelesen, was Sie zur Bestellung {order} schreiben."),
    "fr": ("Merci de votre message.", "Nous avons bien lu ce que vous écrivez sur la commande {order}."),
    "es": ("Gracias por su mensaje.", "Hemos leído lo que escribe sobre el pedido {order}."),
    "nl": ("Bedankt voor uw bericht.", "Wij hebben gelezen wat u over bestelling {order} schrijft."),
    "pl": ("Dziękujemy za wiadomość.", "Przeczytaliśmy, co piszą Państwo o zamówieniu {order}."),
}  # fmt: skip


class Parted:
    """The slots of these; the rest are `Answers`'."""

    mind: Mind

    @property
    def taken_apart(self: Any) -> bool:
        """Whether the mail is to be given back in its parts: its body is no letter of the model's."""
        asked = self.mind.contract.slots
        parts = "signature" in asked or {"subject", "sender"} <= asked
        return parts and self.mind.mail.present and self.mind.operation in {"extract", "classify"}

    @property
    def writes_letter(self: Any) -> bool:
        """Whether nothing but a letter to the customer is wanted."""
        reads = self.mind.operation in {"critique", "judge"}
        return not reads and letter_asked(self.mind.instructions)

    @cached_property
    def letter(self: Any) -> tuple[str, list[str], str]:
        """A letter in its parts: the greeting, what it says, the closing."""
        parts = reply_body(self.mind, self.resolution, self.noise).split("\n\n")
        greets = len(parts) > 1 and parts[0].rstrip().endswith((",", ":", "!"))
        closes = len(parts) > _LEAST and "\n" in parts[-1]
        greeting, closing = parts[0] if greets else "", parts[-1] if closes else ""
        return greeting, parts[greets : len(parts) - closes], closing

    def _reply(self: Any) -> str:
        if self.taken_apart and not self.writes_letter:
            return str(self("original_mail"))
        asked = self.mind.contract.slots
        if not (self.writes_letter and asked & {"greeting", *_CLOSES}):
            return reply_body(self.mind, self.resolution, self.noise)
        greeting, said, closing = self.letter
        head = [greeting] if greeting and "greeting" not in asked else []
        end = [closing] if closing and not asked & _CLOSES else []
        return "\n\n".join([*head, *said, *end])

    def _subject(self: Any) -> str:
        writes = self.writes_letter or ("reply" in self.mind.contract.slots and not self.taken_apart)
        if self.mind.operation in {"extract", "classify"} and self.mind.headed and not writes:
            return str(self.mind.scene.state.ticket.subject)
        language = language_wanted(self.mind)
        about, without = letters().subject[language]
        return about.format(order=self.belief.order_id) if self.belief.order_id else without

    def _headline(self: Any) -> str | None:
        """What stands over a letter, or over a case for colleagues."""
        if self.writes_letter or not self.mind.mail.present:
            return self._subject()  # type: ignore[no-any-return]
        said = next((ask["summary"] for ask in self("asks") or [] if ask.get("summary")), "")
        return f"{said[0].upper()}{said[1:]}" if said else None

    def _greeting(self: Any) -> str | None:
        return self.letter[0] or None if self.writes_letter else self("salutation")

    def _letter_opening(self: Any) -> str | None:
        """That the mail was read, and of which order; nothing of what comes of it."""
        if not self.mind.mail.present:
            return None
        thanks, read = _READ.get(str(self("language")), _READ["en"])
        order = self.belief.order_id
        return f"{thanks} {read.format(order=order)}" if order else thanks

    def _sympathy(self: Any) -> str | None:
        """A sentence about what happened, in the language that is asked for."""
        there = self.mind.mail.present
        return sympathy(self, self.mind.instructions, self.noise) if there else None

    def _letter_closing(self: Any) -> str | None:
        return self.letter[2] or None if self.writes_letter else None

    def _letter_paragraphs(self: Any) -> list[str] | None:
        said: list[str] | None = self.letter[1] if self.writes_letter else self("clauses")
        return said
