// A lesson as it is kept: the roll by keys or by touch, the topic by Enter. Cells are journal.js's: the roll writes
// through it, so that what is marked, undone or written by somebody else is one and the same everywhere.
//
//   [data-roll] data-words   the roll: [data-roll-find], [data-roll-told], [data-roll-confirm], li[data-roll-pupil]
//   [data-topic]             the topic's line, of the form #lesson-form that both are posted by
const PAUSE = 700;
const LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.", RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбю";

const plain = (text) => text.toLowerCase().replaceAll("ё", "е").trim();
const russian = (text) => [...text].map((sign) => RUSSIAN[LATIN.indexOf(sign)] ?? sign).join("");

const form = document.getElementById("lesson-form");
const topic = document.querySelector("[data-topic]"), line = document.getElementById("topic");
const roll = document.querySelector("[data-roll]");
const journal = document.querySelector("[data-journal]")?.journal;

// What the form says of these fields is posted; the answer tells how roll and topic stand.
async function post(fields, told) {
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  if (document.getElementById("carry")?.checked) body.set("carry", "yes");
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const words = JSON.parse(roll.dataset.words);
  told.textContent = words.pending;
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body });
    if (answer.redirected || !answer.headers.get("Content-Type")?.includes("json")) throw new Error("no answer");
    const state = await answer.json();
    show(state);
    told.textContent = [state.refused || state.said, state.carried].filter(Boolean).join(" ");
    return answer.ok;
  } catch {
    told.textContent = words.failed;
    return false;
  }
}

function show({ roll: rollState, topic: topicState, second }) {
  document.querySelector("[data-roll-state]").innerHTML = rollState;
  document.querySelector("[data-topic-state]").innerHTML = topicState;
  const carry = document.querySelector("[data-carry]");
  if (carry && !second) carry.remove();
}

class Roll {
  constructor(root) {
    this.words = JSON.parse(root.dataset.words);
    this.pupils = [...root.querySelectorAll("[data-roll-pupil]")];
    this.find = root.querySelector("[data-roll-find]");
    this.told = root.querySelector("[data-roll-told]");
    this.root = root;
    this.find.addEventListener("input", () => this.read());
    this.find.addEventListener("keydown", (event) => this.press(event));
    root.querySelector("[data-roll-confirm]").addEventListener("click", () => this.confirm());
    for (const pupil of this.pupils) {
      pupil.children[0].addEventListener("click", () => this.toggle(pupil));
      pupil.children[1].addEventListener("click", () => this.toggle(pupil, "оп"));
    }
    const table = journal.cells.table.tBodies[0];
    new MutationObserver(() => this.show()).observe(table, { subtree: true, attributeFilter: ["data-presence"] });
    this.show();
  }

  cell(pupil) { return journal.cells.byPupil.get(pupil.dataset.rollPupil).cells[1]; }

  toggle(pupil, sign = "н") {
    const cell = this.cell(pupil), value = cell.dataset.presence === sign ? (sign === "оп" ? "н" : "") : sign;
    journal.saving.write([{ cell, kind: "attendance", value }]);
    this.told.textContent = `${pupil.dataset.number}. ${pupil.dataset.name}: ${this.words[value]}`;
  }

  show() {
    let absent = 0;
    for (const pupil of this.pupils) {
      const presence = this.cell(pupil).dataset.presence ?? "", [one, late] = pupil.children;
      absent += presence === "н";
      one.setAttribute("aria-pressed", String(presence === "н"));
      one.querySelector("i").textContent = presence;
      late.hidden = !presence;
      late.setAttribute("aria-pressed", String(presence === "оп"));
    }
    this.root.querySelector("[data-roll-count]").textContent = `: ${this.words.absent} ${absent} / ${this.pupils.length}`;
  }

  // Who is meant: by the number in the list, or by how surname and name begin.
  meant(text) {
    const begins = (typed) => this.pupils.filter(({ dataset }) => dataset.number.startsWith(typed)
      || plain(dataset.name).startsWith(typed));
    const found = begins(plain(text));
    return found.length ? found : begins(plain(russian(text.toLowerCase())));
  }

  numbered(text) { return this.pupils.find(({ dataset }) => dataset.number === text.trim()); }

  // One who is meant is marked at once. A number that is whole is taken after a pause, a space, or a sign that fits no other.
  read() {
    clearTimeout(this.timer);
    const text = this.find.value, found = text.trim() ? this.meant(text) : [];
    if (!text.trim()) this.find.value = "";
    else if (found.length === 1) this.take(found[0], "");
    else if (found.length) this.wait(text, found);
    else if (this.numbered(text.slice(0, -1))) {
      this.take(this.numbered(text.slice(0, -1)), text.slice(-1).trim());
      this.read();
    } else this.told.textContent = `${text}: ${this.words.nobody}`;
  }

  wait(text, found) {
    const whole = this.numbered(text);
    if (whole && text.endsWith(" ")) return this.take(whole, "");
    if (whole) this.timer = setTimeout(() => this.take(whole, ""), PAUSE);
    this.told.textContent = `${text}: ${found.map(({ dataset }) => `${dataset.number}. ${dataset.name}`).join(", ")}`;
  }

  take(pupil, rest) {
    clearTimeout(this.timer);
    this.find.value = rest;
    this.toggle(pupil);
  }

  press(event) {
    if (event.key === "Escape") this.find.value = "";
    else if (event.key === "=") document.querySelector("[data-take]")?.click();
    else if (event.key === "Enter") this.enter();
    else return;
    clearTimeout(event.key === "Enter" ? undefined : this.timer);
    event.preventDefault();
  }

  // What is typed and names one is taken first; what names several is not guessed.
  enter() {
    const text = this.find.value.trim(), whole = this.numbered(text);
    if (whole) this.take(whole, "");
    else if (text) return;
    this.confirm();
  }

  async confirm() {
    this.told.textContent = this.words.pending;
    while (journal.saving.unsaved) await new Promise((resolve) => { setTimeout(resolve, 20); });
    if (!await post({ roll: "called" }, this.told)) return;
    this.root.querySelector("[data-roll-class]").open = false;
    if (!form.elements.seen_topic.value) line.select();
    else journal.go(journal.current);
  }
}

if (roll && journal) {
  new Roll(roll);
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "take") return;
    event.preventDefault();
    const fields = { topic: line.value, seen_topic: form.elements.seen_topic.value };
    if (!await post(fields, topic.querySelector("[data-topic-told]"))) return;
    form.elements.seen_topic.value = line.value;
    journal.go(journal.current);
  });
  if (matchMedia("(pointer: fine)").matches && !document.querySelector("[data-roll-state] .govuk-tag--green")) {
    document.querySelector("[data-roll-find]").focus();
  }
}

// `[` and `]` lead to the lesson before and after, wherever the keys stand, but not while something is typed.
document.addEventListener("keydown", (event) => {
  const way = { BracketLeft: "prev", BracketRight: "next" }[event.code];
  if (!way || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input, textarea, select")) return;
  document.querySelector(`a[rel="${way}"]`)?.click();
});
