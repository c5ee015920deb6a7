"""The one line of lyrics that SongGeneration reads ("Lyrics Input Format" in its README)."""

import re
from typing import Sequence

from .model import Section

SUNG = ("verse", "chorus", "bridge")
SHORT_SECONDS = 10
_MARKS = re.compile(r"[\[\].;]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def song_generation_lyrics(sections: Sequence[Section]) -> str:
    """`[intro-short] ; [verse] Line. Line. ; [chorus] 一行.一行`: points end lines, but not the last one in Chinese."""
    return " ; ".join(_section(section) for section in sections)


def _section(section: Section) -> str:
    lines = [line for line in (" ".join(_MARKS.sub(" ", line).split()) for line in section.lines) if line]
    if not lines:
        base = section.tag if section.tag in ("intro", "outro") else "inst"
        return f"[{base}-{'short' if section.seconds <= SHORT_SECONDS else 'medium'}]"
    tag = section.tag if section.tag in SUNG else "verse"
    if any(_CHINESE.search(line) for line in lines):
        return f"[{tag}] {'.'.join(lines)}"
    return f"[{tag}] {'. '.join(lines)}."
