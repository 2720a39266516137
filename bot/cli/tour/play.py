"""From the curtain to the chat."""

import logging
import sys
from random import SystemRandom
from time import perf_counter

from bot.cli.terminal import BOLD, CYAN, DIM
from bot.cli.tour.chat import chat
from bot.cli.tour.general import tour_of
from bot.cli.tour.page import page_for
from bot.cli.tour.stage import Stage, staged
from bot.cli.tour.telling import Teller, teller_for


async def play(config: str, seed: int | None, once: bool, page: bool = False, port: int | None = None) -> int:
    """The tour unless `page`, then the chat unless `once`; 1 when an answer was missing."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    seed = SystemRandom().randrange(10_000) if seed is None else seed
    teller, began = teller_for(sys.stdout), perf_counter()
    teller.line(teller.paint("群伴", BOLD) + "，公司自己运行的企业微信社群机器人")
    teller.line(teller.paint("下面的企业微信是模拟的，收发和加解密都是真的。正在启动…", DIM))
    async with staged(config, seed) as stage:
        _opened(teller, stage, seed, perf_counter() - began)
        status = 0 if page else await _tour(teller, stage, seed)
        if not once:
            await _stay(teller, stage, port)
    return status


async def _stay(teller: Teller, stage: Stage, port: int | None) -> None:
    """The chat, on a page and in the terminal."""
    async with page_for(stage, port) as page:
        teller.heading("轮到您了")
        teller.line("在浏览器里打开：" + teller.paint(page.url, BOLD, CYAN))
        teller.line("换着身份聊，看同事怎么接单，点「为什么这样回」，让企业微信出点故障，把时间往后拨。")
        teller.line()
        await chat(stage, teller)


def _opened(teller: Teller, stage: Stage, seed: int, seconds: float) -> None:
    place = f"{stage.group.name}里有 {stage.robot.name}（智能机器人），{stage.team}在自建应用“{stage.app.name}”里待命"
    teller.line(teller.paint(f"{seconds:.1f} 秒后就绪。{place}。", DIM))
    teller.line(teller.paint(f"这一遍的种子是 {seed}，再看同一遍：qunban demo --seed {seed}", DIM))


async def _tour(teller: Teller, stage: Stage, seed: int) -> int:
    tour = tour_of(stage, teller, seed)
    await tour.play()
    teller.line()
    if tour.missing:
        teller.verdict(
            False, f"{tour.checked} 处里有 {len(tour.missing)} 处没有得到该有的回答：{'；'.join(tour.missing)}"
        )
        return 1
    teller.verdict(True, f"{tour.checked} 处都得到了该有的回答")
    return 0
