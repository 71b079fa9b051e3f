"""Checks of the lab on the linear score: four losses, their gradients by the engine."""

import numpy as np

import frechet as fr

DECLARED = {"X": "matrix(m, n)", "w": "vector(n)", "b": "scalar", "t": "vector(m)"}
SCORES = "(X*w + b*vector(1))"
LOSSES = {
    "least squares": f"norm2({SCORES} - t)^2/2",
    "logistic regression": f"sum(softplus(-t.*{SCORES}))",
    "support vector machine": f"sum(relu(vector(1) - t.*{SCORES}))",
    "ReLU neuron": f"norm2(relu({SCORES}) - (vector(1) + t))^2/2",
}


def check_the_scores(lab):
    """One score for each flower, w'x + b."""
    w = np.array([1.0, -2.0, 0.5, 3.0])
    found = np.asarray(lab.scores(lab.X, w, 0.25))
    expected = fr.compile(fr.parse(SCORES, DECLARED))(X=lab.X, w=w, b=0.25)[0]
    assert found.shape == (len(lab.X),), "One score for each row of X is needed."
    assert np.allclose(found, expected), "The scores are X @ w + b: rows of X times w, plus the constant."


def check_the_gradients_of_four_losses(lab):
    """From the slopes by the scores to the gradients by w and b, as the engine derives them."""
    w, b = np.array([0.3, -0.2, 0.5, 0.1]), 0.2
    for model, loss in LOSSES.items():
        formula = fr.parse(loss, DECLARED)
        program = fr.compile([fr.derivative(formula, "w"), fr.derivative(formula, "b")])
        by_w, by_b = program(X=lab.X, w=w, b=b, t=lab.t)
        u = lab.slopes_of[model](lab.X @ w + b)
        found_w, found_b = lab.gradients(lab.X, u)
        assert np.shape(found_w) == w.shape, "The gradient by w needs one entry for each weight: X' times u."
        assert np.allclose(found_w, by_w), f"{model}: the gradient by w is X'*u. Did you lose the transpose?"
        assert np.allclose(found_b, by_b), f"{model}: b enters every score, so add up all slopes."


def check_all_four_models_learn(lab):
    """Each model puts at least 94 of 100 flowers on the right side."""
    for model, slopes in lab.slopes_of.items():
        w, b = lab.train(slopes)
        right = lab.accuracy(w, b, 1.0 if model == "ReLU neuron" else 0.0)
        assert right >= 0.94, f"{model} gets {right:.0%} right; with the right gradients it gets more."
