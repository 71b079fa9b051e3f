// Computes the formulas of a figure. They share one list of nodes, each naming its operands by their
// places earlier in the list; every value is a list of rows, a number [[2]], a vector a column.
// The operations mean what src/frechet/course/figure_values.py says.

// The nodes that a place needs, in order; and those among them that change with one symbol.
function needed(nodes, place) {
  const found = new Set();
  const open = [place];
  while (open.length) {
    const at = open.pop();
    if (found.has(at)) continue;
    found.add(at);
    open.push(...operands(nodes[at]));
  }
  return [...found].sort((a, b) => a - b);
}

const operands = (node) => [...(node.of ?? []), ...(node.scalars ?? []), ...(node.chain ?? [])];

export class Program {
  constructor(nodes) {
    this.nodes = nodes;
    this.orders = new Map();
  }

  order(place) {
    if (!this.orders.has(place)) this.orders.set(place, needed(this.nodes, place));
    return this.orders.get(place);
  }

  // The value at a place.
  value(place, symbols) {
    const known = [];
    for (const at of this.order(place)) known[at] = MEANINGS[this.nodes[at].op](this.nodes[at], known, symbols);
    return known[place];
  }

  number(place, symbols) {
    return this.value(place, symbols)[0][0];
  }

  // The number at a place as a function of one symbol: what does not change with it is computed once.
  along(place, name, symbols) {
    const moving = new Set();
    const fixed = [];
    for (const at of this.order(place)) {
      const node = this.nodes[at];
      if ((node.op === "symbol" && node.name === name) || operands(node).some((of) => moving.has(of))) moving.add(at);
      else fixed[at] = MEANINGS[node.op](node, fixed, symbols);
    }
    const known = [...fixed];
    return (value) => {
      const here = { [name]: value };
      for (const at of moving) known[at] = MEANINGS[this.nodes[at].op](this.nodes[at], known, here);
      return known[place][0][0];
    };
  }
}

const filled = (rows, columns, entry) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => entry(i, j)));
const each = (x, f) => x.map((row) => row.map(f));
const both = (x, y, f) => x.map((row, i) => row.map((entry, j) => f(entry, y[i][j])));
const entries = (x) => x.flat();
const number = (x) => [[x]];
const total = (x) => x.reduce((a, b) => a + b, 0);

export const add = (x, y) => both(x, y, (a, b) => a + b);
export const scale = (factor, x) => each(x, (entry) => factor * entry);
export const transpose = (x) => x[0].map((_, j) => x.map((row) => row[j]));
export const multiply = (x, y) => filled(x.length, y[0].length, (i, j) => total(x[i].map((entry, k) => entry * y[k][j])));
export const identity = (n) => filled(n, n, (i, j) => Number(i === j));

// Gauss with the largest pivot: the determinant, and the right side solved for.
export function eliminated(matrix, right) {
  const a = matrix.map((row, i) => [...row, ...right[i]]);
  const n = matrix.length;
  let determinant = 1;
  for (let k = 0; k < n; k += 1) {
    let pivot = k;
    for (let i = k + 1; i < n; i += 1) if (Math.abs(a[i][k]) > Math.abs(a[pivot][k])) pivot = i;
    if (a[pivot][k] === 0) return { determinant: 0, solution: right.map((row) => row.map(() => NaN)) };
    if (pivot !== k) [a[k], a[pivot], determinant] = [a[pivot], a[k], -determinant];
    determinant *= a[k][k];
    for (let i = 0; i < n; i += 1) {
      if (i === k) continue;
      const factor = a[i][k] / a[k][k];
      for (let j = k; j < a[i].length; j += 1) a[i][j] -= factor * a[k][j];
    }
  }
  return { determinant, solution: a.map((row, i) => row.slice(n).map((entry) => entry / row[i])) };
}

export const solve = (matrix, right) => eliminated(matrix, right).solution;
export const determinant = (x) => eliminated(x, x.map(() => [])).determinant;
const inverse = (x) => solve(x, identity(x.length));

function adjugate(x) {
  if (x.length === 1) return [[1]];
  const without = (list, k) => list.filter((_, i) => i !== k);
  const minor = (i, j) => determinant(without(x, i).map((row) => without(row, j)));
  return filled(x.length, x.length, (i, j) => (-1) ** (i + j) * minor(j, i));
}

// Full rank, by the normal equations; a matrix without it by the limit of a small ridge.
function pseudoinverse(x) {
  const tall = x.length >= x[0].length;
  const [a, at] = tall ? [x, transpose(x)] : [transpose(x), x];
  const gram = multiply(at, a);
  const found = Math.abs(determinant(gram)) > 1e-12 ? solve(gram, at) : ranked(a, at);
  return tall ? found : transpose(found);
}

