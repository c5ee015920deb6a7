import types
import unittest

from framesong_engine.model import Cancelled
from framesong_engine.steps import counted_steps, forwards


def module_with_loop():
    """A module whose loop is written as that of `codeclm/models/lm_levo.py`: over `tqdm(range(...))`, left at the end token."""
    module = types.ModuleType("loop")
    exec(
        "tqdm = lambda steps: steps\n"
        "def generate(ends_at):\n"
        "    made = []\n"
        "    for offset in tqdm(range(1, 101)):\n"
        "        made.append(offset)\n"
        "        if offset == ends_at: break\n"
        "    return made\n",
        module.__dict__,
    )
    return module


class Steps(unittest.TestCase):
    def test_are_counted_where_they_are_made(self):
        module, told = module_with_loop(), []
        with counted_steps(module, lambda done, total: told.append((done, total))):
            made = module.generate(ends_at=40)
        self.assertEqual(made, list(range(1, 41)))
        self.assertEqual(told, [(done, 100) for done in range(40)])

    def test_leave_the_module_as_it_was_also_after_a_failure(self):
        module = module_with_loop()
        original = module.tqdm

        def stop(done, _total):
            if done == 3:
                raise Cancelled()

        with self.assertRaises(Cancelled), counted_steps(module, stop):
            module.generate(ends_at=40)
        self.assertIs(module.tqdm, original)

    def test_told_by_two_sources_go_forwards_only(self):
        told = []
        on_step = forwards(lambda done, total: told.append(done))
        for done in [0, 0, 1, 1, 5, 2, 6]:
            on_step(done, 6)
        self.assertEqual(told, [0, 1, 5, 6])
