import { ArtifactServiceService } from '@framesong/contracts/artifact/v1/artifact_service';
import { CompressionServiceService } from '@framesong/contracts/compression/v1/compression_service';
import { HealthService } from '@framesong/contracts/health';
import { ImageGenerationServiceService } from '@framesong/contracts/image/v1/image_generation_service';
import { JobServiceService } from '@framesong/contracts/job/v1/job_service';
import { MusicServiceService } from '@framesong/contracts/music/v1/music_service';
import { createClient, openChannel, type RpcChannel, type RpcClient } from '@framesong/rpc';
import { IDEMPOTENT_PATHS } from './idempotent-paths.ts';

/** Where the services are: `host:port` each. */
export interface FramesongAddresses {
  readonly compression: string;
  readonly imageGeneration: string;
  /** Default `127.0.0.1:50053`. */
  readonly music?: string;
}

const DEFAULT_MUSIC_ADDRESS = '127.0.0.1:50053';

/** Client of the health of one server. */
export type HealthClient = RpcClient<typeof HealthService>;
/** Client of the jobs of one service. */
export type JobClient = RpcClient<typeof JobServiceService>;
/** Client of the artifacts of one service. */
export type ArtifactClient = RpcClient<typeof ArtifactServiceService>;

/** Typed clients of all services. Calls inside a call or job inherit its deadline and cancel. */
export interface Framesong extends Disposable {
  readonly compression: {
    readonly rpc: RpcClient<typeof CompressionServiceService>;
    readonly health: HealthClient;
  };
  readonly imageGeneration: {
    readonly rpc: RpcClient<typeof ImageGenerationServiceService>;
    readonly jobs: JobClient;
    /** On a connection of its own, so that a transfer does not hold up other calls. */
    readonly artifacts: ArtifactClient;
    readonly health: HealthClient;
  };
  readonly music: {
    readonly rpc: RpcClient<typeof MusicServiceService>;
    readonly jobs: JobClient;
    /** On a connection of its own, as above. */
    readonly artifacts: ArtifactClient;
    readonly health: HealthClient;
  };
}

/**
 * Opens clients of the services; nothing is connected before the first call. Calls that are safe to repeat are tried again
 * when a service is away for a moment. Dispose it to close the connections.
 */
export function openFramesong(addresses: FramesongAddresses): Framesong {
  const open: RpcChannel[] = [];
  const channel = (address: string, dedicated = false) => {
    const opened = openChannel(address, { dedicated, idempotentPaths: IDEMPOTENT_PATHS });
    open.push(opened);
    return opened;
  };
  const compression = channel(addresses.compression);
  const image = channel(addresses.imageGeneration);
  const musicAddress = addresses.music ?? DEFAULT_MUSIC_ADDRESS;
  const music = channel(musicAddress);
  return {
    compression: {
      rpc: createClient(compression, CompressionServiceService),
      health: createClient(compression, HealthService),
    },
    imageGeneration: {
      rpc: createClient(image, ImageGenerationServiceService),
      jobs: createClient(image, JobServiceService),
      artifacts: createClient(channel(addresses.imageGeneration, true), ArtifactServiceService),
      health: createClient(image, HealthService),
    },
    music: {
      rpc: createClient(music, MusicServiceService),
      jobs: createClient(music, JobServiceService),
      artifacts: createClient(channel(musicAddress, true), ArtifactServiceService),
      health: createClient(music, HealthService),
    },
    [Symbol.dispose]: () => open.forEach((opened) => opened.close()),
  };
}
