// The hashes of a log's tree, from tiles of up to 256 of them [C2SP tlog-tiles].

import type { Bytes } from "../bytes";
import { fail } from "../errors";
import { node, type Subtree } from "./merkle";

const HEIGHT = 8;
const WIDTH = 256;
const HASH = 32;

/** The hashes from `n * 256` of those over 256^level leaves each; `width` of them. */
interface Tile {
  level: number;
  n: number;
  width: number;
}

/** Its address below the log's: tile/0/x001/x234/067.p/5. */
export function tilePath({ level, n, width }: Tile): string {
  const parts = [String(n % 1000).padStart(3, "0")];
  for (let rest = Math.floor(n / 1000); rest; rest = Math.floor(rest / 1000)) parts.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  return `tile/${level}/${parts.join("/")}${width === WIDTH ? "" : `.p/${width}`}`;
}

/** The tile of a tree of `size` leaves that gives a complete subtree, and which of its hashes, from and to. */
function holding(level: number, index: number, size: number): { tile: Tile; first: number; last: number } {
  const above = Math.floor(level / HEIGHT);
  const many = 2 ** (level % HEIGHT);
  const start = index * many;
  const n = Math.floor(start / WIDTH);
  const width = Math.min(WIDTH, Math.floor(size / WIDTH ** above) - n * WIDTH);
  return { tile: { level: above, n, width }, first: start - n * WIDTH, last: start - n * WIDTH + many };
}

/** The subtrees of a tree of `size` leaves, read from tiles, each of them once; one of another length is InconsistentLog. */
export function fromTiles(size: number, read: (path: string) => Promise<Bytes>): Subtree {
  const known = new Map<string, Promise<Bytes>>();
  const whole = async (path: string, width: number): Promise<Bytes> => {
    const content = await read(path);
    return content.length === width * HASH ? content : fail("InconsistentLog", `${path} has not ${width} hashes`);
  };
  return async (level, index) => {
    const { tile, first, last } = holding(level, index, size);
    const path = tilePath(tile);
    const content = known.get(path) ?? whole(path, tile.width);
    known.set(path, content);
    const bytes = await content;
    let hashes = Array.from({ length: last - first }, (_, place) => bytes.slice((first + place) * HASH, (first + place + 1) * HASH));
    while (hashes.length > 1) hashes = hashes.flatMap((left, place) => (place % 2 ? [] : [node(left, hashes[place + 1] as Bytes)]));
    return hashes[0] as Bytes;
  };
}
