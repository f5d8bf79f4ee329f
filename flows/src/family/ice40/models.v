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

// A single-port RAM with all of its power on (Lattice, FPGA-TN-02022). What it shows in a cycle that writes is not known; here
// it is what it showed before. Yosys's library has a model too, whose contents are lost a word at a time when the power
// goes: 16,384 writes that no flattening gets through.
module SB_SPRAM256KA (
    input [13:0] ADDRESS,
    input [15:0] DATAIN,
    input [3:0] MASKWREN,
    input WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP, POWEROFF,
    output reg [15:0] DATAOUT
);
    reg [15:0] memory [0:16383];
    always @(posedge CLOCK)
        if (CHIPSELECT && !STANDBY && !SLEEP && POWEROFF) begin
            if (!WREN) DATAOUT <= memory[ADDRESS];
            else begin
                if (MASKWREN[0]) memory[ADDRESS][3:0] <= DATAIN[3:0];
                if (MASKWREN[1]) memory[ADDRESS][7:4] <= DATAIN[7:4];
                if (MASKWREN[2]) memory[ADDRESS][11:8] <= DATAIN[11:8];
                if (MASKWREN[3]) memory[ADDRESS][15:12] <= DATAIN[15:12];
            end
        end
endmodule

// The cells of nextpnr's netlist after place and route, beside those of Yosys's library. A pin goes one way.
module PAD_IN (input PACKAGE_PIN, output D_IN_0);
    assign D_IN_0 = PACKAGE_PIN;
endmodule

module PAD_OUT (output PACKAGE_PIN, input D_OUT_0);
    assign PACKAGE_PIN = D_OUT_0;
endmodule

module ICESTORM_PLL (
    input REFERENCECLK, EXTFEEDBACK, BYPASS, RESETB, LATCHINPUTVALUE, SDI, SCLK,
    input DYNAMICDELAY_0, DYNAMICDELAY_1, DYNAMICDELAY_2, DYNAMICDELAY_3,
    input DYNAMICDELAY_4, DYNAMICDELAY_5, DYNAMICDELAY_6, DYNAMICDELAY_7,
    output PLLOUT_A, PLLOUT_A_GLOBAL, PLLOUT_B, PLLOUT_B_GLOBAL, LOCK, SDO
);
    parameter TEST_MODE = 0;
    parameter SHIFTREG_DIVMODE = 0;
    parameter PLLTYPE = 0;
    parameter ENABLE_ICEGATE_PORTB = 0;
    parameter ENABLE_ICEGATE_PORTA = 0;
    parameter PLLOUT_SELECT_B = 0;
    parameter PLLOUT_SELECT_A = 0;
    parameter FILTER_RANGE = 0;
    parameter FEEDBACK_PATH = 0;
    parameter FDA_RELATIVE = 0;
    parameter FDA_FEEDBACK = 0;
    parameter DIVR = 0;
    parameter DIVQ = 0;
    parameter DIVF = 0;
    parameter DELAY_ADJMODE_REL = 0;
    parameter DELAY_ADJMODE_FB = 0;

    reg [5:0] count = 0;
    always @(posedge REFERENCECLK)
        if (!RESETB) count <= 0;
        else if (!count[5]) count <= count + 1;
    assign LOCK = count[5];
    assign PLLOUT_A = REFERENCECLK;
    assign PLLOUT_A_GLOBAL = REFERENCECLK;
    assign PLLOUT_B = REFERENCECLK;
    assign PLLOUT_B_GLOBAL = REFERENCECLK;
    assign SDO = 0;
endmodule

