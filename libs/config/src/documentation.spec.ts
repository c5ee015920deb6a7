import {
  dataFolderSettings,
  defineSettings,
  describeSettings,
  integer,
  renderConfigurationPage,
  text,
  unknownVariables,
} from './index.ts';

const groups = {
  shop: defineSettings('shop', {
    workers: integer({
      env: 'FRAMESONG_WORKERS',
      default: 4,
      min: 1,
      max: 64,
      unit: 'processes',
      description: 'How many.',
    }),
    apiKey: text({ env: 'FRAMESONG_API_KEY', secret: true, description: 'One of a|b.' }),
  }),
  data: dataFolderSettings,
};

describe('describeSettings', () => {
  it('lists every setting with its texts', () => {
    const rows = describeSettings(groups);
    expect(rows.map((row) => row.env)).toEqual(['FRAMESONG_WORKERS', 'FRAMESONG_API_KEY', 'FRAMESONG_DATA_DIR']);
    expect(rows[0]).toEqual({
      group: 'shop',
      name: 'workers',
      env: 'FRAMESONG_WORKERS',
      default: '4',
      range: '1 to 64',
      unit: 'processes',
      description: 'How many.',
      secret: false,
    });
    expect(rows[2]).toMatchObject({ group: 'data', name: 'folder', default: '.framesong' });
  });
});

describe('renderConfigurationPage', () => {
  it('gives each group a table and keeps a bar inside a cell', () => {
    const page = renderConfigurationPage(groups);
    expect(page).toContain('\n## shop\n');
    expect(page).toContain('| `FRAMESONG_WORKERS` | `shop.workers` | `4` | 1 to 64 (processes) | How many. |');
    expect(page).toContain('One of a\\|b. Secret; also from `FRAMESONG_API_KEY_FILE`. |');
    expect(page).toContain('| `FRAMESONG_DATA_DIR` | `data.folder` | `.framesong` |');
  });
});

describe('unknownVariables', () => {
  it('names variables that nothing reads, with the one that was meant', () => {
    const env = {
      FRAMESONG_WORKRES: '3',
      FRAMESONG_SOMETHING_ELSE_ENTIRELY: '1',
      FRAMESONG_WORKERS: '3',
      FRAMESONG_API_KEY_FILE: '/x',
      FRAMESONG_CONFIG: '/y',
      PATH: '/bin',
    };
    expect(unknownVariables(groups, env)).toEqual([
      { name: 'FRAMESONG_SOMETHING_ELSE_ENTIRELY' },
      { name: 'FRAMESONG_WORKRES', meant: 'FRAMESONG_WORKERS' },
    ]);
  });

  it('does not take the file of a setting that is no secret for known', () => {
    expect(unknownVariables(groups, { FRAMESONG_WORKERS_FILE: '/x' })).toHaveLength(1);
  });
});
