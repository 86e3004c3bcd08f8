#: typed: "secret"
import getpass

print(repr(getpass.getpass("Password? ")))
