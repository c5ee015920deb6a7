import { downloadArtifact, stageTree } from '@framesong/client';
import { FirstFrame, FirstFramePreview, type FrameCandidate } from '@framesong/contracts/image/v1/first_frame';
import { Job, type JobEvent } from '@framesong/contracts/job/v1/job';
import { errorOfRpcStatus } from '@framesong/rpc';
import { writeOutput } from '../files.ts';
import { protoJson } from '../output/proto-json.ts';
import { sizeText } from '../output/table.ts';
import type { Session } from '../session.ts';
import { followJob } from './follow-job.ts';
import { reportFailure } from './job-text.ts';

/** Where the pictures of a job are written. */
interface FrameFiles {
  /** Of several candidates each gets its number before the ending. */
  readonly output: string;
  /** Of the earlier, smaller picture. */
  readonly preview?: string | undefined;
}

/** Follows the job of a first frame and writes what it makes; with `--detach` prints its id only. @returns the exit code */
export async function finishFrame(session: Session, job: Job, files: FrameFiles): Promise<number> {
  const { output, globals } = session;
  if (globals.detach) {
    output.result({ job: protoJson(Job, job) }, () => [job.id]);
    return 0;
  }
  output.note(`first frame: job ${job.id}`);
  const ended = await followJob(session, job.id, {
    what: 'first frame',
    onEvent: (event) => savePreview(session, event, files.preview),
  });
  if (!ended.result) {
    if (output.isJson) output.result({ job: protoJson(Job, ended) }, () => []);
    return reportFailure(session, ended);
  }
  const frame = FirstFrame.decode(ended.result.value);
  const written = await writeFrames(session, frame, files.output);
  const [first] = written;
  output.result(
    {
      file: first!.path,
      sizeBytes: first!.sizeBytes,
      files: written.map(({ path }) => path),
      job: protoJson(Job, ended),
    },
    () => [
      ...written.map(({ line }) => line),
      ...frame.candidates.flatMap(failureLines),
      ...lineageLines(ended.id, frame),
      ...frame.tried.slice(0, -1).map(({ message }) => `asked before: ${message}`),
      ...frame.warnings.map((warning) => `warning: ${warning}`),
      '',
      ...stageTree(frame.stages),
    ],
  );
  return 0;
}

interface WrittenFrame {
  readonly path: string;
  readonly sizeBytes: number;
  readonly line: string;
}

async function writeFrames(session: Session, frame: FirstFrame, path: string): Promise<WrittenFrame[]> {
  const made = frame.candidates.filter(({ image }) => image);
  const pictures = frame.candidates.length > 1 ? made : [{ ...frame, number: 0 }];
  const written: WrittenFrame[] = [];
  for (const { number, image, size, seed, engine } of pictures) {
    const file = number === 0 ? path : numbered(path, number);
    const sizeBytes = await download(session, '--output', file, image!.digest);
    const facts = `${size!.width}x${size!.height}, ${sizeText(sizeBytes)}, seed ${seed}, by ${engine}`;
    written.push({ path: file, sizeBytes, line: `${file}  ${facts}` });
  }
  return written;
}

/** `frame-2.png` for `frame.png`. */
function numbered(path: string, number: number): string {
  return path.replace(/(\.[^./\\]+)?$/, (ending) => `-${number}${ending}`);
}

function failureLines({ number, error }: FrameCandidate): string[] {
  if (!error) return [];
  const { code, message, outcome } = errorOfRpcStatus(error);
  const charged = outcome ? `; charged: ${outcome.replace('_', ' ')}` : '';
  return [`candidate ${number} was not made: ${code}: ${message}${charged}`];
}

function lineageLines(jobId: string, { candidates, lineage }: FirstFrame): string[] {
  if (!lineage) return [];
  const { confirmUntil, previewJobId, candidate, note } = lineage;
  if (!confirmUntil) return [`candidate ${candidate} of ${previewJobId}: ${note}`];
  const number = candidates.find(({ image }) => image)?.number ?? 1;
  return [
    `until ${confirmUntil.toISOString()}: framesong image confirm ${jobId} --candidate ${number} -o frame.png makes one in full`,
  ];
}

async function savePreview(session: Session, { detail }: JobEvent, path: string | undefined): Promise<void> {
  if (path === undefined || !detail?.typeUrl.endsWith('/framesong.image.v1.FirstFramePreview')) return;
  const { image } = FirstFramePreview.decode(detail.value);
  if (image) await download(session, '--preview', path, image.digest);
}

function download(session: Session, option: string, path: string, digest: string): Promise<number> {
  const content = downloadArtifact(session.framesong.imageGeneration.artifacts, digest, session.call());
  return writeOutput(option, path, content);
}
