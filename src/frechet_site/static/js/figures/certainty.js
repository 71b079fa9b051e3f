// Claims of which one says whether they hold and how sure one is; then what certainty was worth.
// The answers stay in this browser.
import { element } from "./board.js";
import { typeset } from "../math.js";
import { Frame } from "./frame.js";

const BINS = [0.55, 0.65, 0.75, 0.85, 0.95];
const SURE = 0.8;
const KEPT = 500;

export function draw(board) {
  const claims = board.figure.claim;
  const store = new Store(`frechet:certainty:${location.pathname}#${board.id}`, claims);
  const asked = element("div", { class: "claim" });
  const told = element("p", { class: "figure-told" });
  const review = element("div", { class: "claim-review" });
  board.drawing.append(asked);
  const frame = new Frame(board, [0.48, 1.02, 0, 1.05], { label: "How often you were right against how sure you were" });
  board.drawing.append(told, review);

  function next() {
    const claim = claims[store.next()];
    ask(board, asked, claim, (sure, right) => {
      store.add({ claim: claims.indexOf(claim), sure, right });
      board.changed();
    }, next);
    if (store.answers.length) asked.querySelector("input").focus({ preventScroll: true });
  }

  board.onDraw(() => {
    frame.begin();
    frame.path([[0.5, 0.5], [1, 1]], "before");
    frame.label("as sure as right", frame.x(0.66), frame.y(0.62) + 18);
    for (const { sure, right, count } of curve(store.answers)) {
      frame.dots([[sure, right]], "minimum", 4 + 2 * Math.sqrt(count));
      frame.labelAt(`${count}`, [sure, right], "minimum-label");
    }
    frame.end();
    told.textContent = summary(store.answers);
    showReview(review, claims, store, () => board.changed());
  });
  next();
}

class Store {
  constructor(key, claims) {
    this.key = key;
    this.count = claims.length;
    this.left = [];
    try {
      const known = JSON.parse(localStorage.getItem(key) ?? "[]");
      this.answers = known.filter(({ claim, sure }) => claim in claims && sure >= 0.5 && sure <= 1);
    } catch {
      this.answers = [];
    }
  }

  // Every claim once, those of which least was asked first, before any comes again.
  next() {
    if (!this.left.length) {
      const times = (claim) => this.answers.filter((answer) => answer.claim === claim).length;
      const order = Array.from({ length: this.count }, (_, claim) => [times(claim), Math.random(), claim]);
      this.left = order.sort((a, b) => b[0] - a[0] || b[1] - a[1]).map(([, , claim]) => claim);
    }
    return this.left.pop();
  }

  add(answer) {
    this.answers = [...this.answers, answer].slice(-KEPT);
    this.keep();
  }

  forget() {
    this.answers = [];
    this.keep();
  }

  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.answers));
    } catch {
      // A browser that keeps nothing: the answers last as long as the page.
    }
  }
}

function ask(board, place, claim, answered, next) {
  const id = `${board.id}-certainty`;
  const shown = element("span", { class: "claim-certainty", "aria-hidden": "true" }, "75 %");
  const range = element("input", { type: "range", id, min: 50, max: 100, step: 5, value: 75 });
  range.addEventListener("input", () => (shown.textContent = `${range.value} %`));
  const slider = element("div", { class: "figure-slider" }, element("label", { for: id }, "How sure are you? 50 % is a guess"), range, shown);
  const reply = element("p", { class: "claim-reply", role: "status" });
  const buttons = ["It is true", "It is false"].map((words) => element("button", { type: "button", class: "button" }, words));
  const on = element("button", { type: "button", class: "button button-primary", hidden: true }, "Next claim");
  on.addEventListener("click", next);
  buttons.forEach((button, k) =>
    button.addEventListener("click", () => {
      const [sure, right] = [Number(range.value) / 100, claim.holds === (k === 0)];
      for (const each of [range, ...buttons]) each.disabled = true;
      const penalty = (sure - Number(right)) ** 2;
      reply.replaceChildren(
        element("strong", { class: right ? "claim-right" : "claim-wrong" }, `${right ? "Right" : "Wrong"}: it is ${claim.holds ? "true" : "false"}.`),
        " ",
        ...pieces(claim.say),
        ` Penalty ${penalty.toFixed(2)}.`,
      );
      typeset(reply);
      on.hidden = false;
      on.focus({ preventScroll: true });
      answered(sure, right);
    }),
  );
  const given = element("p", { class: "claim-given" }, ...pieces(claim.given));
  const formula = element("p", { class: "claim-formula" }, math(claim.latex, claim.words, "math math-display"));
  place.replaceChildren(given, formula, slider, element("div", { class: "row" }, ...buttons, on), reply);
  typeset(place);
}

const math = (latex, words, kind = "math") => element("span", { class: kind, "data-tex": latex }, words);
const pieces = (parts) => parts.map(({ text, latex }) => (latex ? math(latex, text) : text));

// The hit rate by stated certainty: one point for each part of the scale that was used.
function curve(answers) {
  return BINS.map((middle) => {
    const here = answers.filter(({ sure }) => Math.abs(sure - middle) < 0.05 - 1e-9 || Math.abs(sure - middle + 0.05) < 1e-9 || (sure === 1 && middle === 0.95));
    const mean = (part) => here.reduce((sum, answer) => sum + Number(answer[part]), 0) / here.length;
    return { sure: mean("sure"), right: mean("right"), count: here.length };
  }).filter(({ count }) => count);
}

function summary(answers) {
  if (!answers.length) return "Nothing answered yet. The dashed line is where certainty and hit rate agree; a point below it was too sure.";
  const mean = (of) => answers.reduce((sum, answer) => sum + of(answer), 0) / answers.length;
  const penalty = mean(({ sure, right }) => (sure - Number(right)) ** 2);
  const [sure, right] = [mean((answer) => answer.sure), mean((answer) => Number(answer.right))];
  const gap = Math.round(100 * (sure - right));
  const verdict = answers.length < 10 ? "" : gap > 5 ? ` You are ${gap} points too sure.` : gap < -5 ? ` You know more than you say, by ${-gap} points.` : " That fits.";
  const count = answers.length === 1 ? "1 answer" : `${answers.length} answers`;
  return `${count}: on average ${Math.round(100 * sure)} % sure, ${Math.round(100 * right)} % right; penalty ${penalty.toFixed(2)} (always guessing costs 0.25).${verdict}`;
}

// What felt right and was wrong, the latest first.
function showReview(place, claims, store, changed) {
  const wrong = store.answers.filter(({ sure, right }) => !right && sure >= SURE).map(({ claim }) => claim);
  const listed = [...new Set(wrong.reverse())].slice(0, 6);
  const parts = listed.length ? [element("h4", {}, "Felt sure, was wrong: to look at again"), element("ul", {}, ...listed.map((k) => element("li", {}, math(claims[k].latex, claims[k].words), ` (${claims[k].holds ? "true" : "false"})`)))] : [];
  if (store.answers.length) {
    const forget = element("button", { type: "button", class: "button button-plain button-small" }, "Forget my answers");
    forget.addEventListener("click", () => {
      store.forget();
      changed();
    });
    parts.push(forget);
  }
  place.replaceChildren(...parts);
  typeset(place);
}
