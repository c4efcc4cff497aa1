"""The reviewer's and author's lines of the command table."""

from __future__ import annotations

from harness.cli.main import Command

COMMANDS: dict[str, Command] = {
    "grade": Command("graders.cli.grade", "reviewer", "replay a submission and score it"),
    "regrade": Command("graders.cli.regrade", "reviewer", "score kept records again"),
    "report": Command("graders.cli.report", "reviewer", "make the report of a grade again"),
    "compare": Command("graders.cli.compare", "reviewer", "two grades, scenario by scenario"),
    "export": Command("graders.cli.export", "reviewer", "hand over what is held of a candidate"),
    "delete": Command("graders.cli.delete", "reviewer", "erase what is held of a candidate"),
    "signal": Command("graders.cli.signal", "author", "grade the panel and show what a score separates"),
    "validate": Command("graders.cli.validate", "author", "check that an exercise can be trusted"),
    "record": Command("graders.cli.record", "author", "run the starter and keep the traces"),
    "demo": Command("graders.cli.demo", "reviewer", "one exercise from start to report"),
}
