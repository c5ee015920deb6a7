import os
import threading
import unittest

from framesong_engine.model import Section, Sound, Wish
from framesong_engine.renders import Busy, OtherContent, Renders

WISH = Wish([Section("verse", [], 2.0)], "pop", 120, "C major", 1, 2.0)


class StepModel:
    """Makes a step whenever the test lets it."""

    name = "steps"

    def __init__(self):
        self.begun = 0
        self.step = threading.Semaphore(0)

    def generate(self, wish, progress):
        self.begun += 1
        for done in range(3):
            progress(done, 3, "tokens", "generate")
            self.step.acquire()
        progress(3, 3, "tokens", "generate")
        return Sound(b"sound", "audio/wav", 48_000, 1, wish.seconds)


def ended(render):
    with render.changed:
        assert render.changed.wait_for(lambda: render.ended_at is not None, timeout=20)
    return render


class RenderById(unittest.TestCase):
    def setUp(self):
        self.model = StepModel()
        self.renders = Renders(lambda: self.model)

    def finish(self, steps=3):
        for _ in range(steps):
            self.model.step.release()

    def begin(self, render_id="one", digest=b"1", grace_seconds=0.0):
        render = self.renders.join(render_id, WISH, digest, grace_seconds)
        with render.changed:
            assert render.changed.wait_for(lambda: render.progress is not None, timeout=20)
        return render

    def test_is_joined_while_it_works_and_given_again_when_it_is_finished(self):
        first = self.begin()
        self.assertIs(self.renders.join("one", WISH, b"1", 0.0), first)
        self.finish()
        self.assertEqual(ended(first).finished.size_bytes, 5)
        self.assertIs(self.renders.join("one", WISH, b"1", 0.0), first)
        self.assertEqual(self.model.begun, 1)

    def test_that_waits_says_how_many_come_first(self):
        first = self.begin()
        others = [self.renders.join(name, WISH, b"1", 0.0) for name in ("two", "three")]
        self.assertEqual([self.renders.ahead_of(render) for render in others], [1, 2])
        self.assertEqual([render.begun for render in (first, *others)], [True, False, False])
        self.assertEqual(self.renders.load(), (1, 2))
        for render in (first, *others):
            self.finish()
            ended(render)

    def test_with_other_content_is_refused(self):
        self.begin()
        with self.assertRaises(OtherContent):
            self.renders.join("one", WISH, b"2", 0.0)
        self.renders.cancel("one")
        self.finish()

    def test_ends_with_the_last_who_follows_it(self):
        render = self.begin()
        self.renders.join("one", WISH, b"1", 0.0)
        render.leave(at_once=False)
        self.assertFalse(render.stopped)
        render.leave(at_once=False)
        self.assertTrue(render.stopped)
        self.finish(1)
        self.assertIsNone(ended(render).finished)

    def test_goes_on_for_its_grace_and_can_be_joined_in_it(self):
        render = self.begin(grace_seconds=60.0)
        render.leave(at_once=False)
        self.assertFalse(render.stopped)
        self.assertIs(self.renders.join("one", WISH, b"1", 60.0), render)
        self.finish()
        self.assertIsNotNone(ended(render).finished)

    def test_that_is_finished_when_its_grace_ends_is_kept(self):
        render = self.begin(grace_seconds=0.2)
        render.leave(at_once=False)
        self.finish()
        ended(render)
        # Its timer ends in order with this one, which was set later.
        later = threading.Timer(0.3, lambda: None)
        later.start()
        later.join()
        self.assertIs(self.renders.join("one", WISH, b"1", 0.0), render)
        self.assertEqual(self.model.begun, 1)

    def test_has_its_whole_grace_again_after_somebody_has_joined_and_left(self):
        render = self.begin(grace_seconds=0.2)
        render.leave(at_once=False)
        self.renders.join("one", WISH, b"1", 60.0)
        render.leave(at_once=False)
        later = threading.Timer(0.3, lambda: None)
        later.start()
        later.join()
        self.assertFalse(render.stopped)
        self.finish()
        ended(render)

    def test_that_is_cancelled_when_it_is_finished_leaves_no_file(self):
        render = self.begin()
        self.finish()
        path = ended(render).finished.path
        self.assertTrue(os.path.exists(path))
        self.assertTrue(self.renders.cancel("one"))
        self.assertFalse(os.path.exists(path))

    def test_ends_at_once_when_its_deadline_has_passed(self):
        render = self.begin(grace_seconds=60.0)
        render.leave(at_once=True)
        self.assertTrue(render.stopped)
        self.finish(1)

    def test_that_was_ended_is_begun_anew(self):
        first = self.begin()
        self.assertTrue(self.renders.cancel("one"))
        self.assertFalse(self.renders.cancel("one"))
        self.finish(1)
        ended(first)
        second = self.renders.join("one", WISH, b"1", 0.0)
        self.finish()
        self.assertIsNotNone(ended(second).finished)
        self.assertEqual(self.model.begun, 2)

    def test_is_refused_when_too_many_wait(self):
        self.begin("first")
        for number in range(16):
            self.renders.join(f"waiting-{number}", WISH, b"1", 0.0)
        with self.assertRaises(Busy):
            self.renders.join("one-more", WISH, b"1", 0.0)
        for number in range(16):
            self.renders.cancel(f"waiting-{number}")
        self.renders.cancel("first")
        self.finish(1)

    def test_a_failure_of_the_model_is_of_that_render_alone(self):
        def broken(_wish, _progress):
            raise ValueError("out of memory")

        good = self.model.generate
        self.model.generate = broken
        failed = ended(self.renders.join("bad", WISH, b"1", 0.0))
        self.assertEqual(str(failed.error), "out of memory")
        self.model.generate = good
        self.finish()
        self.assertIsNotNone(ended(self.renders.join("good", WISH, b"1", 0.0)).finished)
