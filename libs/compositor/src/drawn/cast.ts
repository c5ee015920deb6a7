import type { PersonLook } from './person-svg.ts';

/** The people of the drawn cases. */
export const CAST = {
  lin: {
    skin: '#f0cfae',
    hair: '#221815',
    hairStyle: 'bun',
    top: '#f0ece4',
    bottom: '#b64a5c',
    outfit: 'robe',
    pose: 'rest',
  },
  omar: {
    skin: '#8d5a3a',
    hair: '#16110f',
    hairStyle: 'short',
    top: '#2d5f86',
    bottom: '#3a3a40',
    outfit: 'jacket',
    pose: 'akimbo',
  },
  vera: {
    skin: '#f3d3bd',
    hair: '#b5562a',
    hairStyle: 'wild',
    top: '#587a43',
    bottom: '#7d4b6b',
    outfit: 'dress',
    pose: 'wave',
  },
  chen: {
    skin: '#e2b48c',
    hair: '#d8d8d8',
    hairStyle: 'bald',
    top: '#6e6a61',
    bottom: '#3d3a35',
    outfit: 'robe',
    pose: 'staff',
    beard: '#e6e4de',
  },
  ada: {
    skin: '#6b4229',
    hair: '#120d0b',
    hairStyle: 'long',
    top: '#d99a2b',
    bottom: '#22304a',
    outfit: 'dress',
    pose: 'rest',
    glasses: true,
  },
  kane: {
    skin: '#d9a98a',
    hair: '#2a2523',
    hairStyle: 'hat',
    top: '#22242b',
    bottom: '#191a20',
    outfit: 'suit',
    pose: 'rest',
  },
  snow: {
    skin: '#f5dccb',
    hair: '#d9c07a',
    hairStyle: 'long',
    top: '#f2f3f4',
    bottom: '#e6e8ea',
    outfit: 'suit',
    pose: 'akimbo',
  },
  pip: {
    skin: '#f4c9a1',
    hair: '#5d3b1e',
    hairStyle: 'short',
    top: '#e2503b',
    bottom: '#2b62b5',
    outfit: 'jacket',
    pose: 'wave',
    headSize: 1.9,
  },
} as const satisfies Readonly<Record<string, PersonLook>>;

/** A name of {@link CAST}. */
export type CastName = keyof typeof CAST;
