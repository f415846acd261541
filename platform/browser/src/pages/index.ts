// Which script a page runs: the body says which page it is.

import type { Keys } from "../keys";
import { amendment, amendmentText } from "./amending";
import { answering } from "./answering";
import { consenting, seeking } from "./consenting";
import { consulting, obstructed } from "./consulting";
import { corresponding } from "./corresponding";
import { approving, printing, reading, transmitting } from "./deciding";
import { disposing, withdrawing } from "./disposing";
import { drafting } from "./drafting";
import { maybe } from "./dom";
import { enrolling } from "./enrolling";
import { extending } from "./extending";
import { messaging } from "./messaging";
import { office } from "./office";
import { administering, admitting, confirming, removingMember, rotating } from "./office_acts";
import { leaving, revoking } from "./office_leaving";
import { openingRecovery, recovering, settingRecovery } from "./office_recovery";
import { rewrapping } from "./office_rewrapping";
import { showReaders } from "./readers";
import { reviewing } from "./reviewing";
import { supplementing } from "./supplementing";
import { translating } from "./translating";
import { requestingTranslation } from "./translation_asking";
import { follow, unlockHere, unlockPage } from "./unlocking";
import { newWay, ownKey, removing } from "./ways";

type Page = (keys: Keys) => (unlocked: boolean) => void;

const PAGES: Record<string, Page> = {
  "request-show": reading,
  "request-bundle": printing,
  "request-draft": drafting,
  "request-approve": approving,
  "request-review": reviewing,
  "request-transmit": transmitting,
  "request-ask": messaging,
  "request-reply": messaging,
  "request-return": messaging,
  "request-extend": extending,
  "request-decide": extending,
  "request-answer": answering,
  "request-deliver": answering,
  "request-consult": obstructed,
  "request-consultation": consulting,
  "request-messages": corresponding,
  "request-seek": seeking,
  "request-supplement": supplementing,
  "request-amendment": amendment,
  "request-amendment-text": amendmentText,
  "request-consent": consenting,
  "request-translate": requestingTranslation,
  translation: translating,
  "request-withdraw": withdrawing,
  "request-dispose": disposing,
  enrol: enrolling,
  keys: ownKey,
  sheet: ownKey,
  "new-way": newWay,
  "remove-way": removing,
  office,
  "office-admit": admitting,
  "office-remove": removingMember,
  "office-administrator": administering,
  "office-key": rotating,
  "office-proposal": confirming,
  "office-recovery": settingRecovery,
  "office-recovery-open": openingRecovery,
  "office-recovery-admit": recovering,
  "office-leave": leaving,
  "office-revoke": revoking,
  "office-documents": rewrapping,
};

export function run(keys: Keys): void {
  const page = PAGES[document.body.dataset["page"] ?? ""];
  unlockPage(keys);
  unlockHere(keys);
  follow(keys, page ? page(keys) : () => undefined);
  if (maybe("[data-readers]")) void showReaders(keys);
}
