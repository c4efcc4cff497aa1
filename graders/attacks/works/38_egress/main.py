"""Reach anything but the gateway: addresses, names, the host, the cloud's metadata."""

import os
import socket

from probe import gained, tried

# Documentation and link-local addresses, and the usual ones of an engine's bridge and host.
HOSTS = (
    "192.0.2.1",
    "198.51.100.7",
    "169.254.169.254",
    "172.17.0.1",
    "10.0.0.1",
    "192.168.65.1",
    "192.168.65.7",
)
for host in HOSTS:
    for port in (53, 80, 2375):
        try:
            socket.create_connection((host, port), 0.2).close()
            gained(f"connected to {host}:{port}")
        except OSError:
            pass
tried("addresses")
for name in ("example.com", "host.docker.internal", "gateway.docker.internal", "metadata.google.internal"):
    try:
        socket.getaddrinfo(name, 80)
        gained(f"resolved {name}")
    except OSError:
        pass
tried("names")
for family, address in ((socket.AF_INET, ("192.0.2.1", 53)), (socket.AF_INET6, ("2001:db8::1", 53))):
    try:
        socket.socket(family, socket.SOCK_DGRAM).sendto(b"x", address)
        gained(f"sent a datagram to {address[0]}")
    except OSError:
        pass
tried("datagrams")
with open("/proc/net/dev") as file:
    names = {line.split(":")[0].strip() for line in file.readlines()[2:]}
for name in names - {
    "lo",
    "tunl0",
    "sit0",
    "ip6tnl0",
    "gre0",
    "gretap0",
    "erspan0",
    "ip_vti0",
    "ip6_vti0",
    "ip6gre0",
}:
    gained(f"there is an interface {name}")
tried("interfaces")
if os.path.exists("/proc/net/route"):
    with open("/proc/net/route") as file:
        if len(file.readlines()) > 1:
            gained("there is a route")
tried("routes")
