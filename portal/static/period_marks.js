// The keys of the sheet of period marks; without this file it is a form as any other.
const rows = [...document.querySelectorAll(".period-sheet tbody tr")]
  .map((row) => ({
    row,
    value: row.querySelector(".period-sheet__value"),
    reason: row.querySelector(".period-sheet__reason"),
  }))
  .filter(({ value }) => value);

// The key's place is what counts, so that the layout need not be switched.
const WORDS = { KeyY: "н/а", KeyN: "н/а", KeyP: "зч", KeyX: "нз" };

// The rule is the server's (INS-3.3.8); here it only says which fields are worth a look.
function needsReason({ row, value }) {
  const mark = value.value.trim().toLowerCase();
  if (!mark) return false;
  if (mark === "н/а" || !("enough" in row.dataset)) return true;
  return row.dataset.proposed !== "" && mark !== row.dataset.proposed;
}

function show(one) {
  const isNeeded = needsReason(one);
  const isKept = one.reason.value !== "" || one.reason.getAttribute("aria-invalid");
  one.reason.hidden = !isNeeded && !isKept;
  one.reason.required = isNeeded;
}

function go(index) {
  const next = rows[index]?.value ?? document.querySelector(".period-form button[type=submit]");
  next?.focus();
  if (next?.select) next.select();
}

rows.forEach((one, index) => {
  show(one);
  one.value.addEventListener("input", () => show(one));
  one.value.addEventListener("focus", () => one.value.select());
  one.value.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isDigit = /^[2-5]$/.test(event.key);
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      go(index + 1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      if (index) go(index - 1);
    } else if (isDigit || event.code in WORDS) {
      event.preventDefault();
      one.value.value = isDigit ? event.key : WORDS[event.code];
      show(one);
      if (needsReason(one)) one.reason.focus();
      else go(index + 1);
    }
  });
  one.reason.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    go(index + 1);
  });
});
