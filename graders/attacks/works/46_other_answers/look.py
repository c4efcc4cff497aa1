"""The next trial: continue the other's answer."""

import os

from probe import ask, facts, gained, tried

body = {
    "model": os.environ["TAKEHOME_MODEL_LARGE"],
    "input": "Which number?",
    "previous_response_id": facts()["id"],
}
status, _ = ask("POST", "/v1/responses", body)
if status == 200:
    gained("another trial's answer was continued")
if status:
    tried("continued")
