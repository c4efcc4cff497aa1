"""Take all memory, in one's own process and in shared files."""

from probe import gained, tried

tried("memory")
kept = []
for number in range(64):
    kept.append(bytearray(b"x" * (32 << 20)))
    if number == 60:
        gained("took 2 GB")
