// The journal by keyboard and by touch: every cell saves itself, every gesture can be undone.
//
// It works on each [data-journal] of a page; the macro `journal` of journal/grid.html makes one:
//   data-cells-url, data-csrf     where gestures are posted as JSON, and the token that goes with them
//   data-course                   JSON that goes with every gesture: class_id, subject_id, group_id, since, until
//   data-changes-url, data-at     where others' changes are asked for («…&since=» is added), since when
//   data-history-url, data-ask-url   a cell's history; asking for permission («?lesson=&pupil=&work=»)
//   data-words                    JSON: all that is said
//   data-read-only                the reader writes in none of its lessons
//   data-begins                   the page is for this: today's first cell has the focus
//   table > thead  a <th data-lesson data-work data-name data-closed> for each column, in order
//   table > tbody  <tr data-pupil>: <th data-name>, then a <td data-value data-presence data-reason
//                  data-comment data-late data-changes data-out> for each column, then anything
//                  (a cell [data-average] is kept true)
//   [data-strip-…], [data-tell], dialogs: see the macro.
// Only what is there counts: an empty cell is a bare <td>. `data-presence` is «н» or «оп».
import { Cells } from "./journal/cells.js";
import { STEPS, isComment, isFind, isHelp, isUndo, written } from "./journal/keys.js";
import { watchOthers } from "./journal/live.js";
import { readMark } from "./journal/marks.js";
import { Paste } from "./journal/paste.js";
import { Saving } from "./journal/saving.js";
import { Strip } from "./journal/strip.js";

const DIRECTION = "journal-direction";
const ON = { down: [1, 0], right: [0, 1], stay: [0, 0] };

