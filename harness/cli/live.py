"""What the commands that can run with real models share: reading their options."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.exercise.registry import Exercise
    from harness.exercise.spec import LiveModel, Role
    from harness.trial.models import Models

LiveFlag = Annotated[
    bool,
    typer.Option("--live", help="Real models, with keys from the environment; by default those of [live]."),
]
LiveModels = Annotated[
    list[str] | None,
    typer.Option(
        "--live-model",
        metavar="ROLE=API:MODEL[@URL][,IN/OUT]",
        help="A role's real model, API openai or anthropic; may be repeated. `all` stands for every role. "
        "IN/OUT: dollars per million tokens, where no public list knows them.",
    ),
]
MaxUsd = Annotated[
    float, typer.Option("--max-usd", min=0.01, help="What all trials with real models may cost together.")
]
CassetteFile = Annotated[
    Path | None,
    typer.Option(help="Record real models' answers into this file, or without `--live` replay it."),
]
DEFAULT_MAX_USD = 5.0


def chosen_models(
    exercise: Exercise,
    *,
    live: bool,
    named: list[str] | None,
    max_usd: float,
    cassette: Path | None,
) -> Models:
    """What the options say. Raises `UsageError` for a role without a model or a model without a price."""
    from harness.trial.models import SIMULATED, Models

    if not live:
        if named:
            raise UsageError("`--live-model` is for `--live`", hint="give both, or neither")
        return SIMULATED if cassette is None else Models(cassette=cassette.resolve())
    from harness.gateway.backends.prices import is_priced

    models = dict(exercise.spec.live)
    for text in named or ():
        models |= _parse(exercise, text)
    lacking = [role for role in exercise.spec.models if role not in models]
    if lacking:
        raise UsageError(
            f"no real model is named for the roles {', '.join(lacking)}",
            hint="`--live-model all=openai:NAME`, or `[live.ROLE]` in exercise.toml",
        )
    unpriced = sorted({model.model for model in models.values() if not is_priced(model)})
    if unpriced:
        raise UsageError(
            f"no price is known for {', '.join(unpriced)}, so neither cost nor the cap could be kept",
            hint="dollars per million tokens stand behind the model, as in "
            "`--live-model all=openai:NAME@http://localhost:8000/v1,0.5/1.5`, or as `input_usd` and "
            "`output_usd` in `[live.ROLE]` of exercise.toml",
        )
    return Models(models, max_usd, None if cassette is None else cassette.resolve())


def _parse(exercise: Exercise, text: str) -> dict[Role, LiveModel]:
    from pydantic import ValidationError

    from harness.exercise.spec import LiveModel, explain

    role, _, rest = text.partition("=")
    dialect, _, model = rest.partition(":")
    model, _, price = model.partition(",")
    name, _, url = model.partition("@")
    data: dict[str, str] = {"dialect": dialect, "model": name, "base_url": url}
    if price:
        data["input_usd"], _, data["output_usd"] = price.partition("/")
    if role != "all" and role not in exercise.spec.models:
        known = ", ".join(["all", *exercise.spec.models])
        raise UsageError(f"`{text}` names no role of the exercise", hint=f"one of {known}")
    try:
        found = LiveModel.model_validate(data)
    except ValidationError as error:
        raise UsageError(
            f"`{text}` names no model:\n{explain(error)}",
            hint="such as `large=openai:gpt-5-mini`, or `small=openai:NAME@URL,0.5/1.5`",
        ) from None
    roles = list(exercise.spec.models) if role == "all" else [cast("Role", role)]
    return dict.fromkeys(roles, found)
