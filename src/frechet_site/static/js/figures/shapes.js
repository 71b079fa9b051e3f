// The factors of a formula as boxes with their sizes, its derivative, and how it folds in each layout.
import { element } from "./board.js";
import { svg } from "./frame.js";
import { typeset } from "../math.js";

const CELL = 17;
const MOST = 6;

export function draw(board) {
  const { figure, show } = board;
  const { shapes } = figure.formula;
  const slid = new Set((figure.slider ?? []).map(({ name }) => name));
  for (const name of Object.keys(figure.sizes)) {
    if (!slid.has(name)) board.addSlider({ name, label: `size ${name}`, min: 1, max: MOST, step: 1 });
  }
  const chosen = board.place.closest("[data-layout]")?.dataset.layout;
  const layouts = show.has("layouts") ? ["numerator", "denominator"] : ["numerator"];
  board.onDraw(() => {
    const sized = (shape) => [...shape, "1"].slice(0, 2).map((size) => sizeOf(size, board.free));
    const row = element("div", { class: "shapes" });
    shapes.factors.forEach(({ latex, shape }, k) => row.append(...(k ? [sign("·")] : []), box(latex, shape, sized(shape))));
    if (shapes.factors.length > 1) row.append(sign("="), box(figure.formula.latex, shapes.shape, sized(shapes.shape), "result"));
    const rows = [row];
    if (show.has("derivative") && shapes.derivative) {
      const below = element("div", { class: "shapes" });
      for (const layout of layouts) {
        const shape = shapes.derivative[layout];
        const title = show.has("layouts") ? `derivative, ${layout} layout${layout === chosen ? " (yours)" : ""}` : "derivative";
        const turned = layout === "denominator" && String(shape) !== String(shapes.derivative.numerator);
        const latex = turned ? transposed(shapes.derivative.latex) : shapes.derivative.latex;
        below.append(box(latex, shape, sized(shape), "derivative", title));
      }
      rows.push(below);
    }
    board.drawing.replaceChildren(...rows);
    typeset(board.drawing);
  });
}

// A size is a number, a name, or a product of these.
const sizeOf = (text, sizes) => text.split("*").reduce((found, part) => found * (sizes[part] ?? Number(part)), 1);

const transposed = (latex) => (/^\\?\w+$/.test(latex) ? `${latex}^{\\top}` : `\\left(${latex}\\right)^{\\top}`);

const sign = (text) => element("span", { class: "shape-sign" }, text);

function box(latex, shape, [rows, columns], kind = "", title = "") {
  const [width, height] = [columns * CELL, rows * CELL];
  const picture = svg("svg", { width: width + 2, height: height + 2, viewBox: `-1 -1 ${width + 2} ${height + 2}`, class: `shape-box ${kind}`, "aria-hidden": "true" });
  for (let i = 0; i < rows; i += 1) {
    for (let j = 0; j < columns; j += 1) picture.append(svg("rect", { x: j * CELL, y: i * CELL, width: CELL, height: CELL }));
  }
  const names = [...shape, "1"].slice(0, 2).join(" × ");
  const sizes = names === `${rows} × ${columns}` ? names : `${names} = ${rows} × ${columns}`;
  const parts = [picture, element("span", { class: "math", "data-tex": latex }, latex), element("span", { class: "shape-size" }, sizes)];
  return element("div", { class: "shape" }, ...(title ? [element("span", { class: "shape-title" }, title)] : []), ...parts);
}
