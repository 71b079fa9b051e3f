// The budget game: a hidden landscape; value, gradient and Hessian at the point have to be bought.
import { element, rounded } from "./board.js";
import { drawLevels, Field } from "./contours.js";
import { Methods } from "./descent.js";
import { Frame } from "./frame.js";
import { drawModel } from "./plane.js";

const WORDS = { value: "value", gradient: "gradient", hessian: "Hessian" };
const LONGEST = 0.2;

// Numbers from a seed, as src/frechet/course/figure_budget.py has them (mulberry32).
function* draws(seed) {
  let state = seed | 0;
  for (;;) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    yield ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

export function landscape(figure, seed) {
  const numbers = draws(seed);
  const values = structuredClone(figure.values);
  for (const name of Object.keys(figure.draw).sort()) {
    figure.draw[name].forEach(([low, high], place) => {
      values[name][place][0] = Math.trunc((low + (high - low) * numbers.next().value) * 100) / 100;
    });
  }
  return values;
}

const today = () => Number(new Date().toISOString().slice(0, 10).replaceAll("-", ""));

class Game {
  constructor(board, seed) {
    const { figure } = board;
    this.board = board;
    this.seed = seed;
    this.coins = figure.budget;
    this.bought = [];
    this.state = "open";
    const kept = figure.rate in board.values ? { [figure.rate]: board.values[figure.rate] } : {};
    board.values = { ...landscape(figure, seed), ...kept };
    this.methods = new Methods(board);
    this.start = board.vector(figure.over);
    this.best = this.methods.minimum(this.start);
    this.first = this.methods.value(this.start);
  }

  get point() {
    return this.board.vector(this.board.figure.over);
  }

  // What is known at the point.
  get here() {
    const point = this.point;
    return this.bought.find(({ x }) => x.every((entry, i) => entry === point[i])) ?? { x: point };
  }

  offers(what) {
    return this.state === "open" && !(what in this.here) && this.board.figure.prices[what] <= this.coins;
  }

  buy(what) {
    const { here } = this;
    here[what] = this.methods[what](here.x);
    if (!this.bought.includes(here)) this.bought.push(here);
    this.coins -= this.board.figure.prices[what];
    const low = this.methods.value(this.best);
    if (this.methods.value(here.x) - low <= this.board.figure.goal * (this.first - low)) this.state = "won";
    else if (this.coins < Math.min(...Object.values(this.board.figure.prices))) this.state = "lost";
    this.board.changed();
  }

  end() {
    this.state = "uncovered";
    this.board.changed();
  }

  told() {
    const { figure } = this.board;
    const head = `Landscape ${this.seed}. ${this.coins} of ${figure.budget} coins left. `;
    if (this.state === "won") return `${head}Won: this point lies within ${rounded(100 * figure.goal)} % of the first gap above the minimum.`;
    const where = `The minimum was at (${this.best.map((v) => rounded(v, 2)).join(", ")}).`;
    if (this.state === "lost") return `${head}Nothing more can be bought. ${where}`;
    return this.state === "uncovered" ? `${head}Uncovered. ${where}` : `${head}Buy at a point that lies within ${rounded(100 * figure.goal)} % of the first gap above the minimum.`;
  }
}

export function draw(board) {
  const { figure } = board;
  const frame = new Frame(board, figure.window ?? [-3, 3, -3, 3], { equal: true });
  let game = new Game(board, today());
  const place = (x) => board.setVector(figure.over, x);
  frame.handle(`${figure.over}, the point`, () => game.point, place);
  board.addFields(`${figure.over} =`, () => game.point, place);
  const begin = (seed) => {
    game = new Game(board, seed);
    board.changed();
  };
  const { rows, update } = buttons(board, () => game, place, begin);
  const told = element("p", { class: "figure-told", role: "status" });
  const ledger = element("ol", { class: "figure-ledger" });
  board.drawing.append(told, ...rows, ledger);
  board.onDraw(() => {
    frame.begin();
    picture(board, frame, game);
    frame.end();
    update();
    if (told.textContent !== game.told()) told.textContent = game.told();
    ledger.replaceChildren(...game.bought.map((known) => element("li", {}, written(known))));
  });
}

function buttons(board, current, place, begin) {
  const made = [];
  const button = (words, enabled, act) => {
    const one = element("button", { type: "button", class: "button button-small" }, words);
    one.addEventListener("click", () => act(current()));
    made.push([one, enabled]);
    return one;
  };
  const buys = Object.entries(board.figure.prices).map(([what, price]) =>
    button(`Buy the ${WORDS[what]}: ${price}`, (game) => game.offers(what), (game) => game.buy(what)),
  );
  const rate = () => board.number(board.figure.rate, 0.1);
  const moves = [
    button("Go a gradient step", ({ here }) => "gradient" in here, ({ here }) => place(here.x.map((entry, i) => entry - rate() * here.gradient[i]))),
    button("Go Newton's step", ({ here }) => "gradient" in here && "hessian" in here, ({ here, methods }) => {
      const step = methods.newtonStep(here.x);
      place(here.x.map((entry, i) => entry + step[i]));
    }),
    button("Go back half way", (game) => game.bought.length > 0 && !game.bought.includes(game.here), ({ bought, here }) => {
      const last = bought.at(-1).x;
      place(here.x.map((entry, i) => (entry + last[i]) / 2));
    }),
  ];
  const starts = [
    button("Uncover", (game) => game.state === "open", (game) => game.end()),
    button("Another landscape", () => true, () => begin(1 + Math.floor(Math.random() * 9999))),
    button("Landscape of the day", () => true, () => begin(today())),
  ];
  const rows = [buys, moves, starts].map((few) => element("div", { class: "row" }, ...few));
  return { rows, update: () => made.forEach(([one, enabled]) => (one.disabled = !enabled(current()))) };
}

function picture(board, frame, game) {
  const { figure, program } = board;
  const { methods, bought } = game;
  if (game.state !== "open") {
    const f = program.along(figure.formula.place, figure.over, board.values);
    drawLevels(frame, new Field((x, y) => f([[x], [y]]), figure.window ?? [-3, 3, -3, 3]));
    frame.dots([game.best], "minimum", 6);
    frame.labelAt("minimum", game.best, "minimum-label");
  }
  const { here } = game;
  if ("gradient" in here && "hessian" in here) drawModel(frame, methods, here.x, figure.window ?? [-3, 3, -3, 3]);
  frame.path(bought.map(({ x }) => x), "before");
  for (const { x, value, gradient } of bought) {
    frame.dots([x], "bought", 4);
    if (value !== undefined) frame.labelAt(rounded(value, 2), x, "");
    if (!gradient) continue;
    const length = (LONGEST * (frame.right - frame.left)) / Math.max(1, Math.hypot(...gradient));
    frame.arrow(x, x.map((entry, i) => entry - length * gradient[i]), "gradient", "−∇f");
  }
}

const written = ({ x, value, gradient, hessian }) => {
  const list = (numbers) => `(${numbers.map((v) => rounded(v, 3)).join(", ")})`;
  const parts = [`at ${list(x)}`];
  if (value !== undefined) parts.push(`value ${rounded(value, 4)}`);
  if (gradient) parts.push(`gradient ${list(gradient)}`);
  if (hessian) parts.push(`Hessian (${hessian.map((row) => row.map((v) => rounded(v, 3)).join(", ")).join("; ")})`);
  return parts.join(", ");
};
