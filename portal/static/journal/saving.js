// Gestures are sent one by one in the order in which they were made: one gesture, one request.
const LONGEST_WAIT = 30_000;

export class Saving {
  constructor(root, cells, words, tell) {
    Object.assign(this, { root, cells, words, tell });
    this.queue = [];
    this.done = [];
    this.wait = 0;
    this.onSaved = () => {};
    window.addEventListener("online", () => this.again());
    window.addEventListener("beforeunload", (event) => { if (this.queue.length) event.preventDefault(); });
  }

  get unsaved() { return this.queue.length; }

  // edits: { cell, kind, value }. What the cells showed is remembered: nobody writes over unseen.
  write(edits) {
    if ("readOnly" in this.root.dataset) {
      this.tell(this.words.closed.cell_of_other_teacher.words);
      return 0;
    }
    const wanted = edits.map(({ cell, kind, value }) => ({ cell: this.cells.holder(cell, kind), kind, value }))
      .filter(({ cell, kind, value }) => this.cells.value(cell, kind) !== value);
    if (wanted.length) this.push({ edits: wanted.map((edit) => this.shown(edit)) });
    return wanted.length;
  }

  // What it undoes is known when its turn comes: the gesture before it may still be on its way.
  undo() {
    if (this.queue.length || this.done.length) this.push({ isUndo: true });
    else this.tell(this.words.nothing_to_undo);
  }

  shown(edit) {
    const { cell, kind, value } = edit;
    const seen = edit.seen ?? this.cells.value(cell, kind);
    this.cells.blame(cell, kind, null);
    this.cells.wait(cell, 1);
    this.cells.set(cell, kind, value);
    this.cells.show(cell);
    return { ...edit, seen };
  }

  push(gesture) {
    this.queue.push(gesture);
    if (this.queue.length === 1) this.send();
  }

  // What of the cell is not on its way yet is not sent; the cell holds again what it held.
  forget(cell) {
    for (const gesture of this.queue.slice(this.busy ? 1 : 0).filter((one) => one.edits)) {
      for (const edit of gesture.edits.filter((one) => one.cell === cell).reverse()) {
        this.cells.wait(cell, -1);
        this.cells.set(cell, edit.kind, edit.seen);
      }
      gesture.edits = gesture.edits.filter((one) => one.cell !== cell);
    }
  }

  again() {
    clearTimeout(this.timer);
    if (this.queue.length && !this.busy) this.send();
  }

  async send() {
    const gesture = this.queue[0];
    if (gesture.isUndo && !gesture.edits) gesture.edits = (this.done.pop() ?? []).map((edit) => this.shown(edit));
    this.busy = true;
    const answer = gesture.edits.length ? await this.ask(gesture.edits) : { results: [], averages: {} };
    this.busy = false;
    if (!answer) return this.fail(gesture);
    this.wait = 0;
    this.queue.shift();
    this.take(gesture, answer);
    if (this.queue.length) this.send();
  }

  // The server's answer; null when there was none, and the gesture is to be sent again.
  async ask(edits) {
    const body = JSON.stringify({ ...JSON.parse(this.root.dataset.course), edits: edits.map((edit) => this.named(edit)) });
    try {
      const response = await fetch(this.root.dataset.cellsUrl, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.root.dataset.csrf },
        body,
      });
      this.trouble = response.redirected ? this.words.signed_out : this.words.failed;
      if (response.redirected || response.status >= 500) return null;
      if (response.ok) return await response.json();
      return { results: edits.map(() => ({ status: "refused", words: this.words.outdated, clause: "" })), averages: {} };
    } catch {
      this.trouble = this.words.failed;
      return null;
    }
  }

  named({ cell, kind, value, seen }) {
    const head = this.cells.head(cell);
    const work = kind === "attendance" ? null : head.dataset.work || null;
    return { lesson_id: head.dataset.lesson, work_id: work, pupil_id: cell.parentElement.dataset.pupil, kind, value, seen };
  }

  fail(gesture) {
    for (const { cell } of gesture.edits) this.cells.show(cell, "failed");
    this.tell(this.trouble);
    this.onSaved();
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2 || 1000);
    this.timer = setTimeout(() => this.again(), this.wait);
  }

  take(gesture, { results, averages, at }) {
    const inverse = [];
    gesture.edits.forEach((edit, place) => {
      const result = results[place], { cell, kind } = edit;
      this.cells.wait(cell, -1);
      this[result.status](edit, result);
      if (result.status === "saved") {
        inverse.push({ cell, kind, value: result.was, seen: result.value });
        inverse.push(...this.withComment(edit, result));
      }
      if (at) this.cells.times.set(cell, at);
      this.cells.show(cell, result.status);
    });
    if (inverse.length && !gesture.isUndo) this.done.push(inverse);
    showAverages(this.cells, averages);
    this.tellOf(gesture, results);
    this.onSaved(gesture);
  }

  // The comment of a mark goes with it, and comes back with it.
  withComment({ cell, kind }, { value }) {
    const comment = this.cells.value(cell, "comment");
    if (kind !== "mark" || value || !comment) return [];
    this.cells.set(cell, "comment", "");
    return [{ cell, kind: "comment", value: comment, seen: "" }];
  }

  saved({ cell, kind }, { work_id, value, is_late }) {
    const lesson = this.cells.head(cell).dataset.lesson;
    if (kind === "mark") {
      this.cells.adopt(lesson, work_id);
      cell.toggleAttribute("data-late", Boolean(is_late && value));
    }
    if (!this.cells.pending.get(cell)) this.cells.set(cell, kind, value);
  }

  refused({ cell, kind, value, seen }, { words, clause, may_be_opened }) {
    this.cells.blame(cell, kind, { state: "refused", kind, mine: value, words, clause, mayBeOpened: may_be_opened });
    // What was typed over it meanwhile was typed over what stands.
    for (const later of this.queue.flatMap((one) => one.edits ?? [])) {
      if (later.cell === cell && later.kind === kind && later.seen === value) later.seen = seen;
    }
    if (!this.cells.pending.get(cell)) this.cells.set(cell, kind, seen);
  }

  conflict({ cell, kind, value }, result) {
    this.cells.blame(cell, kind, { state: "conflict", kind, mine: value, value: result.value, words: result.words, clause: "" });
    if (!this.cells.pending.get(cell)) this.cells.set(cell, kind, result.value);
  }

  tellOf(gesture, results) {
    const count = (status) => results.filter((one) => one.status === status).length;
    if (results.length === 1) {
      const [{ cell, kind, value }] = gesture.edits, [{ status, words, clause }] = results;
      const said = status === "saved"
        ? `${this.cells.told(cell, kind, value)}: ${this.words.state.saved}` : `${words} ${clause}`;
      this.tell(`${this.cells.pupil(cell)}: ${said}`);
    } else if (results.length) {
      const left = results.length - count("saved");
      this.tell(`${this.words.written}: ${count("saved")}${left ? `. ${this.words.not_written}: ${left}` : ""}`);
    }
  }
}

export function showAverages(cells, averages) {
  for (const [pupil, { value, words }] of Object.entries(averages ?? {})) {
    const shown = cells.byPupil.get(pupil)?.querySelector("[data-average]");
    if (shown) Object.assign(shown, { textContent: value, title: words });
  }
}
