export { startArtifactCleaner } from './artifact-cleaner.ts';
export { artifactMessage } from './artifact-message.ts';
export { artifactService } from './artifact-service.ts';
export { hasEveryArtifact } from './has-every-artifact.ts';
export { sniffMediaType } from './sniff-media-type.ts';
