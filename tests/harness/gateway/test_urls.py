from __future__ import annotations

from harness.exercise.registry import Exercise
from harness.gateway.urls import trial_env


def test_all_that_a_trial_is_told(tiny: Exercise) -> None:
    assert trial_env("http://127.0.0.1:8080/", "key", tiny.spec, vocabularies="/opt/vocabularies") == {
        "OPENAI_BASE_URL": "http://127.0.0.1:8080/v1",
        "OPENAI_API_KEY": "key",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:8080",
        "ANTHROPIC_API_KEY": "key",
        "TAKEHOME_WORLD_URL": "http://127.0.0.1:8080",
        "TAKEHOME_MODEL_LARGE": "tiny-large",
        "TAKEHOME_MODEL_MEDIUM": "tiny-medium",
        "TAKEHOME_MODEL_SMALL": "tiny-small",
        "TAKEHOME_MODEL_JUDGE": "tiny-judge",
        "TIKTOKEN_CACHE_DIR": "/opt/vocabularies",
    }


def test_no_vocabularies_unless_there_are_some(tiny: Exercise) -> None:
    assert "TIKTOKEN_CACHE_DIR" not in trial_env("http://x", "key", tiny.spec)
