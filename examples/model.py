"""The contract in numpy, written from docs/contract.md and docs/protocol.md and from nothing else.

model.py VECTORS.json...     compares every number and every byte of test vectors
model.py FOLDER PIXEL...     runs one image on a network's folder

It needs Python 3.11 and numpy.
"""
import hashlib, json, pathlib, sys, tomllib
import numpy as np

MASKS = {1: 0x1, 2: 0x3, 3: 0x6, 4: 0xc, 5: 0x14, 6: 0x30, 7: 0x60, 8: 0xb8, 16: 0xd008}

def lfsr(n, count, state=1):
    states = []
    for _ in range(count):
        states.append(state)
        state = state >> 1 ^ (MASKS[n] if state & 1 else 0)
    return np.array(states)

def x(generator, n):
    """x(k) of counter, van-der-corput and sobol."""
    v = [2 ** n // 2]
    while len(v) < n:
        v.append(v[-1] ^ v[-1] // 2)
    places = {"counter": [2 ** i for i in range(n)], "sobol": v[:n],
              "van-der-corput": [2 ** (n - 1 - i) for i in range(n)]}[generator]
    k = np.arange(2 ** n)
    return np.bitwise_xor.reduce([0 * k] + [(k >> i & 1) * v for i, v in enumerate(places)])

def encoder(generator, T):
    """r(t)."""
    if generator == "lfsr":
        return lfsr(8, T) - 1
    n = T.bit_length() - 1
    return 2 ** (8 - n) * x(generator.replace("ruler", "van-der-corput"), n) + 2 ** (8 - n) // 2

def bits(generator, B):
    """bit_k(m) as [k, m]."""
    m, k = np.arange(2 ** B), np.arange(2 ** B)[:, None]
    if generator == "lfsr":
        return (m >= lfsr(B, 2 ** B)[:, None]) & (k < 2 ** B - 1)
    if generator == "ruler":
        z = sum((k + 1) % 2 ** (i + 1) == 0 for i in range(B))
        return (m >> np.maximum(B - 1 - z, 0) & 1) * (k < 2 ** B - 1)
    return m > x(generator, B)[:, None]

def program(listing):
    """The lines of a listing: operations, lists, results, what is kept at the beginning, the inputs."""
    nodes, lists, results, inputs = [], {}, [], []
    for line in listing.splitlines():
        word, *rest = line.replace("%", "").split()
        if rest[0] == "=" and line[0] == "%":
            nodes.append((rest[1], [int(r) for r in rest[2:] if r not in ("list", "truth")]))
        elif word == "list":
            lists[int(rest[0])] = np.array([int(r) for r in rest[2:]])
        elif word == "result":
            results.append(int(rest[0]))
        elif word == "begin":
            begin = [int(r) for r in rest]
        else:
            inputs.append([int(r) for r in rest])
    return nodes, lists, results, begin, inputs

def advance(nodes, lists, results, given):
    """One step of a named neuron: the results, of what it is given."""
    v, given = [], iter(given)
    for name, a in nodes:
        x = v[a[0]] if a and name != "given" and name != "number" else None
        y = v[a[1]] if name in ("add", "subtract", "multiply", "both", "either") else None
        n = a[-1] if a else None
        v.append({
            "given": lambda: next(given), "number": lambda: np.int64(n),
            "add": lambda: x + y, "subtract": lambda: x - y, "multiply": lambda: x * y,
            "scale": lambda: x << n, "floor": lambda: x >> n, "rest": lambda: x & (1 << n) - 1,
            "look-up": lambda: lists[n][x], "decay": lambda: x - (x >> n),
            "saturate": lambda: np.clip(x, -(1 << n - 1), (1 << n - 1) - 1),
            "count-down": lambda: np.maximum(x - 1, 0), "known": lambda: x, "is-positive": lambda: x > 0,
            "not": lambda: ~x, "both": lambda: x & y, "either": lambda: x | y,
            "select": lambda: np.where(x, v[a[1]], v[a[2]]),
        }[name]())
    return [v[place] for place in results]

def full(c):
    """A connection with every field of its kind: the kind, its fields in alphabetical order, then what all have."""
    common = [key for key in ("inputs", "outputs", "threshold", "neuron", "noise_bits", "from") if key in c]
    rest = {"conv": {"stride": [1, 1], "padding": [0, 0], "groups": 1}, "pool": {"stride": c.get("kernel")}}
    own = rest.get(c.get("kind"), {}) | {k: v for k, v in c.items() if k not in (*common, "kind", "connections")}
    kind = {"kind": c["kind"]} if c.get("kind", "dense") != "dense" else {}
    further = {"connections": [full(of) for of in c["connections"]]} if "connections" in c else {}
    return kind | {key: own[key] for key in sorted(own)} | {key: c[key] for key in common} | further

def shape(c, source, outputs):
    """The shape of the layer whose first connection this is."""
    if c.get("kind") in ("conv", "pool"):
        slack = [source[1 + a] + 2 * c.get("padding", [0, 0])[a] - c["kernel"][a] for a in (0, 1)]
        return [c.get("channels", source[0]), *(slack[a] // c["stride"][a] + 1 for a in (0, 1))]
    return [outputs, 1, 1]

def reach(c, source, own):
    """For each neuron j and unit i the number of the weight between them, or -1."""
    J, I, kind = np.prod(own), np.prod(source), c.get("kind", "dense")
    j, i = np.mgrid[:J, :I]
    if kind in ("skip", "flatten"):
        return np.where(i == j, 0, -1)
    if c.get("pattern") == "one-to-one":
        return np.where(i == j, i, -1)
    if kind not in ("conv", "pool"):
        return j * I + i
    (y, x, C), (Y, X, k) = (np.unravel_index(of, (*size[1:], size[0])) for of, size in ((j, own), (i, source)))
    (h, w), stride, padding = c["kernel"], c["stride"], c.get("padding", [0, 0])
    v, u = Y + padding[0] - y * stride[0], X + padding[1] - x * stride[1]
    seen, of_group = (source[0] // c.get("groups", 1), own[0] // c.get("groups", 1)) if kind == "conv" else (1, 1)
    k = k - C // of_group * seen
    inside = (0 <= v) & (v < h) & (0 <= u) & (u < w) & (0 <= k) & (k < seen)
    return np.where(inside, ((C * seen + k) * h + v) * w + u if kind == "conv" else 0, -1)

def wired(net, tensors):
    """For each layer its shape, what it divides by as a power of two, and its connections: kind, fields, place of the
    source (0 the input), its shape, weights as [j, i], delays as [j, i]."""
    first = net["layers"][0]["inputs"]
    layers, sizes = [], [([*net["input"].values()] if "input" in net else [first, 1, 1], 0)]
    for l, layer in enumerate(net["layers"]):
        own = shape(layer, sizes[l][0], layer["outputs"])
        p = {"flatten": sizes[l][1], "pool": 0 if layer.get("reduce") == "max" else sizes[l][1]}.get(layer.get("kind"), 0)
        if layer.get("reduce") == "average":
            p += int(np.prod(layer["kernel"])).bit_length() - 1
        sizes.append((own, p))
        connections = []
        for c, q, d in zip([layer, *layer.get("connections", [])], tensors[l]["q"], tensors[l]["d"]):
            source = l + 1 if c.get("kind") == "recurrent" else c["from"] + 1 if "from" in c else l
            places = reach(c, sizes[source][0], own)
            M = np.where(places < 0, 0, np.append(q, 0)[places])
            D = np.append(d, 0)[places] if len(d) else np.zeros_like(M)
            connections.append((c, source, sizes[source][1], places >= 0, M, D + (c.get("kind") == "recurrent")))
        layers.append((own, connections))
    return layers

def named(net, programs):
    """The program of each layer whose neurons have a name."""
    names = [layer.get("neuron") for layer in net["layers"]]
    return [program(programs[name]) if name else None for name in names]

def sums(on, connections, past, t):
    """C and C-, of what each source has passed on in each time step."""
    C = minus = 0
    for _, source, p, _, M, D in connections:
        S = negative = np.zeros(len(M), int)
        for late in range(t + 1):
            if (D == late).any():
                q, n = M * (D == late), past[source][t - late]
                bits = (on[:, abs(q)] * np.sign(q) @ n).sum(0)
                assert (bits == (np.sign(q) * on.sum(0)[abs(q)]) @ n).all(), "the schedules differ"
                S, negative = S + bits, negative + (on.sum(0)[abs(q)] * (q < 0)) @ n
        C, minus = C + S // 2 ** p, minus + negative // 2 ** p
    return C, minus

def run(net, tensors, image, programs={}):
    """What the vectors hold of an image."""
    n, stream, T = net["neuron"], net["stream"], net["time"]["steps"]
    top, F, N, L = 2 ** (n["membrane_bits"] - 1), n["fraction_bits"], n["noise_bits"], stream["length"]
    r, bit = encoder(net["encoder"]["generator"], T), bits(stream["generator"], stream["bits"])
    layers = wired(net, tensors)
    biases = [np.tile(of["b"], np.prod(shape[1:])) for of, (shape, _) in zip(tensors, layers)]
    V, rest = ([np.zeros(len(b), int) for b in biases] for _ in range(2))
    past = [[] for _ in range(len(layers) + 1)]
    own = named(net, programs)
    kept = [p and [np.full(len(b), begin) for begin in p[3]] for p, b in zip(own, biases)]
    u = lfsr(16, T * sum(map(len, V)), n["noise_seed"]) % 2 ** N
    noise, steps, drawn = np.where(u < 2 ** N / 2, u, u - 2 ** N), [], 0
    for t in range(T):
        s = (image > r[t]).astype(int)
        steps.append({"r": int(r[t]), "s": s.tolist(), "layers": []})
        on = bit[((t * L if stream.get("phase") == "run-on" else 0) + np.arange(L)) % 2 ** stream["bits"]]
        past[0].append(s)
        for l, (b, (_, connections)) in enumerate(zip(biases, layers)):
            first, source, _, places, _, _ = connections[0]
            if first.get("kind") in ("pool", "flatten"):
                passed = places.astype(int) @ past[source][t]
                past[l + 1].append(np.minimum(passed, 1) if first.get("reduce") == "max" else passed)
                steps[-1]["layers"].append({"C": [], "V": [], "s": []})
                continue
            C, minus = sums(on, connections, past, t)
            n_l = net["layers"][l].get("noise_bits", N)
            own_noise = noise[drawn:drawn + len(b)] // 2 ** (N - n_l) * (n_l > 0)
            if own[l]:
                nodes, lists, results, _, ((place, low, high, one), *second) = own[l]
                scale = one // net["layers"][l]["threshold"]
                I = (C + minus if second else C) * scale + b + own_noise
                inputs = [np.clip(I, low, high), *(np.clip(minus * scale, *ends) for _, *ends in second)]
                given = kept[l][:place] + inputs + kept[l][place:]
                *kept[l], s = advance(nodes, lists, results, given)
                V[l], s, drawn = kept[l][0], s.astype(int), drawn + len(b)
                steps[-1]["layers"].append({"C": C.tolist(), "V": V[l].tolist(), "s": s.tolist()})
                past[l + 1].append(s)
                continue
            theta = net["layers"][l]["threshold"] * 2 ** F
            U = V[l] - V[l] // 2 ** n["leak"] if n["leak"] else V[l]
            sum_ = U + C * 2 ** F + b + own_noise
            V[l] = np.where(rest[l] > 0, U, np.clip(sum_, -top, top - 1))
            s = (rest[l] == 0) & (V[l] > theta)
            V[l] = np.where(s, 0 if n["reset"] == "zero" else V[l] - theta, V[l])
            rest[l] = np.where(s, n["refractory"], np.maximum(rest[l] - 1, 0))
            s, drawn = s.astype(int), drawn + len(b)
            steps[-1]["layers"].append({"C": C.tolist(), "V": V[l].tolist(), "s": s.tolist()})
            past[l + 1].append(s)
    counts, V = np.sum([step["layers"][-1]["s"] for step in steps], 0).tolist(), V[-1].tolist()
    best = max(range(len(V)), key=lambda j: (counts[j], V[j], -j))
    return {"steps": steps, "counts": counts, "membranes": V, "class": best}

def identity(net, tensors, programs={}):
    def table(head, fields):
        return [*head, *(f"{key} = {json.dumps(value)}" for key, value in fields.items())]
    text = table([], {key: net[key] for key in ("format", "name", "readout")})
    stream = {key: value for key, value in net["stream"].items() if value != "restart"}
    shaped = {"input": net["input"]} if "input" in net else {}
    for name, fields in ({"time": net["time"], "stream": stream, "encoder": net["encoder"]} | shaped | {
                         "neuron": net["neuron"], "weights": net["weights"] | {"sha256": ""}}).items():
        text += table(["", f"[{name}]"], fields)
    for layer in net["layers"]:
        hashes = {"neuron": hashlib.sha256(programs[layer["neuron"]].encode()).hexdigest()} if "neuron" in layer else {}
        layer = layer | hashes
        further = layer.pop("connections", [])
        text += table(["", "[[layers]]"], layer)
        for c in further:
            text += table(["", "[[layers.connections]]"], c)
    text += table(["", "[provenance]"], {"command": "", "seed": 0, "data": "", "epochs": 0,
                                         "train_accuracy": 0.0, "accuracy": 0.0, "version": ""})
    data = b"".join(b"".join(q.astype("i1").tobytes() for q in of["q"]) + b"".join(d.astype("u1").tobytes() for d in of["d"])
                    + of["b"].astype("<i4").tobytes() for of in tensors)
    return hashlib.sha256("\n".join(text + [""]).encode() + data)

def frame(command, payload):
    body, crc = bytes([command, *len(payload).to_bytes(2, "little")]) + payload, 0xffff
    for byte in body:
        crc ^= byte << 8
        for _ in range(8):
            crc = crc << 1 & 0xffff ^ (0x1021 if crc >> 15 else 0)
    return b"\xa5" + body + crc.to_bytes(2, "big")

def scan(spiking, rows):
    """The clock cycles in which the inputs are read on schedule events, the row of each being so many words."""
    cycles, passed, found, left = 1, 0, False, 0
    while True:
        cycles, free = cycles + 1, left <= 1
        if passed == len(spiking) and not found and free:
            return cycles
        spikes = passed < len(spiking) and spiking[passed]
        takes = passed < len(spiking) and not (found and spikes)
        left = rows if found and free else max(left - 1, 0)
        found = spikes if not found else not free
        passed += takes

def busy(net, board, steps):
    """The clock cycles for which a board's engine is busy with an image."""
    layers, T, B, P, D = net["layers"], len(steps), net["stream"]["bits"], board["lanes"], board["drain"]
    if board["schedule"] != "events":
        passes = B if board["schedule"] == "planes" else 2 ** B
        words = sum(l["outputs"] * -(-l["inputs"] // P) * passes + D for l in layers)
        return T * (layers[0]["inputs"] + 2 + words)
    G = [-(-l["outputs"] // P) for l in layers]
    cycles = scan([any(on) for on in zip(*(step["s"] for step in steps))], G[0])
    for n, layer in enumerate(layers):
        runs, stride = T if n else 1, {1: 4, 2: 2}.get(G[n], 1) * (1 if n else T)
        cycles += runs * (G[n] * stride + 2) * (stride > 1) + T * (layer["outputs"] + D)
        if n + 1 < len(layers):
            cycles += T + sum(sum(step["layers"][n]["s"]) for step in steps) * G[n + 1]
    return cycles

def reply(request, net, tensors, board, programs={}):
    """What a board that waits for a frame says to these bytes."""
    layers, T = net["layers"], net["time"]["steps"]
    inputs, command, payload = layers[0]["inputs"], request[1], request[4:-2]
    if command not in (1, 2):
        return frame(0xff, b"\2")
    if int.from_bytes(request[2:4], "little") != (inputs if command == 2 else 0):
        return frame(0xff, b"\3")
    if request != frame(command, payload):
        return frame(0xff, b"\1")
    if command == 1:
        sizes = np.array([inputs, layers[-1]["outputs"], T], "<u2").tobytes()
        return frame(0x81, b"\1" + identity(net, tensors, programs).digest()[:8] + sizes)
    out = run(net, tensors, np.frombuffer(payload, "u1"), programs)
    results = np.array([out["counts"], out["membranes"]]).T.astype("<i2").tobytes()
    return frame(0x82, np.array([out["class"], busy(net, board, out["steps"])], "<u4").tobytes() + results)

def pixels(numbers, ranges):
    low, high = np.array(ranges * (len(numbers) // len(ranges))).T
    with np.errstate(all="ignore"):
        share = (np.array(numbers) / 2 - low / 2) / (high / 2 - low / 2)
    values = np.clip(np.nan_to_num(255 * share, posinf=255, neginf=0), 0, 255)
    return (np.floor(values) + (values % 1 >= 0.5)).astype(int).tolist()

def load(folder):
    """The spec and the tensors of a network's folder."""
    net = tomllib.loads((folder / "net.toml").read_text("utf-8-sig"))
    net["layers"] = [full(layer) for layer in net["layers"]]
    if "neurons" in net:
        sys.exit("a folder of named neurons has no listing of its neurons, which only test vectors have")
    data = (folder / net["weights"]["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == net["weights"]["sha256"].strip().lower(), "other weights"
    begin = 8 + int.from_bytes(data[:8], "little")
    header, data = json.loads(data[8:begin]), data[begin:]
    def tensor(name, dtype):
        if name not in header:
            return None
        return np.frombuffer(data[slice(*header[name]["data_offsets"])], dtype).astype(int)
    def of(stem):
        return {"weight": tensor(stem + ".weight", "i1"), "delay": tensor(stem + ".delay", "u1")}
    layers = []
    for n, layer in enumerate(net["layers"]):
        further = [of(f"layers.{n}.connections.{k}") for k in range(len(layer.get("connections", [])))]
        layers.append(of(f"layers.{n}") | {"bias": tensor(f"layers.{n}.bias", "<i4"), "connections": further})
    return net, flattened(layers)

def flattened(layers):
    """For each layer the biases, and of each connection the weights and the delays in the order of their tensors."""
    def flat(values):
        return np.array([] if values is None else values, int).reshape(-1)
    return [{"q": [flat(of.get("weight")) for of in [layer, *layer.get("connections", [])]],
             "d": [flat(of.get("delay")) for of in [layer, *layer.get("connections", [])]],
             "b": flat(layer.get("bias"))} for layer in layers]

def check(path):
    """Compares a file of vectors with this model."""
    vector = json.loads(path.read_text())
    if path.name == "sequences.json":
        pairs = [(e, encoder(e["generator"], e["steps"]).tolist(), e["r"]) for e in vector["encoders"]]
        for s in vector["streams"]:
            bit = bits(s["generator"], s["bits"]) != 0
            pairs.append((s, np.where(bit.any(1), bit.argmax(1), 0).tolist(), s["least"]))
        return compare(path, pairs)
    net, tensors = vector["net"] | {"layers": [*map(full, vector["net"]["layers"])]}, flattened(vector["tensors"])
    programs = vector.get("programs", {})
    pairs = [("hash", identity(net, tensors, programs).hexdigest(), vector["hash"])]
    for number, image in enumerate(vector["images"]):
        numbers = {"pixels": pixels(image["numbers"], vector["ranges"])} if "numbers" in image else {}
        found = run(net, tensors, np.array(image["pixels"]), programs) | numbers
        pairs += [(f"{key} of image {number}", value, image[key]) for key, value in found.items()]
    for board in vector["boards"]:
        for e in board["exchanges"]:
            answer = reply(bytes.fromhex(e["request"]), net, tensors, board, programs).hex()
            pairs.append((f"the reply to {e['what']}", answer, e["reply"]))
    compare(path, pairs)

def compare(path, pairs):
    for what, found, wanted in pairs:
        if found != wanted:
            sys.exit(f"{path}: {what} is\n{found}\nand the vector has\n{wanted}")
    print(f"{path.name}: all the same")

if __name__ == "__main__":
    paths = [pathlib.Path(path) for path in sys.argv[1:] if not path.isdecimal()]
    if [path for path in paths if path.is_dir()]:
        net, tensors = load(paths[0])
        out = run(net, tensors, np.array([int(pixel) for pixel in sys.argv[2:]]))
        out["hash"] = identity(net, tensors).hexdigest()
        print(json.dumps({key: out[key] for key in ("hash", "class", "counts", "membranes")}))
    elif paths:
        for path in paths:
            check(path)
    else:
        sys.exit(__doc__)
