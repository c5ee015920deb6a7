"""Counts the steps of a generation loop that does not tell of them itself.

SongGeneration has `CodecLM.set_custom_progress_callback(cb)` with `cb(generated_tokens, tokens_to_generate)`, and its
published code (tencent-ailab/SongGeneration, commit b1b03ec of 2026-03-10, and before) never calls it: `_generate_tokens`
does not hand it on, and `LmModel.generate` takes no callback. The loop over the tokens is `for offset in tqdm(range(...))`.
So the callback is set, for versions that call it, and the name `tqdm` of the module is exchanged meanwhile: each step is
counted where it is made. Both are real counts of tokens; none is a clock.
"""

from contextlib import contextmanager
from typing import Any, Callable, Iterable, Iterator

OnStep = Callable[[int, int], None]


@contextmanager
def counted_steps(module: Any, on_step: OnStep) -> Iterator[None]:
    """Tells `on_step(done, total)` before each step of loops over `module.tqdm(range(...))`; what it raises ends the loop."""

    def counted(steps: Iterable[Any], *_args: Any, **_options: Any) -> Iterator[Any]:
        all_steps = list(steps)
        for done, step in enumerate(all_steps):
            on_step(done, len(all_steps))
            yield step

    original = module.tqdm
    module.tqdm = counted
    try:
        yield
    finally:
        module.tqdm = original


def forwards(on_step: OnStep) -> OnStep:
    """Passes on what goes forwards: two sources that count the same steps do not make it jump back."""
    farthest = -1

    def on_forward_step(done: int, total: int) -> None:
        nonlocal farthest
        if done > farthest:
            farthest = done
            on_step(min(done, total), total)

    return on_forward_step
