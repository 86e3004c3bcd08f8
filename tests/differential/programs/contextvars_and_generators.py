#: rare
import contextvars

variable = contextvars.ContextVar("variable", default=1)
print(variable.get(), len(contextvars.copy_context()))
variable.set(2)
print(contextvars.copy_context()[variable])
