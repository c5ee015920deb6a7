import unittest

from framesong_engine.lyrics import song_generation_lyrics
from framesong_engine.model import Section


class Lyrics(unittest.TestCase):
    def test_are_the_one_line_that_the_model_reads(self):
        sections = [
            Section("intro", [], 6),
            Section("verse", ["Rain on the road", "St. Mary; waits"], 12),
            Section("pre-chorus", ["空空的路", "远远的灯"], 6),
            Section("inst", [], 14),
            Section("outro", ["[softly] goodbye"], 9),
        ]
        self.assertEqual(
            song_generation_lyrics(sections),
            "[intro-short] ; [verse] Rain on the road. St Mary waits. ; [verse] 空空的路.远远的灯 ; [inst-medium] ; "
            "[verse] softly goodbye.",
        )
