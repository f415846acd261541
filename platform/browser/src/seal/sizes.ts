// Lengths of payloads and parts [C2SP age; RFC 9162], and Padme.

import { sha256 } from "@noble/hashes/sha2.js";

import { concat, hex } from "./bytes";

export const CHUNK = 65536;
export const TAG = 16;
export const NONCE = 16;
export const PART = 8388608;

export function payloadLength(plain: number): number {
  return NONCE + plain + Math.max(1, Math.ceil(plain / CHUNK)) * TAG;
}

/** Whether a payload can have this length. */
export function isPayloadLength(payload: number): boolean {
  const chunks = Math.max(1, Math.ceil((payload - NONCE) / (CHUNK + TAG)));
  const plain = payload - NONCE - chunks * TAG;
  return plain >= 0 && payloadLength(plain) === payload;
}

export function partsOf(payload: number): number {
  return Math.ceil(payload / PART);
}

/** The leaf hash of a part, by the platform's own SHA-256. */
export async function leafOf(part: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(new Uint8Array([0]), part)));
}

/** The Merkle tree hash over leaf hashes, in hexadecimal. */
export function treeRoot(leaves: Uint8Array[]): string {
  return hex(tree(leaves));
}

function tree(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array());
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return sha256(concat(new Uint8Array([1]), tree(leaves.slice(0, half)), tree(leaves.slice(half))));
}

/** The Padme length to pad `length` bytes to. */
export function padme(length: number): number {
  if (length < 2) return length;
  const exponent = 31 - Math.clz32(length);
  const bits = 32 - Math.clz32(exponent);
  const step = 2 ** Math.max(exponent - bits, 0);
  return Math.ceil(length / step) * step;
}
