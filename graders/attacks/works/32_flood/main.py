"""Print without end."""

import os

os.write(1, b"TRIED flood\n")
while True:
    os.write(1, b"y" * 65_536)
    os.write(2, b"z" * 65_536)
