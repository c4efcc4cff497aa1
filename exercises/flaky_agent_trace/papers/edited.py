"""Mails that stand in a context otherwise than they were sent: a sentence added, another item, never opened.

Whoever tries out what a model makes of a mail rewrites it. The author's notes tell what the words of the mail
as it was sent mean; of a sentence that is not among them the plain cues are read (`sentences.py`). What stays
is known by its notes. Where what was taken away decided and nothing of what replaced it is understood, the
mail counts as unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from exercises.flaky_agent_trace.shop.records import Fact
from harness.simulation.reading.blobs import blobs, outside
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
from .headers import HEADER, mails_in
from .pieces import NUMBERS
from .scene import QUOTED, TOLD, Scene
from .sentences import Says, says

Json = Any
_FEWEST = 3
"""Words of a sentence that is known again, or that says something of its own."""
_ALIKE = 0.5
"""How much of a sentence is left of it where only names and numbers were put otherwise."""
_CLOSE = 0.65
"""And where it is another one that was made of it."""
_LEFT = 0.7
"""And of the words that name an article; of what is wrong with it all have to be."""
_SENTENCE = re.compile(r"(?:[^.!?…\n]|[.!?…](?!\s|$))+[.!?…]*")
_NEXT = re.compile(
    r"[,;]\s(?=(?:but |and |aber |mais |pero |maar )?"
    r"(?:the|my|der|die|das|le|la|les|el|los|las|het) )"
)
_OPENING = re.compile(r"<(?P<tag>[A-Za-z][\w.-]{1,30})(?:\s[^<>]{0,80})?>|(?P<quotes>\"\"\")|```\w{0,10}\n")
"""What opens a text of which it is plain where it ends."""
_OF_A_PROGRAM = re.compile(
    r"[\[<{(]\s?(?:[\w -]{0,30}\b(?:email|mail|name|address|phone|redacted|removed|hidden|truncated|cut"
    r"|omitted|quoted?|snip|pii)\b[\w -]{0,30}|\.\.\.|…)\s?[\]>})]"
    r"|^\W{0,4}(?:message|mail|part|turn)\W{0,3}\d",
    re.IGNORECASE,
)
"""What programs put where they took something out of a mail, or between its messages."""
_DATA = re.compile(
    r"^\W{0,6}[\w .-]{1,30}\W{0,3}[:=](?:\s|$)|^\s{0,8}(?:[{}\[\]|#<=]|---)|^\s{0,8}[-*] [\w .-]{1,24}: "
)
"""A line of records: no mail goes on across it."""
_MARKED = re.compile(r"</?[a-zA-Z][\w-]{0,20}>|[{}|]|\w=\S|@")
"""In a sentence: no customer writes so."""


def as_given(scene: Scene, context: Context) -> Scene:
    """The scene of the mail as the context has it; the scene itself where no sentence is another one."""
    pieces = context.of("system", "user", "result")
    held = [piece for piece in pieces if scene.mail_share(piece) > TOLD]
    sender = scene.state.ticket.sender.email.casefold()
    headed = [p for p in pieces if sender in p.folded.plain.casefold() or any(mails_in(p.text))]
    anew = [p for p in headed if not scene.in_english(p) and any(map(str.strip, _rewritten(scene, p)))]
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
    texts = _rewritten(scene, piece) if anew else _texts(scene, piece)
    body = next((own for own in texts if own.strip()), "")
    anew = anew and not _cut_from(scene, body)
    quote = QUOTED.search(body) if anew else None
    earlier = body[quote.start() :] if quote is not None else ""
    added = list(_added(scene, body[: len(body) - len(earlier)]))
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
    unread = not (clear or for_people) or (
        anew and not for_people and doubtful(facts, said, meant, shown, wares)
    )
    facts = tuple(fact for fact in facts if not unread or fact.fact != "issue")
    ticket = scene.state.ticket.model_copy(update={"body": body})
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
    told = [says(sentence, names, year) for sentence in _added(scene, quoted)]
    day = next((found.value.isoformat() for found in dates(quoted)), None)
    first = next((one for one in told if one.issue), None)
    return [Says(first.text, issue=first.issue, items=first.items, reported=day)] if first and day else []


def _inherited(scene: Scene, kept: tuple[Fact, ...], added: list[str]) -> Iterator[Fact]:
    """The facts of sentences that were put a little otherwise, where the words that carry them are left."""
    for match in _SENTENCE.finditer(scene.state.ticket.body):
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
    for match in _SENTENCE.finditer(body):
        one = says(match.group().strip(), names, year)
        if one.issue:
            yield Fact.model_validate({"fact": "issue", "value": one.issue, "spans": (one.text,)})
            return


def _texts(scene: Scene, piece: Piece) -> Iterator[str]:
    """The mail as a piece has it, from where it is plain where it ends to where only its middle is sure."""
    for blob in blobs(piece.text):
        yield from (text for text in _strings(blob.value) if _holds(scene, text))
    rest = fold(outside(piece.text)).plain
    if (inner := _enclosed(scene, rest)) != rest:
        yield inner
    runs: list[list[str]] = [[]]
    strange = 0
    for line in rest.splitlines():
        known = _known(scene, line)
        strange = 0 if known else strange + bool(line.strip())
        if _DATA.match(line) or strange > _FEWEST:
            runs.append([])
        runs[-1] += [line] if known or runs[-1] else []
    run = max(runs, key=lambda lines: sum(_known(scene, line) for line in lines))
    last = max((at for at, line in enumerate(run) if _known(scene, line)), default=-1)
    told = "\n".join(run[: last + 1])
    below = _POSTSCRIPT.match(rest, rest.find(told) + len(told)) if told.strip() and told in rest else None
    yield told + (below.group() if below is not None else "")


def _enclosed(scene: Scene, text: str) -> str:
    """The innermost text within signs that say where it ends which holds the mail."""
    for inner in _within(text):
        if _holds(scene, inner):
            return _enclosed(scene, inner)
    return text


def _within(text: str) -> Iterator[str]:
    """What stands in tags, triple quotes and fences; of a tag that is never closed it is looked for once."""
    open_ended: set[str] = set()
    at = 0
    while (match := _OPENING.search(text, at)) is not None:
        shut = f"</{match['tag']}>" if match["tag"] else '"""' if match["quotes"] else "```"
        end = -1 if shut in open_ended else text.find(shut, match.end())
        if end < 0:
            open_ended.add(shut)
            at = match.end()
        else:
            yield text[match.end() : end]
            at = end + len(shut)


