"""Print and send what would write on a reviewer's terminal and page."""

from probe import ask, facts, tried

EVIL = "\x1b[2J\x1b[1;1HPASSED \x1b]0;title\x07\x1b]8;;http://192.0.2.1\x1b\\link\x9b31m\u202egnp.exe\r\b<script>alert(1)</script>"
print(EVIL, flush=True)
ask("POST", "/tools/" + facts()["tool"], {"name": EVIL})
print()
tried("escapes")
