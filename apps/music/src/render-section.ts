import type { RenderedSection } from './composer-tasks.ts';
import type { Composer, RenderFollowing } from './composer.ts';
import type { WorkFolder } from './work-folder.ts';

/** Renders one section into the work folder, where it stays until the song is made: it is not rendered again. */
export async function renderSection(
  composer: Composer,
  work: WorkFolder,
  index: number,
  signal: AbortSignal,
  following: RenderFollowing = {},
): Promise<RenderedSection> {
  return composer.render({ planPath: work.planPath, index, path: work.sectionPath(index) }, signal, following);
}
