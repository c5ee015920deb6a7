/**
 * Hands resolved settings to a third party that reads nothing but the environment, and to the child processes that
 * inherit it. A variable that already has a value keeps it; an undefined value sets nothing.
 */
export function setEnvironmentDefaults(
  values: Readonly<Record<string, string | undefined>>,
  env: NodeJS.ProcessEnv = process.env,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && !env[name]) env[name] = value;
  }
}
