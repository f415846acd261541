// Hashes what it is sent, piece by piece.  A browser does that slowly, so that it has a thread of its own; it holds no key.

import { sha256 } from "@noble/hashes/sha2.js";

declare const self: {
  postMessage(answer: Uint8Array | null): void;
  addEventListener(name: "message", listener: (event: MessageEvent<Uint8Array | null>) => void): void;
};

const plain = sha256.create();

self.addEventListener("message", ({ data }) => {
  if (data) plain.update(data);
  self.postMessage(data ? null : plain.digest());
});
