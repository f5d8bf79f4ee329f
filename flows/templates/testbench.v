// A design from power-up in four states: plays stimulus.txt on its inputs and prints its outputs.
//
// The stimulus is the number of cycles, then a line for each change of an input: the cycle, the
// input's number, its level; in the order of the cycles. What is printed is a line for each cycle in
// which an output differs from the cycle before, the first cycle included: the cycle, and the
// outputs, the last one first.
//
// A cycle has two halves, as under every other simulator here: the clock is low and the outputs settle
// on the inputs just driven, then it rises. The outputs are looked at before it does. Nothing is set
// that the stimulus does not set: an input is x until it is driven, and so is all in the design that has
// no initial value.
`timescale 1ns / 1ns

module testbench;
    reg clock = 0;
    reg [`INPUTS-1:0] driven;
    wire [`OUTPUTS-1:0] seen;
    reg [`OUTPUTS-1:0] before;

    `TOP dut (
        .`CLOCK(clock),
        `include "ports.vh"
    );

    integer stimulus, found, cycles, cycle, next, pin;
    reg level;

    task read;
        begin
            found = $fscanf(stimulus, "%d %d %b\n", next, pin, level);
            if (found != 3) next = -1;
        end
    endtask

    initial begin
        stimulus = $fopen("stimulus.txt", "r");
        found = $fscanf(stimulus, "%d\n", cycles);
        read;
        for (cycle = 0; cycle < cycles; cycle = cycle + 1) begin
            while (next == cycle) begin
                driven[pin] = level;
                read;
            end
            #1;
            if (cycle == 0 || seen !== before) $display("%0d %b", cycle, seen);
            before = seen;
            clock = 1;
            #1;
            clock = 0;
        end
        $finish(0);
    end
endmodule
