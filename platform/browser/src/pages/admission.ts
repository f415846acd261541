// Who can admit somebody whose key set no statement lists: named from the verified statements of her authority.

import type { Keys } from "../keys";
import { maybe, sentence, show } from "./dom";

export async function whoAdmits(keys: Keys): Promise<void> {
  const place = maybe("[data-admit-by]");
  if (!place) return;
  const { me, members, recovery } = await keys.call("office", [null]);
  const admins = members.filter((one) => one.admin && one.user !== me && !one.revoked && !one.leaving).map((one) => one.name);
  const officers = (recovery?.officers ?? []).filter((one) => one.user !== me && !one.revoked).map((one) => one.name);
  place.textContent = said(members.some((one) => one.user === me), admins, officers);
  show(place);
}

/** By administrators, where there is another one; by two officers; or by nobody. */
function said(belongs: boolean, admins: string[], officers: string[]): string {
  const byOfficers = officers.length > 1 ? sentence("AdmitByRecovery", { names: officers.join(", ") }) : "";
  if (!admins.length) return byOfficers || sentence("AdmitByNobody");
  const byAdmins = sentence(belongs ? "AdmitAfterRemoval" : "AdmitBy", { names: admins.join(", ") });
  return [byAdmins, belongs ? byOfficers : ""].filter(Boolean).join(" ");
}
