"""The parts of `./run bench`, in the order in which they run; each module asks one question."""
