import type { FormFile } from '../requests/read-fields.ts';
import { formFields } from '../requests/read-form.ts';
import { refused } from '../requests/request-refused.ts';

/** A task as the server understands it. */
export interface ReleasedTask {
  readonly prompt: string;
  readonly lyrics: string;
  readonly bpm: number;
  readonly seconds: number;
  readonly seed: number;
  readonly format: 'wav' | 'flac';
  /** Bytes of the sound that is repainted. */
  readonly source?: Buffer;
}

const KNOWN = [
  'prompt', 'lyrics', 'vocal_language', 'bpm', 'key_scale', 'time_signature', 'batch_size', 'use_random_seed', 'seed', 'thinking',
  'use_cot_caption', 'use_cot_language', 'model', 'task_type', 'audio_format', 'audio_duration', 'src_audio', 'repainting_start',
  'repainting_end',
]; // prettier-ignore

/** Reads the form of `POST /release_task`. The server overlooks what it does not know; here it is refused, so that it shows. */
export function readTask(bytes: Buffer, headers: Readonly<Record<string, string>>): ReleasedTask {
  const fields = formFields(bytes, headers);
  const refuse = (message: string) => refused(400, 'INVALID_REQUEST', message);
  for (const name of Object.keys(fields)) if (!KNOWN.includes(name)) throw refuse(`unknown field ${name}`);
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string') throw refuse(`${name} is required`);
    return value;
  };
  const number = (name: string, min: number, max: number): number => {
    const value = Number(text(name));
    if (!(value >= min && value <= max)) throw refuse(`${name} must be ${min} to ${max}`);
    return value;
  };
  const format = text('audio_format');
  if (format !== 'wav' && format !== 'flac') throw refuse('audio_format must be wav or flac here');
  if (text('use_random_seed') !== 'false') throw refuse('use_random_seed must be false for a seed to count');
  number('batch_size', 1, 8);
  const atMost = (name: string, characters: number): string => {
    const value = text(name);
    if (value.length > characters) throw refuse(`${name} must have at most ${characters} characters`);
    return value;
  };
  const common = {
    // docs/en/INFERENCE.md, "Text Inputs".
    prompt: atMost('prompt', 512),
    lyrics: atMost('lyrics', 4096),
    bpm: number('bpm', 30, 300),
    seed: number('seed', 0, 2 ** 31 - 1),
    format,
  } as const;
  if (text('task_type') === 'text2music') return { ...common, seconds: number('audio_duration', 10, 600) };
  if (text('task_type') !== 'repaint') throw refuse('task_type must be text2music or repaint here');
  const [source] = (fields['src_audio'] ?? []) as readonly FormFile[];
  if (!source) throw refuse('src_audio is required to repaint');
  const seconds = secondsOf(source.bytes);
  const start = number('repainting_start', 0, seconds);
  const end = number('repainting_end', start, seconds + 0.1);
  if (end - start < 0.5) throw refuse('nothing to repaint');
  return { ...common, seconds, source: source.bytes };
}

/** From STREAMINFO of a FLAC file: rate in 20 bits, then 8 bits, then samples in 36 (RFC 9639, 8.2). */
function secondsOf(bytes: Buffer): number {
  if (bytes.toString('latin1', 0, 4) !== 'fLaC') throw refused(400, 'INVALID_REQUEST', 'src_audio must be FLAC here');
  const facts = bytes.readBigUInt64BE(18);
  return Number(facts & 0xfffffffffn) / Number(facts >> 44n);
}
