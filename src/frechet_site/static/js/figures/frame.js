// A plane with axes in SVG: from coordinates to points of the screen and back, lines, arrows, and
// handles that are dragged, moved by arrow keys, or sent to where one clicks.

const SVG = "http://www.w3.org/2000/svg";
const EDGE = { left: 34, right: 10, top: 10, bottom: 24 };

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// Round numbers at which an axis is marked.
export function ticks(from, to, about) {
  const raw = (to - from) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * power).find((k) => k >= raw);
  const found = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9 * step; k += 1) found.push(Number((k * step).toPrecision(12)));
  return found;
}

export class Frame {
  constructor(board, window, { equal = false, label = "" } = {}) {
    this.board = board;
    [this.left, this.right, this.bottom, this.top] = window;
    this.equal = equal;
    this.picture = svg("svg", { class: "figure-picture", role: "group", "aria-label": label || board.figure.title });
    board.drawing.append(this.picture);
    this.handles = [];
    this.picture.addEventListener("click", (event) => this.clicked(event));
  }

  // Begin a drawing: sizes, axes, and an empty layer for what follows.
  begin() {
    const width = this.board.width;
    const ratio = this.equal ? (this.top - this.bottom) / (this.right - this.left) : 0.6;
    const height = Math.round(Math.min((width - EDGE.left - EDGE.right) * ratio, 520));
    this.inner = { width: this.equal ? height / ratio : width - EDGE.left - EDGE.right, height };
    this.margin = (width - EDGE.right - EDGE.left - this.inner.width) / 2;
    const total = height + EDGE.top + EDGE.bottom;
    this.picture.setAttribute("viewBox", `0 0 ${width} ${total}`);
    this.picture.setAttribute("width", width);
    this.picture.setAttribute("height", total);
    const clip = `${this.board.id}-clip-${[...this.board.drawing.children].indexOf(this.picture)}`;
    const corner = { x: this.x(this.left), y: this.y(this.top), width: this.inner.width, height };
    this.layer = svg("g", { "clip-path": `url(#${clip})` });
    this.labels = svg("g", {});
    this.written = [];
    const kept = this.handles.map((handle) => handle.mark);
    this.picture.replaceChildren(
      svg("defs", {}, svg("clipPath", { id: clip }, svg("rect", corner))),
      svg("rect", { ...corner, class: "frame" }),
      this.axes(),
      this.layer,
      this.labels,
    );
    this.picture.append(...kept);
  }

  x(v) {
    return EDGE.left + this.margin + ((v - this.left) / (this.right - this.left)) * this.inner.width;
  }

  y(v) {
    return EDGE.top + ((this.top - v) / (this.top - this.bottom)) * this.inner.height;
  }

  at([x, y]) {
    return `${this.x(x).toFixed(1)},${this.y(y).toFixed(1)}`;
  }

  axes() {
    const group = svg("g", { class: "axes", "aria-hidden": "true" });
    for (const v of ticks(this.left, this.right, this.inner.width / 70)) {
      group.append(svg("line", { x1: this.x(v), x2: this.x(v), y1: this.y(this.bottom), y2: this.y(this.top), class: v === 0 ? "axis" : "grid" }));
      group.append(svg("text", { x: this.x(v), y: this.y(this.bottom) + 17, "text-anchor": "middle" }, String(v).replace("-", "−")));
    }
    for (const v of ticks(this.bottom, this.top, this.inner.height / 50)) {
      group.append(svg("line", { x1: this.x(this.left), x2: this.x(this.right), y1: this.y(v), y2: this.y(v), class: v === 0 ? "axis" : "grid" }));
      group.append(svg("text", { x: this.x(this.left) - 6, y: this.y(v) + 4, "text-anchor": "end" }, String(v).replace("-", "−")));
    }
    return group;
  }

  path(points, kind, { closed = false } = {}) {
    const parts = [];
    let pen = "M";
    for (const point of points) {
      if (!point.every(Number.isFinite)) {
        pen = "M";
        continue;
      }
      parts.push(pen + this.at(point.map((v, k) => Math.max(-1e4, Math.min(1e4, v)))));
      pen = "L";
    }
    this.layer.append(svg("path", { d: parts.join("") + (closed ? "Z" : ""), class: kind }));
  }

  segments(pairs, kind, opacity) {
    const d = pairs.map(([from, to]) => `M${this.at(from)}L${this.at(to)}`).join("");
    this.layer.append(svg("path", { d, class: kind, "stroke-opacity": opacity }));
  }

  dots(points, kind, radius = 3) {
    for (const point of points) {
      if (!point.every(Number.isFinite)) continue;
      this.layer.append(svg("circle", { cx: this.x(point[0]), cy: this.y(point[1]), r: radius, class: kind }));
    }
  }

