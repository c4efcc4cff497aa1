"""What answers say of letters, rivals, translations and the mail's own words."""

from __future__ import annotations

from typing import Any

from .aspects import held, share
from .critique import preferred
from .mind import Mind
from .quoting import quotes
from .threads import messages
from .told_letters import on_letter
from .translating import translated
from .wording import reply_body


class Written:
    """The slots of these; the rest are `Answers`'."""

    mind: Mind

    @property
    def on_letter(self: Any) -> str:
        """The grounds of a verdict on a letter; empty where none is judged."""
        judging = self.mind.operation == "critique" and (self.mind.proposal or {}).get("letter")
        return on_letter(self.mind, self.objections) if judging else ""

    def _reply(self: Any) -> str:
        return reply_body(self.mind, self.resolution, self.noise)

    def _subject(self: Any) -> str:
        return f"Your order {self.belief.order_id}" if self.belief.order_id else "Your message to us"

    def _false_claim(self: Any) -> bool:
        return bool(held("claim", self.mind, self.resolution, self.objections))

    def _score(self: Any) -> float:
        return share(self.objections)

    def _winner(self: Any) -> str:
        return preferred(self.mind, self.resolution, self.noise)

    def _translation(self: Any) -> str | None:
        return translated(self, headed=False) if self.mind.mail.present else None

    def _quote_source(self) -> str | None:
        return "mail" if self.mind.mail.present else None

    def _thread(self) -> list[dict[str, Any]] | None:
        return messages(self.mind) if self.mind.mail.present else None

    def _legal_quote(self: Any) -> str | None:
        return " ".join(quotes(self.mind, "legal", sentences=True)) or None if self.facts.legal else None

    def _injection_quote(self: Any) -> str | None:
        flagged = self.mind.mail.injected and not self.belief.obeys
        return " ".join(quotes(self.mind, "injection")) or None if flagged else None

    def _chargeback_quote(self) -> str | None:
        return " ".join(quotes(self.mind, "chargeback")) or None
