"""The REST side: routing, the checks common to all calls, and the faults."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from typing import Any

from aiohttp import web

from bot.simulator import uploads
from bot.simulator.agents import Agents
from bot.simulator.clock import Clock
from bot.simulator.crypto import Envelope
from bot.simulator.doors import App, Kf
from bot.simulator.errors import Errcode, Refused
from bot.simulator.faults import Fault, Faults
from bot.simulator.journal import Journal
from bot.simulator.kf_calls import Answering, KfCalls
from bot.simulator.limits import Budget, Limits
from bot.simulator.media import Media, MediaStore
from bot.simulator.people import Directory
from bot.simulator.responses import Responses
from bot.simulator.sending import Sending
from bot.simulator.tokens import Caller, Tokens
from bot.simulator.webhook import Webhooks

Body = Mapping[str, Any]
Endpoint = Callable[[web.Request, Body], dict[str, Any]]
Reader = Callable[[web.Request, bytes], Body]

SECRETS = frozenset(("access_token", "corpsecret", "key"))


class Api:
    """Answers like qyapi.weixin.qq.com: HTTP 200 with an errcode."""

    def __init__(
        self,
        clock: Clock,
        journal: Journal,
        directory: Directory,
        tokens: Tokens,
        sending: Sending,
        responses: Responses,
        media: MediaStore,
        faults: Faults,
        limits: Limits,
        envelopes: Callable[[str], Envelope],
        webhooks: Webhooks,
        more: Mapping[str, Callable[[web.Request], Awaitable[web.StreamResponse]]],
        kf: KfCalls,
    ) -> None:
        self.trusted_ips: frozenset[str] | None = None
        self.accepting = True
        self.agents = Agents(directory)
        self._clock = clock
        self._journal = journal
        self._directory = directory
        self._tokens = tokens
        self._sending = sending
        self._responses = responses
        self._media = media
        self._faults = faults
        self._limits = limits
        self._envelopes = envelopes
        self._webhooks = webhooks
        self._more = more
        self._kf = kf
        self._budget = Budget(limits.api_per_minute, limits.api_per_hour)
        self._open = 0

    def application(self) -> web.Application:
        """The aiohttp application with all routes."""
        made = web.Application(client_max_size=32 * 1024 * 1024)
        made.on_response_prepare.append(self._date)
        made.router.add_get("/cgi-bin/gettoken", self._route(self._gettoken))
        made.router.add_get("/cgi-bin/getcallbackip", self._route(self._addresses))
        made.router.add_get("/cgi-bin/get_api_domain_ip", self._route(self._addresses))
        made.router.add_get("/cgi-bin/user/get", self._route(self._user))
        made.router.add_get("/cgi-bin/agent/get", self._route(self._agent))
        made.router.add_post("/cgi-bin/message/send", self._route(self._send))
        made.router.add_post("/cgi-bin/message/update_template_card", self._route(self._update))
        made.router.add_post("/cgi-bin/message/recall", self._route(self._recall))
        made.router.add_post("/cgi-bin/aibot/response", self._route(self._respond))
        made.router.add_post("/cgi-bin/media/upload", self._route(self._upload, _form))
        made.router.add_post("/cgi-bin/webhook/send", self._route(self._push))
        made.router.add_post("/cgi-bin/webhook/upload_media", self._route(self._upload_for_push, _form))
        made.router.add_get("/cgi-bin/media/get", self._route(self._get))
        for path, answer in self._kf.answers.items():
            add = made.router.add_get if path == "servicer/list" else made.router.add_post
            add(f"/cgi-bin/kf/{path}", self._route(self._of_kf(answer)))
        made.router.add_get("/media/{door}/{media}", self._download)
        for path, handle in self._more.items():
            made.router.add_get(path, handle)
        return made

    # The calls.

    def _gettoken(self, request: web.Request, body: Body) -> dict[str, Any]:
        return self._tokens.get(request.query)

    def _addresses(self, request: web.Request, body: Body) -> dict[str, Any]:
        self._tokens.check(request.query.get("access_token"))
        return {"ip_list": ["127.0.0.1"]}

    def _agent(self, request: web.Request, body: Body) -> dict[str, Any]:
        return self.agents.get(self._app(request), request.query.get("agentid"))

    def _user(self, request: web.Request, body: Body) -> dict[str, Any]:
        """The name of a member whom the app may see (doc/90196)."""
        self._app(request)
        userid = request.query.get("userid", "")
        if not userid:
            raise Refused(Errcode.EMPTY_PARAMETER, "userid is empty")
        if len(userid.encode()) > 64:
            raise Refused(Errcode.BAD_USERID, "invalid userid")
        member = self._directory.find(userid)
        if member is None:
            raise Refused(Errcode.NO_SUCH_USER, "userid not found")
        if not member.visible:
            raise Refused(Errcode.OUT_OF_SCOPE, "no privilege to access this member")
        return {"userid": member.userid, "name": member.name, "department": sorted(member.parties), "status": 1}

    def _send(self, request: web.Request, body: Body) -> dict[str, Any]:
        return self._sending.send(self._app(request), body)

    def _update(self, request: web.Request, body: Body) -> dict[str, Any]:
        return self._sending.update(self._app(request), body)

    def _recall(self, request: web.Request, body: Body) -> dict[str, Any]:
        return self._sending.recall(self._app(request), body)

    def _respond(self, request: web.Request, body: Body) -> dict[str, Any]:
        return self._responses.answer(request.query, body)

    def _upload(self, request: web.Request, body: Body) -> dict[str, Any]:
        self._caller(request)
        sent = uploads.read_form(body["content_type"], body["raw"])
        return uploads.keep(self._media, request.query.get("type"), sent)

    def _get(self, request: web.Request, body: Body) -> dict[str, Any]:
        self._caller(request)
        return {"file": uploads.found(self._media, request.query.get("media_id"))}

    def _push(self, request: web.Request, body: Body) -> dict[str, Any]:
        return self._webhooks.send(request.query.get("key"), body)

    def _upload_for_push(self, request: web.Request, body: Body) -> dict[str, Any]:
        sent = uploads.read_form(body["content_type"], body["raw"])
        return self._webhooks.upload(request.query.get("key"), request.query.get("type"), sent)

    def _of_kf(self, answer: Answering) -> Endpoint:
        """A call of 微信客服, for the app that was granted it."""

        def endpoint(request: web.Request, body: Body) -> dict[str, Any]:
            caller = self._caller(request)
            if not isinstance(caller, Kf):
                raise Refused(Errcode.NO_PERMISSION, "the app may not call 微信客服")
            return answer(caller, body or request.query)

        return endpoint

    def _app(self, request: web.Request) -> App:
        """The app that calls, where only apps with members may."""
        caller = self._caller(request)
        if not isinstance(caller, App):
            raise Refused(Errcode.NO_PERMISSION, "no permission for this call")
        return caller

    def _caller(self, request: web.Request) -> Caller:
        """Who calls: its token first, then its address."""
        caller = self._tokens.check(request.query.get("access_token"))
        if self.trusted_ips is not None and request.remote not in self.trusted_ips:
            raise Refused(Errcode.UNTRUSTED_IP, f"not allow to access from your ip, from ip: {request.remote}")
        return caller

    # What happens around every call.

    async def _date(self, request: web.Request, response: web.StreamResponse) -> None:
        """Every answer tells WeCom's time."""
        response.headers["Date"] = formatdate(self._clock.now(), usegmt=True)

    def _route(self, endpoint: Endpoint, read: "Reader | None" = None) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            if not self.accepting:
                return _cut(request)
            raw = await request.read()
            call = self._journal.call(request.path, _journaled(request, raw))
            started = asyncio.get_running_loop().time()
            outcome: dict[str, Any] = {}
            self._open += 1
            try:
                return await self._answer(request, raw, endpoint, read or _json, outcome)
            finally:
                self._open -= 1
                seconds = asyncio.get_running_loop().time() - started
                self._journal.end(call.number, seconds=seconds, **outcome)

        return handle

    async def _answer(
        self, request: web.Request, raw: bytes, endpoint: Endpoint, read: Reader, outcome: dict[str, Any]
    ) -> web.StreamResponse:
        at_once, troubles = self._open, self._faults.draw(request.path)
        outcome["fault"] = ", ".join(str(fault) for fault in troubles)
        for fault in troubles:
            if response := await self._trouble(request, fault, outcome):
                return response
        found = self._evaluate(request, raw, endpoint, read, at_once)
        outcome.update(errcode=found["errcode"], status=200)
        if "file" in found:
            return _file(request, found["file"])
        await asyncio.sleep(sum(fault.seconds for fault in troubles if fault.trouble == "late"))
        half = next((fault for fault in troubles if fault.trouble == "half"), None)
        if half is not None and half.held:
            await self._faults.released()
        return await _half(request, found, half) if half else web.json_response(found)

    async def _trouble(self, request: web.Request, fault: Fault, outcome: dict[str, Any]) -> web.StreamResponse | None:
        """The answer of a call that is not done at all, or None after a mere delay."""
        if fault.trouble == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.trouble == "fail" and fault.status != 200:
            outcome["status"] = fault.status
            return web.Response(status=fault.status)
        elif fault.trouble == "fail":
            outcome.update(errcode=fault.errcode, status=200)
            return web.json_response({"errcode": fault.errcode, "errmsg": "as ordered"})
        elif fault.trouble == "hang":
            await self._faults.released()
            return _cut(request)
        elif fault.trouble == "reset":
            return _cut(request)
        return None

    def _evaluate(
        self, request: web.Request, raw: bytes, endpoint: Endpoint, read: Reader, at_once: int
    ) -> dict[str, Any]:
        try:
            self._frequency(request.path, at_once)
            body = read(request, raw) if request.method == "POST" else {}
            return {"errcode": 0, "errmsg": "ok", **endpoint(request, body)}
        except Refused as refused:
            return {"errcode": refused.errcode, "errmsg": refused.detail}

    def _frequency(self, path: str, at_once: int) -> None:
        if self._limits.concurrent_calls is not None and at_once > self._limits.concurrent_calls:
            raise Refused(Errcode.TOO_MANY_AT_ONCE, "too many calls at once")
        if not self._budget.take(path, self._clock.now()):
            raise Refused(Errcode.TOO_OFTEN, "api freq out of limit")

    async def _download(self, request: web.Request) -> web.Response:
        """The bytes behind an AI bot's media URL, encrypted with its key, or an app's picture as it is."""
        found: Media | None = self._media.fresh(request.match_info["media"])
        if found is None:
            return web.Response(status=404)
        door = request.match_info["door"]
        plain = door.startswith("app:")
        content = found.content if plain else self._envelopes(door).seal.encrypt_file(found.content)
        headers = {"Content-Disposition": f'attachment; filename="{found.filename}"'} if found.filename else {}
        return web.Response(body=content, headers=headers, content_type="application/octet-stream")


