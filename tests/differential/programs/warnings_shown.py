import warnings

warnings.warn("careful")
warnings.warn("old", DeprecationWarning)
warnings.warn("old inside", PendingDeprecationWarning)


def f():
    warnings.warn("of the caller", stacklevel=2)


f()
for _ in range(2):
    warnings.warn("once per place", UserWarning)
