// Giving an opened document another header, for the newest keys of all its readers.
//
// The payload stays where it is, and so do the envelope and what the author signed.  This gives access and takes none.

import { Encrypter } from "age-encryption";

import type { Authority } from "./authority";
import { b64, type Bytes, sha256hex } from "./bytes";
import { dumps, type Json } from "./canonical";
import { now } from "./clock";
import { type Author, fromOf, type OpenedDocument, ordered, toOf } from "./document";
import { fail } from "./errors";
import { sealHeader } from "./header";
import { TYPES } from "./keyset";

/** What is handed to the server: the new header and sealed manifest, and the signed grant, each base64. */
export interface Granted {
  header: string;
  manifest_age: string;
  grant: string;
}

/** A header for the newest keys of those who read the document now; null where it has them already. */
export async function rewrap(author: Author, readers: Authority[], opened: OpenedDocument): Promise<Granted | null> {
  const { present, envelope } = opened;
  const among = ordered(author, readers);
  const before = new Map(present.to.map((one) => [one.authority, one.epoch]));
  if (among.length !== before.size || among.some((one) => !before.has(one.code))) fail("WrongRecipients", "the readers");
  if (among.some((one) => one.epoch.n < (before.get(one.code) ?? 0))) fail("OldEpoch", "sealed to a newer key than is known");
  if (among.every((one) => one.epoch.n === before.get(one.code))) return null;
  const recipients = among.map((one) => one.epoch.recipient);
  const header = sealHeader(opened.fileKey, recipients);
  const manifestAge = await sealedTo(recipients, opened.signedManifest);
  const said = dumps({
    v: 1,
    type: "grant",
    doc: envelope.doc,
    ver: envelope.ver,
    envelope_sha256: envelope.sha256,
    n: opened.grants + 1,
    prev_header_sha256: present.header_sha256,
    header_sha256: sha256hex(header),
    prev_manifest_age_sha256: present.manifest_age_sha256,
    manifest_age_sha256: sha256hex(manifestAge),
    to: toOf(among) as unknown as Json,
    reason: "rewrap",
    by: fromOf(author) as unknown as Json,
    created: now(),
  });
  return { header: b64(header), manifest_age: b64(manifestAge), grant: b64(author.keys.sign(TYPES.grant, said)) };
}

async function sealedTo(recipients: string[], plain: Uint8Array): Promise<Bytes> {
  const encrypter = new Encrypter();
  for (const one of recipients) encrypter.addRecipient(one);
  return Uint8Array.from(await encrypter.encrypt(plain));
}