  arrow(from, to, kind, label) {
    const [x1, y1, x2, y2] = [this.x(from[0]), this.y(from[1]), this.x(to[0]), this.y(to[1])];
    const length = Math.hypot(x2 - x1, y2 - y1);
    if (!(length > 1)) return;
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    const head = Math.min(11, length * 0.6);
    const side = (k) => `${x2 - head * ux - k * head * 0.45 * uy},${y2 - head * uy + k * head * 0.45 * ux}`;
    this.layer.append(
      svg("line", { x1, y1, x2: x2 - head * 0.8 * ux, y2: y2 - head * 0.8 * uy, class: `arrow ${kind}` }),
      svg("polygon", { points: `${x2},${y2} ${side(1)} ${side(-1)}`, class: `arrow-head ${kind}` }),
    );
    if (label) this.label(label, x2 + 15 * ux, y2 + 15 * uy, kind, ux < -0.3 ? "end" : ux > 0.3 ? "start" : "middle");
  }

  // A text near a point of the screen, kept inside the picture.
  label(text, x, y, kind = "", anchor = "start") {
    const width = this.board.width;
    const reach = 7.2 * text.length;
    const left = anchor === "end" ? x - reach : anchor === "middle" ? x - reach / 2 : x;
    const shift = Math.max(EDGE.left + 4 - left, 0) - Math.max(left + reach - width + 4, 0);
    let down = Math.max(EDGE.top + 12, Math.min(y + 4, EDGE.top + this.inner.height - 4));
    const taken = (box) => Math.abs(box.down - down) < 15 && box.left < left + shift + reach && left + shift < box.left + box.reach;
    while (this.written.some(taken)) down += 15;
    this.written.push({ left: left + shift, reach, down });
    this.labels.append(svg("text", { x: x + shift, y: down, class: `figure-label ${kind}`, "text-anchor": anchor }, text));
  }

  labelAt(text, point, kind, anchor) {
    this.label(text, this.x(point[0]) + (anchor === "end" ? -8 : 8), this.y(point[1]) - 8, kind, anchor);
  }

  // A point that can be moved: get() and set([x, y]) in coordinates.
  handle(name, get, set) {
    const mark = svg(
      "g",
      { class: "handle", tabindex: 0, role: "slider", "aria-roledescription": "movable point", "aria-label": name },
      svg("circle", { r: 18, class: "handle-reach" }),
      svg("circle", { r: 7, class: "handle-dot" }),
    );
    const move = (point) => {
      set(this.inside(point));
      this.board.changed();
      this.board.tellSoon();
    };
    mark.addEventListener("pointerdown", (event) => {
      mark.setPointerCapture(event.pointerId);
      mark.classList.add("held");
      mark.focus();
      event.preventDefault();
    });
    mark.addEventListener("pointermove", (event) => {
      if (mark.hasPointerCapture(event.pointerId)) move(this.where(event));
    });
    mark.addEventListener("pointerup", () => mark.classList.remove("held"));
    mark.addEventListener("keydown", (event) => this.key(event, get, move));
    this.handles.push({ mark, get, move, name });
    return mark;
  }

  key(event, get, move) {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const step = (event.shiftKey ? 10 : 1) * ((this.right - this.left) / 100);
    const rise = this.equal ? step : (event.shiftKey ? 10 : 1) * ((this.top - this.bottom) / 100);
    const [x, y] = get();
    move([x + way[0] * step, y + way[1] * rise]);
  }

  inside([x, y]) {
    const clean = (v, low, high) => Number(Math.max(low, Math.min(high, v)).toFixed(3));
    return [clean(x, this.left, this.right), clean(y, this.bottom, this.top)];
  }

  where(event) {
    const box = this.picture.getBoundingClientRect();
    const factor = this.board.drawnWidth / box.width;
    const x = (event.clientX - box.left) * factor - EDGE.left - this.margin;
    const y = (event.clientY - box.top) * factor - EDGE.top;
    return [
      this.left + (x / this.inner.width) * (this.right - this.left),
      this.top - (y / this.inner.height) * (this.top - this.bottom),
    ];
  }

  // A click in the plane sends the point that was used last, or the nearest one, there.
  clicked(event) {
    if (!this.handles.length || event.target.closest(".handle")) return;
    const point = this.where(event);
    const distance = ({ get }) => Math.hypot(get()[0] - point[0], get()[1] - point[1]);
    const focused = this.handles.find(({ mark }) => mark === document.activeElement);
    const chosen = focused ?? [...this.handles].sort((a, b) => distance(a) - distance(b))[0];
    chosen.mark.focus({ preventScroll: true });
    chosen.move(point);
  }

  // Put the handles where their points are.
  end() {
    for (const { mark, get } of this.handles) {
      const [x, y] = get();
      mark.setAttribute("transform", `translate(${this.x(x)} ${this.y(y)})`);
      mark.setAttribute("aria-valuenow", x);
      mark.setAttribute("aria-valuetext", `${Number(x.toFixed(2))}, ${Number(y.toFixed(2))}`);
      if (!mark.isConnected) this.picture.append(mark);
    }
  }
}
