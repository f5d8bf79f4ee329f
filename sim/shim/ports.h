// Port table of a Verilated model, read from Verilator's own header by the compiler.
//
// Verilator declares each port of the top module through a macro: `VL_IN8(&clock,0,0);`. This
// file redefines those macros so that each line also declares a member function that describes
// the port; __COUNTER__ numbers them. Nothing has to parse Verilog or C++, and the table cannot
// disagree with the model it was compiled against. Only functions are added, so the object's
// layout is the one that the other files were compiled with.
//
// MODEL_HEADER ("Vtop.h") and MODEL (Vtop) come from the makefile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "verilated.h"

enum PortDirection : uint32_t { PORT_IN = 0, PORT_OUT = 1, PORT_INOUT = 2 };

struct Port {
    const char* name;  // as Verilator spells it, with a leading '&' where the port is a reference
    uint32_t width;    // bits
    uint32_t direction;
    uint32_t bytes;  // of the C++ variable: 1, 2, 4, 8, or a multiple of 4 for wide ports
    void* data;
};

template <int N>
struct PortIndex {};

#define PORT_DECLARE(name, msb, lsb, direction, type) \
    type name; \
    Port describe_port(PortIndex<__COUNTER__>) { \
        return Port{#name, (msb) - (lsb) + 1, direction, sizeof(type), (void*)(name)}; \
    }

#undef VL_IN8
#undef VL_IN16
#undef VL_IN
#undef VL_IN64
#undef VL_INW
#undef VL_OUT8
#undef VL_OUT16
#undef VL_OUT
#undef VL_OUT64
#undef VL_OUTW
#undef VL_INOUT8
#undef VL_INOUT16
#undef VL_INOUT
#undef VL_INOUT64
#undef VL_INOUTW
#define VL_IN8(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_IN, CData)
#define VL_IN16(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_IN, SData)
#define VL_IN(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_IN, IData)
#define VL_IN64(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_IN, QData)
#define VL_INW(name, msb, lsb, words) PORT_DECLARE(name, msb, lsb, PORT_IN, VlWide<words>)
#define VL_OUT8(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_OUT, CData)
#define VL_OUT16(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_OUT, SData)
#define VL_OUT(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_OUT, IData)
#define VL_OUT64(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_OUT, QData)
#define VL_OUTW(name, msb, lsb, words) PORT_DECLARE(name, msb, lsb, PORT_OUT, VlWide<words>)
#define VL_INOUT8(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_INOUT, CData)
#define VL_INOUT16(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_INOUT, SData)
#define VL_INOUT(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_INOUT, IData)
#define VL_INOUT64(name, msb, lsb) PORT_DECLARE(name, msb, lsb, PORT_INOUT, QData)
#define VL_INOUTW(name, msb, lsb, words) PORT_DECLARE(name, msb, lsb, PORT_INOUT, VlWide<words>)

constexpr int FIRST_PORT = __COUNTER__ + 1;
#include MODEL_HEADER
constexpr int END_PORT = __COUNTER__;

template <int... I>
std::vector<Port> port_table_of(MODEL& model, std::integer_sequence<int, I...>) {
    return {model.describe_port(PortIndex<FIRST_PORT + I>{})...};
}

inline std::vector<Port> port_table(MODEL& model) {
    return port_table_of(model, std::make_integer_sequence<int, END_PORT - FIRST_PORT>{});
}
