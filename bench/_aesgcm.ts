// The cipher that bench/browser-seal compares with: the same interface as `seal/cipher.ts`, but AES-256-GCM.

import type { Bytes } from "./bytes";

export interface Cipher {
  seal(nonce: Bytes, plain: Bytes): Promise<Bytes>;
  open(nonce: Bytes, sealed: Bytes): Promise<Bytes | null>;
}

export async function cipherFor(key: Bytes): Promise<Cipher> {
  const name = "AES-GCM";
  const imported = await crypto.subtle.importKey("raw", key, name, false, ["encrypt", "decrypt"]);
  return {
    seal: async (iv, plain) => new Uint8Array(await crypto.subtle.encrypt({ name, iv }, imported, plain)),
    open: async (iv, sealed) => {
      try {
        return new Uint8Array(await crypto.subtle.decrypt({ name, iv }, imported, sealed));
      } catch {
        return null;
      }
    },
  };
}
