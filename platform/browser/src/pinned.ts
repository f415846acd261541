// What this browser has seen of each authority's chain.  It goes forward only: a platform that shows less, or something
// else, than it showed before is refused.  Where the browser's storage was cleared, it is first contact again.

import type { Authority } from "./seal/authority";
import { checkPin, type Pin, pinOf } from "./seal/chain";
import { SealFailure } from "./seal/errors";

const DATABASE = "comity-pins";
const STORE = "pins";

/** For browsers that keep nothing: what this page has seen. */
const seen = new Map<string, Pin>();

function database(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

/** What `act` asks for, in one transaction: other tabs do the same.  `refuse` ends it with an error. */
export async function inPins<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore, refuse: (why: unknown) => void) => IDBRequest<T>): Promise<T> {
  const db = await database();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction(STORE, mode);
      let refused: unknown;
      const refuse = (why: unknown): void => {
        refused = why;
        transaction.abort();
      };
      const request = act(transaction.objectStore(STORE), refuse);
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(refused ?? transaction.error);
    });
  } finally {
    db.close();
  }
}

/** Compare with what is kept, and keep the later. */
async function compared(key: string, chain: Uint8Array[], latest: Pin | null): Promise<void> {
  await inPins("readwrite", (store, refuse) => {
    const asked = store.get(key) as IDBRequest<Pin | undefined>;
    asked.onsuccess = () => {
      try {
        const pin = asked.result;
        if (pin) checkPin(chain, pin);
        if (latest && (!pin || pin.seq < latest.seq)) store.put(latest, key);
      } catch (error) {
        refuse(error);
      }
    };
    return asked;
  });
}

/** Refuse a chain that goes back behind what was seen, or beside it; else keep how far it goes.  null: there is none. */
export async function goForward(root: string, code: string, chain: Uint8Array[], verified: Authority | null): Promise<void> {
  const key = `${root} ${code}`;
  const latest = verified && pinOf(verified);
  const before = seen.get(key);
  if (before) checkPin(chain, before);
  if (latest) seen.set(key, latest);
  try {
    await compared(key, chain, latest);
  } catch (error) {
    if (error instanceof SealFailure) throw error;
  }
}
