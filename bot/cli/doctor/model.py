"""The model that understands: whether it can be used."""

import asyncio

from bot.app import model_of
from bot.cli.doctor import diagnoses
from bot.cli.doctor.diagnosis import Result, judged, passed, skipped
from bot.cli.doctor.setup import Setup


async def understanding(setup: Setup) -> Result:
    """Usable, or left out by choice; not yet made is no fault, for the bot makes it itself."""
    found = await asyncio.to_thread(model_of, setup.config)
    match found.state:
        case "unusable":
            return judged([diagnoses.MODEL_UNUSABLE.having(found.told)])
        case "coming":
            return skipped(found.told)
    return passed(found.told)
