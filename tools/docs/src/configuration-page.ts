import { artifactSettings } from '@framesong/artifacts';
import { compressionSettings } from '@framesong/compression-service/settings';
import { dataFolderSettings, renderConfigurationPage } from '@framesong/config';
import { imageSettings } from '@framesong/image-generation-service/settings';
import { jobSettings } from '@framesong/jobs';
import { lifecycleSettings } from '@framesong/lifecycle';
import { musicSettings } from '@framesong/music-service/settings';
import { imageProviderSettings, providerHttpSettings, referenceSettings } from '@framesong/providers';
import { musicEngineSettings } from '@framesong/providers/music';
import { rpcSettings } from '@framesong/rpc';
import { telemetrySettings } from '@framesong/telemetry';
import { workerSettings } from '@framesong/workers';

/** `docs/configuration.md`, from the settings themselves. */
export function configurationPage(): string {
  return renderConfigurationPage({
    data: dataFolderSettings,
    compression: compressionSettings,
    image: imageSettings,
    music: musicSettings,
    jobs: jobSettings,
    artifacts: artifactSettings,
    references: referenceSettings,
    providerHttp: providerHttpSettings,
    ...imageProviderSettings,
    ...musicEngineSettings,
    workers: workerSettings,
    rpc: rpcSettings,
    lifecycle: lifecycleSettings,
    telemetry: telemetrySettings,
  });
}
