export { COMPOSER_ENGINE, SAMPLE_RATE_HZ, type StereoPcm } from './engine.ts';
export {
  LYRICS_MAX_BYTES,
  parseLyrics,
  type LyricLine,
  type LyricSection,
  type ParsedLyrics,
} from './lyrics/parse-lyrics.ts';
export { checkLyricLimits, type LyricLimits } from './lyrics/lyric-limits.ts';
export { type SectionTag } from './lyrics/section-tags.ts';
export { PLAN_LIMITS, type SongRequest } from './score/plan-limits.ts';
export { planSong } from './score/plan-song.ts';
export { retimed } from './score/retimed.ts';
export { replaceSection, type SectionReplacement } from './score/replace-section.ts';
export {
  type PlannedChord,
  type PlannedControl,
  type PlannedLine,
  type PlannedNote,
  type PlannedPart,
  type PlannedSection,
  type SongPlan,
} from './score/song-plan.ts';
export { renderSection, type RenderOptions, type RenderProgress } from './render/render-section.ts';
export { bundledSoundfontPath } from './render/soundfont.ts';
export { TARGET_LUFS, TRUE_PEAK_LIMIT_DBTP } from './master/levels.ts';
export { measureLoudness, type Loudness } from './master/loudness.ts';
export { type SoundFile } from './master/sound-file.ts';
export { compareOutside, type MixDifference, type Stretch } from './segment/compare-mixes.ts';
export { joinSegments, type Mix, type SegmentToJoin } from './segment/join-segments.ts';
export {
  finishSegmentFile,
  renderSectionToFile,
  SEGMENT_MEDIA_TYPE,
  writeExcerpt,
  type SegmentFile,
  type SegmentSource,
} from './segment/segment-file.ts';
export { writeSurroundings, type SegmentStretch, type Surroundings } from './segment/surroundings.ts';
export { segmentLevels } from './segment/segment-levels.ts';
export { DECODED_MEDIA_TYPES, RAW_SECTION_MEDIA_TYPE } from './decode/decode-sound.ts';
export { SAMPLE_LYRICS, SAMPLE_STYLE } from './sample-song.ts';
export { encodeFlac } from './encode/flac.ts';
export { encodeLrc } from './encode/lrc.ts';
export { encodeMidi } from './encode/midi.ts';
export { encodeMp3 } from './encode/mp3.ts';
export { encodeWav } from './encode/wav.ts';
export { SONG_FORMATS, writeSong, type SongFile, type SongFormat } from './encode/write-song.ts';
export { STYLE_NAMES } from './style/profiles.ts';
