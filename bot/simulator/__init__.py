"""A WeCom look-alike on loopback: real HTTP, real encryption, WeCom's own validation, limits and error codes.

    async with WeCom(timing=Timing().scaled(0.1)) as wecom:
        app = wecom.add_app("助手", 1000002, secret="s3", callback="http://127.0.0.1:8080/cb/app")
        bot = wecom.add_bot("小助手", callback="http://127.0.0.1:8080/cb/aibot")
        wecom.add_member("li.na", "李娜")
        wecom.add_group("wrG1", "内测群", members=["li.na"], bots=[bot])
        ...                                     # start the bot with `api = wecom.url`, here or as a child process
        asked = await wecom.mention(bot, "wrG1", "li.na", "什么时候发货？")
        await wecom.journal.wait_for(lambda journal: journal.texts(asked.conversation))
        card = wecom.journal.seen(asked.conversation)[-1]
        await wecom.click(card, "submit", "li.na")
        wecom.faults.half_answer(path="/cgi-bin/message/send", times=1)
        wecom.disorder = Disorder(duplicate_rate=0.3)
        await wecom.settle()                    # all deliveries done, all streams over
        assert not wecom.journal.records("conflict")

People act with `say`, `direct`, `mention`, `enter_agent`, `enter_chat`, `click` and the others in `acts`;
strangers with `wecom.attacks`. Tests judge by `wecom.journal`. It shares no code with the bot: they meet on the wire.
"""

from bot.simulator.answers import Situation
from bot.simulator.callbacks import Disorder
from bot.simulator.clock import Clock, ShiftedClock, SystemClock
from bot.simulator.doors import AiBot, App, Door, Kf, Webhook
from bot.simulator.errors import Errcode, SimulatorError
from bot.simulator.journal import Attempt, Call, Conversation, Journal, Record, Version
from bot.simulator.kf import KfDisorder, KfHouse
from bot.simulator.kf_accounts import KfAccount
from bot.simulator.limits import Limits
from bot.simulator.office import Posted
from bot.simulator.people import Customer, Group, Member
from bot.simulator.server import WeCom
from bot.simulator.timing import Timing

__all__ = [
    "AiBot",
    "App",
    "Attempt",
    "Call",
    "Clock",
    "Conversation",
    "Customer",
    "Disorder",
    "Door",
    "Errcode",
    "Group",
    "Journal",
    "Kf",
    "KfAccount",
    "KfDisorder",
    "KfHouse",
    "Limits",
    "Member",
    "Posted",
    "Record",
    "ShiftedClock",
    "SimulatorError",
    "Situation",
    "SystemClock",
    "Timing",
    "Version",
    "WeCom",
    "Webhook",
]
