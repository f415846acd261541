// ChaCha20-Poly1305: the browser's own where it has one that works, else one in JavaScript.

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";

import { type Bytes, equal, utf8 } from "./bytes";

/** Seals and opens chunks.  What it is given it has taken up when it returns, before its promise is kept. */
export interface Cipher {
  seal(nonce: Bytes, plain: Bytes): Promise<Bytes>;
  /** null where the tag is wrong. */
  open(nonce: Bytes, sealed: Bytes): Promise<Bytes | null>;
}

function noble(key: Bytes): Cipher {
  return {
    seal: async (nonce, plain) => chacha20poly1305(key, nonce).encrypt(plain) as Bytes,
    open: async (nonce, sealed) => {
      try {
        return chacha20poly1305(key, nonce).decrypt(sealed) as Bytes;
      } catch {
        return null;
      }
    },
  };
}

async function native(key: Bytes): Promise<Cipher> {
  const name = "ChaCha20-Poly1305";
  const imported = await crypto.subtle.importKey("raw-secret" as "raw", key, name, false, ["encrypt", "decrypt"]);
  const run = (nonce: Bytes) => ({ name, iv: nonce }) as unknown as AlgorithmIdentifier;
  return {
    seal: async (nonce, plain) => new Uint8Array(await crypto.subtle.encrypt(run(nonce), imported, plain)),
    open: async (nonce, sealed) => {
      try {
        return new Uint8Array(await crypto.subtle.decrypt(run(nonce), imported, sealed));
      } catch {
        return null;
      }
    },
  };
}

let nativeWorks: Promise<boolean> | undefined;

/** Whether the browser's own cipher gives what the standard says; found out by trying, once. */
function tryNative(): Promise<boolean> {
  const key = new Uint8Array(32).fill(7);
  const nonce = new Uint8Array(12).fill(9);
  const plain = utf8("comity");
  return native(key)
    .then(async (cipher) => {
      const sealed = await cipher.seal(nonce, plain);
      const opened = await cipher.open(nonce, sealed);
      return equal(sealed, chacha20poly1305(key, nonce).encrypt(plain)) && opened !== null && equal(opened, plain);
    })
    .catch(() => false);
}

export async function cipherFor(key: Bytes): Promise<Cipher> {
  nativeWorks ??= tryNative();
  return (await nativeWorks) ? native(key) : noble(key);
}
