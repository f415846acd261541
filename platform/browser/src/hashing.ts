// The plain SHA-256 of a document, while it is sealed or opened: large ones in a thread of their own.

import { sha256 } from "@noble/hashes/sha2.js";

import { type Bytes, hex } from "./seal/bytes";
import { SealFailure } from "./seal/errors";
import { startWorker } from "./workers";

export interface Hashing {
  /** Takes `plain` over; is kept when there is room for more. */
  update(plain: Bytes): Promise<void>;
  digest(): Promise<string>;
  /** Let go of the thread, whatever has come of it. */
  end(): void;
}

const LARGE = 4 << 20;
/** Pieces that may wait to be hashed. */
const WAITING = 4;

function here(): Hashing {
  const plain = sha256.create();
  return { update: async (piece) => void plain.update(piece), digest: async () => hex(plain.digest()), end: () => undefined };
}

function elsewhere(address: string): Hashing {
  const worker = startWorker(address, [address], "comity-hash");
  let waiting = 0;
  let failed = false;
  let wake: (() => void) | undefined;
  let found: Uint8Array | undefined;
  worker.addEventListener("message", ({ data }: MessageEvent<Uint8Array | null>) => {
    waiting -= 1;
    found = data ?? undefined;
    wake?.();
  });
  worker.addEventListener("error", () => {
    failed = true;
    wake?.();
  });
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) {
      if (failed) throw new SealFailure("NotReached", "the hash worker");
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  const send = (piece: Bytes | null): void => {
    waiting += 1;
    worker.postMessage(piece, piece ? [piece.buffer] : []);
  };
  return {
    async update(piece) {
      if (piece.length) send(piece);
      await until(() => waiting < WAITING);
    },
    async digest() {
      send(null);
      await until(() => waiting === 0);
      return hex(found as Uint8Array);
    },
    end: () => worker.terminate(),
  };
}

/** For `size` bytes; `address` is that of the hash worker, if there is one. */
export function startHashing(size: number, address: string | undefined): Hashing {
  return address && size >= LARGE ? elsewhere(address) : here();
}
