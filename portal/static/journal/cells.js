// The cells as the page shows them: where each stands, what it holds, how it is called.
const FIELDS = { mark: "value", attendance: "presence", comment: "comment" };

export class Cells {
  constructor(root, words) {
    this.words = words;
    this.table = root.querySelector("table");
    this.defaultType = root.dataset.defaultType;
    this.columns = [...this.table.querySelectorAll("thead [data-lesson]")];
    this.rows = [...this.table.tBodies[0].rows].filter((row) => row.dataset.pupil);
    this.byPupil = new Map(this.rows.map((row) => [row.dataset.pupil, row]));
    this.problems = new Map();
    this.pending = new Map();
    this.times = new WeakMap();
  }

  at(row, column) { return this.rows[row]?.cells[column + 1]; }

  row(cell) { return this.rows.indexOf(cell.parentElement); }

  column(cell) { return cell.cellIndex - 1; }

  head(cell) { return this.columns[this.column(cell)]; }

  pupil(cell) { return cell.parentElement.cells[0].dataset.name; }

  isCell(element) {
    return element instanceof HTMLTableCellElement && this.rows.includes(element.parentElement)
      && element.cellIndex > 0 && element.cellIndex <= this.columns.length;
  }

  // Attendance is the lesson's: it stands in the first of the lesson's columns.
  holder(cell, kind) {
    if (kind !== "attendance") return cell;
    const lesson = this.head(cell).dataset.lesson;
    const first = this.columns.findIndex((head) => head.dataset.lesson === lesson);
    return cell.parentElement.cells[first + 1];
  }

  find({ lesson_id, work_id, pupil_id, kind }) {
    const row = this.byPupil.get(pupil_id);
    const column = this.columns.findIndex((head) => head.dataset.lesson === lesson_id
      && (kind === "attendance" || !work_id || head.dataset.work === work_id));
    return row && column >= 0 ? row.cells[column + 1] : null;
  }

  holds(lesson) { return this.columns.some((head) => head.dataset.lesson === lesson); }

  // A mark gave the lesson its work: the column is the work's from now on.
  adopt(lesson, work) {
    if (!work || this.columns.some((head) => head.dataset.work === work)) return true;
    const head = this.columns.find((one) => one.dataset.lesson === lesson && !one.dataset.work);
    if (!head) return false;
    head.dataset.work = work;
    head.dataset.name += `, ${this.defaultType}`;
    head.querySelector("[data-letter]").textContent = this.defaultType;
    return true;
  }

  value(cell, kind) { return cell.dataset[FIELDS[kind]] ?? ""; }

  set(cell, kind, value) {
    if (value) cell.dataset[FIELDS[kind]] = value;
    else delete cell.dataset[FIELDS[kind]];
    this.paint(cell);
  }

  paint(cell) {
    const { value = "", presence, reason, comment } = cell.dataset;
    cell.textContent = value;
    if (presence) {
      const sign = document.createElement("i");
      sign.textContent = presence + (reason ?? "");
      cell.append(sign);
    }
    cell.title = comment ?? "";
    if (!comment) cell.removeAttribute("title");
    if (cell.hasAttribute("aria-label")) this.call(cell);
  }

  // pending, failed, refused, conflict, saved, fresh; the worst of the cell is shown.
  show(cell, state) {
    const kinds = [...(this.problems.get(cell)?.values() ?? [])];
    const shown = this.pending.get(cell) ? (state === "failed" ? "failed" : "pending")
      : kinds.length ? kinds[0].state : state;
    if (shown) cell.dataset.state = shown;
    else delete cell.dataset.state;
    if (shown === "saved" || shown === "fresh") setTimeout(() => this.rest(cell, shown), 2500);
    if (cell.hasAttribute("aria-label")) this.call(cell);
  }

  rest(cell, state) { if (cell.dataset.state === state) this.show(cell, ""); }

  wait(cell, by) {
    const left = (this.pending.get(cell) ?? 0) + by;
    if (left > 0) this.pending.set(cell, left);
    else this.pending.delete(cell);
  }

  blame(cell, kind, problem) {
    const kinds = this.problems.get(cell) ?? new Map();
    if (problem) kinds.set(kind, problem);
    else kinds.delete(kind);
    if (kinds.size) this.problems.set(cell, kinds);
    else this.problems.delete(cell);
  }

  problem(cell) { return [...(this.problems.get(cell)?.values() ?? [])][0] ?? null; }

  // Why marks of the cell are closed before anybody tries; null where they are open.
  closed(cell) {
    if (cell.dataset.opened !== undefined) return null;
    return this.words.closed[cell.dataset.out !== undefined ? "pupil_not_there" : this.head(cell).dataset.closed]
      ?? null;
  }

  told(cell, kind, value) {
    if (kind === "attendance") return this.words.presence_told[value] ?? this.words.present;
    return value || this.words.empty;
  }

  // All that a cell holds, in words.
  content(cell) {
    const { value, presence, reason, comment, late, changes } = cell.dataset;
    return [
      value || (presence ? "" : this.words.empty),
      presence && this.words.presence_told[presence],
      reason && `${this.words.reason} ${reason}`,
      late !== undefined && this.words.late,
      changes && this.words.changed,
      comment && `${this.words.comment}: ${comment}`,
    ].filter(Boolean).join(", ");
  }

  // What a screen reader hears when it comes to the cell.
  call(cell) {
    const state = this.words.state[cell.dataset.state];
    const parts = [this.pupil(cell), this.head(cell).dataset.name, this.content(cell), state];
    cell.setAttribute("aria-label", parts.filter(Boolean).join(". "));
  }
}
