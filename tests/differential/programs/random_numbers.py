import random
import secrets
import uuid

random.seed(3)
print(random.random(), random.sample(range(100), 5), random.gauss(0, 1))
print(len(secrets.token_hex(4)), uuid.UUID(int=5), uuid.uuid4().version, uuid.uuid5(uuid.NAMESPACE_DNS, "x"))
