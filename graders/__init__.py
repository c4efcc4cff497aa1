"""The reviewer's half: replay, statistics, rubric, score, report. Nothing here reaches a candidate."""
