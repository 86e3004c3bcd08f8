#: rare
import unittest


class Case(unittest.TestCase):
    def test_good(self):
        self.assertEqual(1, 1)

    def test_bad(self):
        self.assertEqual(1, 2)


suite = unittest.defaultTestLoader.loadTestsFromName("__main__")
result = unittest.TestResult()
suite.run(result)
print(result.testsRun, len(result.failures), result.failures[0][1])
unittest.main(argv=["main.py", "Case.test_good"], exit=False, verbosity=0) if False else None
