// The pages that change one's own office.  Each shows what verified statements say, and signs exactly what it showed.

import type { Keys, OfficeView } from "../keys";
import { all, maybe, one, sentence, show, summarise } from "./dom";
import { requestReference } from "./calls";
import { showFingerprint } from "./fingerprint";
import { keyNow, more, moment, needed, roleName, said, shown } from "./office";
import { doing } from "./words";

type Unlocked = (unlocked: boolean) => void;

const nothing: Unlocked = () => undefined;

/** Show the page once the statements are verified; whoever does not administer the office is told so. */
function begin(keys: Keys, without: string | null, go: (view: OfficeView) => string | null | void): Unlocked {
  void shown(keys, without).then((view) => {
    if (!view) return;
    const cannot = view.admin ? (go(view) ?? null) : sentence("OnlyAdministrators");
    const place = maybe("[data-cannot]");
    if (place && cannot) place.textContent = cannot;
    show(place, cannot !== null);
    show(maybe("[data-can]"), cannot === null);
    if (cannot !== null && !place) instead(cannot);
  });
  return nothing;
}

/** Nothing to do on this page, and why. */
function instead(sentence: string): void {
  show(one("[data-shown]"), false);
  one("[data-nothing]").textContent = sentence;
  show(one("[data-nothing]"));
}

function finished(selector: string): void {
  summarise([]);
  show(one("[data-shown]"), false);
  const section = one(selector);
  show(section);
  one("[data-title]", section).focus();
}

/** Send the form: what lacks is said; else it is signed, with the button at rest meanwhile. */
function onSubmit(run: () => Promise<string>, lacks: () => { field: HTMLElement | null; message: string } | null): void {
  const form = one<HTMLFormElement>("form[data-act]");
  const busy = one("[data-busy]", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fault = lacks();
    if (fault) return summarise([fault]);
    busy.textContent = sentence("Signing");
    let then = "";
    void doing(one<HTMLButtonElement>("button", form), async () => void (then = await run())).then((good) => {
      busy.textContent = "";
      if (good) finished(then);
    });
  });
}

function chosen(name: string): string | null {
  return maybe<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? null;
}

function reasonLacks(): { field: HTMLElement | null; message: string } | null {
  return chosen("reason") === null ? { field: maybe("#reason-1"), message: sentence("ReasonMissing") } : null;
}

export function admitting(keys: Keys): Unlocked {
  const user = one("[data-user]").dataset["user"] ?? "";
  return begin(keys, null, (view) => {
    const found = view.candidates.find((one) => one.user === user);
    if (!found) return instead(sentence("NoCandidate"));
    one("[data-name]").textContent = found.name;
    one("[data-role]").textContent = roleName(found.role);
    showFingerprint(found);
    const lacks = () => {
      const compared = chosen("compared");
      if (compared === null) return { field: one("#same"), message: sentence("NotCompared") };
      return compared === "differ" ? { field: one("#differ"), message: sentence("Differ") } : null;
    };
    onSubmit(async () => {
      await keys.admit(found);
      return "[data-proposed]";
    }, lacks);
  });
}

export function removingMember(keys: Keys): Unlocked {
  const user = one("[data-user]").dataset["user"] ?? "";
  return begin(keys, user, (view) => {
    const found = view.members.find((one) => one.user === user);
    if (!found) return instead(sentence("NoCandidate"));
    void unread(view.unread);
    if (user === view.me) return sentence("Oneself");
    if (view.members.length === 1) return sentence("OnlyMember", { name: found.name });
    if (found.admin && view.members.filter((one) => one.admin && !one.revoked).length === 1) return sentence("OnlyOne", { name: found.name });
    show(maybe("[data-two]"), found.admin);
    onSubmit(async () => ((await keys.removeMember(user, chosen("reason") ?? "")) ? "[data-proposed]" : "[data-done]"), reasonLacks);
    return null;
  });
}

/** The requests that nobody could read any more, by their references. */
async function unread(requests: string[]): Promise<void> {
  show(one("[data-all-read]"), !requests.length);
  show(one("[data-unread]"), requests.length > 0);
  const items = await Promise.all(
    requests.map(async (id) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.className = "govuk-link";
      link.href = `/requests/${encodeURIComponent(id)}`;
      link.textContent = await requestReference(id).catch(() => id);
      item.append(link);
      return item;
    }),
  );
  one("[data-requests]").replaceChildren(...items);
}

export function administering(keys: Keys): Unlocked {
  const user = one("[data-user]").dataset["user"] ?? "";
  return begin(keys, null, (view) => {
    const found = view.members.find((one) => one.user === user);
    if (!found) return instead(sentence("NoCandidate"));
    const add = !found.admin;
    all("[data-to-add]").forEach((part) => show(part, add));
    all("[data-to-end]").forEach((part) => show(part, !add));
    if (!add && view.members.filter((one) => one.admin && !one.revoked).length === 1) return sentence("OnlyOne", { name: found.name });
    onSubmit(
      async () => {
        await keys.administrator(user, add, chosen("reason") ?? "");
        return "[data-proposed]";
      },
      () => (add ? null : reasonLacks()),
    );
    return null;
  });
}

export function rotating(keys: Keys): Unlocked {
  return begin(keys, null, (view) => {
    one("[data-key]").textContent = keyNow(view);
    onSubmit(async () => {
      await keys.rotate(chosen("reason") ?? "");
      return "[data-done]";
    }, reasonLacks);
    return null;
  });
}

/** A proposal, for whoever may confirm or withdraw it; officers of recovery need not administer the office. */
export function confirming(keys: Keys): Unlocked {
  const id = one("[data-proposal]").dataset["proposal"] ?? "";
  void shown(keys).then((view) => {
    if (!view) return;
    const found = view.proposals.find((one) => one.id === id);
    if (!found) return instead(sentence("NoProposal"));
    one("[data-what]").textContent = said("Proposal", found);
    one("[data-facts]").textContent = `${moment(found.at)}. ${more(found)}`;
    one("[data-needs]").textContent = needed(found);
    one("[data-statement]").textContent = sentence("Statement", { seq: found.seq });
    one("[data-hash]").textContent = found.sha256;
    show(one("[data-mine]"), found.mine);
    show(one("[data-not-mine]"), !found.mine);
    show(one("[data-confirm]"), found.mayConfirm);
    show(one("[data-withdraw]"), found.mine);
    onSubmit(async () => ((await keys.confirmProposal(id, found.sha256)) ? "[data-done]" : "[data-more-needed]"), () => null);
    const withdraw = one<HTMLButtonElement>("[data-withdraw]");
    withdraw.addEventListener("click", () => {
      void doing(withdraw, () => keys.withdrawProposal(id)).then((good) => {
        if (good) finished("[data-withdrawn]");
      });
    });
  });
  return nothing;
}
