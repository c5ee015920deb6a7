import type { ListMusicModelsResponse } from '@framesong/contracts/music/v1/music_service';
import { MUSIC_MODELS } from './music-models.ts';

/** `ListMusicModels`: the default first. */
export function listMusicModels(): Promise<ListMusicModelsResponse> {
  return Promise.resolve({ models: [...MUSIC_MODELS] });
}
