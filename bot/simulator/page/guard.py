"""Only the page itself may drive the page: other sites in the same browser are turned away.

A hostile site can point its own name at 127.0.0.1 (DNS rebinding), or post to it blindly. The Host must be loopback's,
the Origin, where a browser tells one, must be the page's, and orders must be JSON, which no foreign form can send.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse strangers; put the headers on every answer."""
    why = _objection(request)
    response = refusal(403, why) if why else await _answered(request, handler)
    if not response.prepared:
        response.headers.update(HEADERS)
    return response


async def _answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        return refusal(error.status, error.reason)


def refusal(status: int, why: str) -> web.Response:
    """An error as the page reads it."""
    return web.json_response({"error": why}, status=status)


def _objection(request: web.Request) -> str:
    """Why this request is not the page's own; empty when it is."""
    socket: Any = request.transport.get_extra_info("sockname") if request.transport else None
    hosts = [f"{name}:{socket[1]}" for name in LOOPBACK] if socket else []
    if request.host not in hosts:
        return "这一页只在本机打开"
    origin = request.headers.get("Origin")
    if origin is not None and origin not in [f"http://{host}" for host in hosts]:
        return "别的网站不能操作这一页"
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none") and request.path != "/":
        return "别的网站不能操作这一页"
    if request.method == "POST" and request.content_type != "application/json":
        return "这里只收 JSON"
    return ""
