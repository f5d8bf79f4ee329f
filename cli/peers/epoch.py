"""Trains the page's network in another library, one epoch for each line on standard input.

    python epoch.py sc-neurocore|snntorch digits.csv THREADS

The digits, 64-128-128-10 neurons, leak 0.9, the arc tangent for the spike's gradient, the image as
a constant current for 25 time steps, batches of 64, Adam at 2e-3, cross entropy of the spike counts;
in float, on the processor. The first line out says what was started; then each line in is answered
with one line of JSON once the epoch is over. The end of standard input ends it.

Each library is used through what it documents, as its own examples use it.
"""

import csv
import importlib.metadata
import json
import resource
import sys
import time

import torch
from torch.utils.data import DataLoader, TensorDataset

SIZES = (64, 128, 128, 10)
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


class ScNeuroCore:
    """SC-NeuroCore's network and its own loops."""

    name, package = "SC-NeuroCore", "sc-neurocore"

    def __init__(self):
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

    def __init__(self):
        import snntorch
        from snntorch import functional, surrogate

        widths = list(zip(SIZES, SIZES[1:]))
        self.weights = torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in widths)
        self.neurons = torch.nn.ModuleList(
            snntorch.Leaky(beta=BETA, spike_grad=surrogate.atan()) for _ in widths
        )
        self.net = torch.nn.ModuleList([self.weights, self.neurons])
        self.loss = functional.ce_count_loss()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=RATE)

    def forward(self, images):
        membranes = [neuron.reset_mem() for neuron in self.neurons]
        spikes = []
        for _ in range(STEPS):
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
    library, path, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(42)
    peer = {"sc-neurocore": ScNeuroCore, "snntorch": SnnTorch}[library]()
    train = DataLoader(digits(path, "train"), batch_size=BATCH, shuffle=True)
    test = DataLoader(digits(path, "test"), batch_size=BATCH)
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
