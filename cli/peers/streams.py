"""Runs a dense layer of another library on bitstreams, a batch for each line on standard input.

    python streams.py SAMPLES INPUTS NEURONS LENGTH

Weights and samples are uniform in 0 to 1. The weights' streams are made once; those of the inputs for
each sample, and every product bit is counted, by the library's own call for batches, its fastest. One
thread. The first line out says what was started; then each line in is answered with one line of JSON
once the batch is through. The end of standard input ends it.
"""

import importlib.metadata
import json
import sys
import time

import numpy
import sc_neurocore_engine as engine

NAME = "sc-neurocore-engine"


def main():
    samples, inputs, neurons, length = map(int, sys.argv[1:])
    engine.set_num_threads(1)
    random = numpy.random.default_rng(1)
    layer = engine.DenseLayer(inputs, neurons, length)
    layer.set_weights(random.random((neurons, inputs)).tolist())
    layer.refresh_packed_weights()
    batch = random.random((samples, inputs))
    exact = batch @ numpy.array(layer.get_weights()).T
    greeting = {"name": NAME, "version": importlib.metadata.version(NAME), "on": engine.simd_tier()}
    print(json.dumps(greeting), flush=True)
    for _ in sys.stdin:
        begin = time.perf_counter()
        sums = layer.forward_batch_numpy(batch)
        seconds = time.perf_counter() - begin
        error = float(numpy.sqrt(numpy.mean((sums - exact) ** 2)))
        print(json.dumps({"seconds": seconds, "error": error}), flush=True)


main()
