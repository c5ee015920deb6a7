import type { Figure } from '../bench.ts';
import { jsonLines } from './json-lines.ts';
import { markdownTable } from './markdown-table.ts';
import { replaceBetweenMarkers } from './measurements-page.ts';
import { numberText } from './number-text.ts';

const figures: Figure[] = [
  {
    figure: 'cpu_vs_raw',
    value: 1.23456,
    unit: 'ratio',
    against: 'grpc-js',
    spread: { min: 1.1, max: 1.5, runs: 7 },
  },
  { figure: 'calls_failed', value: 0, unit: 'count', against: '900 tried' },
];

describe('reports', () => {
  it('prints one line of JSON per figure, with five keys and the unrounded value', () => {
    const lines = jsonLines('rpc', figures).map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { bench: 'rpc', figure: 'cpu_vs_raw', value: 1.23456, unit: 'ratio', against: 'grpc-js' },
      { bench: 'rpc', figure: 'calls_failed', value: 0, unit: 'count', against: '900 tried' },
    ]);
  });

  it('lays out a table whose columns stand below one another', () => {
    expect(markdownTable(figures)).toEqual([
      '| figure         | value | unit  | lowest to highest | runs | against   |',
      '| -------------- | ----- | ----- | ----------------- | ---- | --------- |',
      '| `cpu_vs_raw`   | 1.235 | ratio | 1.100 to 1.500    | 7    | grpc-js   |',
      '| `calls_failed` | 0     | count |                   |      | 900 tried |',
    ]);
  });

  it('shows about four digits of a number', () => {
    expect([0, 12, 1234.5, 123.46, 12.345, 1.2345, -0.1234].map(numberText)).toEqual([
      '0',
      '12',
      '1235',
      '123.5',
      '12.35',
      '1.234',
      '-0.123',
    ]);
  });

  it('replaces what stands between the markers of a bench and nothing else', () => {
    const page =
      'a\n<!-- figures of rpc -->\nold\n<!-- end of rpc -->\nb\n<!-- figures of cli -->\n<!-- end of cli -->\n';
    expect(replaceBetweenMarkers(page, 'rpc', 'new')).toBe(
      'a\n<!-- figures of rpc -->\n\nnew\n\n<!-- end of rpc -->\nb\n<!-- figures of cli -->\n<!-- end of cli -->\n',
    );
  });

  it('says which markers a page lacks', () => {
    expect(() => replaceBetweenMarkers('', 'song', 'new')).toThrow('figures of song');
  });
});
