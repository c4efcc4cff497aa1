"""Mails that stand in a context otherwise than they were sent: a sentence added, another item, never opened.

Whoever tries out what a model makes of a mail rewrites it. The author's notes tell what the words of the mail
as it was sent mean; of a sentence that is not among them the plain cues are read (`sentences.py`). What stays
is known by its notes. Where what was taken away decided and nothing of what replaced it is understood, the
mail counts as unread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from exercises.flaky_agent_trace.shop.records import Fact
from harness.simulation.reading.context import Context, Piece
from harness.simulation.reading.text import fold
from harness.simulation.reading.values import dates

from .amending import (
    Shown,
    Ware,
    Wares,
    amended,
    concerned,
    in_their_state,
    kinds,
    mentioned,
    of_all,
    only_article,
    only_order,
    settled_anew,
    settles,
    strange,
    whatever_for,
    with_topics,
)
from .doubting import doubtful
from .headers import mails_in
from .mail_places import is_cut_from, rewritten_in, texts_of
from .mail_sentences import SENTENCE, added_to, unsigned
from .scene import QUOTED, TOLD, Scene
from .sentences import Says, says
from .tongues import is_foreign

Json = Any
_FEWEST = 3
"""Words of a sentence that is known again, or that says something of its own."""
_CLOSE = 0.65
"""And where it is another one that was made of it."""
_LEFT = 0.7
"""And of the words that name an article; of what is wrong with it all have to be."""


def as_given(scene: Scene, context: Context) -> Scene:
    """The scene of the mail as the context has it; the scene itself where no sentence is another one."""
    pieces = context.of("system", "user", "result")
    held = [piece for piece in pieces if scene.mail_share(piece) > TOLD]
    sender = scene.state.ticket.sender.email.casefold()
    headed = [p for p in pieces if sender in p.folded.plain.casefold() or any(mails_in(p.text))]
    anew = [p for p in headed if not scene.in_english(p) and any(map(str.strip, rewritten_in(scene, p)))]
    for piece in held[-1:] or anew[-1:]:
        shown, wares = _shown(scene, context)
        key = f"{piece.text}\0{shown}"
        if key not in scene.given:
            scene.given[key] = _given(scene, piece, shown, wares, anew=not held)
        return scene.given[key] or scene
    return scene


def _shown(scene: Scene, context: Context) -> tuple[Shown, Wares]:
    """The orders of which the context shows what is in them: a mail's articles are known by these alone."""
    records = [r for piece in context.pieces if piece.source != "call" for r in scene.records(piece)]
    found: Shown = {}
    wares: dict[str, Ware] = {}
    for record in records:
        for part in record.parts.get("items", []):
            sku, pieces = str(part.get("sku") or part.id), part.get("quantity")
            found.setdefault(str(record.id), {})[sku] = str(part.get("name") or "")
            wares[sku] = Ware(int(pieces or 1), part.get("category") == "electronics")
    return found, wares


