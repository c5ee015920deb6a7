import { uploadArtifact, type BatchEntry } from '@framesong/client';
import type { ArtifactRef } from '@framesong/contracts/artifact/v1/artifact';
import type { FirstFrameRequest, ImageReference } from '@framesong/contracts/image/v1/first_frame';
import { sizeOfFile } from '../files.ts';
import type { Session } from '../session.ts';

const PARALLEL = 4;
const FILE = 'file:';

/** Puts `{"artifact": {"digest": "file:road.jpg"}}` for `{"file": "road.jpg"}`, wherever it stands in a request. */
export function withFileDigests(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withFileDigests);
  if (typeof json !== 'object' || json === null) return json;
  const { file } = json as { file?: unknown };
  if (typeof file === 'string' && Object.keys(json).length === 1) return { artifact: { digest: `${FILE}${file}` } };
  return Object.fromEntries(Object.entries(json).map(([name, inner]) => [name, withFileDigests(inner)]));
}

/**
 * Uploads each file that the requests name, once, and puts the artifacts in their places.
 * @throws FramesongError INVALID_ARGUMENT for a file that cannot be read, before anything is sent
 */
export async function uploadFiles(
  session: Session,
  entries: readonly BatchEntry<FirstFrameRequest>[],
): Promise<BatchEntry<FirstFrameRequest>[]> {
  const references = entries.flatMap(({ request }) => [
    request.scene,
    ...request.characters.map((one) => one.reference),
  ]);
  const files = [...new Set(references.map(fileOf).filter((file) => file !== undefined))];
  for (const file of files) await sizeOfFile('--requests', file);
  const uploaded = new Map<string, ArtifactRef>();
  const waiting = files.values();
  const work = async () => {
    for (const file of waiting) {
      uploaded.set(file, await uploadArtifact(session.framesong.imageGeneration.artifacts, file, session.call()));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  const placed = (reference: ImageReference | undefined): ImageReference | undefined => {
    const artifact = uploaded.get(fileOf(reference) ?? '');
    return artifact ? { source: { $case: 'artifact', value: artifact } } : reference;
  };
  return entries.map(({ label, request }) => ({
    label,
    request: {
      ...request,
      scene: placed(request.scene),
      characters: request.characters.map((one) => ({ ...one, reference: placed(one.reference) })),
    },
  }));
}

function fileOf(reference: ImageReference | undefined): string | undefined {
  if (reference?.source?.$case !== 'artifact') return undefined;
  const { digest } = reference.source.value;
  return digest.startsWith(FILE) ? digest.slice(FILE.length) : undefined;
}
