// Progressive enhancement only: every page works without this file.
import {
  Button, CharacterCount, ErrorSummary, FileUpload, NotificationBanner, PasswordInput,
  ServiceNavigation, SkipLink, createAll, isSupported,
} from "./vendor/govuk.js";

// GOV.UK's own script for radios puts aria-expanded on them, which a radio may not carry (WCAG 4.1.2).
function revealUnderChosen(input) {
  const conditional = document.getElementById(input.dataset.ariaControls);
  const hidden = input.type === "radio"
    ? "govuk-radios__conditional--hidden" : "govuk-checkboxes__conditional--hidden";
  conditional?.classList.toggle(hidden, !input.checked);
}

if (isSupported()) {
  for (const component of [
    Button, CharacterCount, ErrorSummary, FileUpload, NotificationBanner, PasswordInput,
    ServiceNavigation, SkipLink,
  ]) createAll(component);

  const revealing = document.querySelectorAll("[data-aria-controls]");
  const revealAll = () => revealing.forEach(revealUnderChosen);
  if (revealing.length) {
    document.addEventListener("change", revealAll);
    window.addEventListener("pageshow", revealAll);
  }
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// While the browser waits for the answer of a long act, the page asks how far it is.
function watchProgress(form) {
  const shown = form.querySelector("[data-progress]");
  const [words, bar] = [shown.querySelector("p"), shown.querySelector("progress")];
  const ask = async () => {
    const told = await fetch(shown.dataset.progress).then((answer) => answer.json());
    words.textContent = shown.dataset[told.phase || "begin"];
    if (told.total) bar.value = told.done / told.total;
    else bar.removeAttribute("value");
  };
  form.addEventListener("submit", () => {
    if (!shown.dataset.progress) return;
    shown.hidden = false;
    words.textContent = shown.dataset.begin;
    setInterval(() => ask().catch(() => {}), 700);
  });
}

document.querySelectorAll("form.with-progress").forEach(watchProgress);
// A search that answers while it is typed: the form's own page, asked for its answers alone.
for (const form of document.querySelectorAll("form[data-live]")) {
  const answers = document.getElementById(form.dataset.live);
  let asked = 0, waiting;
  const ask = async () => {
    const turn = ++asked;
    const query = new URLSearchParams(new FormData(form));
    window.history.replaceState(null, "", `?${query}`);
    query.set(form.dataset.live, "");
    const answer = await fetch(`${form.action.split("?")[0]}?${query}`);
    // An answer that comes late is not shown over a newer one.
    if (answer.redirected) window.location.reload();
    else if (answer.ok && turn === asked) answers.innerHTML = await answer.text();
  };
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 200); });
}

// A class divided into groups: how many are in each, and who is in none, while it is edited.
for (const table of document.querySelectorAll("[data-division]")) {
  const count = () => {
    for (const output of table.querySelectorAll("[data-count]")) {
      output.value = table.querySelectorAll(`tbody input[value="${output.dataset.count}"]:checked`).length;
    }
    let left = 0;
    for (const row of table.tBodies[0].rows) {
      const placed = row.querySelector("input:checked") !== null;
      row.classList.toggle("row-warning", !placed);
      left += placed ? 0 : 1;
    }
    table.querySelector("[data-left-out]").value = left;
  };
  table.addEventListener("change", count);
  window.addEventListener("pageshow", count);
}

// The day's lessons stand in a row: on a narrow screen the one that goes on is brought into sight.
for (const current of document.querySelectorAll(".day-strip__lesson--current")) {
  const list = current.parentElement;
  list.scrollLeft = current.offsetLeft - list.offsetLeft;
}
