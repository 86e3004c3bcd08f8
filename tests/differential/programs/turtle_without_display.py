#: rare
import turtle

turtle.forward(10)
