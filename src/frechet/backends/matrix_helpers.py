"""Helper functions in MATLAB, Julia and R, by name: a program carries those that it calls."""

from __future__ import annotations

from typing import Final

MATLAB_HELPERS: Final[dict[str, str]] = {
    "sigmoid": """
function y = sigmoid(x)
    y = 1 ./ (1 + exp(-x));
end
""",
    "softplus": """
function y = softplus(x)
    y = max(x, 0) + log1p(exp(-abs(x)));
end
""",
    "softmax": """
function y = softmax(x, axis)
    if nargin < 2
        e = exp(x - max(max(x)));
        y = e / sum(sum(e));
    else
        e = exp(x - max(x, [], axis));
        y = e ./ sum(e, axis);
    end
end
""",
    "logsumexp": """
function y = logsumexp(x, axis)
    if nargin < 2
        top = max(max(x));
        y = top + log(sum(sum(exp(x - top))));
    else
        top = max(x, [], axis);
        y = reshape(top + log(sum(exp(x - top), axis)), [], 1);
    end
end
""",
    "adj": """
function y = adj(x)
    [u, s, v] = svd(x);
    s = diag(s);
    others = zeros(size(s));
    for i = 1:length(s)
        others(i) = prod(s([1:i-1, i+1:end]));
    end
    y = det(u) * det(v) * v * diag(others) * u.';
end
""",
    "cholesky": """
function factor = cholesky(x)
    factor = chol(x, 'lower');
end
""",
    "cholesky_logdet": """
function y = cholesky_logdet(factor)
    y = 2 * sum(log(diag(factor)));
end
""",
    "cholesky_solve": """
function y = cholesky_solve(factor, b)
    y = factor.' \\ (factor \\ b);
end
""",
    "cholesky_inverse": """
function y = cholesky_inverse(factor)
    y = factor.' \\ (factor \\ eye(size(factor)));
end
""",
    "lu_factors": """
function factors = lu_factors(x)
    [factors.L, factors.U, factors.P] = lu(x);
end
""",
    "lu_solve": """
function y = lu_solve(factors, b)
    y = factors.U \\ (factors.L \\ (factors.P * b));
end
""",
    "lu_solve_transposed": """
function y = lu_solve_transposed(factors, b)
    y = factors.P.' * (factors.L.' \\ (factors.U.' \\ b));
end
""",
    "lu_inverse": """
function y = lu_inverse(factors)
    y = factors.U \\ (factors.L \\ factors.P);
end
""",
    "lu_logdet": """
function y = lu_logdet(factors)
    diagonal = diag(factors.U);
    if det(factors.P) * prod(sign(diagonal)) > 0
        y = sum(log(abs(diagonal)));
    else
        y = NaN;
    end
end
""",
    "expm_derivative": """
function y = expm_derivative(x, varargin)
    n = size(x, 1);
    y = expm(jet(x, varargin));
    y = y(1:n, end-n+1:end);
end
""",
    "power_derivative": """
function y = power_derivative(x, exponent, varargin)
    n = size(x, 1);
    y = jet(x, varargin) ^ round(exponent);
    y = y(1:n, end-n+1:end);
end
""",
    "jet": """
function y = jet(x, directions)
    y = x;
    for k = 1:length(directions)
        tile = kron(eye(2 ^ (k - 1)), directions{k});
        y = [y, tile; zeros(size(y)), y];
    end
end
""",
}

