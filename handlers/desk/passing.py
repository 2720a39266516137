"""How what staff say reaches a customer: in their name, in a group to the one who asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.types.actions import Content, Notify, Text, words_of
from bot.types.context import Context
from handlers.desk import aside, tickets, words
from handlers.desk.office import Office
from handlers.desk.ticket import Ticket
from handlers.desk.unsent import Unsent


@dataclass(frozen=True, slots=True)
class Passing:
    """What a ticket's owner says, on its way."""

    office: Office
    context: Context

    async def pass_on(self, ticket: Ticket, said: Unsent) -> Sequence[Notify]:
        """The words, the picture or the file for the customer; it is written down as said."""
        assert said.content is not None
        await tickets.note(self.context, ticket, "staff", words_of(said.content))
        if isinstance(said.content, Text):
            return [self._words(ticket, said.content.body)]
        return await self._file(ticket, said, said.content)

    def _words(self, ticket: Ticket, body: str) -> Notify:
        wording = words.relayed if ticket.introduced else words.first_words
        return self.office.to_customer(ticket, wording(ticket, self.office.name_of(ticket.owner), body), fixed=False)

    async def _file(self, ticket: Ticket, said: Unsent, content: Content) -> Sequence[Notify]:
        """With whose it is where that is not clear; one that the door sends later waits at the desk."""
        office, name = self.office, self.office.name_of(ticket.owner)
        if office.services.sends(ticket.conversation.door, content.type) == "later":
            await aside.put(self.context, ticket, said.event, said.number, content)
            return [office.to_customer(ticket, words.shows_later(ticket, name), notice=self.context.now)]
        is_clear = ticket.introduced and ticket.conversation.place == "direct"
        told = [] if is_clear else [office.to_customer(ticket, words.shows(ticket, name))]
        return [*told, Notify(to=ticket.conversation, member=ticket.member, content=content)]
