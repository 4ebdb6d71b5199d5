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
