// The pages about one's own key: its fingerprint, and the ways to unlock it.

import type { Keys } from "../keys";
import type { WordsKind } from "../seal/ways";
import { all, maybe, one, sentence, show, summarise, why } from "./dom";
import { whoAdmits } from "./admission";
import { passkeyForm } from "./enrolling";
import { showFingerprint } from "./fingerprint";
import { canUsePasskeys } from "./passkeys";
import { doing, showWords } from "./words";

/** The fingerprint, and whether one's authority lists it, once the key is unlocked. */
export function ownKey(keys: Keys): (unlocked: boolean) => void {
  for (const button of all("main > * [data-print], main > [data-print]")) button.addEventListener("click", () => window.print());
  if (maybe('[data-admit-by="now"]')) void whoAdmits(keys).catch(failed);
  return (unlocked) => {
    if (!unlocked) return all("[data-fingerprint], [data-qr]").forEach((place) => place.replaceChildren());
    void keys
      .own()
      .then((own) => {
        showFingerprint(own);
        show(maybe("[data-listed]"), own.listed);
        show(maybe("[data-not-listed]"), !own.listed);
        if (!own.listed) void invited(keys).catch(failed);
        if (!own.listed && maybe("[data-admit-by]")) void whoAdmits(keys).catch(failed);
      })
      .catch(failed);
  };
}

/** Whether somebody proposes to admit her: she confirms with the very key that was compared. */
async function invited(keys: Keys): Promise<void> {
  const section = maybe("[data-invitation]");
  const found = section && (await keys.call("invitation", []));
  if (!section || !found) return show(section, false);
  const button = one<HTMLButtonElement>("[data-accept]", section);
  const busy = one("[data-busy]", section);
  one("[data-invited]", section).textContent = sentence("Invited", { by: found.by });
  show(section);
  show(maybe("[data-not-listed]"), false);
  button.onclick = () => {
    busy.textContent = sentence("Signing");
    void doing(button, async () => void (await keys.call("confirmProposal", [found.id, found.sha256]))).then((good) => {
      busy.textContent = "";
      if (!good) return;
      show(section, false);
      show(maybe("[data-listed]"));
      show(one("[data-admitted]"));
      one("[data-admitted] [data-title]").focus();
    });
  };
}

/** New words in the place of the last ones, or one more passkey. */
export function newWay(keys: Keys): (unlocked: boolean) => void {
  const kind = one("[data-new-way]").dataset["newWay"];
  let begun = false;
  return (unlocked) => {
    if (!unlocked || begun) return;
    begun = true;
    if (kind === "passkey") void newPasskey(keys).catch(failed);
    else void newWords(keys, kind as WordsKind).catch(failed);
  };
}

async function newPasskey(keys: Keys): Promise<void> {
  const section = one('[data-step="passkey"]');
  const can = await canUsePasskeys();
  show(section);
  show(one("[data-cannot]", section), !can);
  show(one("form", section), can);
  passkeyForm(keys, section, () => {
    show(section, false);
    done();
  });
}

async function newWords(keys: Keys, kind: WordsKind): Promise<void> {
  await showWords(keys, kind);
  const busy = one("[data-busy]");
  show(busy);
  const kept = await doing(null, () => keys.renew(kind));
  show(busy, false);
  if (kept) done();
}

function done(): void {
  show(one("[data-done]"));
  one("[data-done] [data-title]").focus();
}

/** A way is removed with the key itself, so it must be unlocked. */
export function removing(keys: Keys): (unlocked: boolean) => void {
  const button = maybe<HTMLButtonElement>("[data-remove]");
  button?.addEventListener("click", () => {
    void doing(button, () => keys.removeWay(button.dataset["remove"] ?? "")).then((gone) => {
      if (gone) window.location.assign(button.dataset["next"] ?? "/");
    });
  });
  return () => undefined;
}

function failed(error: unknown): void {
  summarise([{ field: null, message: why(error) }]);
}
