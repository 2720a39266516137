"""Somebody whom the reader of the page can be."""

from dataclasses import dataclass

from bot.simulator.people import Customer, Directory, Member


@dataclass(frozen=True, slots=True)
class Person:
    """A member or a customer. `id` is how the page names them, `userid` how WeCom does."""

    id: str
    userid: str
    name: str
    is_customer: bool = False
    visible: bool = True


def of_member(member: Member) -> Person:
    """A member of the company."""
    return Person(member.key, member.userid, member.name, visible=member.visible)


def of_customer(customer: Customer) -> Person:
    """A person outside the company."""
    return Person(customer.external_userid, customer.external_userid, customer.name, is_customer=True)


def everybody(directory: Directory) -> list[Person]:
    """Members first."""
    return [*map(of_member, directory.members()), *map(of_customer, directory.customers())]


def find(directory: Directory, id: str) -> Person | None:
    """A person by the id that the page has for them."""
    if customer := directory.customer(id):
        return of_customer(customer)
    member = directory.find(id)
    return of_member(member) if member else None
