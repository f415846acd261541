// The task list of the composer: what is written and what is left, counted on this device, for the platform cannot read it.

import { all, one, sentence } from "./dom";

/** How far one task is: so many of its parts have been done. */
export interface Progress {
  done: number;
  of: number;
}

/** The list at the head of the composer, with a state beside each task, and whether it can go to a colleague. */
export class Tasks {
  private readonly rows: { state: HTMLElement; progress: () => Progress; optional: boolean }[];

  constructor(place: HTMLElement, counted: Record<string, () => Progress>) {
    this.rows = all("[data-task]", place).map((row) => ({
      state: one("[data-state]", row),
      progress: counted[row.dataset["task"] ?? ""] ?? ((): Progress => ({ done: 0, of: 0 })),
      optional: row.dataset["optional"] !== undefined,
    }));
  }

  update(): void {
    for (const { state, progress, optional } of this.rows) {
      const { done, of } = progress();
      if (optional) {
        state.textContent = sentence(done ? "task_added" : "task_optional", { done });
        continue;
      }
      if (done >= of) {
        state.textContent = sentence("task_done");
        continue;
      }
      const tag = document.createElement("strong");
      tag.className = done ? "govuk-tag govuk-tag--light-blue" : "govuk-tag govuk-tag--blue";
      tag.textContent = sentence(done ? "task_part" : "task_none", { done, of });
      state.replaceChildren(tag);
    }
  }
}
