// Leaving one's office, and revoking a key set that was lost or stolen.

import type { Keys } from "../keys";
import { sayLeaving } from "./calls";
import { about, anybody, begin, chosen, instead, type Lacks, lastAdministrator, onSubmit, reasonLacks, unread } from "./office_acts";
import { one, sentence, show } from "./dom";
import { showFingerprint } from "./fingerprint";

type Unlocked = (unlocked: boolean) => void;

/** A member says that she leaves.  It needs no key, and afterwards this device keeps none open. */
export function leaving(keys: Keys): Unlocked {
  return begin(keys, document.body.dataset["accountId"] ?? null, (view) => {
    const me = view.members.find((one) => one.user === view.me);
    if (!me) return instead(sentence("NoMember"));
    if (me.leaving) return instead(sentence("LeavingAlready"));
    void unread(view.unread);
    if (me.admin && lastAdministrator(view)) return sentence("OnlyOne", { name: me.name });
    const sure = one<HTMLInputElement>("#sure");
    onSubmit(async () => {
      await sayLeaving();
      await keys.lock();
      return "[data-done]";
    }, () => (sure.checked ? null : { field: sure, message: sentence("NotSure") }));
    return null;
  }, anybody);
}

/** One's own key set, or as an administrator a member's. */
export function revoking(keys: Keys): Unlocked {
  const user = about();
  return begin(keys, null, (view) => {
    const found = view.members.find((one) => one.user === user) ?? view.recovery?.officers.find((one) => one.user === user);
    if (!found) return instead(sentence("NoMember"));
    const own = user === view.me;
    if (!own && !view.admin) return sentence("OnlyAdministrators");
    if (found.revoked) return sentence("RevokedAlready");
    showFingerprint(found);
    show(one("[data-own]"), own);
    show(one("[data-of-another]"), !own);
    const early = one<HTMLInputElement>("#since-time");
    for (const radio of ["#since-now", "#since-earlier"]) one(radio).addEventListener("change", () => show(one("[data-earlier]"), chosen("since") === "earlier"));
    onSubmit(async () => {
      const since = chosen("since") === "earlier" ? instant(early.value) : null;
      await keys.call("revokeKey", [user, found.keyset, since, chosen("reason") ?? ""]);
      if (own) await keys.lock();
      return own ? "[data-done-own]" : "[data-done]";
    }, () => sinceLacks(early) ?? reasonLacks());
    return null;
  }, anybody);
}

/** What a person wrote in her own time, as the statement says it. */
function instant(local: string): string {
  return `${new Date(local).toISOString().slice(0, 19)}Z`;
}

function sinceLacks(early: HTMLInputElement): Lacks {
  const since = chosen("since");
  if (since === null) return { field: one("#since-now"), message: sentence("SinceMissing") };
  if (since === "now") return null;
  const at = Date.parse(early.value);
  if (Number.isNaN(at)) return { field: early, message: sentence("TimeMissing") };
  return at > Date.now() ? { field: early, message: sentence("TimeAhead") } : null;
}