module ICESTORM_SPRAM (
    input ADDRESS_13, ADDRESS_12, ADDRESS_11, ADDRESS_10, ADDRESS_9, ADDRESS_8, ADDRESS_7,
         ADDRESS_6, ADDRESS_5, ADDRESS_4, ADDRESS_3, ADDRESS_2, ADDRESS_1, ADDRESS_0,
    input DATAIN_15, DATAIN_14, DATAIN_13, DATAIN_12, DATAIN_11, DATAIN_10, DATAIN_9, DATAIN_8,
         DATAIN_7, DATAIN_6, DATAIN_5, DATAIN_4, DATAIN_3, DATAIN_2, DATAIN_1, DATAIN_0,
    input MASKWREN_3, MASKWREN_2, MASKWREN_1, MASKWREN_0, WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP,
         POWEROFF,
    output DATAOUT_15, DATAOUT_14, DATAOUT_13, DATAOUT_12, DATAOUT_11, DATAOUT_10, DATAOUT_9,
         DATAOUT_8, DATAOUT_7, DATAOUT_6, DATAOUT_5, DATAOUT_4, DATAOUT_3, DATAOUT_2, DATAOUT_1,
         DATAOUT_0
);
    SB_SPRAM256KA memory (
        .ADDRESS({ADDRESS_13, ADDRESS_12, ADDRESS_11, ADDRESS_10, ADDRESS_9, ADDRESS_8,
            ADDRESS_7, ADDRESS_6, ADDRESS_5, ADDRESS_4, ADDRESS_3, ADDRESS_2, ADDRESS_1, ADDRESS_0}),
        .DATAIN({DATAIN_15, DATAIN_14, DATAIN_13, DATAIN_12, DATAIN_11, DATAIN_10, DATAIN_9,
            DATAIN_8, DATAIN_7, DATAIN_6, DATAIN_5, DATAIN_4, DATAIN_3, DATAIN_2, DATAIN_1,
            DATAIN_0}),
        .MASKWREN({MASKWREN_3, MASKWREN_2, MASKWREN_1, MASKWREN_0}),
        .WREN(WREN), .CHIPSELECT(CHIPSELECT), .CLOCK(CLOCK), .STANDBY(STANDBY), .SLEEP(SLEEP),
        .POWEROFF(POWEROFF),
        .DATAOUT({DATAOUT_15, DATAOUT_14, DATAOUT_13, DATAOUT_12, DATAOUT_11, DATAOUT_10,
            DATAOUT_9, DATAOUT_8, DATAOUT_7, DATAOUT_6, DATAOUT_5, DATAOUT_4, DATAOUT_3,
            DATAOUT_2, DATAOUT_1, DATAOUT_0})
    );
endmodule

// A multiplier in the way that it is used here: a signed product of 16 by 16 bits between the registers of its factors and
// its own, on a rising edge (Lattice, FPGA-TN-02007). One in another way is not known. A pin that is not here has to float:
// the registers are then enabled, and nothing resets or holds them.
module ICESTORM_DSP (
    input CLK,
    input A_15, A_14, A_13, A_12, A_11, A_10, A_9, A_8,
         A_7, A_6, A_5, A_4, A_3, A_2, A_1, A_0,
    input B_15, B_14, B_13, B_12, B_11, B_10, B_9, B_8,
         B_7, B_6, B_5, B_4, B_3, B_2, B_1, B_0,
    output O_31, O_30, O_29, O_28, O_27, O_26, O_25, O_24,
         O_23, O_22, O_21, O_20, O_19, O_18, O_17, O_16,
         O_15, O_14, O_13, O_12, O_11, O_10, O_9, O_8,
         O_7, O_6, O_5, O_4, O_3, O_2, O_1, O_0
);
    parameter NEG_TRIGGER = 0;
    parameter A_REG = 0;
    parameter B_REG = 0;
    parameter C_REG = 0;
    parameter D_REG = 0;
    parameter TOP_8x8_MULT_REG = 0;
    parameter BOT_8x8_MULT_REG = 0;
    parameter PIPELINE_16x16_MULT_REG1 = 0;
    parameter PIPELINE_16x16_MULT_REG2 = 0;
    parameter TOPOUTPUT_SELECT = 0;
    parameter TOPADDSUB_LOWERINPUT = 0;
    parameter TOPADDSUB_UPPERINPUT = 0;
    parameter TOPADDSUB_CARRYSELECT = 0;
    parameter BOTOUTPUT_SELECT = 0;
    parameter BOTADDSUB_LOWERINPUT = 0;
    parameter BOTADDSUB_UPPERINPUT = 0;
    parameter BOTADDSUB_CARRYSELECT = 0;
    parameter MODE_8x8 = 0;
    parameter A_SIGNED = 0;
    parameter B_SIGNED = 0;

    generate
        if (NEG_TRIGGER || !A_REG || !B_REG || TOP_8x8_MULT_REG || BOT_8x8_MULT_REG
            || PIPELINE_16x16_MULT_REG1 || !PIPELINE_16x16_MULT_REG2 || TOPOUTPUT_SELECT != 3
            || BOTOUTPUT_SELECT != 3 || MODE_8x8 || !A_SIGNED || !B_SIGNED) begin: unknown_mode
            ICESTORM_DSP_OF_ANOTHER_MODE unknown ();
        end
    endgenerate

    reg signed [15:0] a = 0;
    reg signed [15:0] b = 0;
    reg signed [31:0] product = 0;
    always @(posedge CLK) begin
        a <= {A_15, A_14, A_13, A_12, A_11, A_10, A_9, A_8,
        A_7, A_6, A_5, A_4, A_3, A_2, A_1, A_0};
        b <= {B_15, B_14, B_13, B_12, B_11, B_10, B_9, B_8,
        B_7, B_6, B_5, B_4, B_3, B_2, B_1, B_0};
        product <= a * b;
    end
    assign {O_31, O_30, O_29, O_28, O_27, O_26, O_25, O_24,
        O_23, O_22, O_21, O_20, O_19, O_18, O_17, O_16,
        O_15, O_14, O_13, O_12, O_11, O_10, O_9, O_8,
        O_7, O_6, O_5, O_4, O_3, O_2, O_1, O_0} = product;
