import type { Setting } from './setting.ts';

type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The settings of one library or service. `group` is also the section of the configuration file that holds them. */
export interface SettingsGroup<out S extends Settings = Settings> {
  readonly group: string;
  readonly settings: S;
}

/** The resolved object of a group: `SettingsOf<typeof artifactSettings>`. */
export type SettingsOf<G> =
  G extends SettingsGroup<infer S> ? { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never } : never;

/** Groups by the name under which a service keeps them. */
export type SettingsGroups = Readonly<Record<string, SettingsGroup>>;

/** Names a group of settings. The keys are the names in the resolved object and in the configuration file. */
export function defineSettings<S extends Settings>(group: string, settings: S): SettingsGroup<S> {
  return Object.freeze({ group, settings });
}
