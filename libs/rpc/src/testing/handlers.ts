import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { CompressionServiceService } from '@framesong/contracts/compression/v1/compression_service';
import { FramesongError } from '@framesong/errors';
import { bindService, type Handlers } from '../handlers.ts';

type CompressionHandlers = Handlers<typeof CompressionServiceService>;
type ArtifactHandlers = Handlers<typeof ArtifactServiceService>;

/** The compression service with the given handlers; the others refuse. */
export function compressionService(handlers: Partial<CompressionHandlers>) {
  return bindService(CompressionServiceService, {
    compressImage: () => Promise.reject(unimplemented()),
    inspectImage: () => Promise.reject(unimplemented()),
    // eslint-disable-next-line require-yield -- it refuses
    async *compressImageStream() {
      await Promise.resolve();
      throw unimplemented();
    },
    // eslint-disable-next-line require-yield -- it refuses
    async *compressImageSet() {
      await Promise.resolve();
      throw unimplemented();
    },
    ...handlers,
  });
}

/** The artifact service with the given handlers; the others refuse. */
export function artifactService(handlers: Partial<ArtifactHandlers>) {
  return bindService(ArtifactServiceService, {
    writeArtifact: () => Promise.reject(unimplemented()),
    statArtifact: () => Promise.reject(unimplemented()),
    // eslint-disable-next-line require-yield -- it refuses
    async *readArtifact() {
      await Promise.resolve();
      throw unimplemented();
    },
    ...handlers,
  });
}

function unimplemented(): FramesongError {
  return new FramesongError('not served here', { code: 'UNIMPLEMENTED', reason: 'NOT_SERVED' });
}