class Journal {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.cells = new Cells(root, this.words);
    if (!this.cells.rows.length || !this.cells.columns.length) return;
    this.saving = new Saving(root, this.cells, this.words, (said) => this.tell(said));
    this.strip = new Strip(root, this.cells, this.saving, this.words);
    this.paste = new Paste(root, this.cells, this.saving, this.words);
    this.saving.onSaved = () => this.strip.show(this.current);
    this.table = this.cells.table;
    this.table.setAttribute("role", "grid");
    root.classList.add("is-live");
    // The strip has the way to the lesson: nobody has to pass ninety dates with Tab.
    for (const link of this.table.tHead.querySelectorAll("[data-lesson] a")) link.tabIndex = -1;
    this.listen();
    this.chooseDirection();
    this.begin();
    watchOthers(root, this.cells, (said) => this.tell(said));
  }

  part(name) { return this.root.querySelector(`[data-${name}]`); }

  dialog(name) { return this.root.querySelector(`[data-dialog="${name}"]`); }

  tell(said) { this.part("tell").textContent = said; }

  // --- where one is -------------------------------------------------------------------------

  begin() {
    const today = this.cells.columns.findIndex((head) => head.hasAttribute("aria-current"));
    const last = this.cells.columns.findLastIndex((head) => head.dataset.closed !== "cell_ahead");
    const column = today >= 0 ? today : Math.max(last, 0);
    this.settle(this.cells.at(0, column));
    const scroll = this.table.parentElement, head = this.cells.columns[column];
    scroll.scrollLeft = head.offsetLeft - scroll.clientWidth / 2;
    if ("begins" in this.root.dataset) this.current.focus({ preventScroll: true });
  }

  settle(cell) {
    if (this.current) this.current.tabIndex = -1;
    this.current = cell;
    cell.tabIndex = 0;
    this.cells.call(cell);
    this.showColumn(this.cells.column(cell));
    this.strip.show(cell);
  }

  go(cell) {
    if (!cell) return;
    this.settle(cell);
    cell.focus({ preventScroll: true });
    this.reveal(cell);
  }

  // Names, averages and dates stand still: the cell must not lie under them.
  reveal(cell) {
    const scroll = this.table.parentElement, frame = scroll.getBoundingClientRect();
    const own = cell.getBoundingClientRect(), row = cell.parentElement;
    const left = frame.left + row.cells[0].offsetWidth, top = frame.top + this.table.tHead.offsetHeight;
    const right = frame.left + scroll.clientWidth - (row.querySelector("[data-average]")?.offsetWidth ?? 0);
    const bottom = Math.min(frame.top + scroll.clientHeight, window.innerHeight - this.root.querySelector(".journal-strip").offsetHeight);
    if (own.left < left) scroll.scrollLeft -= left - own.left;
    else if (own.right > right) scroll.scrollLeft += own.right - right;
    if (own.top < top) scroll.scrollTop -= top - own.top;
    else if (own.bottom > frame.top + scroll.clientHeight) scroll.scrollTop += own.bottom - frame.top - scroll.clientHeight;
    else if (own.bottom > bottom) window.scrollBy(0, own.bottom - bottom);
  }

  step([down, right]) {
    const row = this.cells.row(this.current) + down, column = this.cells.column(this.current) + right;
    if (column < 0 || column >= this.cells.columns.length) return;
    this.go(this.cells.at(row, column));
  }

  advance() { this.step(ON[this.direction]); }

  // --- what is written ----------------------------------------------------------------------

  write(text, cell = this.current) {
    const read = readMark(text);
    if (!read) return this.tell(`${text}: ${this.words.paste_unknown}`);
    this.saving.write([{ cell, ...read }]);
    this.strip.show(this.current);
    return read;
  }

  clear() {
    const kind = this.cells.value(this.current, "mark") ? "mark" : "attendance";
    this.saving.write([{ cell: this.current, kind, value: "" }]);
    this.strip.show(this.current);
  }

  // From the cell down; who is away, was not there, or has a mark is left as it is.
  fill(mark) {
    const column = this.cells.column(this.current);
    const below = this.cells.rows.slice(this.cells.row(this.current)).map((row) => row.cells[column + 1])
      .filter((cell) => !this.cells.value(cell, "mark") && cell.dataset.out === undefined
        && this.cells.value(this.cells.holder(cell, "attendance"), "attendance") !== "н");
    if (below.length) this.saving.write(below.map((cell) => ({ cell, kind: "mark", value: mark })));
    else this.tell(this.words.nothing_empty);
    this.strip.show(this.current);
  }

  restore() {
    this.saving.forget(this.current);
    this.cells.problems.delete(this.current);
    this.cells.show(this.current);
    this.strip.show(this.current);
  }

  open() {
    const cell = this.current, input = document.createElement("input");
    input.className = "journal-input";
    input.value = this.cells.value(cell, "mark");
    input.setAttribute("aria-label", cell.getAttribute("aria-label"));
    cell.replaceChildren(input);
    input.select();
    input.focus();
    let isOpen = true;
    const close = (keep, goesOn) => {
      if (!isOpen) return;
      if (keep && !readMark(input.value)) return this.tell(`${input.value}: ${this.words.paste_unknown}`);
      isOpen = false;
      const typed = input.value;
      this.cells.paint(cell);
      if (keep) this.write(typed, cell);
      if (goesOn) cell.focus();
      if (goesOn && keep) this.advance();
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") close(true, true);
      else if (event.key === "Escape") close(false, true);
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", () => close(readMark(input.value) !== null, false));
  }

  // --- keys, touch, paste -------------------------------------------------------------------

  listen() {
    this.table.addEventListener("keydown", (event) => this.press(event));
    this.table.addEventListener("focusin", ({ target }) => {
      if (this.cells.isCell(target) && target !== this.current) this.settle(target);
    });
    this.table.addEventListener("click", ({ target }) => this.point(target));
    this.table.addEventListener("dblclick", ({ target }) => { if (this.cells.isCell(target)) this.open(); });
    this.table.addEventListener("paste", (event) => {
      if (event.target.tagName === "INPUT") return;
      event.preventDefault();
      this.paste.preview(event.clipboardData.getData("text/plain"), this.current);
    });
    this.root.addEventListener("journal-go", ({ detail }) => this.go(detail));
    for (const button of this.root.querySelectorAll("[data-press]")) {
      button.addEventListener("click", () => this.touch(button.dataset.press));
    }
    for (const dialog of this.root.querySelectorAll("dialog")) {
      dialog.addEventListener("close", () => this.go(this.current));
      dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    }
    this.dialog("comment").querySelector("form").addEventListener("submit", () => this.comment());
    this.part("show-comment").addEventListener("click", () => this.openComment());
    this.part("show-history").addEventListener("click", () => this.history());
    this.part("show-help").addEventListener("click", () => this.dialog("help").showModal());
    this.part("undo").addEventListener("click", () => this.saving.undo());
    this.part("find").addEventListener("input", ({ target }) => this.find(target.value));
    this.part("find").addEventListener("keydown", (event) => this.leaveFind(event));
    this.part("column")?.addEventListener("change", ({ target }) => this.settle(this.cells.at(this.cells.row(this.current), Number(target.value))));
  }

  press(event) {
    if (!this.cells.isCell(event.target)) return;
    const act = this.act(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  act(event) {
    if (isUndo(event)) return () => this.saving.undo();
    if (event.altKey) return null;
    if (event.key in STEPS) return () => this.step(this.far(event));
    if (event.ctrlKey || event.metaKey) return null;
    return this.command(event) ?? this.typed(event);
  }

  command(event) {
    if (event.key === "Delete" || event.key === "Backspace") return () => this.clear();
    if (event.key === "Escape") return () => this.restore();
    if (event.key === "Enter" || event.key === "F2") return () => this.open();
    if (event.key === "Home") return () => this.step([0, -this.cells.column(this.current)]);
    if (event.key === "End") return () => this.step([0, this.cells.columns.length - 1 - this.cells.column(this.current)]);
    if (isHelp(event)) return () => this.dialog("help").showModal();
    if (isComment(event)) return () => this.openComment();
    if (isFind(event)) return () => this.part("find").focus();
    return null;
  }

  typed(event) {
    const sign = written(event);
    if (!sign) return null;
    if (event.shiftKey && /[2-5]/.test(sign)) return () => this.fill(sign);
    return () => { if (this.write(sign)) this.advance(); };
  }

  // With Ctrl to the edge, as in a spreadsheet.
  far(event) {
    const [down, right] = STEPS[event.key];
    if (!event.ctrlKey) return [down, right];
    const row = this.cells.row(this.current), column = this.cells.column(this.current);
    return [
      down && (down > 0 ? this.cells.rows.length - 1 - row : -row),
      right && (right > 0 ? this.cells.columns.length - 1 - column : -column),
    ];
  }

  point(target) {
    const cell = target.closest("td, th");
    if (this.cells.isCell(cell) && !cell.contains(document.activeElement)) this.go(cell);
    else if (cell?.matches("tbody th")) this.go(this.cells.at(this.cells.rows.indexOf(cell.parentElement), this.cells.column(this.current)));
  }

  touch(sign) {
    if (sign === "clear") this.clear();
    else if (this.write(sign)) this.advance();
    this.current.focus({ preventScroll: true });
  }

  // --- one column at a time -----------------------------------------------------------------

  showColumn(column) {
    if (column === this.shownColumn) return;
    const toggle = (place, isShown) => {
      this.cells.columns[place]?.classList.toggle("is-shown", isShown);
      for (const row of this.cells.rows) row.cells[place + 1].classList.toggle("is-shown", isShown);
    };
    if (this.shownColumn !== undefined) toggle(this.shownColumn, false);
    toggle(column, true);
    this.shownColumn = column;
    const chooser = this.part("column");
    if (chooser) chooser.value = column;
  }

  chooseDirection() {
    const chooser = this.part("direction");
    this.direction = localStorage.getItem(DIRECTION) ?? "down";
    if (!(this.direction in ON)) this.direction = "down";
    chooser.value = this.direction;
    chooser.addEventListener("change", () => {
      this.direction = chooser.value;
      localStorage.setItem(DIRECTION, chooser.value);
      this.go(this.current);
    });
  }

  // --- finding, comments, history -----------------------------------------------------------

  find(text) {
    const begins = text.trim().toLowerCase();
    const row = begins ? this.cells.rows.find((one) => one.cells[0].dataset.name.toLowerCase().split(" ").some((word) => word.startsWith(begins))
      || one.cells[0].dataset.number === begins) : null;
    if (!row) return;
    const cell = row.cells[this.cells.column(this.current) + 1];
    this.settle(cell);
    this.reveal(cell);
  }

  leaveFind(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.target.value = "";
    this.go(this.current);
  }

  openComment() {
    const dialog = this.dialog("comment");
    dialog.querySelector("[data-of]").textContent = this.strip.name.textContent;
    dialog.querySelector("textarea").value = this.cells.value(this.current, "comment");
    dialog.showModal();
  }

  comment() {
    const value = this.dialog("comment").querySelector("textarea").value.trim().replace(/\s+/g, " ");
    this.saving.write([{ cell: this.current, kind: "comment", value }]);
  }

  async history() {
    const dialog = this.dialog("history"), place = dialog.querySelector("[data-rows]");
    place.textContent = this.words.loading;
    dialog.showModal();
    try {
      const answer = await fetch(this.strip.historyUrl(this.current));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...page.querySelector("[data-cell-history]").childNodes);
    } catch {
      place.textContent = this.words.failed;
    }
  }
}

for (const root of document.querySelectorAll("[data-journal]")) root.journal = new Journal(root);
