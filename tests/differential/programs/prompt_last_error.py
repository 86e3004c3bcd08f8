#: interactive
#: typed: "1 / 0"
#: typed: "import sys"
#: typed: "sys.last_value, sys.last_type"
#: typed: "sys.last_traceback.tb_frame.f_code.co_filename[:7], sys.last_traceback.tb_frame.f_globals is globals()"
#: typed: "x = = 2"
#: typed: "sys.last_type, hasattr(sys, 'last_exc')"
#: typed: "raise SystemExit(7)"
