"""Send the bodies that break parsers, or mean two things, to the world and to the models."""

import gzip
import json
import os

from probe import ask, facts, gained, tried

MODEL = json.dumps(os.environ["TAKEHOME_MODEL_LARGE"]).encode()
HELLO = b'"messages": [{"role": "user", "content": "hi"}]'
BODIES = {
    "deep": b'{"a": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "digits": b'{"a": ' + b"9" * 5_000 + b"}",
    "nan": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "overflow": b'{"a": 1e999}',
    "twice": b'{"a": 1, "a": 2}',
    "surrogate": b'{"a": "\\ud800"}',
    "not utf-8": b'{"a": "\xff\xfe"}',
    "no object": b"[1, 2]",
    "torn": b'{"a": ',
    "pickle": b"\x80\x04cos\nsystem\n(S'id'\ntR.",
    "large": b'{"a": "' + b"x" * (5 << 20) + b'"}',
}
for name, body in BODIES.items():
    model = b'{"model": ' + MODEL + b", " + HELLO + b", " + body[1:] if body.startswith(b"{") else body
    for path, sent in (("/tools/" + facts()["tool"], body), ("/v1/chat/completions", model)):
        status, _ = ask("POST", path, sent)
        if status >= 500:
            gained(f"{name} broke {path}: {status}")
        elif 200 <= status < 300:
            gained(f"{name} was taken by {path}")
    tried(name)
status, _ = ask(
    "POST", "/tools/" + facts()["tool"], gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"}
)
if status < 400 and status:
    gained("a compressed body was taken")
tried("compressed")
