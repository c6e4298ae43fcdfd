"""Linear algebra, Fourier transforms and random numbers: BLAS and LAPACK are shared libraries of the wheel."""

import numpy as np

matrix = np.array([[2.0, 1.0, -1.0], [-3.0, -1.0, 2.0], [-2.0, 1.0, 2.0]])
print("solution", np.round(np.linalg.solve(matrix, [8.0, -11.0, -3.0]), 9))
print("eigenvalues", np.round(np.linalg.eigvalsh([[2.0, 1.0], [1.0, 2.0]]), 9))
print("rank", np.linalg.matrix_rank(np.arange(12.0).reshape(3, 4)))
signal = np.sin(2 * np.pi * 5 * np.linspace(0, 1, 64, endpoint=False))
print("frequency", int(np.argmax(np.abs(np.fft.rfft(signal)))))
big = np.random.default_rng(7).standard_normal((300, 300))
print("inverse", np.allclose(big @ np.linalg.inv(big), np.eye(300)))
print("random", np.random.default_rng(42).integers(0, 100, 5))
