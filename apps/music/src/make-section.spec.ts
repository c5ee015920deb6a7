import { FramesongError } from '@framesong/errors';
import { makeSection, type SectionParts, type SectionToMake } from './make-section.ts';

describe('a section that was rendered and could not be finished', () => {
  const full = new FramesongError('the disk is full', { code: 'RESOURCE_EXHAUSTED', reason: 'STORAGE_FULL' });
  const parts = { composer: { finish: () => Promise.reject(full) } } as unknown as SectionParts;
  const make = (isPaid: boolean) => {
    const section = {
      request: { path: 'sound' },
      isPaid,
      timed: () => Promise.resolve({ mediaType: 'audio/wav', sizeBytes: 1, engine: 'tones', warnings: [] }),
    };
    return makeSection(parts, section as unknown as SectionToMake);
  };

  it('says that it is charged for, of an engine that charges', async () => {
    await expect(make(true)).rejects.toMatchObject({ reason: 'STORAGE_FULL', outcome: 'billed' });
  });

  it('says nothing of money, of any other', async () => {
    await expect(make(false)).rejects.toBe(full);
  });
});
