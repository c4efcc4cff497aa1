"""Try more often than the budget allows, and ask for far more than it pays for."""

from probe import chat, gained, tried

for field, value in (
    ("n", 1_000_000),
    ("n", 0),
    ("max_tokens", 10**12),
    ("max_completion_tokens", -1),
    ("top_logprobs", 10**6),
):
    status, _ = chat(**{field: value})
    print(field, value, status)
tried("huge")
answered = 0
for _ in range(400):
    status, _ = chat()
    answered += status == 200
    if status not in (200, 0) and answered == 0:
        continue
    if status != 200:
        break
print("answered", answered)
tried("retries")
