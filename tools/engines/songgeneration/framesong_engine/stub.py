"""A stub in place of the model: plays tones, one per beat, so that everything around the model runs without a GPU.

What it makes is a real sound file of the wanted length, and its progress is what it has made; it is no music model, and
its name says so.
"""

import array
import io
import math
import sys
import wave
from typing import Iterable, Optional

from .model import Device, Progress, Sound, Wish
from .steps import counted_steps, forwards

RATE_HZ = 48_000
FRAMES_PER_SECOND = 25
"""As the tokens of SongGeneration."""
_PITCHES = {"intro": 0, "verse": 3, "pre-chorus": 5, "chorus": 7, "bridge": 10, "inst": 12, "outro": 0}
_STEP = RATE_HZ // FRAMES_PER_SECOND


def tqdm(steps: Iterable[int]) -> Iterable[int]:
    """The name that the loop of the real model goes through, so that its steps are counted in the same way."""
    return steps


class StubModel:
    """Tones on the beats."""

    name = "stub of SongGeneration (tones)"
    description = "Plays tones in place of the model, to try everything else without a GPU."
    generative = False
    max_seconds = 270.0
    media_type = "audio/wav"
    styles = ()
    max_characters = 4000

    def device(self) -> Optional[Device]:
        """Tones take next to nothing of any device."""
        return None

    def generate(self, wish: Wish, progress: Progress) -> Sound:
        samples = array.array("h")
        with counted_steps(sys.modules[__name__], forwards(lambda done, total: progress(done, total, "tokens", "generate"))):
            for step in tqdm(range(math.ceil(wish.seconds * FRAMES_PER_SECOND))):
                samples.extend(_tone(step * _STEP, wish))
        content = io.BytesIO()
        with wave.open(content, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(samples[: round(wish.seconds * RATE_HZ)].tobytes())
        return Sound(content.getvalue(), self.media_type, RATE_HZ, 1, wish.seconds, ("made by a stub: tones",))


def _tone(start: int, wish: Wish) -> "array.array[int]":
    beat = RATE_HZ * 60 / wish.bpm
    pitch = _PITCHES.get(_tag_at(start / RATE_HZ, wish), 0)
    out = array.array("h")
    for at in range(start, start + _STEP):
        place = (at % beat) / beat
        frequency_hz = 220 * 2 ** ((pitch + (int(at / beat) * 7 + wish.seed) % 12) / 12)
        out.append(round(12_000 * (1 - place) ** 2 * math.sin(2 * math.pi * frequency_hz * at / RATE_HZ)))
    return out


def _tag_at(seconds: float, wish: Wish) -> str:
    for section in wish.sections:
        if seconds < section.seconds:
            return section.tag
        seconds -= section.seconds
    return wish.sections[-1].tag
