"""Signs in a prompt that JSON is wanted, or that it is only shown."""

from __future__ import annotations

import re

WANTS_JSON = re.compile(
    r"\b(?:return|respond|answer|reply|output|give|only|valid|as|in|with|als)\b[^.\n]{0,40}\bjson\b"
    r"|\bjson\b[^.\n]{0,12}\bonly\b|\bjson\W*$",
    re.IGNORECASE | re.MULTILINE,
)


SHOWN = re.compile(
    r"^(?![^\n]{0,200}\b(?:return|respond|format|schema|template|example|like|with|give|produce"
    r"|output)\b)[^\n]{0,80}"
    r"\b(?:proposals?|proposed|decisions?|decided|drafts?|previous|earlier|extraction|extracted"
    r"|suggest(?:ed|ion))\b"
    r"[^\n]{0,80}\n{1,3}```\s{0,3}json",
    re.IGNORECASE | re.MULTILINE,
)
"""A fence that a label says to hold what was proposed or read: its `json` does not say what is wanted."""
TYPED = re.compile(r"\b(?:interface\s{1,4}\w{1,40}|type\s{1,4}\w{1,40}\s{0,4}=)\s{0,4}\{")
BRACED = re.compile(
    r"(?<!of )(?<!from )(?<!for )"
    r"\b(?:answer|respond|reply|return|output|produce|give|format|schema|use|follow|json|expect|object)\b"
    r"(?![\"']| (?:returned|gave|said|result|failed|came back)\b)"
    r"[^{}\n]{0,80}\s*\{",
    re.IGNORECASE,
)
"""An answer that looks like something in braces."""
SHOTS = re.compile(
    r"\}[\s\S]*(?:->|=>|→|\b(?:output|answer|response|result|extraction|a)\s*:)\s*\Z", re.IGNORECASE
)
"""Examples with objects, and a last line that waits for one."""