def _given(scene: Scene, piece: Piece, shown: Shown, wares: Wares, *, anew: bool) -> Scene | None:
    """`anew`: the mail as a whole was written anew, below the head that it had."""
    texts = rewritten_in(scene, piece) if anew else texts_of(scene, piece)
    body = next((own for own in texts if own.strip()), "")
    anew = anew and not is_cut_from(scene, body)
    ticket = scene.state.ticket
    quote = QUOTED.search(body) if anew else None
    earlier = body[quote.start() :] if quote is not None else ""
    added = list(added_to(scene, unsigned(body[: len(body) - len(earlier)], ticket.sender.name)))
    if not added:
        return None
    now, subject = fold(body), fold(scene.state.ticket.subject)
    above = subject if piece.folded.has(scene.state.ticket.subject) else fold("")
    known = () if anew else scene.meaning.facts
    kept = tuple(f for f in known if all(now.has(s) or above.has(s) for s in f.spans))
    lost = {"issue", "order", "item"} if anew else kinds(scene.meaning.facts) - kinds(kept)
    names = {sku: name for items in shown.values() for sku, name in items.items()}
    year = scene.state.ticket.received.year
    said = [says(sentence, names, year) for sentence in added]
    if not lost and not any(one.something for one in said):
        return None
    said += _told_earlier(scene, earlier, names)
    said = list(with_topics(said)) if anew else said
    facts = amended(kept if anew else (*kept, *_inherited(scene, kept, added)), said, wares, anew=anew)
    if "order" not in kinds(facts):
        facts += tuple(only_order(facts, said, shown))
    left = () if anew else tuple(_still_concerned(scene, body))
    meant = concerned(facts, said, shown, left)
    own = shown.get(meant[0], {}) if meant else {}
    if len(meant) < _SEVERAL and own:
        facts = tuple(fact for fact in facts if fact.fact != "item" or fact.value in own)
    if "item" in lost - kinds(facts) and not any(one.whole for one in said):
        facts += tuple(only_article(shown, said) or mentioned(said))
    goods = [fact.value for fact in facts if fact.fact == "item"] or own if anew else ()
    facts = in_their_state(facts, said, goods, wares)
    if "issue" not in kinds(facts) and not any(one.retracts for one in said):
        facts += tuple(_asked_all_the_same(body, names, year))
    if anew and "issue" not in kinds(facts):
        facts += tuple(whatever_for(facts))
    needed = set() if not shown else {"order"} if of_all(facts) else {"item", "order"}
    missing = lost & needed - kinds(facts) - settled_anew(said)
    clear = "issue" in kinds(facts) and not missing and not strange(said, shown)
    for_people = anew and (settles(facts) or len(meant) >= _SEVERAL)
    doubted = is_foreign(body) or doubtful(facts, said, meant, shown, wares)
    unread = not (clear or for_people) or (anew and not for_people and doubted)
    facts = tuple(fact for fact in facts if not unread or fact.fact != "issue")
    ticket = ticket.model_copy(update={"body": body})
    meaning = scene.meaning.model_copy(update={"facts": facts, "english": None, "orders_concerned": meant})
    lines = tuple(line for line in body.splitlines() if len(fold(line).words) > _FEWEST)
    state = scene.state.model_copy(update={"ticket": ticket})
    return Scene(state, meaning, scene.lexicon, lines or (body,), unread=unread, rewritten=True)


def _still_concerned(scene: Scene, body: str) -> Iterator[str]:
    """The orders that the mail as it was sent asks something about, but for those that were taken out."""
    sent, now = scene.mail.plain, f"{scene.state.ticket.subject}\n{body}"
    return (id for id in scene.meaning.orders_concerned if id in now or id not in sent)


_SEVERAL = 2


def _told_earlier(scene: Scene, quoted: str, names: Mapping[str, str]) -> list[Says]:
    """What a quoted mail of the customer's reports, by the day that stands above it."""
    year = scene.state.ticket.received.year
    told = [says(sentence, names, year) for sentence in added_to(scene, quoted)]
    day = next((found.value.isoformat() for found in dates(quoted)), None)
    first = next((one for one in told if one.issue), None)
    return [Says(first.text, issue=first.issue, items=first.items, reported=day)] if first and day else []


def _inherited(scene: Scene, kept: tuple[Fact, ...], added: list[str]) -> Iterator[Fact]:
    """The facts of sentences that were put a little otherwise, where the words that carry them are left."""
    for match in SENTENCE.finditer(scene.state.ticket.body):
        known = match.group()
        close = next((new for new in added if _likeness(known, new) > _CLOSE), "")
        words = {*fold(close).words}
        for fact in scene.meaning.facts if close else ():
            here = fact not in kept and fact.fact != "order" and all(map(fold(known).has, fact.spans))
            own = [word for span in fact.spans for word in fold(span).words]
            left = sum(word in words for word in own) / len(own)
            if here and (left == 1 or (fact.fact == "item" and left > _LEFT)):
                yield fact.model_copy(update={"spans": (close,), "quantity": None})


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, fold(one).words, fold(other).words, autojunk=False).ratio()


def _asked_all_the_same(body: str, names: Mapping[str, str], year: int) -> Iterator[Fact]:
    """What a sentence asks for that was left as it was: `I'd like to send it back`."""
    for match in SENTENCE.finditer(body):
        one = says(match.group().strip(), names, year)
        if one.issue:
            yield Fact.model_validate({"fact": "issue", "value": one.issue, "spans": (one.text,)})
            return
