"""The desk's numbers, ordered from the command line while the bot runs: the managers get them, picture and all."""

import asyncio
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.cli import main
from tests.scenarios.test_media import desk, serve, shows
from tests.scenarios.town import town


async def test_an_ordered_report_reaches_the_managers_with_its_picture(tmp_path: Path) -> None:
    async with town(tmp_path) as place:
        await serve(place, place.app, "li.na")
        await place.wecom.say(place.app, "admin01", "结束")
        await shows(place, place.chat("li.na"), "结束了这次人工服务")
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
        words = ["desk", "report", "--from", today, "--to", today, "--post", "-c", str(place.config)]
        assert await asyncio.to_thread(main, words) == 0
        await shows(place, desk(place), f"[image] 客服报表 {today} 到 {today}.png")
        *_, told, picture = place.wecom.journal.seen(desk(place))
        assert told.text.startswith("客服 ") and "工单 1" in told.text
        assert picture.media, "it was uploaded"
