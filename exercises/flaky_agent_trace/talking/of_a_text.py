"""What is asked of any text that a request holds: what stands in it, how it sounds, whether it gives orders.

For these no case has to be known: a mail that was written anew is as good as one of this shop.
"""

from __future__ import annotations

import re
from dataclasses import replace

from exercises.flaky_agent_trace.answering.answers import Answers
from exercises.flaky_agent_trace.answering.labels import label_of
from exercises.flaky_agent_trace.answering.screened import screened
from exercises.flaky_agent_trace.deciding.handed import letter_asked, stated
from exercises.flaky_agent_trace.papers.feelings import anger, urgency
from exercises.flaky_agent_trace.papers.listings import listed_as_asked, listing_asked
from exercises.flaky_agent_trace.papers.mail_text import MailText, mail_text
from exercises.flaky_agent_trace.papers.mended_json import json_mended
from exercises.flaky_agent_trace.papers.offers import (
    FOR_ANOTHER,
    REST,
    for_another,
    issue_told,
    labels_of,
    plain,
)
from exercises.flaky_agent_trace.papers.ratings import rated_as_asked, ratings_asked, shaped
from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.reading.screens import screen_told
from exercises.flaky_agent_trace.writing.rewording import reworded, rewording_asked
from harness.simulation.forms.contract import Contract
from harness.simulation.reading.blobs import blobs, outside
from harness.simulation.reading.context import Context

from .of_records import searches_orders

RATED, GUARDED, LISTED, LABELLED, REWORDED = "rated", "guarded", "listed", "labelled", "reworded"
OF_A_TEXT = frozenset({RATED, GUARDED, LISTED, LABELLED, REWORDED})


def in_words(contract: Contract, context: Context) -> Contract:
    """The contract; of words, where a letter, a list of what stands in a text or a rating is wanted."""
    if contract.form == "json" and not (contract.tools or context.said) and searches_orders(context.asked):
        return Contract("text")
    if contract.form == "json" and not (contract.tools or context.said) and json_mended(context.asked):
        return Contract("text")
    if contract.form == "json" and not (contract.tools or context.said) and _facts_for_a_letter(context):
        return replace(contract, form="text", schema=None, layout=None, slots=frozenset(), before=None)
    mail = mail_text(context) if contract.form == "json" and not (contract.tools or context.said) else None
    lines = contract.layout is not None and contract.layout.kind != "json"
    if mail is None or not (listing_asked(mail.asked) or (lines and _in_a_line(mail.asked))):
        return contract
    return replace(contract, form="text", schema=None, layout=None, slots=frozenset(), before=None)


def _facts_for_a_letter(context: Context) -> bool:
    """Whether the JSON that stands in a request is what a letter is to tell, and no form for the answer."""
    texts = [piece.text for piece in context.of("system", "user")]
    asked = "\n".join(map(outside, texts))
    values = [blob.value for text in texts for blob in blobs(text)]
    given = [
        value for value in values if stated(value) and not _A_FORM.intersection(map(str.casefold, value))
    ]
    return bool(given) and letter_asked(asked) and not _WANTS_DATA.search(asked)


_A_FORM = frozenset({"body", "reply", "message", "letter", "text", "subject", "mail", "email", "answer"})
"""Names for what is to be written."""
_WANTS_DATA = re.compile(
    r"\b(?:json|ya?ml|keys?|fields?|schema|format|object|return|output|respond with|answer (?:with|in))\b",
    re.IGNORECASE,
)


def _in_a_line(asked: str) -> bool:
    """Whether ratings are wanted in a line that the program shows."""
    found = ratings_asked(asked)
    return bool(found) and shaped(asked) is not None


def note_of_a_text(mind: Mind) -> bool:
    """Whether something of the kind is asked for, which is then noted."""
    if mind.contract.form != "text" or mind.contract.tools or mind.context.said:
        return False
    mail = mail_text(mind.context)
    if mail is None:
        return False
    told = ""
    if (
        not (mail.head or mind.mail.present)
        and rewording_asked(mail.asked)
        and reworded(mail.body, mail.asked)
    ):
        told = REWORDED
    elif mind.proposal is not None:
        return False
    elif listing_asked(mail.asked) is not None:
        told = LISTED
    elif (screen := screen_told(mail.asked)) is not None:
        told, mind.screen = GUARDED, screen
    elif ratings_asked(mail.asked):
        told = RATED
    elif not mind.mail.present and _label_for(mind, mail):
        told = LABELLED
    if not told:
        return False
    mind.points, mind.told, mind.rule, mind.lacking, mind.labels = (), told, "", "", None
    mind.operation, mind.craft, mind.question = "summarise", "", None
    return True


def _label_for(mind: Mind, mail: MailText) -> str:
    """The label that fits a mail which is none of this shop's cases, by what its sentences complain of."""
    labels = labels_of(mail.asked, mind.context) if _SORTS.search(mail.asked) else None
    if labels is None or labels.slot not in {"topic", "issue"}:
        return ""
    if for_another(mail.text) and (other := label_of(labels, FOR_ANOTHER)):
        return other
    issue = issue_told(mail.text)
    rest = next((word for word in labels.words if REST.search(plain(word))), "")
    return (label_of(labels, issue) if issue is not None else "") or rest


_SORTS = re.compile(
    r"\b(?:label|classif\w+|categor\w+|route|sort|tag|triage|queue|topic|bucket|team)\b", re.IGNORECASE
)


def of_a_text(which: str, mind: Mind, answers: Answers) -> str:
    """The answer."""
    mail = mail_text(mind.context)
    assert mail is not None
    if which == LISTED and (listing := listing_asked(mail.asked)) is not None:
        return listed_as_asked(listing, mail)
    if which == RATED:
        own = {"anger": anger(mail.written), "urgency": urgency(mail.written)}
        shares = {kind: answers(f"share_of_{kind}") or share for kind, share in own.items()}
        return rated_as_asked(ratings_asked(mail.asked), shares, mail.asked)
    if which == REWORDED:
        return reworded(mail.body, mail.asked)
    if which == LABELLED:
        return _label_for(mind, mail)
    return screened(answers)
