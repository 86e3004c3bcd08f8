import json.not_there
