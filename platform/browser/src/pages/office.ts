// "Our office": who belongs to it, what waits, and every change, all from statements that this device has verified.

import type { CandidateView, ChangeView, Keys, OfficeView, ProposalView } from "../keys";
import { all, copy, day, hour, isNotAuthentic, maybe, one, sentence, show, summarise, why } from "./dom";

export function office(keys: Keys): (unlocked: boolean) => void {
  void shown(keys).then((view) => {
    if (!view) return;
    overview(view);
  });
  return () => undefined;
}

/** What the statements say, with the page's own part of it shown; null where they are not right, and the page says so. */
export async function shown(keys: Keys, without: string | null = null): Promise<OfficeView | null> {
  try {
    const view = await keys.call("office", [without]);
    show(one("[data-shown]"));
    return view;
  } catch (error) {
    if (!isNotAuthentic(error)) summarise([{ field: null, message: why(error) }]);
    else {
      one("[data-why]").textContent = why(error);
      show(one("[data-alarm]"));
    }
    return null;
  } finally {
    show(one("[data-checking]"), false);
  }
}

function overview(view: OfficeView): void {
  const members = [...view.members].sort((a, b) => a.name.localeCompare(b.name));
  fill("[data-members]", members.map((one) => member(view, one)));
  fill("[data-candidates]", view.candidates.map((one) => candidate(one, view.admin)));
  fill("[data-proposals]", view.proposals.map(proposal));
  fill("[data-history]", [...view.history].reverse().map(change));
  fill("[data-former]", view.former.map(former));
  show(maybe('[data-section="candidates"]'), view.candidates.length > 0);
  show(maybe('[data-section="proposals"]'), view.proposals.length > 0);
  show(maybe("[data-formers]"), view.former.length > 0);
  one("[data-key]").textContent = keyNow(view);
  one("[data-recovery]").textContent = recoveryNow(view);
  show(one("[data-recovery-set]"), view.recovery !== null);
  all("[data-due]").forEach((notice) => show(notice, notice.dataset["due"] === view.due));
  all("[data-for-officers]").forEach((part) => show(part, view.officer));
  all("[data-for-admins]").forEach((part) => show(part, view.admin));
  all("[data-for-others]").forEach((part) => show(part, !view.admin));
}

export function fill(selector: string, items: HTMLElement[]): void {
  one(selector).replaceChildren(...items);
}

function put(root: ParentNode, selector: string, text: string): void {
  for (const place of all(selector, root)) place.textContent = text;
}

/** Let a link of a copied row lead to this row's own page. */
function lead(root: ParentNode, selector: string, id: string): void {
  const link = one<HTMLAnchorElement>(selector, root);
  link.href = link.href.replace("00000000-0000-4000-8000-000000000000", encodeURIComponent(id));
}

export function roleName(role: string): string {
  return sentence(role) || role;
}

export function keyNow(view: OfficeView): string {
  return sentence("KeyNow", { n: view.epoch.n, day: day(view.epoch.since) });
}

/** Who can recover the office, in a sentence. */
export function recoveryNow({ recovery }: OfficeView): string {
  return recovery ? sentence("Officers", { names: recovery.officers.map((one) => one.name).join(", ") }) : sentence("NoOfficers");
}

function member(view: OfficeView, found: OfficeView["members"][number]): HTMLElement {
  const row = copy('template[data-one="member"]');
  put(row, "[data-name]", found.name);
  put(row, "[data-of]", ` ${found.name}`);
  put(row, "[data-facts]", `${roleName(found.role)}, ${sentence("Since", { day: day(found.since) })}`);
  put(row, "[data-digits]", found.fingerprint);
  const said = { admin: found.admin, officer: found.officer, leaving: found.leaving, revoked: found.revoked, me: found.user === view.me };
  for (const [tag, yes] of Object.entries(said)) if (yes) one("[data-tags]", row).append(copy(`template[data-tag="${tag}"]`), " ");
  const me = found.user === view.me;
  for (const act of ["remove", "administer", "revoke"]) lead(row, `[data-${act}]`, found.user);
  show(one("[data-acts]", row), view.admin || me);
  show(one("[data-administer]", row), view.admin);
  show(one("[data-remove]", row), view.admin && !me);
  show(one("[data-revoke]", row), !found.revoked);
  show(one("[data-leave]", row), me && !found.leaving);
  return row;
}

function former(found: OfficeView["former"][number]): HTMLElement {
  const row = copy('template[data-one="member"]');
  put(row, "[data-name]", found.name);
  put(row, "[data-of]", ` ${found.name}`);
  put(row, "[data-facts]", `${roleName(found.role)}, ${sentence("FromUntil", { since: day(found.since), until: day(found.until) })}`);
  put(row, "[data-digits]", found.fingerprint);
  return row;
}

export function candidate(found: CandidateView, mayAdmit: boolean): HTMLElement {
  const row = copy('template[data-one="candidate"]');
  put(row, "[data-name]", found.name);
  put(row, "[data-of]", ` ${found.name}`);
  const before = found.until === null ? "" : `, ${sentence("Until", { day: day(found.until) })}`;
  put(row, "[data-facts]", `${roleName(found.role)}${before}`);
  lead(row, "[data-admit]", found.user);
  show(one("[data-acts]", row), mayAdmit);
  return row;
}

function proposal(found: ProposalView): HTMLElement {
  const row = copy('template[data-one="proposal"]');
  put(row, "[data-what]", said("Proposal", found));
  put(row, "[data-facts]", `${moment(found.at)}. ${needed(found)}`);
  lead(row, "[data-look]", found.id);
  return row;
}

function change(found: ChangeView): HTMLElement {
  const row = copy('template[data-one="change"]');
  put(row, "[data-when-it-was]", moment(found.at));
  put(row, "[data-what]", said("Change", found));
  put(row, "[data-more]", more(found));
  put(row, "[data-statement]", sentence("Statement", { seq: found.seq }));
  put(row, "[data-hash]", found.sha256);
  return row;
}

/** What a statement did, or would do, in words. */
export function said(kind: "Change" | "Proposal", { type, by, byRoot, name, epoch }: ChangeView): string {
  return sentence(`${kind}-${type}`, { by: byRoot ? sentence("TheRoot") : by, name, epoch: epoch ?? "" });
}

/** Who confirmed it, and why it was done. */
export function more(found: ChangeView): string {
  const parts: string[] = [];
  if (found.type === "genesis") parts.push(sentence("SignedByRoot"));
  else if (found.confirmedBy.length) parts.push(sentence("ConfirmedBy", { who: [...new Set(found.confirmedBy)].map((one) => one || sentence("RootInside")).join(", ") }));
  if (found.reason) parts.push(sentence("Reason", { reason: sentence(`Reason-${found.reason}`) || found.reason }));
  return parts.join(" ");
}

export function needed({ needs }: ProposalView): string {
  return needs.length ? sentence("Needs", { who: needs.map((one) => sentence(`Needs-${one}`)).join(", ") }) : "";
}

export function moment(iso: string): string {
  return `${day(iso)}, ${hour(new Date(iso))}`;
}
