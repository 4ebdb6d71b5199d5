// A block of a spreadsheet is shown with what is understood of it, and then written as one gesture.
import { readMark } from "./marks.js";

export const MOST_CELLS = 2000;

export class Paste {
  constructor(root, cells, saving, words) {
    Object.assign(this, { cells, saving, words });
    this.dialog = root.querySelector("[data-dialog=paste]");
    this.body = this.dialog.querySelector("tbody");
    this.button = this.dialog.querySelector("[data-paste-write]");
    this.dialog.querySelector("form").addEventListener("submit", () => this.saving.write(this.edits));
  }

  preview(text, start) {
    const lines = this.lines(text, start);
    this.edits = lines.filter((line) => line.edit).map((line) => line.edit);
    this.body.replaceChildren(...lines.map((line) => this.shown(line)));
    this.button.textContent = `${this.words.write} (${this.edits.length})`;
    this.button.disabled = this.edits.length === 0 || this.edits.length > MOST_CELLS;
    this.dialog.querySelector("[data-too-many]").hidden = this.edits.length <= MOST_CELLS;
    this.dialog.showModal();
    (this.button.disabled ? this.dialog.querySelector("[data-close]") : this.button).focus();
  }

  // Marks stand where they are pasted, or beside the names that the block begins with.
  lines(text, start) {
    const top = this.cells.row(start), left = this.cells.column(start);
    const block = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    const named = block.map(([name]) => this.rowOf(name));
    if (named.filter((row) => row >= 0).length * 2 <= block.length) {
      return block.flatMap((parts, down) => parts.map((part, right) => this.line(part, top + down, left + right)));
    }
    return block.flatMap(([name, ...parts], down) => (named[down] < 0
      ? [{ text: name, said: this.words.paste_nobody, isRefused: true }]
      : parts.map((part, right) => this.line(part, named[down], left + right))));
  }

  // The one pupil who is called so, by surname at least; -1 for nobody, or for more than one.
  rowOf(name) {
    const plain = (words) => words.trim().toLowerCase().replaceAll("ё", "е").replace(/\s+/g, " ");
    const told = plain(name);
    const found = told ? this.cells.rows.filter((row) => `${plain(row.cells[0].title)} `.startsWith(`${told} `)) : [];
    return found.length === 1 ? this.cells.rows.indexOf(found[0]) : -1;
  }

  // A cell that the block leaves empty is left as it is.
  line(text, row, column) {
    const cell = column < this.cells.columns.length ? this.cells.at(row, column) : null;
    if (!cell) return { text, said: this.words.paste_outside, isRefused: true };
    const read = readMark(text), closed = this.cells.closed(cell);
    const was = this.cells.content(cell);
    if (!text.trim()) return { cell, was, text, said: this.words.paste_skipped };
    if (!read) return { cell, was, text, said: this.words.paste_unknown, isRefused: true };
    if (closed && (read.kind === "mark" || cell.dataset.out !== undefined)) {
      return { cell, was, text, said: `${closed.words} ${closed.clause}`, isRefused: true };
    }
    if (this.cells.value(this.cells.holder(cell, read.kind), read.kind) === read.value) {
      return { cell, was, text, said: this.words.paste_same };
    }
    return { cell, was, text, said: this.cells.told(cell, read.kind, read.value), edit: { cell, ...read } };
  }

  shown({ cell, was, text, said, isRefused }) {
    const row = document.createElement("tr");
    row.classList.toggle("row-overdue", Boolean(isRefused));
    const name = document.createElement("th");
    name.scope = "row";
    name.textContent = cell ? this.cells.pupil(cell) : "–";
    row.append(name, ...[cell ? this.cells.head(cell).dataset.name : "", was ?? "", text,
      isRefused ? `${this.words.refused}: ${said}` : said].map((words) => {
      const part = document.createElement("td");
      part.textContent = words;
      return part;
    }));
    return row;
  }
}
