"""The access that one Secret gives to WeCom's API: asked for anew, past every cache."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.cli.doctor import diagnoses
from bot.cli.doctor.answers import diagnose
from bot.cli.doctor.company import Company
from bot.cli.doctor.diagnosis import Result, judged, skipped
from bot.wecom.errors import CallError
from bot.wecom.transport import Transport

NO_TOKEN = "没有取到 access_token"


@dataclass(slots=True)
class Access:
    """One app's. `token` is there after `get_token`."""

    transport: Transport
    api: str
    corp: str
    company: Company
    secret: str = field(repr=False)
    token: str = field(default="", repr=False)

    async def get_token(self) -> Result:
        """An access token."""
        if not self.company.answers:
            return skipped("先要连得上企业微信")
        credentials = {"corpid": self.corp, "corpsecret": self.secret}
        try:
            answer = await self.transport.get("gettoken", self._url("gettoken"), credentials)
        except CallError as error:
            return judged([diagnose(error)])
        self.token = str(answer.get("access_token", ""))
        return judged(() if self.token else [diagnoses.API_STRANGE.having("回答里没有 access_token")])

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        """GET; CallError."""
        return await self.transport.get(path, self._url(path), {"access_token": self.token, **query})

    async def post(self, path: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """POST; CallError."""
        return await self.transport.post(path, self._url(path), {"access_token": self.token}, payload)

    def _url(self, path: str) -> str:
        return f"{self.api}/cgi-bin/{path}"
