// Progressive enhancement only: every page works without this file.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput,
  Radios, ServiceNavigation, SkipLink, createAll, isSupported,
} from "./vendor/govuk.js";

if (isSupported()) {
  for (const component of [
    Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner,
    PasswordInput, Radios, ServiceNavigation, SkipLink,
  ]) createAll(component);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
