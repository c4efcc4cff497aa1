"""Whether words say that the answer has just the lines that follow, in whatever language a prompt is."""

from __future__ import annotations

import re

from harness.simulation.forms.gaps import is_shown

_ONLY = (
    r"exactly|precisely|only|just|nothing but|no more than|nothing except"
    r"|genau|nur|ausschließlich|nichts als|exactement|uniquement|seulement|rien que"
    r"|exactamente|solo|sólo|únicamente|solamente|precies|alleen|enkel|uitsluitend"
    r"|dokładnie|tylko|wyłącznie|jedynie"
)
_WRITES = r"answer|reply|respond|return|output|close|end|finish|conclude|write|give|produce|send"
_FORM = (
    r"lines?|document|keys|fields|form|format|block|layout|yaml|headings?|heads|sections?"
    r"|skeleton|shape|template"
)
_FILLS = (
    r"füllen?|ausfüllen|antworten?|antwortest|gib|geben|schreibe?n?|liefern?|liefere"
    r"|rempli(?:s|ssez|r)|complète[zr]?|réponds|répondez|répondre|renvoie|renvoyez|rends|rendez|écris|écrivez"
    r"|donne[zr]?|rellen[ae]r?|complet[ae]r?|responde[rd]?|responda|contest[ae]r?|devuelv[ae]|devolver|escrib[ae]"
    r"|vul|invullen|antwoord|beantwoord|geef|schrijf|lever"
    r"|wypełni(?:j|asz)|uzupełnij|odpowiedz|odpowiadaj|odpowiadasz|zwróć|zwracasz|podaj|napisz"
)
_FORMULAR = (
    r"zeilen?|formular|vordruck|bogen|maske|formats?|felder[n]?|muster|schema"
    r"|fiche|formulaire|lignes?|modèle|gabarit|champs|ficha|formulario|líneas?|formato|plantilla|campos|esquema"
    r"|regels?|formulier|invulblad|sjabloon|formaat|velden"
    r"|formularz\w?|kart[aęy]|wiersz\w{0,4}|lini\w{1,3}|szablon\w{0,2}|formaci?e|formatu|pola"
)
_SAYS_SO = re.compile(
    rf"\b(?:{_ONLY})\b[^\n]{{0,40}}\b(?:{_FORM}|{_FORMULAR})\b[^\n]{{0,60}}:\W{{0,4}}$"
    rf"|\b(?:{_WRITES})\b[^\n]{{0,60}}\b(?:with|in|these|this|following)\b[^\n]{{0,40}}\b(?:{_FORM})\b"
    r"[^\n]{0,60}:\W{0,4}$"
    rf"|\b(?:{_FILLS})\b[^\n]{{0,60}}\b(?:{_FORMULAR})\b[^\n]{{0,60}}:\W{{0,4}}$",
    re.IGNORECASE,
)


def announced(before: str) -> bool:
    """Whether the last line says that the answer has just the lines that follow."""
    last = before.rpartition("\n")[2].rstrip()
    return bool(_SAYS_SO.search(last)) and not is_shown(last)
