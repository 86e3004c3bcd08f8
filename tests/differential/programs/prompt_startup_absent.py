#: rare
#: interactive
#: typed: "import sys, os"
#: typed: "os.environ.get('PYTHONSTARTUP'), os.environ.get('PYTHONINSPECT'), 'readline' in sys.modules, 'rlcompleter' in sys.modules"
#: typed: "hasattr(sys, '__interactivehook__')"
