// What the key worker does for pages about one's own office.

import type { Office } from "./office";
import type { Served } from "./protocol";
import type { Recovering } from "./recovering";
import type { Rewrapping } from "./rewrapping";
import { fail } from "./seal/errors";
import type { Maker } from "./seal/making";
import type { Working } from "./transfers";

type OfOffices =
  | "office" | "admit" | "invitation" | "removeMember" | "rotate" | "administrator" | "confirmProposal" | "withdrawProposal" | "revokeKey"
  | "setRecovery" | "handOnRecovery" | "recoverable" | "recoverMember" | "behind" | "rewrap";

export function officeOperations(
  office: Office,
  recovering: Recovering,
  rewrapping: Rewrapping,
  me: () => Promise<{ id: string; authority: string | null }>,
  signer: () => Promise<Maker & { authority: string }>,
): Served<Working, OfOffices> {
  const own = async (): Promise<{ id: string; authority: string }> => {
    const { id, authority } = await me();
    return { id, authority: authority ?? fail("NoKeys") };
  };
  return {
    office: async (_working, without) => office.view(await own(), without),
    admit: (_working, compared) => office.admit(compared),
    invitation: async () => {
      const { user, authority, keys } = await signer();
      return office.invitation({ id: user, authority }, keys.open);
    },
    removeMember: (_working, user, reason) => office.remove(user, reason),
    rotate: (_working, reason, shown) => office.rotate(reason, shown),
    administrator: (_working, user, add, reason) => office.administrator(user, add, reason),
    confirmProposal: (_working, id, sha256) => office.confirm(id, sha256),
    withdrawProposal: (_working, id) => office.withdraw(id),
    revokeKey: (_working, user, keyset, since, reason) => office.revoke(user, keyset, since, reason),
    setRecovery: (_working, chosen) => recovering.set(chosen),
    handOnRecovery: () => recovering.handOn(),
    recoverable: async () => recovering.candidates((await own()).authority),
    recoverMember: (_working, compared, admin, reason) => recovering.admit(compared, admin, reason),
    behind: async (_working, request) => rewrapping.behind((await own()).authority, request),
    rewrap: (working, request) => rewrapping.run(working, request),
  };
}
