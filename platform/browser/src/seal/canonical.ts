// JSON that is signed: written by RFC 8785, and read only in exactly that form.

import { type Bytes, text, utf8 } from "./bytes";
import { fail } from "./errors";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The canonical text [RFC 8785] of values made of text, whole numbers below 2^53, lists and objects. */
export function canonical(value: Json): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? String(value) : fail("FormatError", "not a whole number");
  }
  if (typeof value === "string") {
    return /\p{Surrogate}/u.test(value) ? fail("FormatError", "half a character") : JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${canonical(key)}:${canonical(value[key] as Json)}`).join(",")}}`;
}

export function dumps(value: Json): Bytes {
  return utf8(canonical(value));
}

/** The object in `bytes`.  Whatever is not written canonically (a key twice, a fraction, white space) is refused. */
export function strict(bytes: Uint8Array): { [key: string]: Json } {
  const source = text(bytes);
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch {
    return fail("FormatError", "not JSON");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return fail("FormatError", "not an object");
  return canonical(value) === source ? value : fail("FormatError", "not canonical JSON");
}

export const TIME = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

const PATTERNS = {
  hash: /^[0-9a-f]{64}$/,
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  code: /^[A-Z]{2,8}$/,
  time: TIME,
};

/** Takes an object apart: every field of its kind, none missing, none left over. */
export class Reader {
  readonly value: { [key: string]: Json };

  constructor(value: Json | undefined, readonly what: string, fields: string[], since: string[] = []) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) fail("FormatError", `${what} is not an object`);
    this.value = value as { [key: string]: Json };
    const odd = [...fields.filter((one) => !(one in this.value)), ...Object.keys(this.value).filter((one) => !fields.includes(one) && !since.includes(one))];
    if (odd.length) fail("FormatError", `${what}: ${odd.join(", ")}`);
  }

  private wrong(field: string): never {
    return fail("FormatError", `${this.what}: ${field}`);
  }

  text(field: string, longest = 4096): string {
    const value = this.value[field];
    return typeof value === "string" && value.length <= longest ? value : this.wrong(field);
  }

  matching(field: string, pattern: keyof typeof PATTERNS): string {
    const value = this.value[field];
    return typeof value === "string" && PATTERNS[pattern].test(value) ? value : this.wrong(field);
  }

  optional(field: string, pattern: keyof typeof PATTERNS): string | null {
    return this.value[field] === null ? null : this.matching(field, pattern);
  }

  number(field: string, least = 0): number {
    const value = this.value[field];
    return typeof value === "number" && Number.isSafeInteger(value) && value >= least ? value : this.wrong(field);
  }

  oneOf<T extends Json>(field: string, ...values: T[]): T {
    const value = this.value[field];
    return values.find((one) => one === value) !== undefined || values.some((one) => one === null && value === null)
      ? (value as T)
      : this.wrong(field);
  }

  items(field: string, most = 1024): Json[] {
    const value = this.value[field];
    return Array.isArray(value) && value.length <= most ? value : this.wrong(field);
  }
}
