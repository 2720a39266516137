"""What a command says when it cannot do its work."""

from collections.abc import Iterator
from contextlib import contextmanager


class Failure(Exception):
    """The command failed: a Chinese sentence with the cure, for stderr; exit status 1."""

    status = 1


class Usage(Failure):
    """The command was called wrongly in a way the parser cannot see; exit status 2."""

    status = 2


@contextmanager
def explained() -> Iterator[None]:
    """Turn what is wrong with the configuration or the stores into a Failure that says what to do."""
    from bot.config import ConfigError
    from bot.store.database import StoreDown
    from bot.store.embedded import NoServer
    from bot.store.schema import SchemaNewer
    from bot.store.single import AlreadyRunning

    try:
        with unwrapped():
            yield
    except ConfigError as error:
        raise Failure(f"{error}\n配置有错，改好再来（全部问题：qunban check）") from error
    except StoreDown as error:
        raise Failure(f"数据库打不开：{error}\n请看 config.toml 的 [store] sql，以及数据目录是否可写") from error
    except (AlreadyRunning, NoServer, SchemaNewer) as error:
        raise Failure(str(error)) from error


@contextmanager
def unwrapped() -> Iterator[None]:
    """Raise by itself what a task group wraps, when it is one error alone."""
    try:
        yield
    except BaseExceptionGroup as group:
        error: BaseException = group
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        raise error from None
