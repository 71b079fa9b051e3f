"""Checks of the lab on the Gaussian: both gradients by the engine, and densities by SciPy."""

import numpy as np
from scipy.stats import multivariate_normal

import frechet as fr

LIKELIHOOD = fr.parse(
    "k*logdet(S)/2 + tr((X - vector(1)*mu')*inv(S)*(X - vector(1)*mu')')/2",
    {"X": "matrix(m, n)", "mu": "vector(n)", "S": "psd(n)", "k": "scalar"},
)
GRADIENTS = fr.compile([fr.derivative(LIKELIHOOD, "mu"), fr.derivative(LIKELIHOOD, "S")])


def slopes(X, mu, S):
    """Return both gradients of the negative log-likelihood, as the engine derives them."""
    return GRADIENTS(X=X, mu=mu, S=S, k=float(len(X)))


def check_the_fit(lab):
    """At the fitted mean and covariance both gradients of the likelihood vanish, for each species."""
    for X in lab.flowers:
        by_mu, by_S = slopes(X, *lab.fit(X))
        assert np.allclose(by_mu, 0, atol=1e-8), (
            "The gradient by the mean is not zero: take the average of the rows."
        )
        assert np.allclose(by_S, 0, atol=1e-6), (
            "The gradient by the covariance is not zero: average the outer products of x - mu, and "
            "divide by the number of points, not by one less."
        )


def check_the_log_density(lab):
    """The log-density of each flower is SciPy's, without the constant."""
    random = np.random.default_rng(1)
    root = random.normal(size=(4, 4))
    mu, S = random.normal(size=4), root @ root.T + np.eye(4)
    expected = multivariate_normal(mu, S).logpdf(lab.setosa) + 2 * np.log(2 * np.pi)
    found = np.asarray(lab.log_density(lab.setosa, mu, S))
    assert found.shape == (50,), "One number for each row of X is needed."
    assert np.allclose(found, expected), "Minus half the squared distance, minus half the log-determinant."


def check_the_gradients(lab):
    """Away from the fit, both gradients are those that the engine derives."""
    mu, S = lab.setosa.mean(axis=0) + 0.1, np.cov(lab.flowers[1].T)
    by_mu, by_S = slopes(lab.setosa, mu, S)
    found_mu, found_S = lab.gradients(lab.setosa, mu, S)
    assert np.allclose(found_mu, by_mu), "By the mean: minus inv(S) times the sum of x - mu."
    assert not np.allclose(found_S, lab.side_by_side(lab.setosa, mu, S)), (
        "The two inverses stand side by side. C stays between them: inv(S)*C*inv(S)."
    )
    assert np.allclose(found_S, by_S), "By the covariance: (k*inv(S) - inv(S)*C*inv(S))/2, with C = R'R."


def check_the_fitted_bells_name_the_flowers(lab):
    """The fitted bells name at least 97 of 100 flowers rightly, and more than round ones do."""
    right = lab.named_right([lab.fit(X) for X in lab.flowers])
    assert right >= 0.97, f"Only {right:.0%} of the flowers are named rightly."
