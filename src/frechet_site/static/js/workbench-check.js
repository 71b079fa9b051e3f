// Puts a mended line into the text without a new page, then checks again.

import "./workbench-refusals.js";

const form = document.getElementById("check-form");
const text = form.querySelector("textarea");

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=mend]");
  if (!button) return;
  event.preventDefault();
  const [wrong, right] = button.value.split(" -> ");
  const lines = text.value.split("\n");
  const place = lines.findIndex((line) => line.trim() === wrong.trim());
  if (place < 0) return;
  lines[place] = right;
  text.value = lines.join("\n");
  form.requestSubmit();
  text.focus();
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
