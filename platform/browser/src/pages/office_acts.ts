// The pages that change one's own office.  Each shows what verified statements say, and signs exactly what it showed.

import type { CandidateView, Keys, OfficeView, ProposalView } from "../keys";
import { all, copy, maybe, one, sentence, show, summarise } from "./dom";
import { requestReference } from "./calls";
import { showFingerprint } from "./fingerprint";
import { keyNow, more, moment, needed, roleName, said, shown } from "./office";
import { doing } from "./words";

type Unlocked = (unlocked: boolean) => void;

export type Lacks = { field: HTMLElement | null; message: string } | null;

/** Why there is nothing to do; nothing where there is. */
type Cannot = string | null | void;

export const nothing: Unlocked = () => undefined;

/** Show the page once the statements are verified; whoever may not do what it is for, an administrator's act unless it is said, is told so. */
export function begin(keys: Keys, without: string | null, go: (view: OfficeView) => Cannot | Promise<Cannot>, may = onlyAdministrators): Unlocked {
  void shown(keys, without).then(async (view) => {
    if (!view) return;
    const cannot = may(view) ?? (await go(view)) ?? null; // the form is not there before it is ready to be sent
    const place = maybe("[data-cannot]");
    if (place && cannot) place.textContent = cannot;
    show(place, cannot !== null);
    show(maybe("[data-can]"), cannot === null);
    if (cannot !== null && !place) instead(cannot);
  });
  return nothing;
}

/** Why somebody may not: null where she may. */
type May = (view: OfficeView) => string | null;

const onlyAdministrators: May = (view) => (view.admin ? null : sentence("OnlyAdministrators"));
export const onlyOfficers: May = (view) => (view.officer ? null : sentence("OnlyOfficers"));
export const anybody: May = () => null;

/** The person that the page is about. */
export function about(): string {
  return one("[data-user]").dataset["user"] ?? "";
}

/** Nothing to do on this page, and why. */
export function instead(sentence: string): void {
  show(one("[data-shown]"), false);
  one("[data-nothing]").textContent = sentence;
  show(one("[data-nothing]"));
}

export function finished(selector: string): void {
  summarise([]);
  show(one("[data-shown]"), false);
  const section = one(selector);
  show(section);
  one("[data-title]", section).focus();
}

/** Send the form: what lacks is said; else it is signed, with the button at rest meanwhile. */
export function onSubmit(run: () => Promise<string>, lacks: () => Lacks): void {
  const form = one<HTMLFormElement>("form[data-act]");
  const busy = one("[data-busy]", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fault = lacks();
    if (fault) return summarise([fault]);
    busy.textContent = sentence(busy.dataset["busy"] || "Signing");
    let then = "";
    void doing(one<HTMLButtonElement>("button", form), async () => void (then = await run())).then((good) => {
      busy.textContent = "";
      if (good) finished(then);
    });
  });
}

export function chosen(name: string): string | null {
  return maybe<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? null;
}

export function reasonLacks(): Lacks {
  return chosen("reason") === null ? { field: maybe("#reason-1"), message: sentence("ReasonMissing") } : null;
}

/** Whether both read the same number. */
export function comparedLacks(): Lacks {
  const compared = chosen("compared");
  if (compared === null) return { field: one("#same"), message: sentence("NotCompared") };
  return compared === "differ" ? { field: one("#differ"), message: sentence("Differ") } : null;
}

/** Somebody who could be admitted, with the digits to compare. */
export function showCandidate(found: CandidateView): void {
  one("[data-name]").textContent = found.name;
  one("[data-role]").textContent = roleName(found.role);
  showFingerprint(found);
}

export function admitting(keys: Keys): Unlocked {
  const user = about();
  return begin(keys, null, (view) => {
    const found = view.candidates.find((one) => one.user === user);
    if (!found) return instead(sentence("NoCandidate"));
    showCandidate(found);
    onSubmit(async () => {
      await keys.call("admit", [found]);
      return "[data-proposed]";
    }, comparedLacks);
  });
}

export function removingMember(keys: Keys): Unlocked {
  const user = about();
  return begin(keys, user, (view) => {
    const found = view.members.find((one) => one.user === user);
    if (!found) return instead(sentence("NoCandidate"));
    void unread(view.unread);
    if (user === view.me) return sentence("Oneself");
    if (view.members.length === 1) return sentence("OnlyMember", { name: found.name });
    if (found.admin && lastAdministrator(view)) return sentence("OnlyOne", { name: found.name });
    show(maybe("[data-two]"), found.admin);
    onSubmit(async () => ((await keys.call("removeMember", [user, chosen("reason") ?? ""])) ? "[data-proposed]" : "[data-done]"), reasonLacks);
    return null;
  });
}

/** Whether there is only one who still administers the office. */
export function lastAdministrator(view: OfficeView): boolean {
  return view.members.filter((one) => one.admin && !one.revoked && !one.leaving).length === 1;
}

/** The requests that nobody could read any more, by their references. */
export async function unread(requests: string[]): Promise<void> {
  show(one("[data-all-read]"), !requests.length);
  show(one("[data-unread]"), requests.length > 0);
  one("[data-requests]").replaceChildren(...(await requestLinks(requests)));
}

/** A link to each request, by its reference. */
export function requestLinks(requests: string[]): Promise<HTMLElement[]> {
  return Promise.all(
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
}

export function administering(keys: Keys): Unlocked {
  const user = about();
  return begin(keys, null, (view) => {
    const found = view.members.find((one) => one.user === user);
    if (!found) return instead(sentence("NoCandidate"));
    const add = !found.admin;
    all("[data-to-add]").forEach((part) => show(part, add));
    all("[data-to-end]").forEach((part) => show(part, !add));
    if (!add && lastAdministrator(view)) return sentence("OnlyOne", { name: found.name });
    onSubmit(
      async () => {
        await keys.call("administrator", [user, add, chosen("reason") ?? ""]);
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
      await keys.call("rotate", [chosen("reason") ?? "", view.epoch.n]);
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
    people(found);
    show(one("[data-mine]"), found.mine);
    show(one("[data-not-mine]"), !found.mine);
    show(one("[data-confirm]"), found.mayConfirm);
    show(one("[data-withdraw]"), found.mine);
    onSubmit(async () => ((await keys.call("confirmProposal", [id, found.sha256])) ? "[data-done]" : "[data-more-needed]"), () => null);
    const withdraw = one<HTMLButtonElement>("[data-withdraw]");
    withdraw.addEventListener("click", () => {
      void doing(withdraw, () => keys.call("withdrawProposal", [id])).then((good) => {
        if (good) finished("[data-withdrawn]");
      });
    });
  });
  return nothing;
}

/** Those whose key sets the proposal names anew, with their digits. */
function people(found: ProposalView): void {
  const list = one("[data-people]");
  for (const { name, fingerprint, admin } of found.people) {
    const row = copy('template[data-one="person"]');
    one("[data-name]", row).textContent = name;
    one("[data-digits]", row).textContent = fingerprint;
    show(one("[data-admin]", row), admin);
    list.append(row);
  }
  show(one("[data-compare]"), found.people.length > 0);
}
