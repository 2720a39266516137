"""What people see of a bot on its long connection."""

from pathlib import Path

from tests.longline.harbour import GROUP, harbour


async def test_a_member_is_answered_in_a_group_and_alone(tmp_path: Path) -> None:
    async with harbour(tmp_path) as place, place.bot():
        await place.connected()
        await place.wecom.mention(place.robot, GROUP, "li.na", "天王盖地虎")
        assert await place.says(place.room) == ["宝塔镇河妖"]
        assert await place.ask() == "宝塔镇河妖"
        (said,) = place.wecom.journal.seen(place.room)
        assert (said.via, said.finished, said.feedback != "") == ("stream", True, True)
