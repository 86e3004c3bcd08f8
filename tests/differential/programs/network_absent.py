import socket
import urllib.request

try:
    urllib.request.urlopen("http://192.0.2.1/", timeout=2)
except OSError as error:
    print(type(error).__name__, error)
socket.getaddrinfo("example.org", 80)