def _form(request: web.Request, raw: bytes) -> Body:
    """A form as it came; the endpoint reads it after the token."""
    return {"content_type": request.headers.get("Content-Type", ""), "raw": raw}


def _file(request: web.Request, media: Media) -> web.Response:
    """The file, or the range of it that was asked for."""
    wanted = request.http_range
    content = media.content[wanted]
    headers = {"Content-Disposition": f'attachment; filename="{media.filename}"'}
    status = 206 if wanted != slice(None, None, 1) else 200
    return web.Response(body=content, status=status, headers=headers, content_type="application/octet-stream")


def _json(request: web.Request, raw: bytes) -> Body:
    try:
        body = json.loads(raw)
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Refused(Errcode.BAD_CHARACTERS, "not UTF-8") from error
    except ValueError as error:
        raise Refused(Errcode.BAD_PARAMETER, "not JSON") from error
    if not isinstance(body, dict):
        raise Refused(Errcode.BAD_PARAMETER, "not a JSON object")
    return body


def _journaled(request: web.Request, raw: bytes) -> Body:
    """The body, or the query without secrets, for the journal."""
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = None
    query = {name: value for name, value in request.query.items() if name not in SECRETS}
    return {**query, **body} if isinstance(body, dict) else query


def _cut(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _half(request: web.Request, found: dict[str, Any], fault: Fault) -> web.StreamResponse:
    """The call was done, but its answer does not arrive, or only the beginning of it."""
    if not fault.partly:
        return _cut(request)
    text = json.dumps(found).encode()
    response = web.StreamResponse(headers={"Content-Length": str(len(text)), "Content-Type": "application/json"})
    await response.prepare(request)
    await response.write(text[: len(text) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
