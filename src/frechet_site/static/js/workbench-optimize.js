// Moves the start of a search on the contour plot: by dragging, by a click, by the arrow keys.

import "./workbench-refusals.js";

const form = document.getElementById("optimize-form");
const start = form.querySelector("[name=start]");
const answer = document.getElementById("optimum");
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
let refocus = false;
let waiting;

const numbers = (text) => text.split(" ").map(Number);
const dot = () => document.getElementById("landscape-start");

function plane() {
  const figure = answer.querySelector(".landscape");
  const frame = figure.querySelector(".landscape-frame");
  const [left, top, width, height] = ["x", "y", "width", "height"].map((name) => Number(frame.getAttribute(name)));
  return { svg: figure.querySelector("svg"), low: numbers(figure.dataset.low), high: numbers(figure.dataset.high), left, top, width, height };
}

function underPointer(event, { svg }) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x, point.y];
}

function moveTo([x, y], { left, top, width, height }) {
  dot().setAttribute("cx", Math.min(left + width, Math.max(left, x)));
  dot().setAttribute("cy", Math.min(top + height, Math.max(top, y)));
}

function values({ low, high, left, top, width, height }) {
  const across = (Number(dot().getAttribute("cx")) - left) / width;
  const up = 1 - (Number(dot().getAttribute("cy")) - top) / height;
  return [low[0] + across * (high[0] - low[0]), low[1] + up * (high[1] - low[1])];
}

// Two scalars are two lines, a vector is one: as the names of the axes say.
function write(pair) {
  const names = [...answer.querySelectorAll(".axis")].map((label) => label.textContent);
  const [first, second] = pair.map((value) => Number(value.toPrecision(4)));
  const vector = names[0].replace(/[₀-₉]+$/, "");
  const together = names[0] !== vector && names[1].startsWith(vector);
  start.value = together ? `${vector} = ${first}, ${second}` : `${names[0]} = ${first}\n${names[1]} = ${second}`;
}

function search(delay) {
  write(values(plane()));
  clearTimeout(waiting);
  waiting = setTimeout(() => form.requestSubmit(), delay);
}

answer.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".landscape svg")) return;
  const view = plane();
  if (!event.target.matches(".landscape-start, .landscape-frame")) return;
  event.preventDefault();
  moveTo(underPointer(event, view), view);
  const drag = (move) => moveTo(underPointer(move, view), view);
  const drop = () => {
    document.removeEventListener("pointermove", drag);
    search(0);
  };
  document.addEventListener("pointermove", drag);
  document.addEventListener("pointerup", drop, { once: true });
});

answer.addEventListener("keydown", (event) => {
  const step = KEYS[event.key];
  if (!step || event.target !== dot()) return;
  event.preventDefault();
  const view = plane();
  const size = event.shiftKey ? 40 : 10;
  moveTo([Number(dot().getAttribute("cx")) + size * step[0], Number(dot().getAttribute("cy")) - size * step[1]], view);
  refocus = true;
  search(250);
});

document.addEventListener("htmx:afterSettle", () => {
  if (refocus) dot()?.focus();
  refocus = false;
});
