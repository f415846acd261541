// What a passkey is asked, in the form of age's fido2prf stanza: two inputs made of its label and the nonce of the file.

import type { Bytes } from "./bytes";

export const PRF = "age-encryption.org/fido2prf";
export const NONCE = 16;

/** What a passkey gave for the file with this nonce: two values of 32 bytes. */
export interface PrfOutput {
  nonce: Bytes;
  first: Bytes;
  second: Bytes;
}

function input(nonce: Bytes, place: number): Bytes {
  const label = new TextEncoder().encode(PRF);
  const whole = new Uint8Array(label.length + 1 + nonce.length);
  whole.set(label);
  whole[label.length] = place;
  whole.set(nonce, label.length + 1);
  return whole;
}

/** Two at once, so that one touch never opens two files. */
export function prfInputs(nonce: Bytes): { first: Bytes; second: Bytes } {
  return { first: input(nonce, 1), second: input(nonce, 2) };
}
