import { ImageGenerationServiceService } from '@framesong/contracts/image/v1/image_generation_service';
import type { JobMessages } from '@framesong/job-api';
import { bindService, MAX_MESSAGE_BYTES, methodPolicy, type ServedService } from '@framesong/rpc';
import type { AcceptParts } from './accept-first-frame.ts';
import type { ImageProvider } from '@framesong/providers';
import { checkProvider } from './check-provider.ts';
import { confirmFirstFrame } from './confirm-first-frame.ts';
import { generateFirstFrame } from './generate-first-frame.ts';
import { listImageModels } from './list-image-models.ts';
import { submitFirstFrameBatch } from './submit-first-frame-batch.ts';
import { submitFirstFrame } from './submit-first-frame.ts';

/** What the RPCs of the image-generation service work with. */
export interface ImageGenerationParts extends AcceptParts {
  readonly messages: JobMessages;
  /** Those that are configured, by name, without the embedded engine. */
  readonly providers: ReadonlyMap<string, ImageProvider>;
}

/** The service table: one line per RPC. */
export function imageGenerationService(parts: ImageGenerationParts): ServedService {
  const maxRequestBytes = MAX_MESSAGE_BYTES;
  return {
    ...bindService(ImageGenerationServiceService, {
      generateFirstFrame: (request, call) => generateFirstFrame(parts, request, call),
      submitFirstFrame: (request, call) => submitFirstFrame(parts, request, call),
      submitFirstFrameBatch: (requests, call) => submitFirstFrameBatch(parts, requests, call),
      confirmFirstFrame: (request, call) => confirmFirstFrame(parts, request, call),
      listImageModels: () => listImageModels(parts.models),
      checkProvider: (request, call) => checkProvider(parts.providers, request, call),
    }),
    policies: {
      generateFirstFrame: methodPolicy({
        class: 'watch',
        defaultDeadlineMs: 480_000,
        maxDeadlineMs: 3_600_000,
        maxRequestBytes,
      }),
      submitFirstFrame: methodPolicy({ class: 'work', defaultDeadlineMs: 10_000, maxRequestBytes }),
      submitFirstFrameBatch: methodPolicy({
        class: 'transfer',
        defaultDeadlineMs: 600_000,
        maxDeadlineMs: 3_600_000,
        maxRequestBytes,
      }),
      confirmFirstFrame: methodPolicy({ class: 'work', defaultDeadlineMs: 10_000 }),
      listImageModels: methodPolicy(),
      checkProvider: methodPolicy({ defaultDeadlineMs: 40_000 }),
    },
  };
}
