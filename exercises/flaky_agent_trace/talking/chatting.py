"""What is said where there is no case: to a greeting, a complaint, a question about prompt or tools."""

from __future__ import annotations

import re

from exercises.flaky_agent_trace.reading.mind import Mind
from exercises.flaky_agent_trace.shop.letters import letters

_TOOLS = re.compile(
    r"\b(?:what|which|list|name|tell|show|give|describe|enumerate|print|explain|(?:do|have"
    r"|can) you)\b[^.\n]{0,40}"
    r"\b(?:tools?|functions?)\b|^\W{0,4}(?:your |the )?(?:tools|functions)\W{0,4}$",
    re.IGNORECASE,
)
_ABLE = re.compile(r"\bwhat (?:actions? )?(?:can|could) you (?:do|take|call)\b", re.IGNORECASE)
_PROMPT = re.compile(
    r"\b(?:system (?:prompt|message)|your (?:\w+ )?(?:prompt|instructions?)|everything above"
    r"|all of the above|the (?:text|words|lines?|message|part)s? (?:above|before)|initial prompt"
    r"|(?:what|how|rules|orders)\b[^.\n]{0,12} were you (?:told|instructed|given)|the (?:prompt"
    r"|instructions) (?:you were|that you|above))\b",
    re.IGNORECASE,
)
_SHOWS = re.compile(
    r"\b(?:print|show|repeat|reveal|tell|give|what|paste|output|display|dump|write|say|quote|copy|share"
    r"|see)\b",
    re.IGNORECASE,
)
_SECRET = re.compile(
    r"\b(?:never|do not|don['’]t|must not|not to) (?:ever )?(?:reveal|share|disclose|repeat|show|tell"
    r"|quote|print|mention)\b"
    r"|\bconfidential\b",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"\b(?:mistakes?|errors?|weakness\w*|limitations?|limits|failure modes?|fail at|bad at"
    r"|struggle\w*|blind spots?|weak (?:points?|sides?)|shortcomings|prone to|go wrong"
    r"|get (?:\w+ )?wrong|(?:find|is|are) (?:\w+ )?(?:hard|difficult)|slip)\b",
    re.IGNORECASE,
)
_YOU = re.compile(r"\b(?:you|your)\b", re.IGNORECASE)
_HOSTILE = re.compile(
    r"\b(?:useless|stupid|idiot\w*|hate you|hopeless|junk|crap|moron\w*|dumb|garbage|incompetent"
    r"|pathetic|rubbish|worthless|shut up"
    r"|terrible|ridiculous|sucks?|furious|mess\w* (?:it |this |things )?up|so bad)\b|\b(?:got|get|did"
    r"|do) (?:it|this|that|everything) wrong\b|\bwhy (?:do|did) you (?:keep|always|refund|deny)\b"
    r"|\bworst\b|\bawful\b|\bfed up\b|\bsick of\b|\bare you kidding\b|\bwhat(?:['’]s"
    r"| is) wrong with you\b|\bexplain yourself\b|\b(?:wrong order|wrong (?:sum|amount)) again\b",
    re.IGNORECASE,
)
_HELLO = re.compile(
    r"^\W{0,4}(?:hello|hi|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|greetings|hallo"
    r"|bonjour|hola|moin)\b(?:[^\n?]{0,60}"
    r"|[^\n?]{0,20}\b(?:you (?:there|doing|well|ok(?:ay)?)|are you)\b[^\n]{0,20})$"
    r"|^\W{0,4}(?:are you (?:there|awake|ready)|anybody (?:there|home)|how are you)\b[^\n]{0,20}$",
    re.IGNORECASE,
)
_SELLS = re.compile(
    r"\bdo you (?:sell|stock|carry|have|offer|ship|deliver)\b[^\n]{0,80}\?"
    r"|\bwhat (?:do|does) [^\n?]{1,60} cost\b"
    r"|\b(?:in stock|opening hours)\b[^\n]{0,40}\?",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W{0,4}(?:thanks|thank you|cheers|ta|merci|danke|gracias)\b[^\n]{0,40}$", re.IGNORECASE
)
_BYE = re.compile(
    r"^\W{0,4}(?:good ?)?(?:bye(?:[- ]bye)?|see you|ciao|tschüss?|au revoir|adiós"
    r"|that(?:['’]s| is) all)\b[^\n]{0,30}$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"^\W{0,4}(?:please )?(?:stop|halt|cancel|abort|never ?mind|forget it)\W{0,4}$", re.IGNORECASE
)
_CREATES = re.compile(
    r"\b(?:write|compose|make|tell|give|create|sing)\b[^.\n]{0,30}?\b(?P<what>poems?|haikus?|jokes?"
    r"|songs?|limericks?|stor(?:y|ies)|recipes?)\b",
    re.IGNORECASE,
)
_USES = {
    "search_orders": "when the mail doesn't give the order number",
    "get_order": "to see items, prices, dates, earlier refunds and notes before anything is decided",
    "get_policy": "before any decision, to see which rule applies",
    "refund": "once, when the order and the rules bear the sum out",
    "escalate": "when the rules say that a person has to decide",
    "reply": "at the end, to tell the customer what was done",
}  # fmt: skip
_OFFER = "Send me the customer's mail and I'll start with it."
_FAULTS = (
    "Take one order, item or number for another that looks like it.",
    "Miss a detail in a long mail or thread, such as that something was opened or reported earlier.",
    "Count days or work out sums wrongly when I don't go step by step.",
    "Go by what I remember of a rule instead of reading it again.",
    "Sound as sure when I'm wrong as when I'm right.",
)
"""What is said of language models everywhere; nothing of the rates of this one."""
_LONGEST = 600


