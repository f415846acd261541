// Saving by itself: one sealed object that is replaced; one save at a time, the newest content last.

import { hour, sentence, why } from "./dom";

const QUIET = 1500;

export class Autosave {
  private dirty = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<boolean> | null = null;

  constructor(
    private readonly status: HTMLElement,
    private readonly store: () => Promise<void>,
  ) {}

  /** Something was written: save it once the writer pauses. */
  touch(): void {
    this.dirty = true;
    this.status.textContent = sentence("unsaved");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), QUIET);
  }

  get unsaved(): boolean {
    return this.dirty || this.running !== null;
  }

  /** Save what is not saved; true once everything written before the call is stored, sealed. */
  async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    if (!this.dirty) return true;
    this.running = this.once();
    const stored = await this.running;
    this.running = null;
    return stored;
  }

  private async once(): Promise<boolean> {
    this.dirty = false;
    this.status.textContent = sentence("saving");
    try {
      await this.store();
      this.status.textContent = this.dirty ? sentence("unsaved") : sentence("saved", { time: hour(new Date()) });
      return true;
    } catch (error) {
      this.dirty = true;
      this.status.textContent = sentence("not_saved", { why: why(error) });
      return false;
    }
  }
}
