// Asking an authenticator.  Only the page can do that; what it gives is handed to the key worker and kept nowhere.

import type { Keys } from "../keys";
import { b64, type Bytes, random } from "../seal/bytes";
import { fail, SealFailure } from "../seal/errors";
import { NONCE, type PrfOutput, prfInputs } from "../seal/prf";

const PATIENCE = 120_000;

type Capabilities = { getClientCapabilities?: () => Promise<Record<string, boolean>> };

/** Whether this browser can do what is needed; one that does not say is tried, and told apart by what comes of it. */
export async function canUsePasskeys(): Promise<boolean> {
  if (!("credentials" in navigator) || typeof PublicKeyCredential === "undefined") return false;
  const ask = (PublicKeyCredential as unknown as Capabilities).getClientCapabilities;
  return !ask || (await ask.call(PublicKeyCredential))["extension:prf"] !== false;
}

/** A new passkey on this device or a security key; `person` is what the device shows it under. */
export async function createPasskey(keys: Keys, person: string): Promise<{ credential: Bytes; prf: PrfOutput }> {
  const there = await keys.passkeys();
  const nonce = random(NONCE);
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { name: "Comity" },
        user: { id: random(16), name: person, displayName: person },
        challenge: random(32),
        pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        excludeCredentials: there.map((one) => ({ type: "public-key", id: one.credential })),
        extensions: { prf: { eval: prfInputs(nonce) } },
        timeout: PATIENCE,
      },
    }),
  );
  const said = made.getClientExtensionResults().prf;
  const credential = new Uint8Array(made.rawId);
  if (!said?.enabled) return fail("PasskeyTooOld");
  if (said.results?.second) return { credential, prf: output(nonce, said.results) };
  return { credential, prf: (await askPasskey([{ way: "", credential, nonce }])).prf };
}

/** Any one of these passkeys, whichever the person has at hand. */
export async function askPasskey(passkeys: { way: string; credential: Bytes; nonce: Bytes }[]): Promise<{ way: string; prf: PrfOutput }> {
  const inputs = passkeys.map((one) => [base64url(one.credential), prfInputs(one.nonce)] as const);
  const given = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        allowCredentials: passkeys.map((one) => ({ type: "public-key", id: one.credential })),
        userVerification: "required",
        extensions: { prf: { evalByCredential: Object.fromEntries(inputs) } },
        timeout: PATIENCE,
      },
    }),
  );
  const used = base64url(new Uint8Array(given.rawId));
  const one = passkeys.find((passkey) => base64url(passkey.credential) === used) ?? fail("WrongPasskey");
  const results = given.getClientExtensionResults().prf?.results;
  return results?.second ? { way: one.way, prf: output(one.nonce, results) } : fail("PasskeyTooOld");
}

/** The browser has one error for "refused", "timed out" and "not here", and so have we. */
async function asked(run: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    return ((await run()) as PublicKeyCredential | null) ?? fail("PasskeyCancelled");
  } catch (error) {
    if (error instanceof SealFailure) throw error;
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError" || name === "AbortError") fail("PasskeyCancelled");
    if (name === "InvalidStateError") fail("PasskeyThere");
    if (name === "NotSupportedError" || name === "ConstraintError") fail("PasskeyTooOld");
    throw error;
  }
}

function output(nonce: Bytes, results: AuthenticationExtensionsPRFValues): PrfOutput {
  return { nonce, first: bytes(results.first), second: bytes(results.second ?? new ArrayBuffer(0)) };
}

function bytes(source: BufferSource): Bytes {
  return source instanceof ArrayBuffer ? new Uint8Array(source) : Uint8Array.from(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
}

function base64url(value: Bytes): string {
  return b64(value).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
