import type { ListMusicModelsResponse } from '@framesong/contracts/music/v1/music_service';
import type { CallContext } from '@framesong/rpc';
import { musicModel } from './music-models.ts';
import type { MusicParts } from './music-service.ts';

/** `ListMusicModels`: the default first. */
export async function listMusicModels({ engines }: MusicParts, call: CallContext): Promise<ListMusicModelsResponse> {
  return { models: (await engines.describeAll(call.signal)).map(musicModel) };
}
