#: interactive
#: typed: "import warnings; warnings.warn('careful')"
#: typed: "warnings.warn('old', DeprecationWarning)"
#: typed: "1 is 1"
#: typed: "'\\d'"
