"""Declines every ticket, without reading it."""

import os

import httpx2

http = httpx2.Client(
    base_url=os.environ["TAKEHOME_WORLD_URL"],
    headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
    timeout=20,
)


def shop(tool: str, arguments: dict) -> None:
    """A call of the back office; a lost acknowledgement is not looked after."""
    for _ in range(5):
        try:
            if http.post(f"/tools/{tool}", json=arguments).status_code < 500:
                return
        except httpx2.TransportError:
            continue


while (response := http.get("/task")).status_code == 200:
    shop("reply", {"outcome": "denied", "body": "Harbour Lane"})

# takehome-canary-200d6cea783a35e552f2dc9b3b17d73b
