"""Everything that is made from `pythonide.protocol`: the JSON Schema of the page and the reference of the wire."""
