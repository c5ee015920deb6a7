import { refused } from './request-refused.ts';
import type { Fields } from './read-fields.ts';

/** What a field may be. `required` has to be there. */
export interface FieldRule {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'string[]' | 'file[]' | 'object' | 'array';
  readonly required?: boolean;
  readonly oneOf?: readonly (string | number)[];
  readonly min?: number;
  readonly max?: number;
  /** For texts: the whole has to match. */
  readonly form?: RegExp;
  /** For lists. */
  readonly maxItems?: number;
}

/** Refuses what the real one refuses: unknown fields, wrong types, values that are not offered. Texts are taken for numbers in forms. */
export function checkFields(
  fields: Fields,
  rules: Readonly<Record<string, FieldRule>>,
  code = 'INVALID_REQUEST_BODY',
): void {
  const faults = [
    ...Object.keys(fields).flatMap((name) => (name in rules ? [] : [`unknown field ${name}`])),
    ...Object.entries(rules).flatMap(([name, rule]) => faultOf(name, fields[name], rule) ?? []),
  ];
  if (faults.length > 0) throw refused(400, code, faults.join('; '));
}

function faultOf(name: string, value: unknown, rule: FieldRule): string | undefined {
  if (value === undefined) return rule.required === true ? `${name} is required` : undefined;
  if (!isOfType(value, rule.type)) return `${name} has to be of type ${rule.type}`;
  if (rule.oneOf && !rule.oneOf.includes(value as string)) return `${name} has to be one of ${rule.oneOf.join(', ')}`;
  if (typeof value === 'number' && (value < (rule.min ?? -Infinity) || value > (rule.max ?? Infinity)))
    return `${name} is out of range`;
  if (typeof value === 'string' && rule.form && !rule.form.test(value)) return `${name} has the wrong form`;
  if (Array.isArray(value) && value.length > (rule.maxItems ?? Infinity))
    return `${name} has more than ${rule.maxItems} items`;
  return undefined;
}

function isOfType(value: unknown, type: FieldRule['type']): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'string[]':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'file[]':
      return Array.isArray(value) && value.every((item) => typeof item === 'object');
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
