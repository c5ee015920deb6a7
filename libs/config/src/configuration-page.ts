import type { SettingsGroups } from './settings-group.ts';

/** One setting as the documentation shows it. All fields are texts to print; `default` is empty when there is none. */
export interface SettingDescription {
  readonly group: string;
  readonly name: string;
  readonly env: string;
  readonly default: string;
  readonly range: string;
  readonly unit: string;
  readonly description: string;
  readonly secret: boolean;
}

/** Every setting of the groups, in the order of declaration. */
export function describeSettings(groups: SettingsGroups): SettingDescription[] {
  return Object.values(groups).flatMap(({ group, settings }) =>
    Object.entries(settings).map(([name, setting]) => ({
      group,
      name,
      env: setting.env,
      default: setting.defaultText ?? '',
      range: setting.range,
      unit: setting.unit,
      description: setting.description,
      secret: setting.secret,
    })),
  );
}

const INTRODUCTION = `# Configuration

This page is generated from the settings that the libraries declare.

A variable of the environment wins over the configuration file, and that over the default. An empty variable counts as
not set. The file is YAML; \`FRAMESONG_CONFIG\` names it, and it holds one section per group with the settings by name.
Durations carry a unit (\`500ms\`, \`180s\`, \`15m\`, \`2h\`, \`1d\`), and so do sizes (\`512B\`, \`300KB\`, \`20MB\`; 1 KB is 1024
bytes). A secret may be kept in a file that the variable with \`_FILE\` at its end names. A process that finds any fault
names all of them and does not start.
`;

/** A Markdown page with one table per group. */
export function renderConfigurationPage(groups: SettingsGroups): string {
  const rows = describeSettings(groups);
  const sections = [...new Set(rows.map((row) => row.group))].map((group) => {
    const lines = rows.filter((row) => row.group === group).map(renderRow);
    return [
      `## ${group}`,
      '',
      '| variable | in the file | default | allowed | meaning |',
      '| --- | --- | --- | --- | --- |',
      ...lines,
      '',
    ].join('\n');
  });
  return [INTRODUCTION, ...sections].join('\n');
}

function renderRow(row: SettingDescription): string {
  const allowed = [row.range, row.unit && `(${row.unit})`].filter((part) => part !== '').join(' ');
  const meaning = row.secret ? `${row.description} Secret; also from \`${row.env}_FILE\`.` : row.description;
  const cells = [
    `\`${row.env}\``,
    `\`${row.group}.${row.name}\``,
    row.default && `\`${row.default}\``,
    allowed,
    meaning,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
