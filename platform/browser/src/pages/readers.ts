// Who can read: names and fingerprints out of the chains that this device has verified, in place of the server's list.

import type { Keys } from "../keys";
import { all, isNotAuthentic, maybe, one, sentence, show, why } from "./dom";

export async function showReaders(keys: Keys): Promise<void> {
  await Promise.all(all("[data-readers]").map((place) => authority(keys, place)));
}

async function authority(keys: Keys, place: HTMLElement): Promise<void> {
  const list = one("[data-people]", place);
  try {
    const found = await keys.authority(place.dataset["readers"] ?? "");
    const members = [...found.members].sort((a, b) => a.name.localeCompare(b.name));
    list.replaceChildren(
      ...members.map((member) => {
        const item = document.createElement("li");
        item.textContent = `${member.name}, ${sentence(member.role) || member.role}`;
        return item;
      }),
    );
    show(maybe("[data-checked]", place));
    fingerprints(place, members);
  } catch (error) {
    if (!isNotAuthentic(error)) return;
    const alarm = document.createElement("li");
    alarm.className = "govuk-error-message";
    alarm.textContent = why(error);
    list.replaceChildren(alarm);
  }
}

function fingerprints(place: HTMLElement, members: { name: string; fingerprint: string }[]): void {
  const details = maybe("[data-fingerprints]", place);
  if (!details) return;
  const list = one("[data-list]", details);
  list.replaceChildren();
  for (const member of members) {
    const name = document.createElement("dt");
    const digits = document.createElement("dd");
    const shown = document.createElement("bdi");
    name.textContent = member.name;
    shown.dir = "ltr";
    shown.className = "comity-fingerprint";
    shown.textContent = member.fingerprint;
    digits.append(shown);
    list.append(name, digits);
  }
  show(details);
}
