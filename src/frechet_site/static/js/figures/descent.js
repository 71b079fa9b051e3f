// Gradient descent and Newton's method on the figure's own function, from the figure's own point.
import { solve } from "../evaluate.js";

const FAR = 1e6;

export class Methods {
  constructor(board) {
    const { program, figure } = board;
    const { value, gradient, hessian } = figure.formula;
    const at = (x) => ({ ...board.values, [figure.over]: x.map((entry) => [entry]) });
    this.value = (x) => program.number(value.place, at(x));
    this.gradient = (x) => program.value(gradient.place, at(x)).map(([entry]) => entry);
    this.hessian = (x) => program.value(hessian.place, at(x));
  }

  path(start, steps, next) {
    const found = [start];
    for (let k = 0; k < steps; k += 1) {
      const x = next(found.at(-1));
      if (!x.every((entry) => Math.abs(entry) < FAR)) break;
      found.push(x);
    }
    return found;
  }

  descent(start, rate, steps) {
    return this.path(start, steps, (x) => {
      const g = this.gradient(x);
      return x.map((entry, i) => entry - rate * g[i]);
    });
  }

  newtonStep(x) {
    return solve(this.hessian(x), this.gradient(x).map((entry) => [-entry])).map(([entry]) => entry);
  }

  newton(start, steps) {
    return this.path(start, steps, (x) => {
      const step = this.newtonStep(x);
      return x.map((entry, i) => entry + step[i]);
    });
  }

  // A minimum: Newton steps where they lead down, else gradient steps, each short enough to gain.
  minimum(start) {
    let x = start;
    for (let k = 0; k < 200; k += 1) {
      const g = this.gradient(x);
      const size = Math.hypot(...g);
      if (!(size > 1e-10)) break;
      const step = this.newtonStep(x);
      const slope = step.reduce((sum, entry, i) => sum + entry * g[i], 0);
      const way = slope < 0 ? step : g.map((entry) => -entry);
      let length = 1;
      const moved = () => x.map((entry, i) => entry + length * way[i]);
      while (length > 1e-12 && !(this.value(moved()) < this.value(x))) length /= 2;
      if (length <= 1e-12) break;
      x = moved();
    }
    return Math.hypot(...this.gradient(x)) < 1e-4 && x.every((entry) => Math.abs(entry) < FAR) ? x : null;
  }
}