function ranked(a, at) {
  const gram = multiply(at, a);
  const size = Math.max(...entries(gram).map(Math.abs));
  if (size === 0) return at;
  const ridge = scale(1e-10 * size, identity(gram.length));
  return solve(add(gram, ridge), at);
}

function wholePower(x, exponent) {
  const base = exponent < 0 ? inverse(x) : x;
  let found = identity(x.length);
  for (let k = 0; k < Math.abs(exponent); k += 1) found = multiply(found, base);
  return found;
}

function diagonal(x) {
  if (x[0].length === 1) return filled(x.length, x.length, (i, j) => (i === j ? x[i][0] : 0));
  return x.map((row, i) => [row[i]]);
}

// A function of a list of numbers, applied to all entries, to each row, or to each column:
// a line of the answer for each.
function alongAxis(f, axis, x) {
  if (axis === "all") {
    const found = f(entries(x));
    const width = found.length > 1 ? x[0].length : 1;
    return filled(found.length / width, width, (i, j) => found[i * width + j]);
  }
  return (axis === "rows" ? x : transpose(x)).map(f);
}

const logSumExp = (x) => {
  const top = Math.max(...x);
  return top + Math.log(total(x.map((entry) => Math.exp(entry - top))));
};

const ENTRY = {
  exp: Math.exp, log: Math.log, sqrt: Math.sqrt, abs: Math.abs, sign: Math.sign,
  sin: Math.sin, cos: Math.cos, tan: Math.tan, arcsin: Math.asin, arccos: Math.acos, arctan: Math.atan,
  sinh: Math.sinh, cosh: Math.cosh, tanh: Math.tanh,
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
};

const KEEP_SHAPE = new Set(["softmax"]);
const ALONG = {
  sum: (x) => [total(x)],
  norm2: (x) => [Math.hypot(...x)],
  logsumexp: (x) => [logSumExp(x)],
  softmax: (x) => x.map((entry) => Math.exp(entry - logSumExp(x))),
};

const MATRIX = {
  tr: (x) => number(total(x.map((row, i) => row[i]))),
  diag: diagonal,
  vec: (x) => entries(transpose(x)).map((entry) => [entry]),
  norm1: (x) => number(total(entries(x).map(Math.abs))),
  dot: (x, y) => number(total(entries(both(x, y, (a, b) => a * b)))),
  outer: (x, y) => multiply(x, transpose(y)),
  max: (x) => number(Math.max(...entries(x))),
  min: (x) => number(Math.min(...entries(x))),
  det: (x) => number(determinant(x)),
  logdet: (x) => number(Math.log(determinant(x))),
  adj: adjugate,
  inv: inverse,
  pinv: pseudoinverse,
  tril: (x) => x.map((row, i) => row.map((entry, j) => (j <= i ? entry : 0))),
};

function called({ name, axis, of }, known) {
  const values = of.map((place) => known[place]);
  if (name in ENTRY) return each(values[0], ENTRY[name]);
  if (name in ALONG) {
    const found = alongAxis(ALONG[name], axis, values[0]);
    return KEEP_SHAPE.has(name) && axis === "columns" ? transpose(found) : found;
  }
  return MATRIX[name](...values);
}

function product({ factor, scalars, chain }, known) {
  const number_ = scalars.reduce((found, place) => found * known[place][0][0], factor);
  if (!chain.length) return number(number_);
  return scale(number_, chain.map((place) => known[place]).reduce(multiply));
}

function power({ of }, known) {
  const [base, exponent] = of.map((place) => known[place]);
  if (base.length === 1) return number(base[0][0] ** exponent[0][0]);
  return wholePower(base, Math.round(exponent[0][0]));
}

function entrywise({ of }, known) {
  const [base, exponent] = of.map((place) => known[place]);
  if (exponent.length === 1 && exponent[0].length === 1) return each(base, (entry) => entry ** exponent[0][0]);
  return both(base, exponent, (x, y) => x ** y);
}

function kronecker({ of }, known) {
  const [x, y] = of.map((place) => known[place]);
  const [rows, columns] = [y.length, y[0].length];
  const entry = (i, j) => x[Math.floor(i / rows)][Math.floor(j / columns)] * y[i % rows][j % columns];
  return filled(x.length * rows, x[0].length * columns, entry);
}

const MEANINGS = {
  number: ({ value }) => number(value),
  symbol: ({ name }, known, symbols) => symbols[name],
  fill: ({ value, rows, columns }) => filled(rows, columns, () => value),
  identity: ({ rows }) => identity(rows),
  sum: ({ of }, known) => of.map((place) => known[place]).reduce(add),
  hadamard: ({ of }, known) => of.map((place) => known[place]).reduce((x, y) => both(x, y, (a, b) => a * b)),
  transpose: ({ of }, known) => transpose(known[of[0]]),
  product, power, entrywise, kronecker,
  call: called,
};
