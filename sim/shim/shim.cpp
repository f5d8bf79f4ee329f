// C interface to one Verilated model, made so that one call runs many cycles.
//
// A cycle: drive the inputs, settle with the clock low, sample the outputs, raise the clock. So
// an output is seen as the flip-flops of a neighbour would see it, just before the edge that
// ends the cycle; after a call the model stands just after an edge.
//
// A value crosses as ceil(width / 64) little-endian 64-bit words; a row is its ports' values one
// after another. Functions return 0 or a STATUS_ number, and `spike_error` has the sentence.
#include "ports.h"

#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>

#if VM_TRACE
#include "verilated_vcd_c.h"
#endif

#define SPIKE_API extern "C" __attribute__((visibility("default")))

namespace {

constexpr uint32_t ABI_VERSION = 1;
constexpr uint32_t NO_PORT = UINT32_MAX;

enum Status : int32_t { STATUS_OK = 0, STATUS_PORT = 1, STATUS_NO_TRACE = 2, STATUS_FATAL = 3 };

struct BadPort {};
struct NoTrace {};

struct Model {
    VerilatedContext context;
    std::unique_ptr<MODEL> top;
    std::vector<Port> ports;
    CData* clock = nullptr;
    uint64_t cycle = 0;
    std::vector<uint64_t> records;  // what the last capture or wave saw
    std::string error;
#if VM_TRACE
    std::unique_ptr<VerilatedVcdC> vcd;
    std::string vcd_path;
    uint64_t first_traced = 1, last_traced = 0;

    void dump(uint64_t phase) {
        if (cycle < first_traced || cycle > last_traced) return;
        if (!vcd->isOpen()) vcd->open(vcd_path.c_str());
        vcd->dump(2 * cycle + phase);
        if (cycle == last_traced && phase == 1) vcd->close();
    }
#else
    void dump(uint64_t) {}
#endif

    Model() {
#if VM_TRACE
        context.traceEverOn(true);
#endif
        top = std::make_unique<MODEL>(&context, "");
        ports = port_table(*top);
    }

    ~Model() {
#if VM_TRACE
        if (vcd && vcd->isOpen()) vcd->close();
#endif
        top->final();
    }

    const Port& port(uint32_t index) const {
        if (index >= ports.size()) throw BadPort{};
        return ports[index];
    }

    const Port& input(uint32_t index) const {
        const Port& found = port(index);
        if (found.direction == PORT_OUT) throw BadPort{};
        return found;
    }

    // First half of a cycle: outputs settle on the new inputs.
    void low() {
        if (clock) *clock = 0;
        top->eval();
        dump(0);
    }

    // Second half: the edge.
    void high() {
        if (clock) {
            *clock = 1;
            top->eval();
        }
        dump(1);
        ++cycle;
    }
};

inline uint32_t words_of(const Port& port) { return (port.width + 63) / 64; }

// Verilator relies on the bits above a port's width being zero.
inline uint64_t top_mask(const Port& port) {
    const uint32_t used = port.width % 64;
    return used ? (uint64_t{1} << used) - 1 : ~uint64_t{0};
}

inline void store(const Port& port, const uint64_t* value) {
    const uint64_t low = port.width <= 64 ? value[0] & top_mask(port) : 0;
    switch (port.bytes) {
        case 1: *static_cast<CData*>(port.data) = static_cast<CData>(low); return;
        case 2: *static_cast<SData*>(port.data) = static_cast<SData>(low); return;
        case 4: *static_cast<IData*>(port.data) = static_cast<IData>(low); return;
        case 8: *static_cast<QData*>(port.data) = low; return;
    }
    EData* const wide = static_cast<EData*>(port.data);
    for (uint32_t i = 0; i < port.bytes / 4; ++i) {
        uint64_t word = value[i / 2];
        if (i / 2 == words_of(port) - 1) word &= top_mask(port);
        wide[i] = static_cast<EData>(word >> (32 * (i % 2)));
    }
}

inline void load(const Port& port, uint64_t* value) {
    switch (port.bytes) {
        case 1: *value = *static_cast<CData*>(port.data); return;
        case 2: *value = *static_cast<SData*>(port.data); return;
        case 4: *value = *static_cast<IData*>(port.data); return;
        case 8: *value = *static_cast<QData*>(port.data); return;
    }
    const EData* const wide = static_cast<EData*>(port.data);
    for (uint32_t i = 0; i < words_of(port); ++i) {
        const uint64_t low = wide[2 * i];
        const uint64_t high = 2 * i + 1 < port.bytes / 4 ? wide[2 * i + 1] : 0;
        value[i] = high << 32 | low;
    }
}

inline uint64_t load_low_word(const Port& port) {
    if (port.bytes > 8) throw BadPort{};
    uint64_t value;
    load(port, &value);
    return value;
}

// A port that is only tested, in every cycle of a loop: one byte is the usual case, and fast.
class Flag {
    const Port port;
    const CData* const byte;

public:
    explicit Flag(const Port& tested)
        : port{tested}
        , byte{tested.bytes == 1 ? static_cast<const CData*>(tested.data) : nullptr} {
        if (port.bytes > 8) throw BadPort{};
    }
    bool set() const { return byte ? *byte != 0 : load_low_word(port) != 0; }
};

std::vector<Port> select(const Model& model, const uint32_t* indices, uint32_t count, bool drive) {
    std::vector<Port> chosen;
    for (uint32_t i = 0; i < count; ++i)
        chosen.push_back(drive ? model.input(indices[i]) : model.port(indices[i]));
    return chosen;
}

void store_row(const std::vector<Port>& ports, const uint64_t*& row) {
    for (const Port& port : ports) {
        store(port, row);
        row += words_of(port);
    }
}

void load_row(const std::vector<Port>& ports, uint64_t*& row) {
    for (const Port& port : ports) {
        load(port, row);
        row += words_of(port);
    }
}

// No exception may cross into the caller, which is not C++.
template <typename Body>
int32_t guarded(void* handle, Body body) {
    Model& model = *static_cast<Model*>(handle);
    try {
        body(model);
        return STATUS_OK;
    } catch (const BadPort&) {
        return STATUS_PORT;
    } catch (const NoTrace&) {
        return STATUS_NO_TRACE;
    } catch (const std::exception& fatal) {
        model.error = fatal.what();
        return STATUS_FATAL;
    }
}

}  // namespace

