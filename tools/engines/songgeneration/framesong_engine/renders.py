"""Renders by id: made one after the other, joined by who asks for the same again, kept for a while when finished."""

import contextlib
import hashlib
import os
import queue
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import Callable, Dict, Optional

from .model import Cancelled, Model, Sound, Wish

KEPT_SECONDS = 3600
MOST_WAITING = 16
LEAST_TOLD_SECONDS = 0.1


class Busy(Exception):
    """As many renders wait as there is room for."""


class OtherContent(Exception):
    """The id was used for another wish."""


@dataclass(frozen=True)
class Finished:
    """A finished sound on disk."""

    path: str
    size_bytes: int
    sha256: str
    sound: Sound
    """Without its content."""


class Render:
    """One render. Its state changes under `changed`, which is notified then."""

    def __init__(self, wish: Wish, digest: bytes, grace_seconds: float) -> None:
        self.wish = wish
        self.digest = digest
        self.grace_seconds = grace_seconds
        self.changed = threading.Condition()
        self.begun = False
        self.progress: Optional[tuple] = None
        self.finished: Optional[Finished] = None
        self.error: Optional[Exception] = None
        self.stopped = False
        self.ended_at: Optional[float] = None
        self._followers = 0
        self._leaves = 0
        self._told_at = 0.0

    def follow(self) -> None:
        with self.changed:
            self._followers += 1

    def leave(self, at_once: bool) -> None:
        """A follower goes. The last one leaves the work to its grace, or ends it at once."""
        with self.changed:
            self._followers -= 1
            self._leaves += 1
            leaves = self._leaves
            alone = self._followers == 0 and self.ended_at is None
        if alone and (at_once or self.grace_seconds <= 0):
            self.stop()
        elif alone:
            timer = threading.Timer(self.grace_seconds, self._stop_when_alone, [leaves])
            timer.daemon = True
            timer.start()

    def stop(self) -> None:
        with self.changed:
            self.stopped = True
            self.changed.notify_all()

    def _stop_when_alone(self, leaves: int) -> None:
        """Unless it has ended, or somebody has come since: whoever left after that has a grace of its own."""
        with self.changed:
            if self._followers == 0 and self._leaves == leaves and self.ended_at is None:
                self.stop()

    def tell(self, done: float, total: float, unit: str, stage: str) -> None:
        """The progress of the model. The first and the last are always told, the others not more often than can be read."""
        if self.stopped:
            raise Cancelled()
        now = time.monotonic()
        if self.progress is not None and done < total and now - self._told_at < LEAST_TOLD_SECONDS:
            return
        self._told_at = now
        with self.changed:
            self.progress = (done, total, unit, stage)
            self.changed.notify_all()

    def end(self, finished: Optional[Finished], error: Optional[Exception]) -> None:
        with self.changed:
            if finished is not None and self.progress is not None:
                _done, total, unit, stage = self.progress
                self.progress = (total, total, unit, stage)
            self.finished, self.error, self.ended_at = finished, error, time.monotonic()
            self.changed.notify_all()


class Renders:
    """All renders of one model. One thread works, because one model is on the device."""

    def __init__(self, model: Callable[[], Optional[Model]], folder: Optional[str] = None) -> None:
        self._model = model
        self._folder = folder or tempfile.mkdtemp(prefix="framesong-engine-")
        self._renders: Dict[str, Render] = {}
        self._lock = threading.Lock()
        self._waiting: "queue.Queue[Render]" = queue.Queue()
        self._at_work = False
        threading.Thread(target=self._work, daemon=True).start()

    def join(self, render_id: str, wish: Wish, digest: bytes, grace_seconds: float) -> Render:
        """The render of that id, begun now or before; the caller follows it. Raises Busy or OtherContent."""
        with self._lock:
            self._forget_old()
            render = self._renders.get(render_id)
            if render is None or render.stopped or render.error is not None:
                if self._waiting.qsize() >= MOST_WAITING:
                    raise Busy()
                render = Render(wish, digest, grace_seconds)
                self._renders[render_id] = render
                self._waiting.put(render)
            elif render.digest != digest:
                raise OtherContent()
            render.grace_seconds = grace_seconds
            render.follow()
            return render

    def ahead_of(self, render: Render) -> int:
        """How many come before it: the one at work, and those that wait and were asked for earlier."""
        with self._waiting.mutex:
            waiting = list(self._waiting.queue)
        before = waiting.index(render) if render in waiting else 0
        return before + (1 if self._at_work else 0)

    def load(self) -> "tuple[int, int]":
        """How many are at work, and how many wait."""
        return (1 if self._at_work else 0, self._waiting.qsize())

    def cancel(self, render_id: str) -> bool:
        """Ends a render and forgets it."""
        with self._lock:
            render = self._renders.pop(render_id, None)
        if render is None:
            return False
        render.stop()
        _remove_file(render)
        return True

    def _forget_old(self) -> None:
        now = time.monotonic()
        for render_id, render in list(self._renders.items()):
            if render.ended_at is not None and now - render.ended_at > KEPT_SECONDS:
                del self._renders[render_id]
                _remove_file(render)

    def _work(self) -> None:
        while True:
            render = self._waiting.get()
            self._at_work = True
            render.begun = True
            try:
                render.end(self._make(render), None)
            except Exception as error:  # noqa: BLE001 - whatever a model throws ends this render and no other
                render.end(None, error)
            finally:
                self._at_work = False
            # Ended in the moment in which it was finished: nobody gets it any more.
            if render.stopped:
                _remove_file(render)

    def _make(self, render: Render) -> Finished:
        model = self._model()
        if model is None:
            raise RuntimeError("the model is gone")
        if render.stopped:
            raise Cancelled()
        sound = model.generate(render.wish, render.tell)
        if render.stopped:
            raise Cancelled()
        digest = hashlib.sha256(sound.content).hexdigest()
        path = os.path.join(self._folder, f"{digest}-{id(render)}")
        with open(path, "wb") as file:
            file.write(sound.content)
        size_bytes = len(sound.content)
        without_content = Sound(
            b"", sound.media_type, sound.sample_rate_hz, sound.channels, sound.seconds, sound.warnings
        )
        return Finished(path, size_bytes, digest, without_content)


def _remove_file(render: Render) -> None:
    if render.finished is not None:
        with contextlib.suppress(FileNotFoundError):
            os.remove(render.finished.path)
