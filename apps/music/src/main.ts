import { artifactSettings } from '@framesong/artifacts';
import { dataFolderSettings, environmentWithFlags, loadSettings } from '@framesong/config';
import { jobSettings } from '@framesong/jobs';
import { lifecycleSettings, runService } from '@framesong/lifecycle';
import { providerHttpSettings } from '@framesong/providers';
import { musicEngineSettings } from '@framesong/providers/music';
import { rpcSettings } from '@framesong/rpc';
import { log, startTelemetry, telemetrySettings } from '@framesong/telemetry';
import { workerSettings } from '@framesong/workers';
import { startMusic } from './app.ts';
import { musicSettings } from './settings.ts';

const name = 'framesong-music';

void runService({
  name,
  log,
  async start(stack) {
    const env = environmentWithFlags({ role: 'FRAMESONG_MUSIC_ROLE' });
    const groups = {
      artifacts: artifactSettings,
      data: dataFolderSettings,
      jobs: jobSettings,
      lifecycle: lifecycleSettings,
      music: musicSettings,
      providerHttp: providerHttpSettings,
      rpc: rpcSettings,
      telemetry: telemetrySettings,
      workers: workerSettings,
    };
    const settings = loadSettings(groups, { env });
    const musicEngines = loadSettings(musicEngineSettings, { env });
    stack.use(await startTelemetry({ serviceName: name, settings: settings.telemetry }));
    stack.use(await startMusic({ settings: { ...settings, musicEngines } }));
    return settings.lifecycle;
  },
});
