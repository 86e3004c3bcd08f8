#: interactive
#: typed: "x"
#: typed: "import sys"
#: typed: "sys.last_type, sys.last_value"
#: typed: "sys.last_traceback.tb_lineno, sys.last_traceback.tb_next is None"
#: typed: "hasattr(sys, 'last_exc')"
#: typed: "sys.exc_info()"
x = 41
1 / 0
