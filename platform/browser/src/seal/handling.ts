// The handling limits of a document: part of what its sender signs, so that nobody drops one on the way.

import type { Json, Reader } from "./canonical";
import { fail } from "./errors";

const LIMIT = /^[a-z][a-z_]{1,39}$/;
const MOST = 16;

/** Fields that a document without limits does not have. */
export const SINCE = ["handling"];

/** The codes, sorted, each once; none where the field is not there. */
export function handlingIn(read: Reader): string[] {
  if (!("handling" in read.value)) return [];
  const found = read.items("handling", MOST);
  const sound = found.length > 0 && found.every((one, n) => typeof one === "string" && LIMIT.test(one) && (n === 0 || (found[n - 1] as string) < one));
  return sound ? (found as string[]) : fail("FormatError", "the handling limits");
}

/** The field as it is signed: nothing where there are no limits. */
export function handlingJson(handling: string[]): { [key: string]: Json } {
  return handling.length ? { handling: [...handling] } : {};
}
