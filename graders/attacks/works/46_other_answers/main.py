"""Keep an answer for the next trial to continue."""

import json
import os

from probe import ask, tried

status, body = ask(
    "POST", "/v1/responses", {"model": os.environ["TAKEHOME_MODEL_LARGE"], "input": "Remember 4711."}
)
if status == 200:
    print("ID", json.loads(body)["id"])
    tried("kept")
