// Recovery: who can bring the office back, and what an officer does for it.

import type { Keys, OfficeView } from "../keys";
import {
  about, begin, chosen, comparedLacks, instead, type Lacks, onlyOfficers, onSubmit, reasonLacks, showCandidate,
} from "./office_acts";
import { all, copy, maybe, one, sentence, show } from "./dom";
import { candidate, fill, recoveryNow, roleName } from "./office";
import { doing } from "./words";

type Unlocked = (unlocked: boolean) => void;

interface Choosable {
  user: string;
  name: string;
  role: string;
  keyset: string;
  fingerprint: string;
}

const LEAST = 2;
const MOST = 4;

/** An administrator chooses who recovers the office; another one confirms. */
export function settingRecovery(keys: Keys): Unlocked {
  return begin(keys, null, (view) => {
    one("[data-recovery]").textContent = recoveryNow(view);
    const people: Choosable[] = [...view.members.filter((one) => !one.revoked && !one.leaving), ...view.candidates];
    if (people.length < LEAST) return sentence("TooFewPeople");
    fill("[data-choices]", people.map((found) => choice(view, found)));
    onSubmit(async () => {
      await keys.call("setRecovery", [among(people).map(({ user, keyset }) => ({ user, keyset }))]);
      return "[data-proposed]";
    }, () => lacking(people));
    return null;
  });
}

function choice(view: OfficeView, found: Choosable): HTMLElement {
  const row = copy('template[data-one="choice"]');
  const box = one<HTMLInputElement>("input", row);
  const label = one<HTMLLabelElement>("label", row);
  const digits = one("[data-digits]", row);
  box.id = `officer-${found.user}`;
  box.value = found.user;
  box.checked = view.recovery?.officers.some((one) => one.keyset === found.keyset && !one.revoked) ?? false;
  label.htmlFor = box.id;
  label.textContent = `${found.name}, ${roleName(found.role)}`;
  digits.textContent = found.fingerprint;
  digits.id = `${box.id}-digits`;
  box.setAttribute("aria-describedby", digits.id);
  return row;
}

function among(people: Choosable[]): Choosable[] {
  const checked = new Set(all<HTMLInputElement>("[data-choices] input:checked").map((box) => box.value));
  return people.filter((one) => checked.has(one.user));
}

function lacking(people: Choosable[]): Lacks {
  const count = among(people).length;
  if (count < LEAST || count > MOST) return { field: maybe("[data-choices] input"), message: sentence("OfficersMissing") };
  const compared = one<HTMLInputElement>("#compared");
  return compared.checked ? null : { field: compared, message: sentence("OfficersNotCompared") };
}

/** An officer passes on what is inside her half; the other one sees whom she can admit. */
export function openingRecovery(keys: Keys): Unlocked {
  return begin(keys, null, (view) => {
    const { opensFor, opensAfter } = view.recovery ?? { opensFor: [], opensAfter: [] };
    show(one("[data-first]"), opensFor.length > 0);
    show(one("[data-second]"), opensAfter.length > 0);
    one("[data-first-names]").textContent = sentence("PassesTo", { names: opensFor.join(", ") });
    one("[data-second-names]").textContent = sentence("PassedBy", { names: opensAfter.join(", ") });
    onSubmit(async () => {
      one("[data-passed]").textContent = sentence("PassedOn", { names: (await keys.call("handOnRecovery", [])).join(", ") });
      return "[data-done]";
    }, () => null);
    if (opensAfter.length) void listed(keys);
    return null;
  }, onlyOfficers);
}

/** Whom the office could get back, each with the page on which the digits are compared. */
async function listed(keys: Keys): Promise<void> {
  await doing(null, async () => {
    const found = await keys.call("recoverable", []);
    fill("[data-candidates]", found.map((one) => candidate(one, true)));
    show(one("[data-nobody]"), !found.length);
  });
}

/** An officer admits somebody with what another one passed on. */
export function recovering(keys: Keys): Unlocked {
  const user = about();
  return begin(keys, null, async (view) => {
    const others = view.members.some((one) => one.admin && one.user !== user);
    const asked = await doing(null, async () => {
      const found = (await keys.call("recoverable", [])).find((one) => one.user === user);
      if (!found) return instead(sentence("NoCandidate"));
      showCandidate(found);
      onSubmit(async () => {
        await keys.call("recoverMember", [found, chosen("as") === "administrator", chosen("reason") ?? ""]);
        return "[data-proposed]";
      }, () => comparedLacks() ?? asLacks(others) ?? reasonLacks());
    });
    if (!asked) show(one("[data-shown]"), false);
    return null;
  }, onlyOfficers);
}

/** As what; as a member only where somebody else administers the office: the rules allow nothing else. */
function asLacks(others: boolean): Lacks {
  const as = chosen("as");
  if (as === null) return { field: one("#as-member"), message: sentence("AsMissing") };
  return as === "member" && !others ? { field: one("#as-member"), message: sentence("NobodyAdministers") } : null;
}
