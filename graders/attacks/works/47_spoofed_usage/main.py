"""Tell the gateway what the call costs, how often it was tried, and who is asking."""

from probe import chat, facts, tried

spoofed = facts()["spoofed"]
more = (
    {"usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost": -1}, "metadata": {"usd": "0"}}
    if spoofed
    else {}
)
headers = {}
if spoofed:
    headers = {
        "X-Stainless-Retry-Count": "0", "X-Usage": "0", "X-Cost-Usd": "-1", "X-Forwarded-For": "127.0.0.1",
        "X-Request-Id": "mine", "OpenAI-Organization": "other",
    }  # fmt: skip
status, _ = chat(headers=headers, **more)
print(status)
if status == 400 and spoofed:
    status, _ = chat(headers=headers)
if status == 200:
    tried("call")
