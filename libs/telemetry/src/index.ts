export { log, type Log, type LogLevel } from './log.ts';
export { count, record, watchGauge, type Reading } from './measure.ts';
export { redact, safeText } from './redact.ts';
export { ATTR, ATTRIBUTES, EVENTS, METRICS, STAGES, type Metric } from './registry.ts';
export { addStages, currentStages, recordStages, type StageTiming } from './stage-recorder.ts';
export { errorType, stage } from './stage.ts';
