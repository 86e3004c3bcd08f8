#: rare
import socket
import threading

server = socket.create_server(("127.0.0.1", 0))


def answer():
    connection, _ = server.accept()
    connection.sendall(connection.recv(100).upper())
    connection.close()


threading.Thread(target=answer).start()
with socket.create_connection(server.getsockname()) as client:
    client.sendall(b"hi")
    print(client.recv(100))
print(socket.gethostname(), socket.gethostbyname("localhost"))
