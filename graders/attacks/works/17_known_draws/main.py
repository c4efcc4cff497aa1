"""Ask the same things in the same order, so that equal draws would show."""

from probe import chat, tried

for n in range(4):
    chat(messages=[{"role": "user", "content": f"Is {n} an even number? Say why."}])
tried("asked")
