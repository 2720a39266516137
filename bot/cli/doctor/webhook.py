"""消息推送 of one group, asked in a way that nobody in the group sees."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.cli.doctor.answers import diagnose
from bot.cli.doctor.diagnosis import Result, judged
from bot.wecom.errors import CallError, WeComError
from bot.wecom.webhook import Webhook

# There is no such kind of message: WeCom says so when the key is right.
UNHEARD_OF: Mapping[str, str] = {"msgtype": "qunban_doctor"}
NO_SUCH_KIND = frozenset((40008,))


@dataclass(frozen=True, slots=True)
class WebhookExamination:
    """One group's webhook."""

    webhook: Webhook

    async def examine(self) -> Result:
        """Its key is right, and it is still in its group."""
        try:
            await self.webhook.send(UNHEARD_OF)
        except WeComError as error:
            return judged([] if error.code in NO_SUCH_KIND else [diagnose(error)])
        except CallError as error:
            return judged([diagnose(error)])
        return judged(())
