import { dataFolderSettings, loadSettings } from '@framesong/config';
import { lifecycleSettings, runService } from '@framesong/lifecycle';
import { rpcSettings } from '@framesong/rpc';
import { log, startTelemetry, telemetrySettings } from '@framesong/telemetry';
import { workerSettings } from '@framesong/workers';
import { startCompression } from './app.ts';
import { compressionSettings } from './settings.ts';

const name = 'framesong-compression';

void runService({
  name,
  log,
  async start(stack) {
    const settings = loadSettings({
      compression: compressionSettings,
      data: dataFolderSettings,
      lifecycle: lifecycleSettings,
      rpc: rpcSettings,
      telemetry: telemetrySettings,
      workers: workerSettings,
    });
    stack.use(await startTelemetry({ serviceName: name, settings: settings.telemetry }));
    stack.use(await startCompression({ settings }));
    return settings.lifecycle;
  },
});
