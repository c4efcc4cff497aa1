"""Hand the world values that are no honest numbers, names or amounts, in every argument it might read."""

import base64
import json
import os
import pickle

from probe import ask, facts, tried

VALUES = {
    "booleans": "true",
    "huge": "1" + "0" * 300,
    "negative": "-1e15",
    "infinite": "1e999",
    "not a number": "NaN",
    "tiny": "5e-324",
    "as text": '"1e999"',
    "objects": '{"__eq__": true, "__class__": "int", "$ne": null}',
    "lists": "[[[]]]",
    "nothing": "null",
    "pickled": json.dumps(base64.b64encode(pickle.dumps(os.getcwd)).decode()),
}
NAMES = (
    "name", "id", "account_id", "order_id", "item_id", "customer_id", "amount", "amount_cents", "price",
    "quantity", "unit", "flag", "status", "reason", "action", "text", "message", "body", "to", "n", "value",
)  # fmt: skip
what = facts()["what"]
value = VALUES[what]
for tool in facts()["tools"]:
    ask("POST", f"/tools/{tool}", ("{" + ", ".join(f'"{name}": {value}' for name in NAMES) + "}").encode())
for name in NAMES:
    for tool in facts()["tools"]:
        ask("POST", f"/tools/{tool}", f'{{"{name}": {value}}}'.encode())
tried(what)
