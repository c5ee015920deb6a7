export { artifactMessage } from './artifact-message.ts';
export { artifactService } from './artifact-service.ts';
