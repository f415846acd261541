// This device's clock beside the platform's: what is signed names a time, and a wrong one would stay for ever.

import { fail } from "./errors";

/** With more milliseconds than this between the two clocks nothing is signed. */
const REFUSED = 12 * 3_600_000;
const SECOND = 1_000;

let off = 0;

/** The platform named a moment [RFC 9110, Date], some time after it was `asked` and before now. */
export function heard(date: string | null, asked: number): void {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return;
  if (theirs < asked - SECOND) off = theirs - asked;
  else off = Math.max(theirs - Date.now() - SECOND, 0);
}

/** Before anything is signed, or made ready for it.  Raises WrongClock. */
export function requireClock(): void {
  if (Math.abs(off) > REFUSED) fail("WrongClock");
}

/** The time for something that is signed.  Raises WrongClock. */
export function now(): string {
  requireClock();
  return `${new Date().toISOString().slice(0, 19)}Z`;
}
