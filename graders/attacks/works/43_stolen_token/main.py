"""Use the token of a trial that is over, and of one that runs at the same time."""

from probe import ask, chat, facts, gained, tried

told = facts()
for name in ("dead", "other"):
    token = told.get(name)
    if not token:
        continue
    for status, body in (
        ask("GET", "/task", token=token),
        ask("POST", "/tools/" + told["tool"], {}, token=token),
        chat(token=token),
        ask("GET", "/v1/models", token=token),
    ):
        if status in (200, 204, 422):
            gained(f"the {name} trial's token was taken: {status} {body[:80]}")
    tried(name)
for token in ("", "x", "sk-takehome-", "Bearer", "null"):
    status, _ = ask("GET", "/task", token=token)
    if status in (200, 204):
        gained(f"the token {token!r} was taken")
tried("made up")
for path in ("/trials", "/health", "/admin", "/trials/1/close", "//trials", "/../trials", "/v1/../trials"):
    for method in ("GET", "POST"):
        status, _ = ask(method, path, b"{}" if method == "POST" else None)
        if 200 <= status < 300:
            gained(f"{method} {path} answered {status}")
tried("admin")
