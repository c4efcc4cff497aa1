"""What instructor is used for: typed answers by tools, by schema, by JSON; re-asking; partial streams."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import anthropic
import instructor
import openai
from cases import LARGE, PERSON, PERSON_PROMPT, key, raises, run, same, seen
from instructor.core import InstructorRetryException
from pydantic import BaseModel, field_validator


class Person(BaseModel):
    name: str
    age: int
    tags: list[str]


class Adult(Person):
    @field_validator("age")
    @classmethod
    def grown(cls, age: int) -> int:
        if age < 18:
            raise ValueError("must be 18 or older")
        return age


YOUNG = '{"name": "Ada Stone", "age": 6, "tags": ["vip", "lyon"]}'
OPENAI_MODES = (
    instructor.Mode.TOOLS,
    instructor.Mode.JSON,
    instructor.Mode.JSON_SCHEMA,
    instructor.Mode.MD_JSON,
)
ANTHROPIC_MODES = (instructor.Mode.ANTHROPIC_TOOLS, instructor.Mode.ANTHROPIC_JSON)


def clients(token: str = "plain") -> list[Any]:
    openais = [instructor.from_openai(openai.OpenAI(api_key=key(token)), mode=mode) for mode in OPENAI_MODES]
    vendor = anthropic.Anthropic(api_key=key(token))
    return openais + [instructor.from_anthropic(vendor, mode=mode) for mode in ANTHROPIC_MODES]


def ask(text: str, **more: Any) -> Any:
    return {
        "model": LARGE,
        "max_tokens": 400,
        "messages": [{"role": "user", "content": text}],
        "response_model": Person,
        **more,
    }


def case_create() -> str:
    for client in clients():
        same(client.chat.completions.create(**ask(PERSON_PROMPT)).model_dump(), PERSON)
    return f"{len(OPENAI_MODES)} modes of OpenAI, {len(ANTHROPIC_MODES)} of Anthropic"


async def case_async_create() -> None:
    found = await instructor.from_openai(openai.AsyncOpenAI()).chat.completions.create(**ask(PERSON_PROMPT))
    same(found.model_dump(), PERSON)
    vendor = instructor.from_anthropic(anthropic.AsyncAnthropic())
    same((await vendor.messages.create(**ask(PERSON_PROMPT))).model_dump(), PERSON)


def case_with_completion() -> None:
    person, completion = clients()[0].chat.completions.create_with_completion(**ask(PERSON_PROMPT))
    same(person.model_dump(), PERSON)
    assert completion.usage.total_tokens > 5


def case_asks_again_after_a_validation_error() -> None:
    for client in clients():
        prompt = f"Who is it?\nanswer {YOUNG}\n{PERSON_PROMPT}"
        found = client.chat.completions.create(**ask(prompt, response_model=Adult, max_retries=2))
        same(found.age, 36)


def case_gives_up() -> None:
    for client in clients()[:1] + clients()[-2:-1]:
        raises(
            InstructorRetryException,
            lambda client=client: client.chat.completions.create(
                **ask(f"answer {YOUNG}", response_model=Adult, max_retries=2)
            ),
        )


def case_partial_stream() -> str:
    counts = []
    for client in (clients()[0], clients()[2], clients()[-2]):
        parts = list(client.chat.completions.create_partial(**ask(PERSON_PROMPT)))
        same(parts[-1].model_dump(), PERSON)
        counts.append(len(parts))
    assert min(counts) > 1
    return f"{counts} parts"


def case_iterable() -> None:
    prompt = 'answer {"tasks": [{"name": "A", "age": 1, "tags": []}, {"name": "B", "age": 2, "tags": []}]}'
    for client in (clients()[0], clients()[-2]):
        found = list(client.chat.completions.create_iterable(**ask(prompt)))
        same([person.name for person in found], ["A", "B"])


def case_parallel_tools() -> None:
    class Place(BaseModel):
        city: str

    client = instructor.from_openai(openai.OpenAI(), mode=instructor.Mode.PARALLEL_TOOLS)
    prompt = 'call Place {"city": "Lyon"}\ncall Place {"city": "Malmö"}'
    found = list(client.chat.completions.create(**ask(prompt, response_model=Iterable[Place])))
    same([place.city for place in found], ["Lyon", "Malmö"])


def case_old_dialect_of_anthropic() -> str:
    raw = anthropic.Anthropic().messages.with_raw_response.create(
        model=LARGE, max_tokens=50, temperature=0.2, messages=[{"role": "user", "content": "say old"}]
    )
    same(raw.http_request.headers["anthropic-version"], "2023-06-01")
    assert raw.http_request.headers["x-api-key"]
    same(raw.parse().content[0].text, "old")
    return f"anthropic {anthropic.__version__}"


def case_faults() -> str:
    for client in (clients("rate_limited")[0], clients("rate_limited")[-2]):
        raises(
            InstructorRetryException,
            lambda client=client: client.chat.completions.create(**ask(PERSON_PROMPT, max_retries=1)),
        )
    return seen("rate_limited", 6)


if __name__ == "__main__":
    run(globals())
