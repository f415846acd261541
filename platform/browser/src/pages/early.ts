// A form that is sent before its script is ready waits for it, instead of loading the page again and losing the words.

/** Hold the forms that only a script can send; what this gives back lets them go. */
export function hold(): () => void {
  const held = new Map<HTMLFormElement, HTMLElement | null>();
  const wait = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    if (form.hasAttribute("method")) return;
    event.preventDefault();
    event.stopPropagation();
    held.set(form, event.submitter);
  };
  document.addEventListener("submit", wait, true);
  return () => {
    document.removeEventListener("submit", wait, true);
    for (const [form, submitter] of held) form.requestSubmit(submitter);
  };
}
