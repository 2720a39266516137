"""What a command says when it cannot do its work."""


class Failure(Exception):
    """The command failed: a Chinese sentence with the cure, for stderr; exit status 1."""
