"""/healthz and /readyz: for `up`, for whatever watches Maru from outside, and open to everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from kb.health import look


async def healthz(request: HttpRequest) -> HttpResponse:
    """The web process is alive. Touches nothing else."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


async def readyz(request: HttpRequest) -> JsonResponse:
    """Each part with its state; 503 when one that is needed is missing."""
    house = await look()
    body = {
        "status": house.status,
        "parts": [
            {"name": part.name, "state": part.state, "needed": part.needed, "text": part.text} for part in house.parts
        ],
    }
    headers = {"Cache-Control": "no-store"} | ({} if house.ready else {"Retry-After": "5"})
    return JsonResponse(
        body, status=200 if house.ready else 503, headers=headers, json_dumps_params={"ensure_ascii": False}
    )
