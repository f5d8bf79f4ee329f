// What Yosys's library for ECP5 leaves as black boxes (Lattice, FPGA-TN-02204 for the memory and
// FPGA-TN-02200 for the clocks).

// A loop passes its reference on: a simulated cycle is a cycle of the design's own clock, whatever
// the loop makes it from. It locks after 32 cycles, so that the board's wait for it is simulated
// too.
module EHXPLLL (
    input CLKI, CLKFB, PHASESEL1, PHASESEL0, PHASEDIR, PHASESTEP, PHASELOADREG, STDBY, PLLWAKESYNC,
    input RST, ENCLKOP, ENCLKOS, ENCLKOS2, ENCLKOS3,
    output CLKOP, CLKOS, CLKOS2, CLKOS3, LOCK, INTLOCK, REFCLK, CLKINTFB
);
    parameter CLKI_DIV = 1;
    parameter CLKFB_DIV = 1;
    parameter CLKOP_DIV = 8;
    parameter CLKOP_CPHASE = 0;
    parameter CLKOP_FPHASE = 0;
    parameter CLKOP_ENABLE = "ENABLED";
    parameter FEEDBK_PATH = "CLKOP";
    parameter PLLRST_ENA = "DISABLED";
    parameter INTFB_WAKE = "DISABLED";
    parameter STDBY_ENABLE = "DISABLED";
    parameter DPHASE_SOURCE = "DISABLED";
    parameter OUTDIVIDER_MUXA = "DIVA";

    wire reset = PLLRST_ENA == "ENABLED" && RST;
    reg [5:0] count = 0;
    always @(posedge CLKI)
        if (reset) count <= 0;
        else if (!count[5]) count <= count + 1;
    assign LOCK = count[5];
    assign INTLOCK = count[5];
    assign CLKOP = CLKI;
    assign CLKOS = CLKI;
    assign CLKOS2 = CLKI;
    assign CLKOS3 = CLKI;
    assign REFCLK = CLKI;
    assign CLKINTFB = CLKI;
endmodule

