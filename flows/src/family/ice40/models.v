// What Yosys's library for iCE40 leaves as black boxes. A phase-locked loop passes its reference
// on: a simulated cycle is a cycle of the design's own clock, whatever the loop makes it from. It
// locks after 32 cycles, so that the board's wait for it is simulated too; a real one takes longer
// (Lattice, FPGA-TN-02052).

module SB_PLL40_PAD (
    input PACKAGEPIN, EXTFEEDBACK, BYPASS, RESETB, LATCHINPUTVALUE, SDI, SCLK,
    input [7:0] DYNAMICDELAY,
    output PLLOUTCORE, PLLOUTGLOBAL, LOCK, SDO
);
    parameter FEEDBACK_PATH = "SIMPLE";
    parameter DELAY_ADJUSTMENT_MODE_FEEDBACK = "FIXED";
    parameter DELAY_ADJUSTMENT_MODE_RELATIVE = "FIXED";
    parameter SHIFTREG_DIV_MODE = 0;
    parameter FDA_FEEDBACK = 0;
    parameter FDA_RELATIVE = 0;
    parameter PLLOUT_SELECT = "GENCLK";
    parameter DIVR = 0;
    parameter DIVF = 0;
    parameter DIVQ = 0;
    parameter FILTER_RANGE = 0;
    parameter ENABLE_ICEGATE = 0;
    parameter TEST_MODE = 0;
    parameter EXTERNAL_DIVIDE_FACTOR = 1;

    reg [5:0] count = 0;
    always @(posedge PACKAGEPIN)
        if (!RESETB) count <= 0;
        else if (!count[5]) count <= count + 1;
    assign LOCK = count[5];
    assign PLLOUTCORE = PACKAGEPIN;
    assign PLLOUTGLOBAL = PACKAGEPIN;
    assign SDO = 0;
endmodule

module SB_PLL40_CORE (
    input REFERENCECLK, EXTFEEDBACK, BYPASS, RESETB, LATCHINPUTVALUE, SDI, SCLK,
    input [7:0] DYNAMICDELAY,
    output PLLOUTCORE, PLLOUTGLOBAL, LOCK, SDO
);
    parameter FEEDBACK_PATH = "SIMPLE";
    parameter DELAY_ADJUSTMENT_MODE_FEEDBACK = "FIXED";
    parameter DELAY_ADJUSTMENT_MODE_RELATIVE = "FIXED";
    parameter SHIFTREG_DIV_MODE = 0;
    parameter FDA_FEEDBACK = 0;
    parameter FDA_RELATIVE = 0;
    parameter PLLOUT_SELECT = "GENCLK";
    parameter DIVR = 0;
    parameter DIVF = 0;
    parameter DIVQ = 0;
    parameter FILTER_RANGE = 0;
    parameter ENABLE_ICEGATE = 0;
    parameter TEST_MODE = 0;
    parameter EXTERNAL_DIVIDE_FACTOR = 1;

    reg [5:0] count = 0;
    always @(posedge REFERENCECLK)
        if (!RESETB) count <= 0;
        else if (!count[5]) count <= count + 1;
    assign LOCK = count[5];
    assign PLLOUTCORE = REFERENCECLK;
    assign PLLOUTGLOBAL = REFERENCECLK;
    assign SDO = 0;
endmodule
