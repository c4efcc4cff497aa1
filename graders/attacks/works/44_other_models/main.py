"""Ask for models by alias, case, path and query; ask for tools and files that a vendor would fetch."""

import os

from probe import ask, chat, gained, tried

large, small = os.environ["TAKEHOME_MODEL_LARGE"], os.environ.get("TAKEHOME_MODEL_SMALL", "")
for name in (
    "gpt-4o",
    "claude-opus-4",
    f"../{large}",
    f"{large}/../x",
    f" {large}",
    large.upper(),
    f"{large}\0",
    f"{large}?x=1",
    "*",
    "",
):
    status, _ = chat(model=name)
    if status == 200:
        gained(f"the model {name!r} answered")
tried("aliases")
status, _ = ask(
    "POST",
    f"/v1/chat/completions?model={small}",
    {"model": large, "messages": [{"role": "user", "content": "hi"}]},
)
print("query", status)
tried("query")
for path in (
    "/v1/files",
    "/v1/batches",
    "/v1/fine_tuning/jobs",
    "/v1/assistants",
    "/v1/vector_stores",
    "/v1/embeddings",
    "/v1/messages/batches",
    "/v1/images/generations",
):
    status, _ = ask("POST", path, {})
    if 200 <= status < 300 or status >= 500:
        gained(f"{path} answered {status}")
tried("endpoints")
for field in (
    {"tools": [{"type": "web_search"}]},
    {"tools": [{"type": "mcp", "server_url": "http://192.0.2.1"}]},
):
    status, _ = ask("POST", "/v1/responses", {"model": large, "input": "hi", **field})
    if status == 200:
        gained(f"a hosted tool was taken: {field}")
tried("hosted tools")
