// How an unlocked key set survives navigation: sealed under a key that needs this browser and the server's session.
//
// The wrapping key is derived from a non-extractable key in IndexedDB and 32 bytes that the server deletes with the
// session.  What a crashed browser leaves on disk opens nothing once the session has ended.

import { type Bytes, b64, concat, random, text, unb64, utf8 } from "./seal/bytes";

const DATABASE = "comity";
const STORE = "keys";
const NAME = "session";

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction(STORE, mode);
      const request = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

async function localKey(make: boolean): Promise<CryptoKey | null> {
  const kept = (await inStore("readonly", (store) => store.get(NAME))) as CryptoKey | undefined;
  if (kept || !make) return kept ?? null;
  const made = await crypto.subtle.importKey("raw", random(32), "HKDF", false, ["deriveKey"]);
  await inStore("readwrite", (store) => store.put(made, NAME));
  return made;
}

async function wrappingKey(secret: Bytes, make: boolean): Promise<CryptoKey | null> {
  const local = await localKey(make);
  if (!local) return null;
  const how = { name: "HKDF", hash: "SHA-256", salt: secret, info: utf8("comity unlocked key set v1") };
  return crypto.subtle.deriveKey(how, local, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Seal a key set for this session; `account` is bound to it. */
export async function keep(source: string, secret: Bytes, account: string): Promise<string> {
  const key = (await wrappingKey(secret, true)) as CryptoKey;
  const iv = random(12);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(account) }, key, utf8(source));
  return b64(concat(iv, new Uint8Array(sealed)));
}

/** The key set again, or null where this browser or this session cannot open it. */
export async function restore(kept: string, secret: Bytes, account: string): Promise<string | null> {
  const key = await wrappingKey(secret, false);
  if (!key) return null;
  try {
    const bytes = unb64(kept);
    const how = { name: "AES-GCM", iv: bytes.slice(0, 12), additionalData: utf8(account) };
    return text(new Uint8Array(await crypto.subtle.decrypt(how, key, bytes.slice(12))));
  } catch {
    return null;
  }
}

/** Throw this browser's part away: nothing that was kept opens any more. */
export async function forget(): Promise<void> {
  await inStore("readwrite", (store) => store.delete(NAME));
}
