// What every figure has: the numbers of its symbols, sliders and fields for them, readings, and a
// drawing that is made anew whenever a number changes.
import { Program } from "../evaluate.js";
import { typeset } from "../math.js";

const QUIET = 700;

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

export function rounded(x, digits = 3) {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "undefined" : x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  const text = size >= 1e5 || (size > 0 && size < 1e-3) ? x.toPrecision(2) : String(Number(x.toFixed(digits)));
  return text.replace("-", "−");
}

const latexNumber = (x) => rounded(x).replace("−", "-").replace("∞", "\\infty").replace("undefined", "\\text{undefined}");

export function matrixLatex(rows) {
  if (rows.length === 1 && rows[0].length === 1) return latexNumber(rows[0][0]);
  const body = rows.map((row) => row.map(latexNumber).join(" & ")).join(" \\\\ ");
  return `\\begin{pmatrix} ${body} \\end{pmatrix}`;
}

export const spoken = (rows) => rows.map((row) => row.map((x) => rounded(x)).join(" ")).join(", ");

export class Board {
  constructor(place, figure) {
    this.place = place;
    this.figure = figure;
    this.program = new Program(figure.nodes);
    this.values = structuredClone(figure.values);
    this.free = { ...figure.sizes };
    this.id = place.id;
    this.redraws = [];
    this.fields = [];
    this.stage = place.querySelector(".figure-stage");
    this.drawing = element("div", { class: "figure-drawing" });
    this.controls = element("div", { class: "figure-controls" });
    this.readings = element("dl", { class: "figure-readings" });
    this.stage.replaceChildren(this.drawing, this.controls, this.readings);
    this.addSliders();
    this.addReadings();
    new ResizeObserver(() => this.resized()).observe(this.drawing);
    document.addEventListener("frechet:theme", () => this.changed());
  }

  get show() {
    return new Set([this.figure.show ?? []].flat());
  }

  get width() {
    return Math.max(240, Math.min(640, this.drawing.clientWidth || 600));
  }

  resized() {
    if (this.drawnWidth !== this.width) this.changed();
  }

  // A number of the figure: itself, a slider's, or a scalar symbol's.
  number(given, otherwise) {
    if (typeof given === "number") return given;
    if (given in this.values) return this.values[given][0][0];
    return this.free[given] ?? otherwise;
  }

  value(formula) {
    return this.program.value(formula.place, this.values);
  }

  vector(name) {
    return this.values[name].map(([entry]) => entry);
  }

  setVector(name, numbers) {
    numbers.forEach((entry, i) => (this.values[name][i][0] = entry));
    this.changed();
  }

  // An entry of a symmetric or skew matrix moves its twin with it.
  setEntry(name, i, j, x) {
    this.values[name][i][j] = x;
    const sign = this.figure.twins?.[name];
    if (sign && i !== j) this.values[name][j][i] = sign * x;
  }

  // Draw again at the next frame, and tell what changed when it is quiet.
  changed() {
    if (!this.waiting) {
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        this.update();
      });
    }
  }

  tellSoon() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const told = (this.figure.reading ?? []).map((r) => `${r.label}: ${spoken(this.value(r.formula))}`);
      document.getElementById("status").textContent = told.join(". ");
    }, QUIET);
  }

  update() {
    this.drawnWidth = this.width;
    for (const redraw of this.redraws) redraw();
    for (const field of this.fields) field();
    this.updateReadings();
  }

  onDraw(redraw) {
    this.redraws.push(redraw);
    this.update();
  }

  addSliders() {
    for (const slider of this.figure.slider ?? []) this.addSlider(slider);
  }

  addSlider({ name, label, min, max, step = 0.1 }) {
    const [symbol, ...index] = name.match(/^[^[]+|\d+/g);
    const [i, j] = [Number(index[0] ?? 0), Number(index[1] ?? 0)];
    const get = () => (symbol in this.values ? this.values[symbol][i][j] : this.free[symbol] ?? this.number(this.figure[symbol], min));
    const set = (x) => {
      if (symbol in this.values) this.setEntry(symbol, i, j, x);
      else this.free[symbol] = x;
      this.changed();
      this.tellSoon();
    };
    const id = `${this.id}-slider-${name.replaceAll(/\W+/g, "-")}`;
    const range = element("input", { type: "range", id, min, max, step });
    const typed = element("input", { type: "number", min, max, step: "any", "aria-label": label ?? name });
    range.addEventListener("input", () => set(Number(range.value)));
    typed.addEventListener("change", () => {
      if (typed.value !== "") set(Math.min(max, Math.max(min, Number(typed.value))));
    });
    this.fields.push(() => {
      range.value = get();
      if (document.activeElement !== typed) typed.value = Number(get().toFixed(4));
    });
    this.controls.append(element("div", { class: "figure-slider" }, element("label", { for: id }, label ?? name), range, typed));
  }

  // Fields in which the entries of a vector (or a column) are typed.
  addFields(label, get, set) {
    const box = element("fieldset", { class: "figure-fields" }, element("legend", {}, label));
    get().forEach((_, i) => {
      const field = element("input", { type: "number", step: "any", "aria-label": `${label}, entry ${i + 1}` });
      field.addEventListener("change", () => {
        if (field.value === "") return;
        const numbers = get();
        numbers[i] = Number(field.value);
        set(numbers);
        this.changed();
        this.tellSoon();
      });
      this.fields.push(() => {
        if (document.activeElement !== field) field.value = Number(get()[i].toFixed(3));
      });
      box.append(field);
    });
    this.controls.append(box);
  }

  addReadings() {
    this.shown = (this.figure.reading ?? []).map((reading) => {
      const place = element("dd", {});
      const row = element("div", { class: "figure-reading" }, element("dt", {}, reading.label), place);
      this.readings.append(row);
      return { reading, place };
    });
  }

  updateReadings() {
    for (const { reading, place } of this.shown) {
      const rows = this.value(reading.formula);
      const math = element("span", { class: "math", "data-tex": matrixLatex(rows) }, spoken(rows));
      place.replaceChildren(math);
      typeset(place);
    }
  }
}
