import { localEngines, memoryNeedsByName } from './where-engines-are.ts';

it('engines are on this machine where their address says so, whatever they speak', () => {
  const addresses = new Map([
    ['here', '127.0.0.1:50061'],
    ['here-too', '[::1]:50061'],
    ['there', '10.0.0.5:50061'],
    ['name', 'localhost.example:50061'],
  ]);
  const baseUrls = new Map([
    ['ace-step', 'http://localhost:8001'],
    ['far', 'https://music.example/127.0.0.1'],
    ['unused', ''],
  ]);
  expect(localEngines(addresses, baseUrls)).toEqual(new Set(['here', 'here-too', 'ace-step']));
});

it('what renders take is read in MiB, at least and for each second', () => {
  expect(memoryNeedsByName('ace-step=2048+30,tones=1+0')).toEqual(
    new Map([
      ['ace-step', { bytes: 2 ** 31, bytesPerSecond: 30 * 2 ** 20 }],
      ['tones', { bytes: 2 ** 20, bytesPerSecond: 0 }],
    ]),
  );
  expect(memoryNeedsByName(undefined).size).toBe(0);
});
