import { defineSettings } from './settings-group.ts';
import { folder } from './text-settings.ts';

/** Where everything lives that Framesong writes on this machine. */
export const dataFolderSettings = defineSettings('data', {
  folder: folder({
    env: 'FRAMESONG_DATA_DIR',
    default: '.framesong',
    description: 'Folder for the artifacts, the embedded database and the caches of this machine.',
  }),
});