endmodule

// As in Yosys's library, but for pins that float, which have what they see by then.
module ICESTORM_LC (input I0, I1, I2, I3, CIN, CLK, CEN, SR, output LO, output O, output COUT);
    parameter [15:0] LUT_INIT = 0;
    parameter [0:0] NEG_CLK = 0;
    parameter [0:0] CARRY_ENABLE = 0;
    parameter [0:0] DFF_ENABLE = 0;
    parameter [0:0] SET_NORESET = 0;
    parameter [0:0] ASYNC_SR = 0;
    parameter [0:0] CIN_CONST = 0;
    parameter [0:0] CIN_SET = 0;

    wire carry = CIN_CONST ? CIN_SET : CIN;
    assign COUT = CARRY_ENABLE ? (I1 & I2) | ((I1 | I2) & carry) : 1'b0;
    wire [7:0] third = I3 ? LUT_INIT[15:8] : LUT_INIT[7:0];
    wire [3:0] second = I2 ? third[7:4] : third[3:0];
    wire [1:0] first = I1 ? second[3:2] : second[1:0];
    assign LO = I0 ? first[1] : first[0];
    wire clock = NEG_CLK ? ~CLK : CLK;
    reg q = 1'b0;
    generate
        if (ASYNC_SR) begin: asynchronous
            always @(posedge clock, posedge SR)
                if (SR) q <= SET_NORESET;
                else if (CEN) q <= LO;
        end else begin: synchronous
            always @(posedge clock)
                if (CEN) q <= SR ? SET_NORESET : LO;
        end
    endgenerate
    assign O = DFF_ENABLE ? q : LO;
endmodule

