#: rare
import json.not_there
