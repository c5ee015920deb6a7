export { base64SizeOf, type BudgetEncoding } from './budget.ts';
export { compressImage, type CompressResult } from './compress-image.ts';
export { configureSharp } from './configure-sharp.ts';
export { MEDIA_TYPES, OUTPUT_FORMATS, type OutputFormat, type SourceFormat } from './formats.ts';
export { inspectImage, type ImageInfo } from './inspect-image.ts';
export type { CompressOptions } from './options.ts';
export type { StepTiming } from './step-clock.ts';
