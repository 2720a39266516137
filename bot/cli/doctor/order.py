"""The steps of an examination, in the order in which they are done."""

from collections.abc import Iterator, Sequence
from typing import Any

from bot.app import holidays_told, typeface_told
from bot.channels.settings import WECOM, AibotDoor, AppDoor, KfDoor, WebhookDoor
from bot.cli.doctor import diagnoses
from bot.cli.doctor.access import Access
from bot.cli.doctor.app import AppExamination
from bot.cli.doctor.company import Company
from bot.cli.doctor.cursors import Cursors
from bot.cli.doctor.diagnosis import Diagnosis, Result, Step, judged, passed, skipped
from bot.cli.doctor.kf import KfExamination
from bot.cli.doctor.local import LocalWay
from bot.cli.doctor.model import understanding
from bot.cli.doctor.public import PublicWay, is_private
from bot.cli.doctor.request import Surface, surface_of
from bot.cli.doctor.setup import Setup, named
from bot.cli.doctor.socket import SocketExamination
from bot.cli.doctor.visit import Visit, is_called_back
from bot.cli.doctor.webhook import WebhookExamination
from bot.wecom.socket import Bot
from bot.wecom.webhook import Webhook

NO_PUBLIC_URL = "config.toml 的 [server] 没有写 public_url"


def steps(visit: Visit) -> Iterator[Step]:
    """All steps for a set-up: what doors share first, then door by door."""
    if visit.setup.others:
        yield broken(visit.setup.others)
    company = Company(visit.session, visit.clock, visit.api)
    yield Step("连到企业微信、对时", "", company.examine)
    yield Step("监听地址", "", lambda: _listening(visit))
    yield Step("语义模型", "", lambda: understanding(visit.setup))
    yield noticed("图片", typeface_told(visit.setup.config))
    if said := holidays_told(visit.setup.config, visit.clock.now()):
        yield noticed("节假日", said)
    sound = {named(door): door for door in visit.sound}
    for door in visit.setup.doors:
        yield keys_of(visit.setup, door)
        if named(door) in sound:
            yield from _door(visit, company, sound[named(door)])


def at_once(name: str, door: str, diagnosed: Sequence[Diagnosis]) -> Step:
    """A step whose end is known already."""

    async def run() -> Result:
        return judged(diagnosed)

    return Step(name, door, run)


def noticed(name: str, said: str) -> Step:
    """A step that only tells something."""

    async def run() -> Result:
        return passed(said)

    return Step(name, "", run)


def keys_of(setup: Setup, door: Any) -> Step:
    """The step about the keys of a door."""
    return at_once("密钥的样子", named(door), setup.wrong[named(door)])


async def _listening(visit: Visit) -> Result:
    if visit.listener is not None:
        return passed(f"{visit.base}，机器人没有开，这次由 doctor 代它回答")
    if not visit.health.is_bot:
        return judged([diagnoses.PORT_TAKEN.having(visit.base)])
    sick = [diagnoses.BOT_SICK.having("、".join(visit.health.wrong))] if visit.health.wrong else []
    return judged(sick, f"{visit.base}，机器人开着")


def _door(visit: Visit, company: Company, door: Any) -> Iterator[Step]:
    if is_called_back(door):
        yield from _callback(visit, door)
    match door:
        case AppDoor():
            yield from _app(visit, _access(visit, company, door), door)
        case AibotDoor(mode="socket"):
            yield Step("长连接", named(door), _socket(visit, door).examine)
        case KfDoor():
            yield from _kf(visit, _access(visit, company, door), door)
        case WebhookDoor():
            webhook = Webhook(visit.transport, *door.reached(visit.api))
            yield Step("消息推送的 key", named(door), WebhookExamination(webhook).examine)


def _access(visit: Visit, company: Company, door: AppDoor | KfDoor) -> Access:
    return Access(visit.transport, visit.api, visit.corp, company, door.secret.reveal())


def _kf(visit: Visit, access: Access, door: KfDoor) -> Iterator[Step]:
    kf = KfExamination(access, door, Cursors(visit.redis, visit.data))
    yield Step("取 access_token", named(door), access.get_token)
    yield Step("客服账号", named(door), kf.examine_accounts)
    yield Step("接待人员", named(door), kf.examine_servicers)
    yield Step("取消息", named(door), kf.examine_cursors)


def _socket(visit: Visit, door: AibotDoor) -> SocketExamination:
    bot = Bot(visit.setup.config[WECOM].socket, door.bot_id, door.secret.reveal())
    return SocketExamination(visit.session, bot, named(door), visit.health.is_bot, visit.redis)


def _callback(visit: Visit, door: Any) -> Iterator[Step]:
    surface = surface_of(door, visit.corp)
    here = LocalWay(visit.session, visit.base + surface.address, surface.codec)
    yield Step("URL 验证（本机）", surface.door, lambda: _local(visit, here))
    yield Step("URL 验证（公网）", surface.door, lambda: _public(visit, surface, here))


async def _local(visit: Visit, here: LocalWay) -> Result:
    if visit.listener is None and not visit.health.is_bot:
        return skipped("端口上不是机器人")
    return await here.examine()


async def _public(visit: Visit, surface: Surface, here: LocalWay) -> Result:
    if not here.works:
        return skipped("本机的先要通过")
    if not visit.public:
        return skipped(NO_PUBLIC_URL)
    if is_private(visit.public) and not is_private(visit.api):
        return judged([diagnoses.PUBLIC_PRIVATE.having(visit.public)])
    path = surface.path or surface.address
    return await PublicWay(visit.session, visit.public + path, path, surface.codec, visit.listener).examine()


def _app(visit: Visit, access: Access, door: AppDoor) -> Iterator[Step]:
    app = AppExamination(access, door, visit.people)
    yield Step("取 access_token", named(door), access.get_token)
    yield Step("可信 IP 和可见范围", named(door), app.examine_agent)
    yield Step("发消息的权限", named(door), app.examine_sending)
    yield Step("[[people]] 里的人", named(door), app.examine_people)


def broken(diagnosed: Sequence[Diagnosis]) -> Step:
    """The step for what is wrong with the configuration itself; the only one when it cannot be used."""
    return at_once("读配置", "", diagnosed)
