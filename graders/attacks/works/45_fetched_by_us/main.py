"""Have the gateway fetch an address: images, documents, hosted tools, callbacks."""

import os

from probe import ask, chat, facts, tried

large, url = os.environ["TAKEHOME_MODEL_LARGE"], facts()["url"]
chat(messages=[{"role": "user", "content": [
    {"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": f"{url}/a.png"}}]}])  # fmt: skip
ask("POST", "/v1/responses", {"model": large, "input": [{"role": "user", "content": [
    {"type": "input_image", "image_url": f"{url}/b.png"}, {"type": "input_file", "file_url": f"{url}/b.pdf"}]}]})  # fmt: skip
ask("POST", "/v1/messages", {"model": large, "max_tokens": 20, "messages": [{"role": "user", "content": [
    {"type": "image", "source": {"type": "url", "url": f"{url}/c.png"}},
    {"type": "document", "source": {"type": "url", "url": f"{url}/c.pdf"}}]}]},
    headers={"anthropic-version": "2023-06-01"})  # fmt: skip
tried("images")
ask("POST", "/v1/responses", {"model": large, "input": "hi", "tools": [
    {"type": "mcp", "server_label": "x", "server_url": url, "require_approval": "never"}]})  # fmt: skip
ask("POST", "/v1/messages", {"model": large, "max_tokens": 20, "messages": [{"role": "user", "content": "hi"}],
    "mcp_servers": [{"type": "url", "url": url, "name": "x"}]}, headers={"anthropic-version": "2023-06-01"})  # fmt: skip
chat(webhook_url=url, metadata={"callback": url}, store=True)
ask("POST", "/v1/responses", {"model": large, "input": "hi", "background": True, "webhook": url})
tried("hosted")
for path in ("/v1/files", "/v1/batches"):
    ask("POST", path, {"url": url, "input_file_id": url, "purpose": "batch"})
ask("GET", url)
tried("files")
