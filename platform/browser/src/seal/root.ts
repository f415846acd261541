// The root: the key sets, held offline by different people, under which everything about authorities counts.  Whoever
// pins its identifier pins every key set, the two groups, and how many of a group it takes.

import { type Bytes, sha256hex } from "./bytes";
import { dumps, type Json, Reader } from "./canonical";
import { fail } from "./errors";
import { PublicKeySet } from "./keyset";

const MOST_KEYSETS = 5;
const MOST_NEEDED = 3;

/** The key sets that speak as the root about an authority, and how many of them it takes. */
export interface Group {
  keysets: PublicKeySet[];
  need: number;
}

export class Root {
  readonly id: string;
  readonly keysets: PublicKeySet[];

  private constructor(readonly need: number, readonly registry: PublicKeySet[], readonly prosecutor: PublicKeySet[]) {
    this.keysets = [...registry, ...prosecutor];
    this.id = sha256hex(this.bytes);
  }

  static fromJson(value: Json | undefined): Root {
    const read = new Reader(value, "the root", ["v", "type", "need", "registry", "prosecutor"]);
    read.oneOf("v", 1);
    read.oneOf("type", "root");
    const [registry, prosecutor] = [group(read, "registry"), group(read, "prosecutor")];
    const found = new Root(read.number("need", 1), registry, prosecutor);
    if (new Set(found.keysets.map((one) => one.id)).size !== found.keysets.length) fail("FormatError", "a key set twice in the root");
    if (found.need > Math.min(MOST_NEEDED, registry.length, prosecutor.length)) fail("FormatError", "more key sets than there are");
    return found;
  }

  get bytes(): Bytes {
    const [registry, prosecutor] = [this.registry, this.prosecutor].map((held) => held.map((one) => one.json)) as [Json, Json];
    return dumps({ v: 1, type: "root", need: this.need, registry, prosecutor });
  }

  /** Who speaks as the root about such an authority: nobody of the one group does for the other. */
  group(kind: string, organ: string | null): Group {
    return { keysets: kind === "court" && organ === "otp" ? this.prosecutor : this.registry, need: this.need };
  }
}

function group(read: Reader, field: string): PublicKeySet[] {
  const found = read.items(field, MOST_KEYSETS).map((one) => PublicKeySet.fromJson(one));
  if (!found.length || found.some((one, place) => place > 0 && one.id <= (found[place - 1] as PublicKeySet).id)) fail("FormatError", "the key sets of the root are not in order");
  return found;
}
