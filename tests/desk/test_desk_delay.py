"""Words that staff may still take back outlive the bot: each goes out once, in order, or not at all."""

from pathlib import Path

from bot.simulator import Disorder
from tests.desk import wording
from tests.desk.town import Rules, Town, town
from tests.faults.company import Stores
from tests.faults.trial import soak
from tests.faults.victim import Victim

SEED = 20261209
DELAY = 20.0


@soak
async def test_words_that_wait_survive_a_kill_and_what_was_taken_back_stays_so(tmp_path: Path) -> None:
    rules = Rules(send_delay=DELAY)
    async with town(tmp_path, seed=SEED, customers=1, rules=rules, stores=Stores(), disorder=Disorder()) as made:
        victim = Victim(made.company, tide=made.tide.file)
        try:
            await victim.start()
            (customer,) = made.customers
            await made.say(customer, wording.CALL)
            await made.wecom.click(await made.card("mei01", customer, "take"), "take", "mei01")
            await made.reads(customer, "为您服务")
            await _write(made, "说错了")
            await _write(made, "撤回")
            await made.reads("mei01", "撤回了，没有发给 #1")
            await _write(made, "第一句")
            await _write(made, "第二句")
            await victim.kill()
            made.tide.advance(DELAY + 1)
            await victim.start()
            await made.reads(customer, "第二句")
            await made.wecom.settle()
            said = [text for text in made.wecom.journal.texts(made.place(customer)) if text.startswith("客服小美：")]
            assert said == ["客服小美：第一句", "客服小美：第二句"]
        finally:
            await victim.end()


async def _write(made: Town, text: str) -> None:
    """小美 writes; the bot has it."""
    posted = await made.say("mei01", text)
    await posted.delivered()
