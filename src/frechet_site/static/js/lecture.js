// A lecture in the reader's hands: what is typed is read back, lines are put in order, the place is kept.
import { typeset } from "./math.js";
import { asked } from "./page.js";

const PATIENCE = 250;

// What is typed, typeset with its shape, before it counts.
const waiting = new WeakMap();

function readBack(input) {
  const form = input.form;
  const place = input.parentElement.querySelector("[data-read]");
  clearTimeout(waiting.get(input)?.timer);
  waiting.get(input)?.request.abort();
  if (!place) return;
  if (!input.value.trim()) return place.replaceChildren();
  const request = new AbortController();
  const blanks = [...form.querySelectorAll("input[name=answer]")];
  const timer = setTimeout(async () => {
    const body = new URLSearchParams({
      csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value,
      seed: form.elements.seed.value,
      blank: Math.max(0, blanks.indexOf(input)),
      answer: input.value,
    });
    try {
      const response = await fetch(place.dataset.read, { method: "POST", body, headers: asked, signal: request.signal });
      if (!response.ok) return;
      place.innerHTML = await response.text();
      typeset(place);
    } catch (error) {
      if (error.name !== "AbortError") place.replaceChildren();
    }
  }, PATIENCE);
  waiting.set(input, { timer, request });
}

document.addEventListener("input", (event) => {
  if (event.target.matches(".answer input[name=answer]:not([type=radio], [type=checkbox])")) readBack(event.target);
});

// Lines to be put in order: buttons, dragging, or the number of the place.
function orderable(list) {
  const lines = () => [...list.children];
  const renumber = () => lines().forEach((line, at) => (line.querySelector("select").value = String(at + 1)));
  const move = (line, to) => {
    const all = lines().filter((other) => other !== line);
    const place = Math.max(0, Math.min(all.length, to));
    all.splice(place, 0, line);
    list.append(...all);
    renumber();
    document.getElementById("status").textContent = `Line is now number ${place + 1}.`;
  };
  for (const line of lines()) {
    line.draggable = true;
    for (const [step, sign, words] of [[-1, "↑", "Move up: "], [1, "↓", "Move down: "]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-small button-icon order-move";
      button.textContent = sign;
      button.setAttribute("aria-label", words + line.querySelector("label").textContent.replace("Place of ", ""));
      button.addEventListener("click", () => {
        move(line, lines().indexOf(line) + step);
        button.focus();
      });
      line.append(button);
    }
    line.querySelector("select").addEventListener("change", (event) => {
      move(line, Number(event.target.value) - 1);
      event.target.focus();
    });
    line.addEventListener("dragstart", () => line.classList.add("dragged"));
    line.addEventListener("dragend", () => line.classList.remove("dragged"));
    line.addEventListener("dragover", (event) => {
      event.preventDefault();
      const dragged = list.querySelector(".dragged");
      if (dragged && dragged !== line) move(dragged, lines().indexOf(line));
    });
  }
  list.dataset.orderable = "";
}

// A formula within a line that is wider than its column scrolls in a line of its own.
function widen(root) {
  for (const math of root.querySelectorAll(".prose .math:not(.math-display), .step-head .math:not(.math-display)")) {
    const room = math.closest("p, li, td, div")?.clientWidth ?? 0;
    const widest = Math.max(0, ...[...math.querySelectorAll(".katex-base, .base")].map((part) => part.offsetWidth));
    if (!room || widest <= room || math.closest("table")) continue;
    math.classList.add("math-wide");
    math.tabIndex = 0;
    math.setAttribute("role", "group");
    math.setAttribute("aria-label", "formula");
  }
}

// What scrolls can be reached by the keyboard.
function reachable(root) {
  for (const part of root.querySelectorAll(".math-display, .order-text, .option, .lines > li, .prose table, .prose pre")) {
    if (part.scrollWidth <= part.clientWidth || part.hasAttribute("tabindex")) continue;
    part.tabIndex = 0;
    if (!part.matches("table, label, li")) part.setAttribute("role", "group");
    if (part.matches(".math-display, .order-text")) part.setAttribute("aria-label", "formula");
    if (part.matches("pre")) part.setAttribute("aria-label", "code");
  }
}

function enhance(root) {
  widen(root);
  reachable(root);
  for (const list of root.querySelectorAll(".order:not([data-orderable])")) orderable(list);
}

// Where the reader is: the last block whose top has been passed.
function keepPlace(lecture) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const blocks = [...lecture.querySelectorAll(".lecture-main > [id]")];
  let kept = "";
  const current = () => blocks.findLast((block) => block.getBoundingClientRect().top < innerHeight / 3)?.id ?? "";
  const keep = () => {
    const place = current();
    if (place === kept) return;
    kept = place;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, place });
    fetch(lecture.dataset.place, { method: "POST", body, keepalive: true }).catch(() => (kept = ""));
  };
  let timer;
  document.addEventListener("scroll", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 2000);
  }, { passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && kept !== current()) keep();
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

enhance(document);
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
const lecture = document.querySelector(".lecture[data-place]");
if (lecture) keepPlace(lecture);
