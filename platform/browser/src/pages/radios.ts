// Radios without a name, so that no browser sends them: choosing one lets go of the others, and arrow keys move among them.

export function rove(radios: HTMLInputElement[], changed: () => void = () => undefined): void {
  radios.forEach((radio, place) => {
    radio.tabIndex = place === 0 ? 0 : -1;
    radio.addEventListener("change", () => {
      choose(radios, radio);
      changed();
    });
    radio.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = radios[(place + step + radios.length) % radios.length];
      next?.focus();
      next?.click();
    });
  });
}

export function choose(radios: HTMLInputElement[], chosen: HTMLInputElement): void {
  radios.forEach((radio) => {
    radio.checked = radio === chosen;
    radio.tabIndex = radio === chosen ? 0 : -1;
  });
}