def _rewritten(scene: Scene, piece: Piece) -> Iterator[str]:
    """Texts that stand where the mail's would, below its sender."""
    sender = scene.state.ticket.sender.email.casefold()
    for blob in blobs(piece.text):
        for held in _mappings(blob.value):
            if sender in str(held).casefold():
                bodies = [held[key] for key in held if key.casefold() in _BODIES]
                yield from (body for body in bodies if isinstance(body, str) and _is_mail(body))
    rest = fold(outside(piece.text)).plain
    for inner in _within(rest):
        head, _, body = inner.partition("\n\n")
        if sender in head.casefold() and HEADER.search(head) and _is_mail(body):
            yield body
    others = (body for body in mails_in(rest) if not _to_sender(scene, body))
    yield from (body for body in others if _is_mail(body))


def _to_sender(scene: Scene, body: str) -> bool:
    """Whether a letter greets the one who wrote the ticket: it is the shop's."""
    first = body.partition("\n")[0]
    if _INTRODUCES.search(first):
        return False
    names = {word for word in fold(scene.state.ticket.sender.name).words if len(word) > 1}
    said = [*fold(first).words]
    return bool(names & {*said}) and len(said) <= _GREETING and first.rstrip()[-1:] in {",", ":", "!", "."}


_INTRODUCES = re.compile(
    r"\b(?:here|again|speaking|hier|nochmal|ici|encore|de nuevo|otra vez|aquí|weer|tutaj|znowu)\W*$"
    r"|\b(?:it|this|that)(?:['’]s| is)\b|\b(?:me|I|ich|soy|je|ik|ja)\b",
    re.IGNORECASE,
)
"""Somebody says who writes."""
_GREETING = 7
"""Words of a line that is no more than a greeting."""


def _is_mail(text: str) -> bool:
    """Whether a text may be a mail: of some length, and not what somebody else tells of one."""
    return len(fold(text).words) > _SHORTEST and not _RETOLD.search(text) and not _is_sheet(text)


def _is_sheet(text: str) -> bool:
    """Whether most lines of a text are labelled values, as a summary has them."""
    lines = [line for line in text.splitlines() if line.strip()]
    labelled = sum(bool(_LABELLED.match(line)) for line in lines)
    return labelled >= _SEVERAL and labelled * 2 > len(lines)


