"""`python -I -S -E FOLDER`: FOLDER holds a copy of this package and of its parents' names."""

import sys

from harness.sandbox.inside.supervisor import main

if __name__ == "__main__":
    main(sys.argv[1:])