JULIA_HELPERS: Final[dict[str, str]] = {
    "sigmoid": """
sigmoid(x) = 1 / (1 + exp(-x))
""",
    "softplus": """
softplus(x) = max(x, 0) + log1p(exp(-abs(x)))
""",
    "softmax": """
function softmax(x, axis=Colon())
    e = exp.(x .- maximum(x, dims=axis))
    return e ./ sum(e, dims=axis)
end
""",
    "logsumexp": """
function logsumexp(x, axis=Colon())
    top = maximum(x, dims=axis)
    found = top .+ log.(sum(exp.(x .- top), dims=axis))
    return axis isa Colon ? found : vec(found)
end
""",
    "adj": """
function adj(x)
    u, s, v = svd(x)
    others = [prod(s[1:end .!= i]) for i in eachindex(s)]
    return det(u) * det(v) * v * Diagonal(others) * u'
end
""",
    "lu_logdet": """
function lu_logdet(factors)
    size, sign = logabsdet(factors)
    return sign > 0 ? size : NaN
end
""",
    "expm_derivative": """
function expm_derivative(x, directions...)
    n = size(x, 1)
    return exp(jet(x, directions))[1:n, end-n+1:end]
end
""",
    "power_derivative": """
function power_derivative(x, exponent, directions...)
    n = size(x, 1)
    return (jet(x, directions) ^ round(Int, exponent))[1:n, end-n+1:end]
end
""",
    "jet": """
function jet(x, directions)
    y = x
    for (k, e) in enumerate(directions)
        tile = kron(Matrix(1.0I, 2^(k - 1), 2^(k - 1)), e)
        y = [y tile; zero(y) y]
    end
    return y
end
""",
}

R_HELPERS: Final[dict[str, str]] = {
    "sigmoid": """
sigmoid <- function(x) 1 / (1 + exp(-x))
""",
    "softplus": """
softplus <- function(x) pmax(x, 0) + log1p(exp(-abs(x)))
""",
    "softmax": """
softmax <- function(x, axis = NULL) {
  if (is.null(axis)) {
    e <- exp(x - max(x))
    return(e / sum(e))
  }
  kept <- 3 - axis
  e <- exp(sweep(x, kept, apply(x, kept, max)))
  sweep(e, kept, apply(e, kept, sum), "/")
}
""",
    "logsumexp": """
logsumexp <- function(x, axis = NULL) {
  if (is.null(axis)) return(max(x) + log(sum(exp(x - max(x)))))
  apply(x, 3 - axis, function(entries) max(entries) + log(sum(exp(entries - max(entries)))))
}
""",
    "adj": """
adj <- function(x) {
  parts <- svd(x)
  others <- sapply(seq_along(parts$d), function(i) prod(parts$d[-i]))
  det(parts$u) * det(parts$v) * parts$v %*% diag(others, nrow(x)) %*% t(parts$u)
}
""",
    "pinv": """
pinv <- function(x) {
  parts <- svd(x)
  kept <- parts$d > max(dim(x)) * .Machine$double.eps * max(parts$d)
  scaled <- sweep(parts$v[, kept, drop = FALSE], 2, parts$d[kept], "/")
  scaled %*% t(parts$u[, kept, drop = FALSE])
}
""",
    "cholesky_logdet": """
cholesky_logdet <- function(factor) 2 * sum(log(diag(factor)))
""",
    "cholesky_solve": """
cholesky_solve <- function(factor, b) {
  found <- backsolve(factor, backsolve(factor, b, transpose = TRUE))
  if (is.matrix(b)) found else drop(found)
}
""",
    "lu_logdet": """
lu_logdet <- function(x) {
  found <- determinant(x, logarithm = TRUE)
  if (found$sign > 0) as.numeric(found$modulus) else NaN
}
""",
    "matrix_power": """
matrix_power <- function(x, exponent) {
  found <- diag(nrow(x))
  base <- if (exponent < 0) solve(x) else x
  for (k in seq_len(abs(round(exponent)))) found <- found %*% base
  found
}
""",
    "expm_derivative": """
expm_derivative <- function(x, ...) {
  n <- nrow(x)
  y <- as.matrix(Matrix::expm(jet(x, list(...))))
  y[1:n, (nrow(y) - n + 1):nrow(y), drop = FALSE]
}
""",
    "power_derivative": """
power_derivative <- function(x, exponent, ...) {
  n <- nrow(x)
  y <- matrix_power(jet(x, list(...)), exponent)
  y[1:n, (nrow(y) - n + 1):nrow(y), drop = FALSE]
}
""",
    "jet": """
jet <- function(x, directions) {
  for (k in seq_along(directions)) {
    tile <- kronecker(diag(2^(k - 1)), directions[[k]])
    x <- rbind(cbind(x, tile), cbind(0 * x, x))
  }
  x
}
""",
}
