/** Lyrics of the project's own, for a song of about half a minute with {@link SAMPLE_STYLE}. */
export const SAMPLE_LYRICS = `[verse]
We drew the morning on a paper sky
and taught a row of little boats to fly
[chorus]
Frame by frame we find the light
frame by frame we hold it tight
`;

/** The style that goes with {@link SAMPLE_LYRICS}. */
export const SAMPLE_STYLE = 'warm acoustic folk, fingerpicked guitar, hopeful, 112 bpm, G major';
