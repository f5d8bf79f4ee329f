"""Trains the page's network in another library, one epoch for each line on standard input.

    python epoch.py sc-neurocore|snntorch THREADS digits.csv
    python epoch.py snntorch THREADS MNIST IMAGES STEPS

The digits, 64-128-128-10 neurons for 25 time steps; or the first images of MNIST's four files in the
folder MNIST, convolutions of 32 and 64 channels of 5 x 5, each with its neurons and an average of
2 x 2 behind them, 128 neurons and 10. Leak 0.9, the arc tangent for the spike's gradient, the image as
a constant current, batches of 64, Adam at 2e-3, cross entropy of the spike counts; in float, on the
processor. The first line out says what was started; then each line in is answered
with one line of JSON once the epoch is over. The end of standard input ends it.

Each library is used through what it documents, as its own examples use it.
"""

import csv
import gzip
import importlib.metadata
import json
import os
import resource
import sys
import time

import torch
from torch.utils.data import DataLoader, TensorDataset

SIZES = (64, 128, 128, 10)
CHANNELS = (1, 32, 64)
STEPS = 25
BATCH = 64
RATE = 2e-3
BETA = 0.9


def digits(path, part):
    """The images (0 to 1) and labels of one part of the project's own file."""
    with open(path, newline="") as file:
        rows = [row[1:] for row in csv.reader(file) if row[0] == part]
    images = torch.tensor([[float(p) / 16.0 for p in row[1:]] for row in rows])
    labels = torch.tensor([int(row[0]) for row in rows])
    return TensorDataset(images, labels)


def idx(folder, name, count):
    """The first items of one of MNIST's files, packed or not."""
    path = os.path.join(folder, name)
    packed = not os.path.exists(path)
    with gzip.open(path + ".gz") if packed else open(path, "rb") as file:
        data = file.read()
    axes = data[3]
    sizes = [int.from_bytes(data[4 * i : 4 * i + 4], "big") for i in range(1, axes + 1)]
    items = torch.frombuffer(bytearray(data[4 + 4 * axes :]), dtype=torch.uint8)
    return items.reshape(sizes)[:count]


def mnist(folder, part, count):
    """The first images (0 to 1), of one channel, and labels of one part of MNIST."""
    images = idx(folder, part + "-images-idx3-ubyte", count)
    labels = idx(folder, part + "-labels-idx1-ubyte", count)
    return TensorDataset(images.unsqueeze(1).float() / 255.0, labels.long())


class ScNeuroCore:
    """SC-NeuroCore's network and its own loops."""

    name, package = "SC-NeuroCore", "sc-neurocore"

    def __init__(self, conv, steps):
        from sc_neurocore import training

        self.loops = training
        self.net = training.SpikingNet(
            n_input=SIZES[0], n_hidden=SIZES[1], n_output=SIZES[-1], beta=BETA
        )
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=RATE)

    def epoch(self, train):
        return self.loops.train_epoch(self.net, train, self.optimizer, STEPS)[0]

    def accuracy(self, test):
        return self.loops.evaluate(self.net, test, STEPS)[1]


class SnnTorch:
    """snnTorch's neurons and loss; the loops are the user's, as in its tutorials."""

    name, package = "snnTorch", "snntorch"

    def __init__(self, conv, steps):
        import snntorch
        from snntorch import functional, surrogate

        self.steps = steps
        # What turns the input of each layer of neurons into its current.
        self.weights = torch.nn.ModuleList(self.convolutions() if conv else self.linear(SIZES))
        self.neurons = torch.nn.ModuleList(
            snntorch.Leaky(beta=BETA, spike_grad=surrogate.atan()) for _ in self.weights
        )
        self.net = torch.nn.ModuleList([self.weights, self.neurons])
        self.loss = functional.ce_count_loss()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=RATE)

    @staticmethod
    def linear(sizes):
        return [torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]

    @staticmethod
    def convolutions():
        from torch.nn import AvgPool2d, Conv2d, Flatten, Sequential

        hidden, last = SnnTorch.linear((CHANNELS[2] * 4 * 4, 128, SIZES[-1]))
        return [
            Conv2d(CHANNELS[0], CHANNELS[1], 5),
            Sequential(AvgPool2d(2), Conv2d(CHANNELS[1], CHANNELS[2], 5)),
            Sequential(AvgPool2d(2), Flatten(), hidden),
            last,
        ]

    def forward(self, images):
        membranes = [neuron.reset_mem() for neuron in self.neurons]
        spikes = []
        for _ in range(self.steps):
            x = images
            for i, (weight, neuron) in enumerate(zip(self.weights, self.neurons)):
                x, membranes[i] = neuron(weight(x), membranes[i])
            spikes.append(x)
        return torch.stack(spikes)

    def epoch(self, train):
        self.net.train()
        total = 0.0
        for images, labels in train:
            loss = self.loss(self.forward(images), labels)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item() * len(labels)
        return total / len(train.dataset)

    @torch.no_grad()
    def accuracy(self, test):
        self.net.eval()
        right = 0
        for images, labels in test:
            counts = self.forward(images).sum(dim=0)
            right += (counts.argmax(dim=1) == labels).sum().item()
        return right / len(test.dataset)


def say(answer):
    print(json.dumps(answer), flush=True)


def main():
    library, threads, path, *rest = sys.argv[1:]
    images, steps = map(int, rest) if rest else (None, STEPS)
    torch.set_num_threads(int(threads))
    torch.manual_seed(42)
    peer = {"sc-neurocore": ScNeuroCore, "snntorch": SnnTorch}[library](bool(rest), steps)
    if rest:
        learnt, held = mnist(path, "train", images), mnist(path, "t10k", max(images // 6, 1))
    else:
        learnt, held = digits(path, "train"), digits(path, "test")
    train = DataLoader(learnt, batch_size=BATCH, shuffle=True)
    test = DataLoader(held, batch_size=BATCH)
    say(
        {
            "name": peer.name,
            "version": importlib.metadata.version(peer.package),
            "on": f"PyTorch {torch.__version__}",
            "threads": torch.get_num_threads(),
        }
    )
    for _ in sys.stdin:
        begin = time.perf_counter()
        loss = peer.epoch(train)
        seconds = time.perf_counter() - begin
        say(
            {
                "seconds": seconds,
                "loss": loss,
                "accuracy": peer.accuracy(test),
                # Linux counts in KiB.
                "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            }
        )


if __name__ == "__main__":
    main()
