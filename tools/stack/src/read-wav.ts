import { FramesongError } from '@framesong/errors';

/** Stereo sound with its sample rate. */
export interface WavSound {
  readonly pcm: { readonly left: Float32Array; readonly right: Float32Array };
  readonly sampleRateHz: number;
}

/** Reads a stereo WAV file of 16-bit samples (RIFF, WAVE_FORMAT_PCM). */
export function readWav(bytes: Buffer): WavSound {
  if (bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE')
    throw notReadable('no RIFF/WAVE');
  let sampleRateHz = 0;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (name === 'fmt ') {
      const [format, channels, bits] = [
        bytes.readUInt16LE(at + 8),
        bytes.readUInt16LE(at + 10),
        bytes.readUInt16LE(at + 22),
      ];
      if (format !== 1 || channels !== 2 || bits !== 16)
        throw notReadable(`format ${format}, ${channels} channels, ${bits} bits`);
      sampleRateHz = bytes.readUInt32LE(at + 12);
    } else if (name === 'data') {
      if (at + 8 + size > bytes.length) throw notReadable('the data is cut off');
      return { pcm: samplesOf(bytes.subarray(at + 8, at + 8 + size)), sampleRateHz };
    }
    at += 8 + size + (size & 1);
  }
  throw notReadable('no data');
}

function samplesOf(data: Buffer) {
  const frames = data.length >> 2;
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    left[frame] = data.readInt16LE(frame * 4) / 32768;
    right[frame] = data.readInt16LE(frame * 4 + 2) / 32768;
  }
  return { left, right };
}

function notReadable(why: string): FramesongError {
  return new FramesongError(`the WAV file cannot be read: ${why}`, { code: 'INTERNAL', reason: 'WAV_UNREADABLE' });
}
