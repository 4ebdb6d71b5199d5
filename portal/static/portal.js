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