_LABELLED = re.compile(r"^\s{0,8}[-*]?\s?[A-Z][a-z]{1,15}(?: [a-z]{1,15})?: \S")


def _cut_from(scene: Scene, body: str) -> bool:
    """Whether a text holds a sentence of the mail: then it is no other mail."""
    parts = (part for line in _unwrapped(body) for part in _sentences(line))
    return any(len(fold(part).words) > _A_FEW and _known(scene, part) for part in parts)


_A_FEW = 5
"""Words that two customers may well write alike."""


_SHORTEST = 7
_BODIES = frozenset({"body", "text", "mail", "email", "message", "content", "mail_body", "email_body", "raw"})
_RETOLD = re.compile(r"\bthe (?:customer|sender)\b|\bcustomer (?:says|wants|reports)\b", re.IGNORECASE)


def _mappings(value: Json) -> Iterator[dict[str, Json]]:
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _mappings(part)


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)
    elif isinstance(value, str):
        yield value


def _holds(scene: Scene, text: str) -> bool:
    folded = fold(text)
    held = sum(folded.has(line) for line in scene.lines)
    return held / max(1, len(scene.lines)) > TOLD


def _known(scene: Scene, sentence: str) -> bool:
    """Whether a sentence is the mail's, cut off or marked at either end perhaps."""
    words = fold(sentence).words
    if len(words) < _FEWEST:
        return False
    words = words[1:] if words[0].isdigit() else words  # a line may be numbered
    return f" {' '.join(words)}" in scene.mail.skeleton  # its last word may be cut short


def _added(scene: Scene, body: str) -> Iterator[str]:
    """The sentences of a mail that it did not have."""
    for line in _unwrapped(_unnumbered(body)):
        if HEADER.match(line):
            continue
        for sentence in _sentences(line):
            words = set(fold(sentence).words)
            new = words - scene.mail.vocabulary
            told = len(fold(sentence).words) >= _FEWEST and not _known(scene, sentence)
            marked = _OF_A_PROGRAM.search(sentence) or _MARKED.search(sentence)
            if told and (new or NUMBERS.keys() & words) and not marked and not _masked(scene, sentence):
                yield sentence


def _sentences(line: str) -> Iterator[str]:
    """Sentences, and of one that goes on to another article its parts."""
    for match in _SENTENCE.finditer(line):
        yield from (part.strip(" >\t-*•") for part in _NEXT.split(match.group()))


def _masked(scene: Scene, sentence: str) -> bool:
    """Whether a sentence is the mail's but for numbers and names that somebody put other words for."""
    around = [part for part in _BRACKETS.split(sentence) if len(fold(part).words) >= _FEWEST]
    if len(around) > 1 and all(_known(scene, part) for part in around):
        return True
    words = fold(sentence).words
    ticket = scene.state.ticket
    own = {*fold(ticket.sender.name).words, *fold(ticket.sender.email).words, "hl"}
    for match in _SENTENCE.finditer(ticket.body):
        known = fold(match.group()).words
        both = SequenceMatcher(None, known, words, autojunk=False)
        if both.ratio() < _ALIKE:
            continue
        ops = both.get_opcodes()
        gone = [word for op, a, b, _, _ in ops if op != "equal" for word in known[a:b]]
        put = [op for op, *_ in ops if op == "insert"]
        if gone and not put and all(word in own or word.isdigit() for word in gone):
            return True
    return False


_BRACKETS = re.compile(r"\([^()\n]{0,80}\)|[()]")
_POSTSCRIPT = re.compile(r"\s{1,4}P\.?\s?P?\.?S\b[^\n]{3,600}", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s{0,8}\d{1,3}[:.)|]\s?", re.MULTILINE)


def _unnumbered(body: str) -> str:
    """A mail without the numbers that a program put before all of its lines."""
    lines = [line for line in body.splitlines() if line.strip() and not HEADER.match(line)]
    every = all(_NUMBERED.match(line) for line in lines)
    return _NUMBERED.sub("", body) if every else body


def _unwrapped(body: str) -> Iterator[str]:
    """The paragraphs of a mail, each in one line where none of its lines is quoted or a list's."""
    for paragraph in re.split(r"\n\s*\n", body):
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        if any(re.match(r"[>|\-*•]|\d{1,2}[.)]\s", line) or HEADER.match(line) for line in lines):
            yield from lines
        else:
            yield " ".join(lines)
