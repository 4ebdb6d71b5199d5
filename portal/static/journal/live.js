// What others write in the same page comes in by itself while the page is looked at.
import { showAverages } from "./saving.js";

const EVERY = 1500;

export function watchOthers(root, cells, tell) {
  const { changesUrl } = root.dataset;
  if (!changesUrl) return;
  let since = root.dataset.at;

  async function look() {
    if (document.visibilityState === "visible") {
      try {
        const answer = await fetch(`${changesUrl}&since=${encodeURIComponent(since)}`);
        if (answer.ok && !answer.redirected) take(await answer.json());
      } catch { /* It is asked again in a moment. */ }
    }
    setTimeout(look, EVERY);
  }

  function take({ at, changes, averages }) {
    since = at;
    for (const change of changes) show(change);
    showAverages(cells, averages);
  }

  // The same change may come twice, and one's own comes too: what is known already is left alone.
  function show(change) {
    if (!cells.holds(change.lesson_id)) return;
    if (!cells.adopt(change.lesson_id, change.work_id)) {
      root.querySelector("[data-new-work]").hidden = false;
      return;
    }
    const cell = cells.find(change);
    if (!cell || cells.pending.get(cell) || (cells.times.get(cell) ?? "") > change.at) return;
    cells.times.set(cell, change.at);
    if (cells.value(cell, change.kind) === change.value) return;
    cells.set(cell, change.kind, change.value);
    cells.show(cell, "fresh");
    tell(`${change.by}: ${cells.pupil(cell)}, ${cells.told(cell, change.kind, change.value)}`);
  }

  setTimeout(look, EVERY);
}
