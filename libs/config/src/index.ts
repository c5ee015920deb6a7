export { describeSettings, renderConfigurationPage, type SettingDescription } from './configuration-page.ts';
export { dataFolderSettings } from './data-folder-settings.ts';
export { setEnvironmentDefaults } from './environment-defaults.ts';
export { loadSettings, type SettingsSource } from './load-settings.ts';
export { durationMs, integer, sizeBytes } from './number-settings.ts';
export { type Setting } from './setting.ts';
export { defineSettings, type SettingsGroup, type SettingsGroups, type SettingsOf } from './settings-group.ts';
export { address, flag, folder, oneOf, text } from './text-settings.ts';
export { unknownVariables, type UnknownVariable } from './unknown-variables.ts';
