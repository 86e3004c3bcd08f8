"""What updates of documents mean: the one place that knows pycrdt, in a process of its own."""
