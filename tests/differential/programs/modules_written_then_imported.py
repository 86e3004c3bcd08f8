with open("fresh_module.py", "w") as file:
    file.write("print('imported', __name__)\n")
import fresh_module
