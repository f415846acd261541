// Locked and unlocked: what is shown in which state, the form that unlocks, and the button that locks.

import type { Keys } from "../keys";
import { all, announce, maybe, one, sentence, show, summarise, why } from "./dom";
import { askPasskey, canUsePasskeys } from "./passkeys";

/** Keep the whole page in step with the key. */
export function follow(keys: Keys, changed: (unlocked: boolean) => void): void {
  keys.onchange((state) => {
    const unlocked = state === "unlocked";
    all('[data-when="locked"]').forEach((part) => show(part, !unlocked));
    all('[data-when="unlocked"]').forEach((part) => show(part, unlocked));
    all("[data-lock]").forEach((button) => show(button, unlocked));
    changed(unlocked);
  });
  for (const button of all("[data-lock]")) {
    button.addEventListener("click", () => {
      void keys.lock().then(() => announce(sentence("Locked")));
    });
  }
}

/** The form inside a page: what was written there stays while the key is unlocked. */
export function unlockHere(keys: Keys): void {
  const form = maybe<HTMLFormElement>("[data-unlock-form]");
  if (!form) return;
  const input = one<HTMLInputElement>("input", form);
  const fault = one("[data-error]", form);
  const group = one("[data-group]", form);
  const busy = one("[data-busy]", form);
  const tried = (run: Promise<void>, field: HTMLElement): void => {
    show(fault, false);
    group.classList.remove("govuk-form-group--error");
    busy.textContent = sentence("unlocking");
    void run
      .then(() => announce(sentence("Unlocked")))
      .catch((error: unknown) => {
        fault.textContent = why(error);
        show(fault);
        group.classList.add("govuk-form-group--error");
        field.focus();
      })
      .finally(() => {
        input.value = "";
        busy.textContent = "";
      });
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tried(keys.unlock(input.value), input);
  });
  offerPasskeys(keys, (button, run) => tried(run, button));
}

/** The page that only unlocks, and then goes on to where one came from. */
export function unlockPage(keys: Keys): void {
  for (const form of all<HTMLFormElement>("form[data-unlocks]")) {
    const input = one<HTMLInputElement>("[data-passphrase]", form);
    const words = one<HTMLInputElement>("[data-show-passphrase]", form);
    words.addEventListener("change", () => {
      input.type = words.checked ? "text" : "password";
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const kind = form.id === "unlock-recovery" ? "recovery" : undefined;
      unlockAndGo(keys.unlock(input.value, kind), form, one<HTMLButtonElement>("button", form), input);
    });
  }
  if (!maybe("form[data-unlocks]")) return;
  offerPasskeys(keys, (button, run) => unlockAndGo(run, button.closest<HTMLElement>("[data-next]"), button, button));
}

function unlockAndGo(run: Promise<void>, place: HTMLElement | null, button: HTMLButtonElement, field: HTMLElement): void {
  const status = one("#unlock-status");
  summarise([]);
  status.textContent = sentence("Unlocking");
  button.disabled = true;
  void run
    .then(() => {
      if (field instanceof HTMLInputElement) field.value = "";
      status.textContent = sentence("Unlocked");
      window.location.assign(place?.dataset["next"] || "/");
    })
    .catch((error: unknown) => {
      status.textContent = "";
      summarise([{ field, message: why(error) }]);
    })
    .finally(() => {
      button.disabled = false;
    });
}

/** The button for passkeys, where there is one and the browser can use it; asked for beforehand, for a click must lead to the device at once. */
function offerPasskeys(keys: Keys, unlock: (button: HTMLButtonElement, run: Promise<void>) => void): void {
  const place = maybe("[data-passkey-way]");
  if (!place) return;
  const button = one<HTMLButtonElement>("button", place);
  void Promise.all([canUsePasskeys(), keys.passkeys()])
    .then(([can, found]) => {
      show(place, can && found.length > 0);
      button.addEventListener("click", () => {
        unlock(button, askPasskey(found).then(({ way, prf }) => keys.unlockByPasskey(way, prf)));
      });
    })
    .catch(() => show(place, false));
}
