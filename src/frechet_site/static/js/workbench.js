// The workbench as one types: answers, keys in the formula field, mends, copying of programs, the formula editor.
// Without it the form and the links lead to the same answers.

import { asked } from "./page.js";
import { mathlive } from "./vendor.js";
import { complain } from "./workbench-refusals.js";

const DELAY = 25; // between a keystroke and the question
const PAUSE = 450; // in typing, after which a formula that cannot be read is news
const MOST_TRIES = 10; // while the engine has no place for us

const form = document.getElementById("state");
const formula = document.getElementById("formula");
const answer = document.getElementById("answer");
const status = document.getElementById("status");
const read = [formula.value]; // formulas that could be read, for the arrow keys and Escape
let place = 0;
let typed = -PAUSE;
let request;
let asking;
let showing;
let trying;
let tries = 0;

formula.addEventListener("input", () => {
  typed = performance.now();
  clearTimeout(showing);
  clearTimeout(asking);
  asking = setTimeout(ask, DELAY);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  typed = -PAUSE;
  ask(event.submitter);
});

document.addEventListener("change", (event) => {
  if (event.target.form === form && event.target !== formula) ask();
});

document.addEventListener("htmx:beforeRequest", () => request?.abort());

// Only the answer to the last question counts: the one before is given up.
async function ask(submitter) {
  for (const timer of [asking, showing, trying]) clearTimeout(timer);
  request?.abort();
  request = new AbortController();
  const fields = [...new FormData(form, submitter)].filter(([name, value]) => value !== "" || name.startsWith("d_"));
  const address = `${form.getAttribute("action")}?${new URLSearchParams(fields)}`;
  try {
    const response = await fetch(address, { headers: { ...asked, "HX-Request": "true" }, signal: request.signal });
    const text = await response.text();
    const soon = response.ok && tries < MOST_TRIES && response.headers.get("Retry-After");
    if (soon) return askAgain(soon);
    tries = 0;
    if (response.ok) show(response.headers, text);
    else complain(answer, response.status);
  } catch (error) {
    if (error.name !== "AbortError") complain(answer);
  }
}

// The engine had no place for us: it has one soon.
function askAgain(seconds) {
  tries += 1;
  answer.classList.add("answer-stale");
  trying = setTimeout(ask, 1000 * seconds);
}

// While somebody types, what cannot be read yet is no news: the last answer stays, paler, until they pause.
function show(headers, text) {
  const left = typed + PAUSE - performance.now();
  const early = headers.get("X-Formula") === "refused" && left > 0;
  answer.classList.toggle("answer-stale", early);
  if (early) showing = setTimeout(swap, left, headers, text);
  else swap(headers, text);
}

function swap(headers, text) {
  const chip = document.activeElement?.closest?.(".chip")?.id;
  answer.classList.remove("answer-stale");
  history.replaceState(null, "", headers.get("HX-Replace-Url"));
  window.htmx.swap(answer, text, { swapStyle: "innerHTML", swapDelay: 0, settleDelay: 0 });
  if (chip) document.getElementById(chip)?.querySelector("summary").focus();
}

document.addEventListener("htmx:afterSettle", () => {
  const result = document.getElementById("result");
  formula.setAttribute("aria-invalid", !answer.querySelector(".reading"));
  if (result) remember(result.dataset.formula);
  tell(result ? `Derivative: ${result.dataset.text}` : "");
});

formula.addEventListener("keydown", (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step && read[place + step] !== undefined) {
    event.preventDefault();
    place += step;
    setFormula(read[place]);
  }
  if (event.key === "Escape" && formula.value !== read[place]) setFormula(read[place]);
});

function setFormula(text) {
  formula.value = text;
  ask();
}

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

const toggle = document.getElementById("editor-toggle");
toggle.addEventListener("click", async () => {
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
  field.addEventListener("input", () => {
    typed = performance.now();
    setFormula(field.value);
  });
  box.replaceChildren(field);
  field.focus();
});
