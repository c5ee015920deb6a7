import { readPictureSize } from './picture-size.ts';

/** The first bytes of real files, 640 x 480 unless the name says otherwise; hexadecimal, blanks left out. */
const HEADS: Readonly<Record<string, string>> = {
  jpeg: 'ffd8 ffe0 0010 4a464946000101000001000100 00 ffdb 0004 0000 ffc0 0011 08 01e0 0280 03 012200021101031101',
  'progressive jpeg': 'ffd8 ffc2 0011 08 01e0 0280 03 012200021101031101',
  png: '89504e470d0a1a0a 0000000d 49484452 00000280 000001e0 08 06 00 00 00 00000000',
  'interlaced png': '89504e470d0a1a0a 0000000d 49484452 00000280 000001e0 08 06 00 00 01 00000000',
  gif: '474946383961 8002 e001 f70000',
  'lossy webp': '52494646 00000000 57454250 56503820 00000000 000000 9d012a 8002 e001',
  'lossless webp': '52494646 00000000 57454250 5650384c 00000000 2f 7fc27710 00',
  'extended webp': '52494646 00000000 57454250 56503858 0a000000 00000000 7f0200 df0100',
  avif: '0000001c 66747970 61766966 00000000 61766966 6d696631 6d696166 00000014 69737065 00000000 00000010 00000010 00000014 69737065 00000000 00000280 000001e0',
  'little-endian tiff': '49492a00 08000000 0200 0001 0300 01000000 80020000 0101 0400 01000000 e0010000 00000000',
  'big-endian tiff': '4d4d002a 00000008 0002 0100 0003 00000001 02800000 0101 0004 00000001 000001e0 00000000',
};
const STREAMED = ['jpeg', 'png'];

const headOf = (name: string) => Buffer.from(HEADS[name]!.replaceAll(' ', ''), 'hex');

describe('the size of a picture', () => {
  it.each(Object.keys(HEADS))('is read from the header of a %s', (name) => {
    expect(readPictureSize(headOf(name))).toEqual({
      width: 640,
      height: 480,
      wholeInMemory: !STREAMED.includes(name),
    });
  });

  it.each(Object.keys(HEADS))('is not found in the header of a %s that is cut anywhere before it', (name) => {
    const head = headOf(name);
    const found = Array.from(head, (_, length) => readPictureSize(head.subarray(0, length)));
    // AVIF declares a smaller picture before the largest.
    const sizes = new Set(found.map((size) => size && `${size.width}x${size.height}`));
    expect([...sizes].filter((size) => size !== undefined && size !== '640x480' && size !== '16x16')).toEqual([]);
    expect(found[9]).toBeUndefined();
  });

  it('is not found in anything else, and no run of markers keeps it busy', () => {
    for (const text of ['', 'GIF', 'this is a text and no image', '<svg xmlns="http://www.w3.org/2000/svg"/>']) {
      expect(readPictureSize(Buffer.from(text))).toBeUndefined();
    }
    expect(readPictureSize(Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(65_536, 0xff)]))).toBeUndefined();
    expect(readPictureSize(Buffer.concat([Buffer.from('ffd8ffe00000', 'hex'), Buffer.alloc(65_536)]))).toBeUndefined();
  });
});
