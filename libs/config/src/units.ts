const DURATION_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const KB = 1024;
const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB,
  KIB: KB,
  MB: KB ** 2,
  MIB: KB ** 2,
  GB: KB ** 3,
  GIB: KB ** 3,
  TB: KB ** 4,
  TIB: KB ** 4,
};

/** Milliseconds of `500ms`, `1.5s`, `15m`, `2h` or `1d`; undefined for anything else, also for a number without unit. */
export function parseDurationMs(text: string): number | undefined {
  return quantity(text, DURATION_UNITS_MS);
}

/** Bytes of `512B`, `300KB` or `1.5MB`; 1 KB is 1024 bytes. Undefined for anything else, also for a number without unit. */
export function parseSizeBytes(text: string): number | undefined {
  return quantity(text.toUpperCase(), SIZE_UNITS_BYTES);
}

function quantity(text: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(text);
  if (!match) return undefined;
  const unit = units[match[2]!];
  return unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}
