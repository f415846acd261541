// The Merkle tree of a log: heads, inclusion and consistency proofs [RFC 6962, 2.1; RFC 9162, 2.1].
//
// Sizes go up to 2^53 - 1, so nothing here is computed with 32 bits.

import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, concat, equal } from "../bytes";
import { fail } from "../errors";

/** The hash over the 2^level leaves from index * 2^level. */
export type Subtree = (level: number, index: number) => Promise<Bytes>;

/** The head of a tree without leaves. */
export const EMPTY = sha256(new Uint8Array()) as Bytes;

const [LEAF, NODE] = [new Uint8Array([0]), new Uint8Array([1])];

export function leaf(data: Uint8Array): Bytes {
  return sha256(concat(LEAF, data)) as Bytes;
}

export function node(left: Uint8Array, right: Uint8Array): Bytes {
  return sha256(concat(NODE, left, right)) as Bytes;
}

/** The largest power of two below `count`, which is at least 2. */
function split(count: number): number {
  let half = 1;
  while (half * 2 < count) half *= 2;
  return half;
}

/** The hash over the leaves from `start` up to `end`; `start` is where the tree divides. */
async function hashOver(start: number, end: number, subtree: Subtree): Promise<Bytes> {
  const count = end - start;
  let level = 0;
  while (2 ** level < count) level++;
  if (count === 2 ** level) return subtree(level, start / count);
  const middle = start + split(count);
  return node(await hashOver(start, middle, subtree), await hashOver(middle, end, subtree));
}

/** The root of the tree over the first `size` leaves. */
export async function head(size: number, subtree: Subtree): Promise<Bytes> {
  return size ? hashOver(0, size, subtree) : EMPTY;
}

/** That the tree of `old` leaves is the beginning of the tree of `size`; nothing for an empty or the same tree. */
export async function consistencyProof(old: number, size: number, subtree: Subtree): Promise<Bytes[]> {
  if (!(old >= 0 && old <= size)) return fail("InconsistentLog", "a log only grows");
  if (old === 0 || old === size) return [];
  const proof: Bytes[] = [];
  let [start, end, whole] = [0, size, true];
  while (end !== old) {
    const middle = start + split(end - start);
    if (old <= middle) {
      proof.unshift(await hashOver(middle, end, subtree));
      end = middle;
    } else {
      proof.unshift(await hashOver(start, middle, subtree));
      [start, whole] = [middle, false];
    }
  }
  return whole ? proof : [await hashOver(start, end, subtree), ...proof];
}

/** Raises BadProof unless the leaf stands at `index` of the tree of `size` leaves with that root. */
export function verifyInclusion(index: number, size: number, leafHash: Bytes, proof: Bytes[], root: Bytes): void {
  if (!(index >= 0 && index < size)) fail("BadProof", "the log had no such line then");
  const path = [...proof];
  const found = climb(index, size, leafHash, path);
  if (path.length) fail("BadProof", "the proof is too long");
  if (!equal(found, root)) fail("BadProof", "the line does not lead to the root that the log signed");
}

/** The root that leaf and path give; takes the path's hashes from its end, the highest first. */
function climb(index: number, size: number, leafHash: Bytes, path: Bytes[]): Bytes {
  if (size === 1) return leafHash;
  const half = split(size);
  const sibling = path.pop() ?? fail("BadProof", "the proof is too short");
  if (index < half) return node(climb(index, half, leafHash, path), sibling);
  return node(sibling, climb(index - half, size - half, leafHash, path));
}

/** Raises InconsistentLog unless the tree of `old` leaves is the beginning of the tree of `size` leaves. */
export function verifyConsistency(old: number, oldRoot: Bytes, size: number, root: Bytes, proof: Bytes[]): void {
  if (old > size) fail("InconsistentLog", `the log had ${old} lines, and now it has ${size}`);
  if (old === size && !equal(oldRoot, root)) fail("InconsistentLog", `two different states of ${old} lines`);
  const path = [...proof];
  const [before, after] = old > 0 && old < size ? both(old, size, oldRoot, path) : [old === 0 ? EMPTY : oldRoot, root];
  if (path.length) fail("InconsistentLog", "the proof is too long");
  if (!equal(before, oldRoot)) fail("InconsistentLog", `the first ${old} lines are no longer those that were signed`);
  if (!equal(after, root)) fail("InconsistentLog", `the ${size} lines do not continue the ${old} that were signed`);
}

/** The two roots that the path gives; `known` is the old one as long as the whole of it lies on the way. */
function both(old: number, size: number, known: Bytes | null, path: Bytes[]): [Bytes, Bytes] {
  const next = (): Bytes => path.pop() ?? fail("InconsistentLog", "the proof is too short");
  if (old === size) {
    const found = known ?? next();
    return [found, found];
  }
  const half = split(size);
  const sibling = next();
  if (old <= half) {
    const [before, after] = both(old, half, known, path);
    return [before, node(after, sibling)];
  }
  const [before, after] = both(old - half, size - half, null, path);
  return [node(sibling, before), node(sibling, after)];
}
