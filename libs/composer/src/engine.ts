/** What goes into the metadata of a song. The composer is a program of rules and sampled instruments. */
export const COMPOSER_ENGINE = { name: 'framesong-composer', version: '2' } as const;

/** Sample rate of everything that the composer renders. */
export const SAMPLE_RATE_HZ = 44_100;

/** Every metre is 4/4. */
export const BEATS_PER_BAR = 4;

/** What still sounds after the last bar, in seconds: release and reverb, faded out at the end. */
export const SONG_TAIL_SECONDS = 2.6;

/** How much each section is rendered beyond its last bar, in seconds; the next section is added over it. */
export const SECTION_TAIL_SECONDS = 3;

/** Stereo samples in [-1, 1]; both sides have the same length. */
export interface StereoPcm {
  readonly left: Float32Array;
  readonly right: Float32Array;
}
