// The homework of a lesson saves itself: on leaving a field, on a choice, on Ctrl+Enter.
const form = document.querySelector(".homework__form");
const state = form.querySelector("[data-state]");
const text = form.elements.namedItem("homework");
const planned = form.querySelector("[data-planned]");
let changed = false, underway = null;

function say(words, kind = "") {
  state.textContent = words;
  state.dataset.kind = kind;
}

function mark(wrong) {
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  for (const id of wrong) document.getElementById(id)?.setAttribute("aria-invalid", "true");
}

async function send(pressed) {
  const body = new FormData(form, pressed);
  changed = false;
  say(state.dataset.saving, "saving");
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
  if (!answer.headers.get("Content-Type")?.startsWith("application/json")) throw new Error("no answer");
  const told = await answer.json();
  mark(told.wrong ?? []);
  if (!changed) say(told.state, answer.ok ? "saved" : "refused");
  if (told.none && !changed) for (const one of form.querySelectorAll("textarea, input[type=text]")) one.value = "";
  if (planned) planned.hidden = text.value !== "" || told.none === true;
}

// One at a time, in the order in which they were asked for: the last one stands.
function save(pressed) {
  const after = underway ?? Promise.resolve();
  const mine = after.then(() => send(pressed)).catch(() => {
    changed = true;
    say(state.dataset.failed, "refused");
  });
  underway = mine;
  return mine;
}

form.addEventListener("input", () => { changed = true; say(state.dataset.changed); });
form.addEventListener("change", () => { changed = true; save(); });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const pressed = event.submitter?.name ? event.submitter : undefined;
  if (pressed?.name === "homework_planned") text.value = pressed.value;
  save(pressed);
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    save();
  } else if (event.target === text && text.value === "" && planned && !planned.hidden) {
    event.preventDefault();
    planned.querySelector("button").click();
  }
});
window.addEventListener("pagehide", () => { if (changed) save(); });

// Files go as soon as they are chosen.
const upload = document.querySelector(".homework__upload");
upload.querySelector("button").hidden = true;
upload.addEventListener("change", async () => {
  if (changed) await save();
  upload.requestSubmit();
});
