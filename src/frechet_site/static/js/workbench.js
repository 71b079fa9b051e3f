// The workbench beyond htmx: keys in the formula field, mends, copying of programs, the formula editor.

import { mathlive } from "./vendor.js";

const form = document.getElementById("state");
const formula = document.getElementById("formula");
const toggle = document.getElementById("editor-toggle");
const status = document.getElementById("status");
const read = [formula.value]; // formulas that could be read, for the arrow keys and Escape
let place = 0;

function ask() {
  formula.dispatchEvent(new Event("input", { bubbles: true }));
}

function setFormula(text) {
  formula.value = text;
  ask();
}

formula.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step && read[place + step] !== undefined) {
    event.preventDefault();
    place += step;
    setFormula(read[place]);
  }
  if (event.key === "Escape" && formula.value !== read[place]) setFormula(read[place]);
});

// An address without empty fields, and no question asked twice.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt !== form) return;
  const told = event.detail.parameters;
  for (const [name, value] of [...told.entries()]) if (value === "" && !name.startsWith("d_")) told.delete(name);
});

// While somebody types, what cannot be read yet is no news: the last answer stays, paler, until they pause.
const PAUSE = 450;
const answer = document.getElementById("answer");
let typed = -PAUSE;
let waiting;
let focused = "";

formula.addEventListener("input", () => {
  typed = performance.now();
  clearTimeout(waiting);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target !== answer) return;
  const field = document.activeElement?.closest?.(".chip")?.querySelector("input");
  focused = field?.id ?? "";
  const { xhr } = event.detail;
  const left = typed + PAUSE - performance.now();
  const early = xhr.getResponseHeader("X-Formula") === "refused" && left > 0;
  answer.classList.toggle("answer-stale", early);
  if (!early) return;
  event.detail.shouldSwap = false;
  waiting = setTimeout(() => {
    answer.classList.remove("answer-stale");
    window.htmx.swap(answer, xhr.responseText, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  }, left);
});

document.addEventListener("htmx:afterSettle", () => {
  if (focused) document.getElementById(focused)?.closest(".chip").querySelector("summary").focus();
  focused = "";
  const result = document.getElementById("result");
  formula.setAttribute("aria-invalid", !document.querySelector("#answer .reading"));
  if (result) remember(formula.value);
  tell(result ? `Derivative: ${result.dataset.text}` : "");
});

function remember(text) {
  if (read[place] === text) return;
  read.push(text);
  place = read.length - 1;
}

let telling;
function tell(words) {
  clearTimeout(telling);
  telling = setTimeout(() => (status.textContent = words), 700);
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-copy-code], a[data-share], a[data-mend]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  if ("mend" in link.dataset) return mend(link);
  const text = "share" in link.dataset ? link.href : await program(link.dataset.copyCode);
  announce(link, await copied(text) ? "Copied" : "Not copied");
});

function mend(link) {
  const declared = new URL(link.href).searchParams.get("declare") ?? "";
  document.querySelector('#answer input[name="declare"]').value = declared;
  for (const field of document.querySelectorAll('#answer [name^="d_"]')) field.remove();
  setFormula(link.dataset.mend);
  formula.focus();
}

async function program(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  return (await answer.json()).code ?? "";
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function announce(link, words) {
  const before = (link.dataset.label ??= link.textContent);
  link.textContent = status.textContent = words;
  setTimeout(() => (link.textContent = before), 1600);
}

// The arrow keys move along the views, as they do along tabs.
document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const list = document.activeElement?.closest?.(".tab-list");
  if (!step || !list) return;
  const tabs = [...list.querySelectorAll(".tab")];
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  next.focus();
  event.preventDefault();
});

toggle?.addEventListener("click", async () => {
  const box = document.getElementById("editor");
  const on = toggle.getAttribute("aria-pressed") !== "true";
  toggle.setAttribute("aria-pressed", on);
  box.hidden = !on;
  formula.hidden = on;
  if (!on) return formula.focus();
  const { MathfieldElement } = await mathlive();
  const field = new MathfieldElement();
  field.setAttribute("aria-label", "Formula editor");
  field.value = document.querySelector("#answer .reading .math")?.dataset.tex.replace(/^f = /, "") ?? "";
  field.addEventListener("input", () => setFormula(field.value));
  box.replaceChildren(field);
  field.focus();
});
