"""What a command says when it cannot do its work."""


class Failure(Exception):
    """The command failed: a Chinese sentence with the cure, for stderr; exit status 1."""

    status = 1


class Usage(Failure):
    """The command was called wrongly in a way the parser cannot see; exit status 2."""

    status = 2
