// Cells that place and route makes (nextpnr's packing of carry chains, and apycula's fuses of them).

// A table of sixteen bits: the upper twelve give the sum's other half, the lowest four what a carry begins
// with. Constants at its pins are worked into the table, and such pins have no net.
module ALU (
    output SUM, COUT,
    input I0, I1, I2, I3, CIN
);
    parameter ALU_MODE = 0;
    parameter CIN_NETTYPE = "";
    // That of mode 2, which adds where I3 is 1 and subtracts where it is 0.
    parameter [15:0] RAW_ALU_LUT = 16'b0110_0000_1001_1010;

    wire half = RAW_ALU_LUT[{I3, 1'b1, I1, I0}];
    wire begun = RAW_ALU_LUT[{2'b00, I1, I0}];
    // Two kinds begin a chain with a constant, or bring its end out.
    assign SUM = ALU_MODE == "C2L" || ALU_MODE == "ONE2C" ? CIN : half ^ CIN;
    assign COUT = ALU_MODE == "C2L" ? 1'b0 : ALU_MODE == "ONE2C" ? 1'b1 : half ? CIN : begun;
endmodule

module GOWIN_GND (output G);
    assign G = 1'b0;
endmodule

module GOWIN_VCC (output V);
    assign V = 1'b1;
endmodule

module BUFG (output O, input I);
    assign O = I;
endmodule