// Verilator would print and abort: a design that does not settle must not take its driver along.
void vl_fatal(const char* file, int line, const char*, const char* message) {
    throw std::runtime_error(std::string(file) + ":" + std::to_string(line) + ": " + message);
}

SPIKE_API uint32_t spike_abi_version() { return ABI_VERSION; }

SPIKE_API void* spike_create() {
    try {
        return new Model;
    } catch (const std::exception&) {
        return nullptr;
    }
}

SPIKE_API void spike_destroy(void* handle) { delete static_cast<Model*>(handle); }

SPIKE_API const char* spike_error(void* handle) {
    return static_cast<Model*>(handle)->error.c_str();
}

SPIKE_API uint32_t spike_port_count(void* handle) {
    return static_cast<uint32_t>(static_cast<Model*>(handle)->ports.size());
}

SPIKE_API int32_t spike_port(void* handle, uint32_t index, const char** name, uint32_t* width,
                             uint32_t* direction) {
    return guarded(handle, [&](Model& model) {
        const Port& port = model.port(index);
        *name = port.name;
        *width = port.width;
        *direction = port.direction;
    });
}

SPIKE_API int32_t spike_set_clock(void* handle, uint32_t index) {
    return guarded(handle, [&](Model& model) {
        const Port& port = model.input(index);
        if (port.width != 1) throw BadPort{};
        model.clock = static_cast<CData*>(port.data);
    });
}

SPIKE_API uint64_t spike_cycle(void* handle) { return static_cast<Model*>(handle)->cycle; }

SPIKE_API int32_t spike_poke(void* handle, uint32_t index, const uint64_t* value) {
    return guarded(handle, [&](Model& model) { store(model.input(index), value); });
}

SPIKE_API int32_t spike_peek(void* handle, uint32_t index, uint64_t* value) {
    return guarded(handle, [&](Model& model) { load(model.port(index), value); });
}

// The first half of a cycle alone, so that a caller can look before the edge.
SPIKE_API int32_t spike_low(void* handle) {
    return guarded(handle, [&](Model& model) { model.low(); });
}

SPIKE_API int32_t spike_high(void* handle) {
    return guarded(handle, [&](Model& model) { model.high(); });
}

SPIKE_API int32_t spike_run(void* handle, uint64_t cycles) {
    return guarded(handle, [&](Model& model) {
        for (uint64_t i = 0; i < cycles; ++i) {
            model.low();
            model.high();
        }
    });
}

// Runs whole cycles until `index` reads `value` before an edge; that cycle is left at its first
// half. `*ran` is the number of whole cycles, `max_cycles` when the value never came.
SPIKE_API int32_t spike_run_until(void* handle, uint32_t index, uint64_t value,
                                  uint64_t max_cycles, uint64_t* ran) {
    return guarded(handle, [&](Model& model) {
        const Port& port = model.port(index);
        for (*ran = 0; *ran < max_cycles; ++*ran) {
            model.low();
            if (load_low_word(port) == value) return;
            model.high();
        }
    });
}