module ICESTORM_RAM (
    output RDATA_15, RDATA_14, RDATA_13, RDATA_12, RDATA_11, RDATA_10, RDATA_9, RDATA_8, RDATA_7,
         RDATA_6, RDATA_5, RDATA_4, RDATA_3, RDATA_2, RDATA_1, RDATA_0,
    input RCLK, RCLKE, RE, WCLK, WCLKE, WE,
    input RADDR_10, RADDR_9, RADDR_8, RADDR_7, RADDR_6, RADDR_5, RADDR_4, RADDR_3, RADDR_2, RADDR_1,
         RADDR_0,
    input WADDR_10, WADDR_9, WADDR_8, WADDR_7, WADDR_6, WADDR_5, WADDR_4, WADDR_3, WADDR_2, WADDR_1,
         WADDR_0,
    input MASK_15, MASK_14, MASK_13, MASK_12, MASK_11, MASK_10, MASK_9, MASK_8, MASK_7, MASK_6,
         MASK_5, MASK_4, MASK_3, MASK_2, MASK_1, MASK_0,
    input WDATA_15, WDATA_14, WDATA_13, WDATA_12, WDATA_11, WDATA_10, WDATA_9, WDATA_8, WDATA_7,
         WDATA_6, WDATA_5, WDATA_4, WDATA_3, WDATA_2, WDATA_1, WDATA_0
);
    parameter READ_MODE = 0;
    parameter WRITE_MODE = 0;
    parameter NEG_CLK_R = 0;
    parameter NEG_CLK_W = 0;
    parameter [255:0] INIT_0 = 256'h0;
    parameter [255:0] INIT_1 = 256'h0;
    parameter [255:0] INIT_2 = 256'h0;
    parameter [255:0] INIT_3 = 256'h0;
    parameter [255:0] INIT_4 = 256'h0;
    parameter [255:0] INIT_5 = 256'h0;
    parameter [255:0] INIT_6 = 256'h0;
    parameter [255:0] INIT_7 = 256'h0;
    parameter [255:0] INIT_8 = 256'h0;
    parameter [255:0] INIT_9 = 256'h0;
    parameter [255:0] INIT_A = 256'h0;
    parameter [255:0] INIT_B = 256'h0;
    parameter [255:0] INIT_C = 256'h0;
    parameter [255:0] INIT_D = 256'h0;
    parameter [255:0] INIT_E = 256'h0;
    parameter [255:0] INIT_F = 256'h0;

    generate
        if (NEG_CLK_R || NEG_CLK_W) begin: unknown_mode
            ICESTORM_RAM_OF_ANOTHER_MODE unknown ();
        end
    endgenerate
    SB_RAM40_4K #(
        .READ_MODE(READ_MODE), .WRITE_MODE(WRITE_MODE),
        .INIT_0(INIT_0), .INIT_1(INIT_1), .INIT_2(INIT_2), .INIT_3(INIT_3),
        .INIT_4(INIT_4), .INIT_5(INIT_5), .INIT_6(INIT_6), .INIT_7(INIT_7),
        .INIT_8(INIT_8), .INIT_9(INIT_9), .INIT_A(INIT_A), .INIT_B(INIT_B),
        .INIT_C(INIT_C), .INIT_D(INIT_D), .INIT_E(INIT_E), .INIT_F(INIT_F)
    ) memory (
        .RCLK(RCLK), .RCLKE(RCLKE), .RE(RE), .WCLK(WCLK), .WCLKE(WCLKE), .WE(WE),
        .RADDR({RADDR_10, RADDR_9, RADDR_8, RADDR_7, RADDR_6, RADDR_5, RADDR_4, RADDR_3, RADDR_2,
            RADDR_1, RADDR_0}),
        .WADDR({WADDR_10, WADDR_9, WADDR_8, WADDR_7, WADDR_6, WADDR_5, WADDR_4, WADDR_3, WADDR_2,
            WADDR_1, WADDR_0}),
        .MASK({MASK_15, MASK_14, MASK_13, MASK_12, MASK_11, MASK_10, MASK_9, MASK_8, MASK_7,
            MASK_6, MASK_5, MASK_4, MASK_3, MASK_2, MASK_1, MASK_0}),
        .WDATA({WDATA_15, WDATA_14, WDATA_13, WDATA_12, WDATA_11, WDATA_10, WDATA_9, WDATA_8,
            WDATA_7, WDATA_6, WDATA_5, WDATA_4, WDATA_3, WDATA_2, WDATA_1, WDATA_0}),
        .RDATA({RDATA_15, RDATA_14, RDATA_13, RDATA_12, RDATA_11, RDATA_10, RDATA_9, RDATA_8,
            RDATA_7, RDATA_6, RDATA_5, RDATA_4, RDATA_3, RDATA_2, RDATA_1, RDATA_0})
    );
endmodule
