import warnings

print(len(warnings.filters))
for one in warnings.filters:
    print(one)
print(warnings.showwarning.__name__, "__warningregistry__" in globals())