// 1024 words of 18 bits behind two ports of 1, 2, 4, 9 or 18 bits. Below nine bits, the ninth bit
// of each byte is not reached. With a port of 36 bits, port A writes and port B reads, and each takes
// the data pins of both.
module DP16KD (
    input DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5,
          DIA4, DIA3, DIA2, DIA1, DIA0,
    input ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0,
    input CEA, OCEA, CLKA, WEA, RSTA, CSA2, CSA1, CSA0,
    output DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5,
           DOA4, DOA3, DOA2, DOA1, DOA0,
    input DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5,
          DIB4, DIB3, DIB2, DIB1, DIB0,
    input ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0,
    input CEB, OCEB, CLKB, WEB, RSTB, CSB2, CSB1, CSB0,
    output DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5,
           DOB4, DOB3, DOB2, DOB1, DOB0
);
    parameter DATA_WIDTH_A = 18;
    parameter REGMODE_A = "NOREG";
    parameter WRITEMODE_A = "NORMAL";
    parameter CSDECODE_A = "0b000";
    parameter DATA_WIDTH_B = 18;
    parameter REGMODE_B = "NOREG";
    parameter WRITEMODE_B = "NORMAL";
    parameter CSDECODE_B = "0b000";
    parameter RESETMODE = "SYNC";
    parameter ASYNC_RESET_RELEASE = "SYNC";
    parameter GSR = "ENABLED";
    parameter INIT_DATA = "STATIC";
    parameter WID = 0;
    parameter [319:0] INITVAL_00 = 320'h0;
    parameter [319:0] INITVAL_01 = 320'h0;
    parameter [319:0] INITVAL_02 = 320'h0;
    parameter [319:0] INITVAL_03 = 320'h0;
    parameter [319:0] INITVAL_04 = 320'h0;
    parameter [319:0] INITVAL_05 = 320'h0;
    parameter [319:0] INITVAL_06 = 320'h0;
    parameter [319:0] INITVAL_07 = 320'h0;
    parameter [319:0] INITVAL_08 = 320'h0;
    parameter [319:0] INITVAL_09 = 320'h0;
    parameter [319:0] INITVAL_0A = 320'h0;
    parameter [319:0] INITVAL_0B = 320'h0;
    parameter [319:0] INITVAL_0C = 320'h0;
    parameter [319:0] INITVAL_0D = 320'h0;
    parameter [319:0] INITVAL_0E = 320'h0;
    parameter [319:0] INITVAL_0F = 320'h0;
    parameter [319:0] INITVAL_10 = 320'h0;
    parameter [319:0] INITVAL_11 = 320'h0;
    parameter [319:0] INITVAL_12 = 320'h0;
    parameter [319:0] INITVAL_13 = 320'h0;
    parameter [319:0] INITVAL_14 = 320'h0;
    parameter [319:0] INITVAL_15 = 320'h0;
    parameter [319:0] INITVAL_16 = 320'h0;
    parameter [319:0] INITVAL_17 = 320'h0;
    parameter [319:0] INITVAL_18 = 320'h0;
    parameter [319:0] INITVAL_19 = 320'h0;
    parameter [319:0] INITVAL_1A = 320'h0;
    parameter [319:0] INITVAL_1B = 320'h0;
    parameter [319:0] INITVAL_1C = 320'h0;
    parameter [319:0] INITVAL_1D = 320'h0;
    parameter [319:0] INITVAL_1E = 320'h0;
    parameter [319:0] INITVAL_1F = 320'h0;
    parameter [319:0] INITVAL_20 = 320'h0;
    parameter [319:0] INITVAL_21 = 320'h0;
    parameter [319:0] INITVAL_22 = 320'h0;
    parameter [319:0] INITVAL_23 = 320'h0;
    parameter [319:0] INITVAL_24 = 320'h0;
    parameter [319:0] INITVAL_25 = 320'h0;
    parameter [319:0] INITVAL_26 = 320'h0;
    parameter [319:0] INITVAL_27 = 320'h0;
    parameter [319:0] INITVAL_28 = 320'h0;
    parameter [319:0] INITVAL_29 = 320'h0;
    parameter [319:0] INITVAL_2A = 320'h0;
    parameter [319:0] INITVAL_2B = 320'h0;
    parameter [319:0] INITVAL_2C = 320'h0;
    parameter [319:0] INITVAL_2D = 320'h0;
    parameter [319:0] INITVAL_2E = 320'h0;
    parameter [319:0] INITVAL_2F = 320'h0;
    parameter [319:0] INITVAL_30 = 320'h0;
    parameter [319:0] INITVAL_31 = 320'h0;
    parameter [319:0] INITVAL_32 = 320'h0;
    parameter [319:0] INITVAL_33 = 320'h0;
    parameter [319:0] INITVAL_34 = 320'h0;
    parameter [319:0] INITVAL_35 = 320'h0;
    parameter [319:0] INITVAL_36 = 320'h0;
    parameter [319:0] INITVAL_37 = 320'h0;
    parameter [319:0] INITVAL_38 = 320'h0;
    parameter [319:0] INITVAL_39 = 320'h0;
    parameter [319:0] INITVAL_3A = 320'h0;
    parameter [319:0] INITVAL_3B = 320'h0;
    parameter [319:0] INITVAL_3C = 320'h0;
    parameter [319:0] INITVAL_3D = 320'h0;
    parameter [319:0] INITVAL_3E = 320'h0;
    parameter [319:0] INITVAL_3F = 320'h0;
    parameter CLKAMUX = "CLKA";
    parameter CLKBMUX = "CLKB";

    localparam PAIR = DATA_WIDTH_A == 36 || DATA_WIDTH_B == 36;

    // Sixteen words of 18 bits to a row of contents, 20 bits apart.
    reg [17:0] memory [0:1023];
    integer i;
    initial
        for (i = 0; i < 16; i = i + 1) begin
            memory[0 + i] = INITVAL_00[20*i +: 18];
            memory[16 + i] = INITVAL_01[20*i +: 18];
            memory[32 + i] = INITVAL_02[20*i +: 18];
            memory[48 + i] = INITVAL_03[20*i +: 18];
            memory[64 + i] = INITVAL_04[20*i +: 18];
            memory[80 + i] = INITVAL_05[20*i +: 18];
            memory[96 + i] = INITVAL_06[20*i +: 18];
            memory[112 + i] = INITVAL_07[20*i +: 18];
            memory[128 + i] = INITVAL_08[20*i +: 18];
            memory[144 + i] = INITVAL_09[20*i +: 18];
            memory[160 + i] = INITVAL_0A[20*i +: 18];
            memory[176 + i] = INITVAL_0B[20*i +: 18];
            memory[192 + i] = INITVAL_0C[20*i +: 18];
            memory[208 + i] = INITVAL_0D[20*i +: 18];
            memory[224 + i] = INITVAL_0E[20*i +: 18];
            memory[240 + i] = INITVAL_0F[20*i +: 18];
            memory[256 + i] = INITVAL_10[20*i +: 18];
            memory[272 + i] = INITVAL_11[20*i +: 18];
            memory[288 + i] = INITVAL_12[20*i +: 18];
            memory[304 + i] = INITVAL_13[20*i +: 18];
            memory[320 + i] = INITVAL_14[20*i +: 18];
            memory[336 + i] = INITVAL_15[20*i +: 18];
            memory[352 + i] = INITVAL_16[20*i +: 18];
            memory[368 + i] = INITVAL_17[20*i +: 18];
            memory[384 + i] = INITVAL_18[20*i +: 18];
            memory[400 + i] = INITVAL_19[20*i +: 18];
            memory[416 + i] = INITVAL_1A[20*i +: 18];
            memory[432 + i] = INITVAL_1B[20*i +: 18];
            memory[448 + i] = INITVAL_1C[20*i +: 18];
            memory[464 + i] = INITVAL_1D[20*i +: 18];
            memory[480 + i] = INITVAL_1E[20*i +: 18];
            memory[496 + i] = INITVAL_1F[20*i +: 18];
            memory[512 + i] = INITVAL_20[20*i +: 18];
            memory[528 + i] = INITVAL_21[20*i +: 18];
            memory[544 + i] = INITVAL_22[20*i +: 18];
            memory[560 + i] = INITVAL_23[20*i +: 18];
            memory[576 + i] = INITVAL_24[20*i +: 18];
            memory[592 + i] = INITVAL_25[20*i +: 18];
            memory[608 + i] = INITVAL_26[20*i +: 18];
            memory[624 + i] = INITVAL_27[20*i +: 18];
            memory[640 + i] = INITVAL_28[20*i +: 18];
            memory[656 + i] = INITVAL_29[20*i +: 18];
            memory[672 + i] = INITVAL_2A[20*i +: 18];
            memory[688 + i] = INITVAL_2B[20*i +: 18];
            memory[704 + i] = INITVAL_2C[20*i +: 18];
            memory[720 + i] = INITVAL_2D[20*i +: 18];
            memory[736 + i] = INITVAL_2E[20*i +: 18];
            memory[752 + i] = INITVAL_2F[20*i +: 18];
            memory[768 + i] = INITVAL_30[20*i +: 18];
            memory[784 + i] = INITVAL_31[20*i +: 18];
            memory[800 + i] = INITVAL_32[20*i +: 18];
            memory[816 + i] = INITVAL_33[20*i +: 18];
            memory[832 + i] = INITVAL_34[20*i +: 18];
            memory[848 + i] = INITVAL_35[20*i +: 18];
            memory[864 + i] = INITVAL_36[20*i +: 18];
            memory[880 + i] = INITVAL_37[20*i +: 18];
            memory[896 + i] = INITVAL_38[20*i +: 18];
            memory[912 + i] = INITVAL_39[20*i +: 18];
            memory[928 + i] = INITVAL_3A[20*i +: 18];
            memory[944 + i] = INITVAL_3B[20*i +: 18];
            memory[960 + i] = INITVAL_3C[20*i +: 18];
            memory[976 + i] = INITVAL_3D[20*i +: 18];
            memory[992 + i] = INITVAL_3E[20*i +: 18];
            memory[1008 + i] = INITVAL_3F[20*i +: 18];
        end

    wire clk_a = CLKAMUX == "INV" ? ~CLKA : CLKA;
    wire [13:0] address_a = {
        ADA13, ADA12, ADA11, ADA10, ADA9, ADA8, ADA7, ADA6, ADA5, ADA4, ADA3, ADA2, ADA1, ADA0
    };
    wire [17:0] in_a = {
        DIA17, DIA16, DIA15, DIA14, DIA13, DIA12, DIA11, DIA10, DIA9, DIA8, DIA7, DIA6, DIA5, DIA4,
        DIA3, DIA2, DIA1, DIA0
    };
    wire enable_a = CEA && {CSA2, CSA1, CSA0} == (
        CSDECODE_A == "0b000" ? 0 : CSDECODE_A == "0b001" ? 1 : CSDECODE_A == "0b010" ? 2 :
        CSDECODE_A == "0b011" ? 3 : CSDECODE_A == "0b100" ? 4 : CSDECODE_A == "0b101" ? 5 :
        CSDECODE_A == "0b110" ? 6 : 7);
    // Where a narrow port's bits lie in the word, and which of them it writes.
    wire [4:0] shift_a =
        DATA_WIDTH_A >= 18 ? 0 :
        9 * address_a[3] + (
            DATA_WIDTH_A == 4 ? 4 * address_a[2] :
            DATA_WIDTH_A == 2 ? 2 * address_a[2:1] :
            DATA_WIDTH_A == 1 ? address_a[2:0] : 0);
    wire [17:0] mask_a =
        DATA_WIDTH_A >= 18 ? {{9{address_a[1]}}, {9{address_a[0]}}} :
        (18'd1 << DATA_WIDTH_A) - 18'd1 << shift_a;
    wire [9:0] word_a =
        DATA_WIDTH_A == 36 ? {address_a[13:5], 1'b0} : address_a[13:4];
    wire [17:0] data_a = in_a << shift_a;
    wire write_a = enable_a && WEA && !(RESETMODE == "SYNC" && RSTA);
    wire [17:0] old_a = memory[word_a];

    wire clk_b = CLKBMUX == "INV" ? ~CLKB : CLKB;
    wire [13:0] address_b = {
        ADB13, ADB12, ADB11, ADB10, ADB9, ADB8, ADB7, ADB6, ADB5, ADB4, ADB3, ADB2, ADB1, ADB0
    };
    wire [17:0] in_b = {
        DIB17, DIB16, DIB15, DIB14, DIB13, DIB12, DIB11, DIB10, DIB9, DIB8, DIB7, DIB6, DIB5, DIB4,
        DIB3, DIB2, DIB1, DIB0
    };
    wire enable_b = CEB && {CSB2, CSB1, CSB0} == (
        CSDECODE_B == "0b000" ? 0 : CSDECODE_B == "0b001" ? 1 : CSDECODE_B == "0b010" ? 2 :
        CSDECODE_B == "0b011" ? 3 : CSDECODE_B == "0b100" ? 4 : CSDECODE_B == "0b101" ? 5 :
        CSDECODE_B == "0b110" ? 6 : 7);
    // Where a narrow port's bits lie in the word, and which of them it writes.
    wire [4:0] shift_b =
        DATA_WIDTH_B >= 18 ? 0 :
        9 * address_b[3] + (
            DATA_WIDTH_B == 4 ? 4 * address_b[2] :
            DATA_WIDTH_B == 2 ? 2 * address_b[2:1] :
            DATA_WIDTH_B == 1 ? address_b[2:0] : 0);
    wire [17:0] mask_b =
        DATA_WIDTH_B >= 18 ? {{9{address_b[1]}}, {9{address_b[0]}}} :
        (18'd1 << DATA_WIDTH_B) - 18'd1 << shift_b;
    wire [9:0] word_b =
        DATA_WIDTH_B == 36 ? {address_b[13:5], 1'b0} : address_b[13:4];
    wire [17:0] data_b = in_b << shift_b;
    wire write_b = enable_b && WEB && !(RESETMODE == "SYNC" && RSTB);
    wire [17:0] old_b = memory[word_b];

    always @(posedge clk_a)
        if (write_a)
            for (i = 0; i < 18; i = i + 1)
                if (mask_a[i]) memory[word_a][i] <= data_a[i];

    wire [17:0] q_a, q_b;
    generate
        if (PAIR) begin: pair
            if (DATA_WIDTH_A == 36) begin: upper
                wire [17:0] mask = {{9{address_a[3]}}, {9{address_a[2]}}};
                always @(posedge clk_a)
                    if (write_a)
                        for (i = 0; i < 18; i = i + 1)
                            if (mask[i]) memory[{address_a[13:5], 1'b1}][i] <= in_b[i];
            end
            wire [35:0] read =
                DATA_WIDTH_B == 36 ? {memory[{address_b[13:5], 1'b1}], old_b} :
                {old_b >> shift_b, 18'b0};
            DP16KD_OUTPUT #(.WIDTH(36), .REGMODE(REGMODE_B), .RESETMODE(RESETMODE)) out (
                .clk(clk_b), .reset(RSTB), .enable(enable_b), .out_enable(OCEB),
                .d(read), .q({q_b, q_a})
            );
        end else begin: ports
            always @(posedge clk_b)
                if (write_b)
                    for (i = 0; i < 18; i = i + 1)
                        if (mask_b[i]) memory[word_b][i] <= data_b[i];
            wire [17:0] seen_a = WEA && WRITEMODE_A == "WRITETHROUGH" ?
                old_a & ~mask_a | data_a & mask_a : old_a;
            DP16KD_OUTPUT #(.REGMODE(REGMODE_A), .RESETMODE(RESETMODE)) out_a (
                .clk(clk_a), .reset(RSTA), .out_enable(OCEA),
                .enable(enable_a && !(WEA && WRITEMODE_A == "NORMAL")),
                .d(seen_a >> shift_a), .q(q_a)
            );
            wire [17:0] seen_b = WEB && WRITEMODE_B == "WRITETHROUGH" ?
                old_b & ~mask_b | data_b & mask_b : old_b;
            DP16KD_OUTPUT #(.REGMODE(REGMODE_B), .RESETMODE(RESETMODE)) out_b (
                .clk(clk_b), .reset(RSTB), .out_enable(OCEB),
                .enable(enable_b && !(WEB && WRITEMODE_B == "NORMAL")),
                .d(seen_b >> shift_b), .q(q_b)
            );
        end
    endgenerate
    assign {
        DOA17, DOA16, DOA15, DOA14, DOA13, DOA12, DOA11, DOA10, DOA9, DOA8, DOA7, DOA6, DOA5, DOA4,
        DOA3, DOA2, DOA1, DOA0
    } = q_a;
    assign {
        DOB17, DOB16, DOB15, DOB14, DOB13, DOB12, DOB11, DOB10, DOB9, DOB8, DOB7, DOB6, DOB5, DOB4,
        DOB3, DOB2, DOB1, DOB0
    } = q_b;
endmodule

// The output of a port: a latch behind the memory, and a register if it is used.
module DP16KD_OUTPUT #(
    parameter WIDTH = 18,
    parameter REGMODE = "NOREG",
    parameter RESETMODE = "SYNC"
) (
    input clk, reset, enable, out_enable,
    input [WIDTH-1:0] d,
    output [WIDTH-1:0] q
);
    reg [WIDTH-1:0] latched = 0;
    reg [WIDTH-1:0] registered = 0;
    generate
        if (RESETMODE == "ASYNC") begin: asynchronous
            always @(posedge clk, posedge reset)
                if (reset) latched <= 0;
                else if (enable) latched <= d;
            always @(posedge clk, posedge reset)
                if (reset) registered <= 0;
                else if (out_enable) registered <= latched;
        end else begin: synchronous
            always @(posedge clk)
                if (reset) latched <= 0;
                else if (enable) latched <= d;
            always @(posedge clk)
                if (reset) registered <= 0;
                else if (out_enable) registered <= latched;
        end
    endgenerate
    assign q = REGMODE == "OUTREG" ? registered : latched;
endmodule

// A product of two factors of 18 bits, each with a sign or none. No register of the cell is in use,
// and nothing is chained to its neighbours.
module MULT18X18D (
    input A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0,
    input B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0,
    input C17, C16, C15, C14, C13, C12, C11, C10, C9, C8, C7, C6, C5, C4, C3, C2, C1, C0,
    input SIGNEDA, SIGNEDB, SOURCEA, SOURCEB,
    input CLK0, CLK1, CLK2, CLK3, CE0, CE1, CE2, CE3, RST0, RST1, RST2, RST3,
    input SRIA17, SRIA16, SRIA15, SRIA14, SRIA13, SRIA12, SRIA11, SRIA10, SRIA9, SRIA8, SRIA7,
         SRIA6, SRIA5, SRIA4, SRIA3, SRIA2, SRIA1, SRIA0,
    input SRIB17, SRIB16, SRIB15, SRIB14, SRIB13, SRIB12, SRIB11, SRIB10, SRIB9, SRIB8, SRIB7,
         SRIB6, SRIB5, SRIB4, SRIB3, SRIB2, SRIB1, SRIB0,
    output P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18,
          P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0, SIGNEDP,
    output SROA17, SROA16, SROA15, SROA14, SROA13, SROA12, SROA11, SROA10, SROA9, SROA8, SROA7,
          SROA6, SROA5, SROA4, SROA3, SROA2, SROA1, SROA0,
    output SROB17, SROB16, SROB15, SROB14, SROB13, SROB12, SROB11, SROB10, SROB9, SROB8, SROB7,
          SROB6, SROB5, SROB4, SROB3, SROB2, SROB1, SROB0,
    output ROA17, ROA16, ROA15, ROA14, ROA13, ROA12, ROA11, ROA10, ROA9, ROA8, ROA7, ROA6, ROA5,
          ROA4, ROA3, ROA2, ROA1, ROA0,
    output ROB17, ROB16, ROB15, ROB14, ROB13, ROB12, ROB11, ROB10, ROB9, ROB8, ROB7, ROB6, ROB5,
          ROB4, ROB3, ROB2, ROB1, ROB0,
    output ROC17, ROC16, ROC15, ROC14, ROC13, ROC12, ROC11, ROC10, ROC9, ROC8, ROC7, ROC6, ROC5,
          ROC4, ROC3, ROC2, ROC1, ROC0
);
    parameter REG_INPUTA_CLK = "NONE";
    parameter REG_INPUTA_CE = "CE0";
    parameter REG_INPUTA_RST = "RST0";
    parameter REG_INPUTB_CLK = "NONE";
    parameter REG_INPUTB_CE = "CE0";
    parameter REG_INPUTB_RST = "RST0";
    parameter REG_INPUTC_CLK = "NONE";
    parameter REG_INPUTC_CE = "CE0";
    parameter REG_INPUTC_RST = "RST0";
    parameter REG_PIPELINE_CLK = "NONE";
    parameter REG_PIPELINE_CE = "CE0";
    parameter REG_PIPELINE_RST = "RST0";
    parameter REG_OUTPUT_CLK = "NONE";
    parameter REG_OUTPUT_CE = "CE0";
    parameter REG_OUTPUT_RST = "RST0";
    parameter CLK0_DIV = "ENABLED";
    parameter CLK1_DIV = "ENABLED";
    parameter CLK2_DIV = "ENABLED";
    parameter CLK3_DIV = "ENABLED";
    parameter HIGHSPEED_CLK = "NONE";
    parameter GSR = "ENABLED";
    parameter CAS_MATCH_REG = "FALSE";
    parameter SOURCEB_MODE = "B_SHIFT";
    parameter MULT_BYPASS = "DISABLED";
    parameter RESETMODE = "SYNC";

    wire [17:0] a = {
        A17, A16, A15, A14, A13, A12, A11, A10, A9, A8, A7, A6, A5, A4, A3, A2, A1, A0
    };
    wire [17:0] b = {
        B17, B16, B15, B14, B13, B12, B11, B10, B9, B8, B7, B6, B5, B4, B3, B2, B1, B0
    };
    wire signed [18:0] wide_a = {SIGNEDA & a[17], a};
    wire signed [18:0] wide_b = {SIGNEDB & b[17], b};
    wire signed [37:0] product = wide_a * wide_b;
    assign {
        P35, P34, P33, P32, P31, P30, P29, P28, P27, P26, P25, P24, P23, P22, P21, P20, P19, P18,
        P17, P16, P15, P14, P13, P12, P11, P10, P9, P8, P7, P6, P5, P4, P3, P2, P1, P0
    } = product[35:0];
    assign SIGNEDP = SIGNEDA | SIGNEDB;
    generate
        if (REG_INPUTA_CLK != "NONE" || REG_INPUTB_CLK != "NONE" || REG_PIPELINE_CLK != "NONE"
            || REG_OUTPUT_CLK != "NONE" || MULT_BYPASS != "DISABLED") begin: unknown_mode
            MULT18X18D_OF_ANOTHER_MODE unknown ();
        end
    endgenerate
endmodule