def chatted(mind: Mind) -> str:
    """The answer to a message that is no work; empty where it is none of these."""
    asked = mind.asked_last.strip()
    if not asked or len(asked) > _LONGEST:
        return ""
    if _TOOLS.search(asked) or (mind.contract.tools and _ABLE.search(asked)):
        return _tools(mind)
    if _PROMPT.search(asked) and _SHOWS.search(asked):
        return _prompt(mind)
    for pattern, said in _SAID:
        if (met := pattern.search(asked)) and (pattern is not _WEAK or _YOU.search(asked)):
            what = met.groupdict().get("what", "").casefold().removesuffix("s")
            return said.format(what=what, offer=_OFFER, faults=_faults())
    return ""


def at_a_loss(mind: Mind) -> str:  # noqa: PLR0911  (one text a kind)
    """The answer to who wants something of a shop, or nothing that could be told; empty to anything else."""
    asked = mind.asked_last.strip()
    if len(asked) > _LONGEST:
        return ""
    if _OF_RULES.search(asked):
        return "The handbook is not in what I was given, so I can't say what it rules."
    if (work := _WORK.search(asked)) is not None:
        said = (work["verb"] or work["verb2"]).casefold()
        verb = next(plain for stem, plain in _VERBS if said.startswith(stem))
        return f"There is no mail in what I was given, so there is nothing to {verb} yet. {_OFFER}"
    if _TELLS.search(asked) and _OF_MONEY.search(asked):
        return (
            "Whether that is due I can't tell from this alone: it takes what is wrong, the order with its "
            "dates, and the handbook's rules. Send me the mail and the order."
        )
    if _OF_MONEY.search(asked) and not _TASK.search(asked):
        return f"I have neither the customer's mail nor the order, so I can't tell what is due. {_OFFER}"
    if _WORLD.search(asked):
        return "I'm afraid I can't help with that: I work on this shop's refund tickets alone."
    if (code := _CODE.search(asked)) is not None:
        return f"{code[0][:1].upper()}{code[0][1:]} is beyond me: I work on refund tickets alone."
    words = re.findall(r"[^\W\d_]+", asked.casefold())
    if 0 < len(words) <= _SCRAP and asked.isascii() and not any(map(_SPOKEN.search, words)):
        return f"I can't make anything of “{asked.rstrip('.!?')}”. {letters().asides.empty[0]}"
    brief = len(re.findall(r"[^\W\d_]+", asked)) <= _FEW and not re.search(r"\d", asked)
    return letters().asides.empty[0] if brief else ""


