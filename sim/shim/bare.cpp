// The bare loop that co-simulation is measured against: the same model and the same stimulus,
// nothing observed but the end of each image. Prints seconds, cycles and the sum of the classes.
//
// Arguments: a file of images (bytes), and the bytes of one image.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <vector>

#include "verilated.h"
#include MODEL_HEADER

void vl_fatal(const char* file, int line, const char*, const char* message) {
    std::fprintf(stderr, "%s:%d: %s\n", file, line, message);
    std::exit(1);
}

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    std::ifstream file(argv[1], std::ios::binary);
    const std::vector<unsigned char> images{std::istreambuf_iterator<char>(file), {}};
    const size_t pixels = std::strtoul(argv[2], nullptr, 10);

    VerilatedContext context;
    const auto top = std::make_unique<MODEL>(&context, "");
    unsigned long long cycles = 0, classes = 0;
    const auto cycle = [&] {
        top->clock = 0;
        top->eval();
        const bool finish = top->finish;
        top->clock = 1;
        top->eval();
        ++cycles;
        return finish;
    };

    const auto begin = std::chrono::steady_clock::now();
    for (size_t image = 0; image + pixels <= images.size(); image += pixels) {
        top->pixel_write = 1;
        for (size_t i = 0; i < pixels; ++i) {
            top->pixel_addr = i;
            top->pixel_data = images[image + i];
            cycle();
        }
        top->pixel_write = 0;
        top->start = 1;
        cycle();
        top->start = 0;
        while (!cycle()) {
        }
        classes += top->winner;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    top->final();
    std::printf("%.9f %llu %llu\n", seconds.count(), cycles, classes);
    return 0;
}
