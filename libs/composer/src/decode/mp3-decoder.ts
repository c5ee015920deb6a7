import { badSound, checkLength, type DecodedSound } from './sound.ts';

/** Decoded so much at a time, because the decoder answers with all the samples of what it is given. */
const PIECE_BYTES = 256 * 1024;

/**
 * Decodes an MP3 file without the silence that encoders put before and after it, where its header says how much that is. The
 * decoder is mpg123, compiled to WebAssembly.
 * @throws FramesongError INVALID_ARGUMENT for what is no whole MP3 file
 */
export async function decodeMp3(file: Uint8Array): Promise<DecodedSound> {
  // Imported late: only engines that send MP3 need it.
  const { MPEGDecoder } = await import('mpg123-decoder');
  const decoder = new MPEGDecoder();
  await decoder.ready;
  try {
    const [left, right]: [Float32Array[], Float32Array[]] = [[], []];
    let sampleRateHz = 0;
    let frames = 0;
    for (let start = 0; start < file.length; start += PIECE_BYTES) {
      const piece = decoder.decode(file.subarray(start, start + PIECE_BYTES));
      const [fault] = piece.errors;
      if (fault) throw badSound(`is a damaged MP3 file: ${fault.message}`);
      if (piece.samplesDecoded === 0) continue;
      if (sampleRateHz !== 0 && piece.sampleRate !== sampleRateHz)
        throw badSound('is an MP3 file that changes its rate');
      sampleRateHz = piece.sampleRate;
      frames += piece.samplesDecoded;
      checkLength(frames, sampleRateHz);
      left.push(piece.channelData[0]!);
      right.push(piece.channelData[1] ?? piece.channelData[0]!);
    }
    if (sampleRateHz === 0) throw badSound('is an MP3 file without sound');
    return { left: together(left), right: together(right), sampleRateHz };
  } finally {
    decoder.free();
  }
}

function together(pieces: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
