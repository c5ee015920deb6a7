import type { Character, FirstFrameRequest, ImageReference } from '@framesong/contracts/image/v1/first_frame';

/** A picture as bytes in the request. */
export function inline(bytes: Buffer): ImageReference {
  return { source: { $case: 'inline', value: bytes } };
}

/** A picture that was uploaded. */
export function uploaded(digest: string): ImageReference {
  return { source: { $case: 'artifact', value: { digest, sizeBytes: 0n, mediaType: '', uri: '' } } };
}

/** A picture to be fetched. */
export function byUrl(url: string): ImageReference {
  return { source: { $case: 'httpsUrl', value: url } };
}

/** Somebody in the shot. */
export function character(id: string, reference: ImageReference | undefined): Character {
  return { id, name: '', reference };
}

/** A small frame without characters; `changes` replace what they name. */
export function frameRequest(changes: Partial<FirstFrameRequest> = {}): FirstFrameRequest {
  return {
    shot: { id: '', prompt: 'A road in the hills at dusk', negativePrompt: '', style: '', characterIds: [] },
    scene: undefined,
    characters: [],
    size: { width: 160, height: 96 },
    provider: '',
    model: '',
    seed: 7,
    preview: { enabled: false },
    requestId: '',
    labels: new Map(),
    priority: 0,
    fallbackProviders: [],
    ...changes,
  };
}
