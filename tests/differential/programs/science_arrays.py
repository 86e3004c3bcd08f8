#: scientific
import numpy as np

a = np.arange(12).reshape(3, 4)
print(a, a.mean(axis=0), a @ a.T, np.linalg.det(np.eye(3) * 2))
print(np.geterr(), np.get_printoptions()["precision"], np.linspace(0, 1, 3))
print(np.linalg.inv(np.eye(200) * 2)[0, 0])
