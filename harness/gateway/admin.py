"""The admin face, on a Unix socket that no trial can reach: open, close, what was not understood, health."""

from __future__ import annotations

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.errors import TakehomeError
from harness.exercise.spec import explain
from harness.gateway.admin_api import OpenTrial
from harness.gateway.server import Doors
from harness.gateway.trials import Trials


def admin_app(trials: Trials, doors: Doors) -> Starlette:
    """`POST /trials`, `POST /trials/{id}/close`, `POST /unread`, `GET /health`."""

    async def open_trial(request: Request) -> Response:
        try:
            opened = trials.open(OpenTrial.model_validate_json(await request.body()))
        except ValidationError as error:
            return _failed(400, "usage", f"not a trial:\n{explain(error)}")
        except TakehomeError as error:
            return _failed(400, "usage", str(error))
        except Exception as error:
            return _failed(500, "grader", f"the world could not be made: {type(error).__name__}: {error}")
        return _json(opened.model_dump_json())

    async def close_trial(request: Request) -> Response:
        try:
            record, listener = trials.close(request.path_params["trial"])
        except KeyError:
            return _failed(404, "usage", "no such trial is open")
        doors.shut(listener)
        return _json(record.model_dump_json())

    async def unread(_request: Request) -> Response:
        return JSONResponse([one.model_dump() for one in trials.unread()])

    async def health(_request: Request) -> Response:
        return JSONResponse({"ok": True, "open_trials": len(trials)})

    return Starlette(
        routes=[
            Route("/trials", open_trial, methods=["POST"]),
            Route("/trials/{trial}/close", close_trial, methods=["POST"]),
            Route("/unread", unread, methods=["POST"]),
            Route("/health", health, methods=["GET"]),
        ]
    )


def _json(text: str) -> Response:
    return Response(text, media_type="application/json")


def _failed(status: int, kind: str, message: str) -> Response:
    return JSONResponse({"kind": kind, "message": message}, status_code=status)
