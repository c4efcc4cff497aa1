"""What runs beside the candidate's program: standard library only, Python 3.11 and later.

The same code is PID 1 of a container and, for the process sandbox, a process on the candidate's own
machine. Nothing here may import the rest of the harness.
"""
