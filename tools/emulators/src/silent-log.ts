import { configureLog } from '@framesong/telemetry';

// Each download is a stage and writes a line.
configureLog('silent');
