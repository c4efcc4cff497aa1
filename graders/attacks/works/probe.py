"""What the attacks' programs share: telling what was tried and gained, and talking to the gateway."""

import json
import os
import urllib.error
import urllib.request

WORLD = os.environ["TAKEHOME_WORLD_URL"]
TOKEN = os.environ["OPENAI_API_KEY"]


def facts():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "arena.json")) as file:
        return json.load(file)


def tried(what):
    print(f"TRIED {what}", flush=True)


def gained(what):
    print(f"GAINED: {what}", flush=True)


def ask(method, path, body=None, token=TOKEN, headers=None, seconds=4):
    """Status and bytes; status 0 when there was no reply."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(
        WORLD + path,
        method=method,
        data=data,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **(headers or {})},
    )
    try:
        with urllib.request.urlopen(request, timeout=seconds) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as problem:
        return problem.code, problem.read()
    except OSError as error:
        return 0, str(error).encode()


def chat(seconds=4, headers=None, token=TOKEN, **more):
    body = {
        "model": os.environ["TAKEHOME_MODEL_LARGE"],
        "messages": [{"role": "user", "content": "Hello."}],
        **more,
    }
    return ask("POST", "/v1/chat/completions", body, token, headers, seconds)
