import { artifactSettings } from '@framesong/artifacts';
import { dataFolderSettings, environmentWithFlags, loadSettings } from '@framesong/config';
import { jobSettings } from '@framesong/jobs';
import { lifecycleSettings, runService } from '@framesong/lifecycle';
import { imageProviderSettings, providerHttpSettings, referenceSettings } from '@framesong/providers';
import { rpcSettings } from '@framesong/rpc';
import { log, startTelemetry, telemetrySettings } from '@framesong/telemetry';
import { workerSettings } from '@framesong/workers';
import { startImageGeneration } from './app.ts';
import { imageSettings } from './settings.ts';

const name = 'framesong-image-generation';

void runService({
  name,
  log,
  async start(stack) {
    const env = environmentWithFlags({ role: 'FRAMESONG_IMAGE_ROLE' });
    const groups = {
      artifacts: artifactSettings,
      data: dataFolderSettings,
      image: imageSettings,
      jobs: jobSettings,
      lifecycle: lifecycleSettings,
      providerHttp: providerHttpSettings,
      references: referenceSettings,
      rpc: rpcSettings,
      telemetry: telemetrySettings,
      workers: workerSettings,
    };
    const settings = loadSettings(groups, { env });
    const imageProviders = loadSettings(imageProviderSettings, { env });
    stack.use(await startTelemetry({ serviceName: name, settings: settings.telemetry }));
    stack.use(await startImageGeneration({ settings: { ...settings, imageProviders } }));
    return settings.lifecycle;
  },
});
