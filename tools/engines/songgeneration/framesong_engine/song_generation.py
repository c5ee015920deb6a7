"""Tencent SongGeneration behind the protocol of Framesong. Needs its checkout, a checkpoint, and a CUDA device.

Follows `tools/gradio/levo_inference.py` of tencent-ailab/SongGeneration. README.md says what of it was run.
"""

import importlib
import io
import os
import random
import sys
from typing import Any, Optional

from .lyrics import song_generation_lyrics
from .model import Device, Progress, Sound, Wish
from .steps import counted_steps, forwards

STYLES = (
    "Pop", "R&B", "Dance", "Jazz", "Folk", "Rock", "Chinese Style", "Chinese Tradition", "Metal", "Reggae",
    "Chinese Opera",
)  # fmt: skip


class SongGeneration:
    """One loaded checkpoint."""

    generative = True
    media_type = "audio/flac"
    styles = STYLES
    max_characters = 4000

    def __init__(self, source: str, checkpoint: str) -> None:
        """`source` is the checkout of SongGeneration, `checkpoint` the folder with config.yaml and model.pt."""
        checkpoint = os.path.abspath(checkpoint)
        # Its modules find third parties and the vocabulary by paths relative to the checkout.
        os.chdir(source)
        sys.path[:0] = [source, os.path.join(source, "tools/gradio"), os.path.join(source, "codeclm/tokenizer/Flow1dVAE")]
        self._torch: Any = importlib.import_module("torch")
        self._torchaudio: Any = importlib.import_module("torchaudio")
        self._lm_module: Any = importlib.import_module("codeclm.models.lm_levo")
        self._inference: Any = importlib.import_module("levo_inference").LeVoInference(checkpoint)
        self.max_seconds = float(self._inference.max_duration)
        self.name = f"SongGeneration {os.path.basename(checkpoint)}"
        self.description = "Tencent SongGeneration: songs with voice, from lyrics and a description."

    def device(self) -> Optional[Device]:
        """Of the GPU that torch renders on (torch.cuda.mem_get_info)."""
        cuda = self._torch.cuda
        if not cuda.is_available():
            return None
        free, total = cuda.mem_get_info()
        return Device(cuda.get_device_name(), total, free)

    def generate(self, wish: Wish, progress: Progress) -> Sound:
        torch = self._torch
        torch.manual_seed(wish.seed % 2**63)
        random.seed(wish.seed)
        on_step = forwards(lambda done, total: progress(done, total, "tokens", "generate"))
        codec_lm = self._inference.model
        codec_lm.set_custom_progress_callback(on_step)
        seconds = min(wish.seconds, self.max_seconds)
        try:
            with counted_steps(self._lm_module, on_step), torch.no_grad():
                wav = self._inference(
                    song_generation_lyrics(wish.sections), describe(wish), params={"duration": seconds}
                )
        finally:
            codec_lm.set_custom_progress_callback(None)
        rate = int(self._inference.cfg.sample_rate)
        content = io.BytesIO()
        self._torchaudio.save(content, wav.cpu().float(), rate, format="flac")
        return Sound(
            content=content.getvalue(),
            media_type=self.media_type,
            sample_rate_hz=rate,
            channels=int(wav.shape[0]),
            seconds=wav.shape[-1] / rate,
            warnings=("tempo and key are wishes in the description; the model does not follow them exactly",),
        )


def describe(wish: Wish) -> str:
    """Tags parted by commas, as the README of the model asks for; the tempo in its own words."""
    tags = [tag.strip().rstrip(".") for tag in wish.style.replace("，", ",").split(",")]
    return ", ".join([*(tag for tag in tags if tag), f"the bpm is {round(wish.bpm)}"]) + "."
