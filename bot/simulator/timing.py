"""How long WeCom waits, and how often it comes back."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, as WeCom has them (doc/90238, doc/101031); tests run with `Timing().scaled(0.1)`."""

    answer_within: float = 5.0
    verify_within: float = 1.0
    retry_after: float = 1.0
    poll_every: float = 1.0
    stream_lives: float = 360.0
    # WeCom does not wait for one answer before it delivers the next message; without this pause two first
    # deliveries could change places on their way.
    gap: float = 0.2
    patience: float = 5.0
    # After so long without a frame WeCom closes a long connection.
    silence: float = 120.0

    def scaled(self, factor: float) -> "Timing":
        """The same proportions, faster or slower."""
        return Timing(**{field.name: getattr(self, field.name) * factor for field in fields(self)})
