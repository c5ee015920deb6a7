export { accountExternalMemory } from './account-external-memory.ts';
export { runService, type Service, type StopOptions } from './run-service.ts';
export { openScratchFolder, type ScratchFolder } from './scratch-folder.ts';
export { lifecycleSettings } from './settings.ts';
export { EXIT_CODES } from './start-failure.ts';
