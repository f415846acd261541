// The page on which somebody makes her key: passphrase, recovery code, a passkey if she likes, the fingerprint.
//
// Nothing is kept on the platform until passphrase and recovery code have been typed back; a page that is left before
// takes everything along.

import type { Keys } from "../keys";
import { all, announce, maybe, one, sentence, show, summarise, warnWhile, why } from "./dom";
import { whoAdmits } from "./admission";
import { showFingerprint } from "./fingerprint";
import { canUsePasskeys, createPasskey } from "./passkeys";
import { doing, showWords } from "./words";

export function enrolling(keys: Keys): (unlocked: boolean) => void {
  const begin = maybe<HTMLFormElement>("form[data-begin]");
  const lost = maybe("[data-start]")?.dataset["case"] === "lost";
  let unfinished = false;
  let digits = "";
  warnWhile(() => unfinished);
  begin?.addEventListener("submit", (event) => {
    event.preventDefault();
    void doing(one<HTMLButtonElement>("button", begin), async () => {
      digits = await keys.enrol(lost);
      unfinished = true;
      show(one("[data-start]"), false);
    }).then((begun) => {
      if (begun) void steps(keys, lost, digits, () => (unfinished = false)).catch((error: unknown) => summarise([{ field: null, message: why(error) }]));
    });
  });
  return () => undefined;
}

async function steps(keys: Keys, lost: boolean, fingerprint: string, kept: () => void): Promise<void> {
  mark("passphrase", "now");
  await showWords(keys, "passphrase");
  mark("passphrase", "done");
  mark("recovery", "now");
  await showWords(keys, "recovery");
  const open = await deposited(keys, lost);
  kept();
  mark("recovery", "done");
  if (open) {
    mark("passkey", "now");
    mark("passkey", (await passkeyStep(keys)) ? "done" : "open");
  }
  mark("fingerprint", "now");
  showFingerprint({ fingerprint });
  for (const button of all("[data-print-page]")) button.addEventListener("click", () => window.print());
  step("fingerprint");
  if (maybe("[data-start]")?.dataset["case"] !== "first") await whoAdmits(keys);
}

/** Keep it; a platform that is away for a moment is asked again when the person says so.  Gives whether it is unlocked now. */
async function deposited(keys: Keys, lost: boolean): Promise<boolean> {
  const section = step("keeping");
  const again = one<HTMLButtonElement>("[data-keep]", section);
  const busy = one("[data-busy]", section);
  let open = false;
  const keep = async (): Promise<boolean> => {
    show(busy);
    show(again, false);
    const done = await doing(null, async () => void (open = await keys.deposit(lost)));
    show(busy, false);
    show(again, !done);
    return done;
  };
  if (!(await keep())) {
    await new Promise<void>((resolve) => again.addEventListener("click", () => void keep().then((done) => done && resolve())));
  }
  show(section, false);
  return open;
}

/** Whether one was added. */
async function passkeyStep(keys: Keys): Promise<boolean> {
  const section = step("passkey");
  const can = await canUsePasskeys();
  show(one("[data-cannot]", section), !can);
  show(one("form", section), can);
  const added = await new Promise<boolean>((resolve) => {
    one("[data-skip]", section).addEventListener("click", () => resolve(false));
    passkeyForm(keys, section, () => resolve(true));
  });
  summarise([]);
  show(section, false);
  return added;
}

/** The form that adds a passkey: its name, and then the device asks. */
export function passkeyForm(keys: Keys, section: HTMLElement, added: () => void): void {
  const form = one<HTMLFormElement>("form", section);
  const name = one<HTMLInputElement>("input", form);
  const button = one<HTMLButtonElement>("button", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const label = name.value.trim().replace(/\s+/g, " ");
    if (!label) return summarise([{ field: name, message: sentence("NameMissing") }]);
    void doing(button, async () => {
      const { credential, prf } = await createPasskey(keys, form.dataset["person"] ?? "");
      await keys.addPasskey(label, credential, prf);
      announce(sentence("PasskeyAdded"));
    }).then((done) => done && added());
  });
}

/** Show one part of the page, with the focus on its heading. */
function step(name: string): HTMLElement {
  const section = one(`[data-step="${name}"]`);
  show(section);
  one("[data-title]", section).focus();
  return section;
}

/** Say in the list of what there is to do how far a row is. */
function mark(name: string, state: "open" | "now" | "done"): void {
  for (const status of all(`[data-task="${name}"] [data-status-of]`)) show(status, status.dataset["statusOf"] === state);
}
