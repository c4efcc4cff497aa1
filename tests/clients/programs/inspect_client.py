"""What Inspect AI is used for: evaluations on three APIs, with tools, schemas, scorers and a judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cases import LARGE, PERSON_PROMPT, TOOL_PROMPT, key, run, same, seen
from inspect_ai import Task, eval
from inspect_ai.agent import react
from inspect_ai.dataset import Sample
from inspect_ai.model import ChatMessageUser, GenerateConfig, ResponseSchema, get_model
from inspect_ai.scorer import includes, model_graded_fact
from inspect_ai.solver import generate, system_message, use_tools
from inspect_ai.tool import tool
from inspect_ai.util import json_schema
from pydantic import BaseModel
from tenacity import RetryError


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


@tool
def weather() -> Any:
    async def execute(city: str, unit: str = "celsius") -> str:
        """The weather in a city.

        Args:
            city: Where.
            unit: Of the temperature.
        """
        return f"sunny in {city}, in {unit}"

    return execute


def models(token: str = "plain", **more: Any) -> list[Any]:
    """Chat Completions, Messages, Responses."""
    common: Any = {"api_key": key(token), "memoize": False, **more}
    return [
        get_model(f"openai/{LARGE}", responses_api=False, **common),
        get_model(f"anthropic/{LARGE}", **common),
        get_model(f"openai/{LARGE}", responses_api=True, **common),
    ]


def evaluate(task: Task, model: Any, **more: Any) -> Any:
    [log] = eval(task, model=model, display="none", log_dir=str(Path.cwd() / "logs"), **more)
    if log.status != "success":
        raise AssertionError(f"{model}: {log.status}: {log.error.message if log.error else ''}")
    return log


def score(log: Any) -> float:
    return float(log.results.scores[0].metrics["accuracy"].value)


async def case_generate() -> None:
    for model in models():
        found = await model.generate([ChatMessageUser(content="hello")])
        same(found.completion, "You said: hello")
        same(found.stop_reason, "stop")
        assert found.usage.total_tokens > 5


async def case_schema() -> None:
    config = GenerateConfig(response_schema=ResponseSchema(name="person", json_schema=json_schema(Person)))
    for model in models()[::2]:
        found = await model.generate(PERSON_PROMPT, config=config)
        same(Person.model_validate_json(found.completion).name, "Ada Stone")


async def case_settings() -> None:
    config = GenerateConfig(max_tokens=400, stop_seqs=["three"], parallel_tool_calls=False)
    for model in models()[:2]:
        same((await model.generate("say one two three", config=config)).completion.strip(), "one two")


async def case_refused_for_good() -> str:
    for model in models("server_error", config=GenerateConfig(max_retries=0)):
        try:
            await model.generate("x")
        except RetryError as error:
            same(getattr(error.last_attempt.exception(), "status_code", None), 500)
            continue
        raise AssertionError("was not refused")
    # each SDK tries three times; before its first use of Responses, Inspect asks for reasoning summaries
    return seen("server_error", 3 + 3 + 2 * 3)


def case_evaluation() -> None:
    samples = [Sample(input=f"say {word}", target=word) for word in ("one", "two", "three")]
    task = Task(dataset=samples, solver=[system_message("Be brief."), generate()], scorer=includes())
    for model in models():
        same(score(evaluate(task, model)), 1.0)


def case_tools() -> None:
    task = Task(
        dataset=[Sample(input=TOOL_PROMPT, target="sunny in Lyon")],
        solver=[use_tools(weather()), generate()],
        scorer=includes(),
    )
    for model in models():
        log = evaluate(task, model)
        same(score(log), 1.0)
        same(
            [message.role for message in log.samples[0].messages],
            ["user", "assistant", "tool", "assistant"],
        )


def case_react_agent() -> None:
    prompt = 'call weather {"city": "Lyon"}\nanswer {"answer": "sunny"}'
    task = Task(
        dataset=[Sample(input=prompt, target="sunny")], solver=react(tools=[weather()]), scorer=includes()
    )
    for model in models():
        same(score(evaluate(task, model, message_limit=12)), 1.0)


def case_graded_by_a_model() -> None:
    for model in models():
        task = Task(
            dataset=[Sample(input="say sunny", target="sunny")],
            solver=generate(),
            scorer=model_graded_fact(template="{answer}\nsay GRADE: C", model=model),
        )
        same(score(evaluate(task, model)), 1.0)


if __name__ == "__main__":
    run(globals())
