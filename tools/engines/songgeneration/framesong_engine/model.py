"""What a model is to the server: lyrics and a style in, a sound out, with progress on the way."""

from dataclasses import dataclass, field
from typing import Callable, Optional, Protocol, Sequence


@dataclass(frozen=True)
class Section:
    """A section of a song; `lines` is empty where nothing is sung."""

    tag: str
    lines: Sequence[str]
    seconds: float


@dataclass(frozen=True)
class Wish:
    """One sound that is wanted: these sections, one after the other."""

    sections: Sequence[Section]
    style: str
    bpm: float
    key: str
    seed: int
    seconds: float
    """All sections and the tail after them."""


@dataclass(frozen=True)
class Sound:
    """A finished sound, as a file."""

    content: bytes
    media_type: str
    sample_rate_hz: int
    channels: int
    seconds: float
    warnings: Sequence[str] = field(default_factory=tuple)


class Cancelled(Exception):
    """Nobody wants the sound any more."""


@dataclass(frozen=True)
class Device:
    """What a model renders on, as it stands now."""

    name: str
    memory_total_bytes: int
    memory_free_bytes: int


Progress = Callable[[float, float, str, str], None]
"""done, total, unit, stage. Raises Cancelled when the work is to stop; so it has to be called often."""


class Model(Protocol):
    """A music model that makes one sound at a time."""

    name: str
    description: str
    generative: bool
    max_seconds: float
    media_type: str
    styles: Sequence[str]
    max_characters: int

    def generate(self, wish: Wish, progress: Progress) -> Sound:
        """Makes the sound. Raises Cancelled when `progress` does."""
        ...

    def device(self) -> Optional[Device]:
        """What is left where it renders; None where that cannot be told."""
        ...