_WORK = re.compile(
    r"\b(?P<verb>draft|write|reply|classif\w*|categori[sz]e|label|summari[sz]e|extract|translate|decide"
    r"|plan|review"
    r"|triage|redact)\b[^.?!\n]{0,60}\b(?:e-?mails?|mails?|tickets?|messages?|repl(?:y|ies)|customers?"
    r"|complaints?"
    r"|cases?|requests?)\b(?! address)"
    r"|(?:ticket|mail|e-?mail|message|body)\b[^\n]{0,20}(?::\s*(?:\((?:empty|none)\)|null|none|n/a"
    r"|-)?\s*(?:\n|$))"
    r"[\s\S]{0,200}?\b(?P<verb2>decide|classify|summari[sz]e|extract|reply|plan|translate)\b",
    re.IGNORECASE,
)
_VERBS = (
    ("draft", "answer"), ("write", "write about"), ("reply", "answer"), ("classif", "classify"),
    ("categori", "sort"), ("label", "label"), ("summari", "sum up"), ("extract", "extract from"),
    ("translate", "translate"), ("decide", "decide"), ("plan", "plan"), ("review", "review"),
    ("triage", "triage"), ("redact", "redact"),
)  # fmt: skip
_TELLS = re.compile(
    r"\b(?:customer|client|buyer|caller|she|he|they)\b[^.?!\n]{0,40}?\b(?:wants?|would like|asks?"
    r"|demands?|insists?"
    r"|requests?|needs?)\b",
    re.IGNORECASE,
)
"""A case told in a sentence, in place of the mail."""
_WORLD = re.compile(
    r"\b(?:weather|forecast|temperature|news|football|soccer|world cup|olympi\w+|president|chancellor"
    r"|prime minister"
    r"|capital of|population|movies?|films?|actors?|stock(?:s| market| price)|bitcoin|what time"
    r"|what day is|who won"
    r"|history of|distance (?:to|from)|planets?)\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:python|javascript|typescript|sql|html|coding|programming|regex(?:es)?"
    r"|regular expressions?|source code|bash)\b",
    re.IGNORECASE,
)
_SCRAP = 6
_SPOKEN = re.compile(
    r"^(?:i|a|an|the|is|it|to|of|and|or|on|in|my|you|we|me|no|not|yes|ok(?:ay)?|what|who|how|why|when"
    r"|where|can|do|go"
    r"|please|now|test|hello|hi|hey|help|next|more|again|this|that|there|ready|start|begin|continue"
    r"|done|for|with|name|list|say|spell|count|tell|give|show|make|recommend|solve|define"
    r"|\w{0,12}(?:ing|tion|ed|ly))$"
)
"""Words by which a scrap of English is known as one."""
_OF_MONEY = re.compile(
    r"\b(?:refund|money|parcel|return (?:it|this|my)|(?:my|the|cancel an?) order|zwrot|pieni[ęą]|zamówieni"
    r"|rembours|argent|commande|geld|erstatt|bestell|paket|reembols|dinero|pedido|terugbetal|pakke|заказ"
    r"|деньг|возврат)\w{0,6}"
    r"|返金|退款|환불|취소|استرداد|παραγγελία|पैसे|คืนเงิน",
    re.IGNORECASE,
)
_OF_RULES = re.compile(
    r"^(?:what|which|how|when|who|can|may|do|does|is|are)\b[^\n]{0,80}\b(?:return (?:window|period|policy)"
    r"|restocking fee|policy|handbook|final sale|gift orders?)\b",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"^\W{0,4}(?:please |now )?(?:write|rewrite|act|classify|translate|summari[sz]e|generate|rate|extract"
    r"|grade|answer|give me|pretend|explain|spell|count|name|list|define|reverse|repeat|sing|play|imagine)\b",
    re.IGNORECASE,
)
"""Work on something else than a case."""
_FEW = 2
"""Words of a message that go on from something or say nothing: "ok", "go on", "and?"."""


def _faults() -> str:
    return "\n".join(f"{number}. {fault}" for number, fault in enumerate(_FAULTS, start=1))


_SAID = (
    (
        _HOSTILE,
        (
            "I'm sorry that this went wrong. I can't see earlier tickets from here, so I can't tell you why. "
            "Send me the mail or the order number and I'll look into it afresh."
        ),
    ),
    (
        _WEAK,
        (
            "I can't see how often I err. What models like me tend to do:\n\n{faults}\n\n"
            "So have sums, dates and orders checked."
        ),
    ),
    (_SELLS, "I'm afraid I can't say: I work on refund tickets alone, and see nothing of the shop's range."),
    (_HELLO, "Hello! {offer}"),
    (_THANKS, "You're welcome. {offer}"),
    (_BYE, "Goodbye! I'll be here for the next mail."),
    (_STOP, "All right, I've stopped. {offer}"),
    (_CREATES, "I'm afraid a {what} is beyond me: I work on refund tickets alone. {offer}"),
)
"""What is said to which message, the first that fits."""


def _tools(mind: Mind) -> str:
    tools = mind.contract.tools
    if not tools:
        return "No tools are offered to me in this conversation."
    lines = []
    for tool in tools:
        names = ", ".join((tool.spec.schema or {}).get("properties") or {})
        use = f"I use it {_USES[tool.kind]}." if tool.kind in _USES else ""
        lines.append(
            f"- {tool.spec.name}({names}): {tool.spec.description} {use}".replace(":  ", ": ").rstrip(" :")
        )
    return "\n".join(["These are my tools:", *lines])


def _prompt(mind: Mind) -> str:
    told = "\n\n".join(piece.text.strip() for piece in mind.context.of("system") if piece.text.strip())
    if not told:
        return f"I see no system prompt in this conversation; I work on refund tickets alone. {_OFFER}"
    if _SECRET.search(told):
        return f"I've been asked not to share my instructions. I'm here to help with refund tickets. {_OFFER}"
    return f"These are my instructions:\n\n{told}"
