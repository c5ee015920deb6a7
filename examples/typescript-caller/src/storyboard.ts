/** One shot of a storyboard: what is to be seen, and who is in it, from the left. */
export interface StoryboardShot {
  readonly id: string;
  readonly prompt: string;
  readonly characterIds: readonly string[];
}

/** One scene and what happens in it. Pictures are names of files. */
export interface Storyboard {
  readonly id: string;
  readonly scenePicture: string;
  readonly characters: readonly { readonly id: string; readonly picture: string }[];
  readonly shots: readonly StoryboardShot[];
}

/** What a storyboard service would have in its database. */
export const ROADSIDE: Storyboard = {
  id: 'roadside',
  scenePicture: 'scene.jpg',
  characters: [
    { id: 'mei', picture: 'friend-1.jpg' },
    { id: 'tom', picture: 'friend-2.jpg' },
  ],
  shots: [
    { id: 'shot-1', prompt: 'Two friends wait at the roadside at sunset', characterIds: ['mei', 'tom'] },
    { id: 'shot-2', prompt: 'Tom alone on the road at night, rain', characterIds: ['tom'] },
  ],
};
