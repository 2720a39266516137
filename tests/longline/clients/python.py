"""An AI bot on PyPI's wecom-aibot-sdk: welcomes, answers, updates cards, pushes, sends files back.

    python python.py URL BOT_ID SECRET          (run by an interpreter that has the package)

Prints a line `done STEP` after each step whose frames were all acknowledged.
"""

import asyncio
import sys
from typing import Any

from wecom_aibot_sdk import WSClient


class Silent:
    """A logger that keeps the transcript clean."""

    def debug(self, *words: Any) -> None: ...

    def info(self, *words: Any) -> None: ...

    def warn(self, *words: Any) -> None: ...

    def error(self, *words: Any) -> None:
        print(*words, file=sys.stderr)


def done(step: str) -> None:
    print(f"done {step}", flush=True)


def checked(frame: dict[str, Any]) -> None:
    if frame.get("errcode") != 0:
        raise RuntimeError(str(frame))


def card(task: str, title: str, **more: Any) -> dict[str, Any]:
    buttons = [{"text": "甲", "style": 1, "key": "a"}]
    return {
        "card_type": "button_interaction", "task_id": task, "main_title": {"title": title}, "button_list": buttons,
        **more,
    }  # fmt: skip


async def main(url: str, bot: str, secret: str) -> None:
    client = WSClient(bot, secret, ws_url=url, logger=Silent())

    async def welcome(frame: Any) -> None:
        checked(await client.reply_welcome(frame, {"msgtype": "text", "text": {"content": "欢迎"}}))
        done("welcome")

    async def answer(frame: Any) -> None:
        body = frame["body"]
        stream, said = f"s-{body['msgid']}", body["text"]["content"]
        checked(await client.reply_stream(frame, stream, "想一想…", False, feedback={"id": "fb-1"}))
        checked(await client.reply_stream(frame, stream, f"听到：{said}", True))
        done("stream")
        checked(await client.reply_template_card(frame, card("quiz-1", "选一个")))
        done("card")
        chat = body.get("chatid") or body["from"]["userid"]
        checked(await client.send_message(chat, {"msgtype": "markdown", "markdown": {"content": "**主动**"}}))
        done("push")

    async def update(frame: Any) -> None:
        task = frame["body"]["event"]["template_card_event"]["task_id"]
        checked(await client.update_template_card(frame, card(task, "选好了", replace_text="已选")))
        done("update")

    async def give_back(frame: Any) -> None:
        file = frame["body"]["file"]
        found = await client.download_file(file["url"], file["aeskey"])
        done(f"download {found['filename']} {len(found['buffer'])}")
        name = f"copy-{found['filename']}"
        kept = await client.upload_media(found["buffer"], type="file", filename=name)
        checked(await client.reply_media(frame, "file", kept["media_id"]))
        done("file")

    client.on("authenticated", lambda: done("subscribe"))
    client.on("disconnected", lambda reason: done("disconnected"))
    client.on("event.enter_chat", welcome)
    client.on("message.text", answer)
    client.on("event.template_card_event", update)
    client.on("message.file", give_back)
    await client.connect()
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
