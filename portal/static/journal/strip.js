// The strip under the page: what the cell is, why it is closed, who can open it, what is not written.
export class Strip {
  constructor(root, cells, saving, words) {
    Object.assign(this, { root, cells, saving, words });
    const part = (name) => root.querySelector(`[data-strip-${name}]`);
    this.name = part("name");
    this.why = part("why");
    this.clause = part("clause");
    this.ask = part("ask");
    this.lesson = part("lesson");
    this.mine = part("mine");
    this.theirs = part("theirs");
    this.left = part("left");
    this.mine?.addEventListener("click", () => this.choose(true));
    this.theirs?.addEventListener("click", () => this.choose(false));
    this.left?.addEventListener("click", () => this.nextProblem());
  }

  show(cell) {
    this.cell = cell;
    this.name.textContent = `${this.cells.pupil(cell)} · ${this.cells.head(cell).dataset.name} · ${this.cells.content(cell)}`;
    const problem = this.cells.problem(cell), closed = this.cells.closed(cell);
    const isConflict = problem?.state === "conflict";
    this.why.textContent = cell.dataset.state === "failed" ? this.saving.trouble
      : problem ? this.problemWords(problem)
      : closed ? `${this.words.closed_sign} ${closed.words}` : "";
    this.clause.textContent = (problem ?? closed)?.clause ?? "";
    this.mine.hidden = this.theirs.hidden = !isConflict;
    if (isConflict) {
      this.mine.textContent = `${this.words.write_mine}: ${this.cells.told(cell, problem.kind, problem.mine)}`;
      this.theirs.textContent = `${this.words.keep_theirs}: ${this.cells.told(cell, problem.kind, problem.value)}`;
    }
    const link = this.cells.head(cell).querySelector("a");
    this.lesson.hidden = !link || link.pathname === window.location.pathname;
    if (link) this.lesson.href = link.href;
    const mayAsk = problem ? problem.mayBeOpened : closed?.opens;
    this.ask.hidden = !(mayAsk && this.root.dataset.askUrl);
    if (!this.ask.hidden) this.ask.href = this.askUrl(cell, problem?.kind);
    this.count();
  }

  problemWords({ kind, mine, words }) {
    const wanted = kind === "comment" ? mine : this.cells.told(this.cell, kind, mine);
    return `${this.words.problem_sign} ${this.words.you_typed}: ${wanted}. ${words}`;
  }

  askUrl(cell, kind = "mark") {
    const head = this.cells.head(cell).dataset;
    const query = new URLSearchParams({ lesson: head.lesson, pupil: cell.parentElement.dataset.pupil });
    if (kind === "attendance") query.set("kind", kind);
    else if (head.work) query.set("work", head.work);
    return `${this.root.dataset.askUrl}?${query}`;
  }

  historyUrl(cell) {
    const head = this.cells.head(cell).dataset;
    const query = new URLSearchParams({ lesson: head.lesson, pupil: cell.parentElement.dataset.pupil });
    if (head.work) query.set("work", head.work);
    return `${this.root.dataset.historyUrl}?${query}`;
  }

  choose(isMine) {
    const { cell } = this, { kind, mine } = this.cells.problem(cell);
    this.cells.blame(cell, kind, null);
    this.cells.show(cell);
    if (isMine) this.saving.write([{ cell, kind, value: mine }]);
    cell.focus();
    this.show(cell);
  }

  // Of what could not be written nothing is forgotten: the button goes from one to the next.
  count() {
    const left = this.cells.problems.size;
    this.left.hidden = left === 0;
    this.left.textContent = `${this.words.not_written}: ${left}`;
  }

  nextProblem() {
    const all = [...this.cells.problems.keys()], place = all.indexOf(this.cell);
    this.root.dispatchEvent(new CustomEvent("journal-go", { detail: all[(place + 1) % all.length] }));
  }
}
