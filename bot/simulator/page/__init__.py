"""The chat page: the simulated company in a browser, on loopback only.

    async with Page(wecom, cast, reasons, clock) as page:
        print(page.url)                         # http://127.0.0.1:8866/

Everybody of the cast can speak, press and look at the desk; orders to the platform (faults, the clock) stand beside.
What the page shows comes from the journal alone, pushed as Server-Sent Events; `reasons` tells why the bot said so.
"""

from bot.simulator.page.cast import Cast, Reasons
from bot.simulator.page.server import Page

__all__ = ["Cast", "Page", "Reasons"]
