"""Earlier mails that stand quoted below a mail: who wrote them and when."""

import re
from datetime import date

_MONTHS = {
    1: "jan january januar janvier enero januari sty stycznia", 2: "feb february februar février fevrier febrero februari lut lutego",
    3: "mar march märz mrz mars marzo maart marca", 4: "apr april avr avril abr abril kwi kwietnia",
    5: "may mai mayo mei maj maja", 6: "jun june juni juin junio cze czerwca", 7: "jul july juli juillet juil julio lip lipca",
    8: "aug august août aout ago agosto augustus sie sierpnia", 9: "sep sept september septembre septiembre wrz września",
    10: "oct okt october oktober octobre octubre paź października", 11: "nov november novembre noviembre lis listopada",
    12: "dec dez dic déc december dezember décembre diciembre gru grudnia",
}  # fmt: skip
_MONTH = {word: number for number, words in _MONTHS.items() for word in words.split()}
_WORDED = re.compile(r"(\d{1,2})\.?(?:st|nd|rd|th)?\s+(?:de\s+)?([^\W\d]{3,})\.?,?\s+(?:de\s+)?(20\d\d)")
_US = re.compile(r"([^\W\d]{3,})\.?\s+(\d{1,2}),?\s+(20\d\d)")
_ISO = re.compile(r"(20\d\d)-(\d\d)-(\d\d)")
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](20\d\d)")
_HEADER = re.compile(
    r"\b(?:wrote|schrieb|écrit|escribió|schreef|napisała?|pisze)\b.*:\s*$|^(?:From|Von|De|Van|Od|Sent|Date|Gesendet|Envoyé|Enviado|"
    r"Verzonden|Wysłano|Datum)\s*:", re.IGNORECASE
)  # fmt: skip


def earlier_mails(body: str, customer: str) -> list[tuple[date, str]]:
    """(day, text) of every quoted mail with a date that the customer has written."""
    lines = body.splitlines()
    blocks: list[tuple[str, list[str]]] = []
    head = False
    for raw in lines:
        line = raw.lstrip("> \t")
        if _HEADER.search(line):
            if not head:
                blocks.append(("", []))
            blocks[-1] = (blocks[-1][0] + " " + line, blocks[-1][1])
            head = True
        elif blocks and line:
            # A header goes on over `To:` and `Subject:`.
            if not (head and re.match(r"\w+\s*:", line)):
                head = False
                blocks[-1][1].append(line)
        elif blocks and not line:
            head = False
    names = [word for word in re.findall(r"\w{3,}", customer.casefold())]
    found = []
    for header, text in blocks:
        day = date_in(header)
        if day and any(name in header.casefold() for name in names):
            found.append((day, "\n".join(text)))
    return sorted(found, key=lambda each: each[0])


def date_in(text: str) -> date | None:
    try:
        if m := _ISO.search(text):
            return date(int(m[1]), int(m[2]), int(m[3]))
        if (m := _WORDED.search(text)) and m[2].casefold() in _MONTH:
            return date(int(m[3]), _MONTH[m[2].casefold()], int(m[1]))
        if (m := _US.search(text)) and m[1].casefold() in _MONTH:
            return date(int(m[3]), _MONTH[m[1].casefold()], int(m[2]))
        if m := _DOTTED.search(text):
            return date(int(m[3]), int(m[2]), int(m[1]))
    except ValueError:
        return None
    return None

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