// One row of inputs in, one row of outputs out, each cycle.
SPIKE_API int32_t spike_play(void* handle, const uint32_t* inputs, uint32_t input_count,
                             const uint32_t* outputs, uint32_t output_count, uint64_t cycles,
                             const uint64_t* driven, uint64_t* seen) {
    return guarded(handle, [&](Model& model) {
        const std::vector<Port> in = select(model, inputs, input_count, true);
        const std::vector<Port> out = select(model, outputs, output_count, false);
        for (uint64_t i = 0; i < cycles; ++i) {
            store_row(in, driven);
            model.low();
            load_row(out, seen);
            model.high();
        }
    });
}

// Records a row (cycle, outputs...) in each cycle in which `valid` is not 0; ends after the
// cycle in which `stop` is not 0. `*ran` counts the cycles; `*stopped` says whether it came.
SPIKE_API int32_t spike_capture(void* handle, uint32_t valid, uint32_t stop,
                                const uint32_t* outputs, uint32_t output_count,
                                uint64_t max_cycles, uint64_t* ran, uint32_t* stopped) {
    return guarded(handle, [&](Model& model) {
        const std::vector<Port> out = select(model, outputs, output_count, false);
        const Flag valid_flag{model.port(valid)};
        const Flag stop_flag{model.port(stop)};
        size_t row_words = 1;
        for (const Port& port : out) row_words += words_of(port);
        model.records.clear();
        uint64_t cycles = 0;
        bool ended = false;
        for (; cycles < max_cycles && !ended; ++cycles) {
            model.low();
            if (valid_flag.set()) {
                const size_t start = model.records.size();
                model.records.resize(start + row_words);
                uint64_t* row = &model.records[start];
                *row++ = model.cycle;
                load_row(out, row);
            }
            ended = stop_flag.set();
            model.high();
        }
        *ran = cycles;
        *stopped = ended;
    });
}

// Drives one pin from (value, cycles) segments, then holds it for up to `tail` cycles more, or
// until the watched pin has been still for `quiet` cycles (0: the whole tail). Records (cycle,
// value) at the start and at each change of the watched pin.
SPIKE_API int32_t spike_wave(void* handle, uint32_t driven, const uint64_t* segments,
                             uint64_t segment_count, uint32_t watched, uint64_t tail,
                             uint64_t quiet) {
    return guarded(handle, [&](Model& model) {
        const Port& in = model.input(driven);
        const Port& out = model.port(watched);
        model.records.clear();
        uint64_t last = 0;
        uint64_t changed_at = model.cycle;
        const auto cycle = [&] {
            model.low();
            const uint64_t now = load_low_word(out);
            if (model.records.empty() || now != last) {
                model.records.push_back(model.cycle);
                model.records.push_back(now);
                changed_at = model.cycle;
                last = now;
            }
            model.high();
        };
        for (uint64_t i = 0; i < segment_count; ++i) {
            store(in, &segments[2 * i]);
            for (uint64_t n = segments[2 * i + 1]; n; --n) cycle();
        }
        const uint64_t tail_start = model.cycle;
        for (uint64_t n = 0; n < tail; ++n) {
            const uint64_t still_since = std::max(changed_at, tail_start);
            if (quiet && model.cycle - still_since >= quiet) break;
            cycle();
        }
    });
}

// The rows of the last capture or wave; valid until the next call on this handle.
SPIKE_API const uint64_t* spike_records(void* handle, uint64_t* words) {
    Model& model = *static_cast<Model*>(handle);
    *words = model.records.size();
    return model.records.data();
}

// Writes a VCD of the cycles first..=last, whichever call runs them. Time 2n is the first half of
// cycle n and 2n + 1 its second. Only in a model compiled with tracing.
SPIKE_API int32_t spike_trace(void* handle, const char* path, uint64_t first, uint64_t last) {
    return guarded(handle, [&](Model& model) {
#if VM_TRACE
        if (model.vcd && model.vcd->isOpen()) model.vcd->close();
        if (!model.vcd) {
            model.vcd = std::make_unique<VerilatedVcdC>();
            model.top->trace(model.vcd.get(), 99);
        }
        model.vcd_path = path;
        model.first_traced = first;
        model.last_traced = last;
#else
        (void)model;
        (void)path;
        (void)first;
        (void)last;
        throw NoTrace{};
#endif
    });
}
