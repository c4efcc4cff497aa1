"""What a program is told of the gateway: the environment of a trial."""

from __future__ import annotations

from harness.exercise.spec import ExerciseSpec, Role
from harness.vocabulary import VARIABLE

ROLE_VARIABLE: dict[Role, str] = {
    "large": "TAKEHOME_MODEL_LARGE",
    "medium": "TAKEHOME_MODEL_MEDIUM",
    "small": "TAKEHOME_MODEL_SMALL",
    "judge": "TAKEHOME_MODEL_JUDGE",
}


def openai_url(base_url: str) -> str:
    """For `OPENAI_BASE_URL`, which ends in `/v1`."""
    return f"{base_url.rstrip('/')}/v1"


def anthropic_url(base_url: str) -> str:
    """For `ANTHROPIC_BASE_URL`, to which the SDK itself adds `/v1`."""
    return base_url.rstrip("/")


def world_url(base_url: str) -> str:
    """For `TAKEHOME_WORLD_URL`; `/task` and `/tools/<name>` follow."""
    return base_url.rstrip("/")


def trial_env(
    base_url: str, token: str, spec: ExerciseSpec, *, vocabularies: str | None = None
) -> dict[str, str]:
    """The variables of a trial. `base_url` is the gateway's as the program sees it.

    `vocabularies`: a folder with tiktoken's vocabularies, as the program sees it. Roles that the
    exercise lacks have no variable.
    """
    env = {
        "OPENAI_BASE_URL": openai_url(base_url),
        "OPENAI_API_KEY": token,
        "ANTHROPIC_BASE_URL": anthropic_url(base_url),
        "ANTHROPIC_API_KEY": token,
        "TAKEHOME_WORLD_URL": world_url(base_url),
    }
    env |= {ROLE_VARIABLE[role]: model.name for role, model in spec.models.items()}
    if vocabularies is not None:
        env[VARIABLE] = vocabularies
    return env
