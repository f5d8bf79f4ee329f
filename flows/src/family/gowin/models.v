// What Yosys's library for Gowin leaves as black boxes (Gowin, UG285 "BSRAM & SSRAM" and UG286 "Clock").

`define CONTENTS \
    parameter [287:0] INIT_RAM_00 = 0; parameter [287:0] INIT_RAM_01 = 0; \
    parameter [287:0] INIT_RAM_02 = 0; parameter [287:0] INIT_RAM_03 = 0; \
    parameter [287:0] INIT_RAM_04 = 0; parameter [287:0] INIT_RAM_05 = 0; \
    parameter [287:0] INIT_RAM_06 = 0; parameter [287:0] INIT_RAM_07 = 0; \
    parameter [287:0] INIT_RAM_08 = 0; parameter [287:0] INIT_RAM_09 = 0; \
    parameter [287:0] INIT_RAM_0A = 0; parameter [287:0] INIT_RAM_0B = 0; \
    parameter [287:0] INIT_RAM_0C = 0; parameter [287:0] INIT_RAM_0D = 0; \
    parameter [287:0] INIT_RAM_0E = 0; parameter [287:0] INIT_RAM_0F = 0; \
    parameter [287:0] INIT_RAM_10 = 0; parameter [287:0] INIT_RAM_11 = 0; \
    parameter [287:0] INIT_RAM_12 = 0; parameter [287:0] INIT_RAM_13 = 0; \
    parameter [287:0] INIT_RAM_14 = 0; parameter [287:0] INIT_RAM_15 = 0; \
    parameter [287:0] INIT_RAM_16 = 0; parameter [287:0] INIT_RAM_17 = 0; \
    parameter [287:0] INIT_RAM_18 = 0; parameter [287:0] INIT_RAM_19 = 0; \
    parameter [287:0] INIT_RAM_1A = 0; parameter [287:0] INIT_RAM_1B = 0; \
    parameter [287:0] INIT_RAM_1C = 0; parameter [287:0] INIT_RAM_1D = 0; \
    parameter [287:0] INIT_RAM_1E = 0; parameter [287:0] INIT_RAM_1F = 0; \
    parameter [287:0] INIT_RAM_20 = 0; parameter [287:0] INIT_RAM_21 = 0; \
    parameter [287:0] INIT_RAM_22 = 0; parameter [287:0] INIT_RAM_23 = 0; \
    parameter [287:0] INIT_RAM_24 = 0; parameter [287:0] INIT_RAM_25 = 0; \
    parameter [287:0] INIT_RAM_26 = 0; parameter [287:0] INIT_RAM_27 = 0; \
    parameter [287:0] INIT_RAM_28 = 0; parameter [287:0] INIT_RAM_29 = 0; \
    parameter [287:0] INIT_RAM_2A = 0; parameter [287:0] INIT_RAM_2B = 0; \
    parameter [287:0] INIT_RAM_2C = 0; parameter [287:0] INIT_RAM_2D = 0; \
    parameter [287:0] INIT_RAM_2E = 0; parameter [287:0] INIT_RAM_2F = 0; \
    parameter [287:0] INIT_RAM_30 = 0; parameter [287:0] INIT_RAM_31 = 0; \
    parameter [287:0] INIT_RAM_32 = 0; parameter [287:0] INIT_RAM_33 = 0; \
    parameter [287:0] INIT_RAM_34 = 0; parameter [287:0] INIT_RAM_35 = 0; \
    parameter [287:0] INIT_RAM_36 = 0; parameter [287:0] INIT_RAM_37 = 0; \
    parameter [287:0] INIT_RAM_38 = 0; parameter [287:0] INIT_RAM_39 = 0; \
    parameter [287:0] INIT_RAM_3A = 0; parameter [287:0] INIT_RAM_3B = 0; \
    parameter [287:0] INIT_RAM_3C = 0; parameter [287:0] INIT_RAM_3D = 0; \
    parameter [287:0] INIT_RAM_3E = 0; parameter [287:0] INIT_RAM_3F = 0;

`define ITS_CONTENTS \
    .INIT_RAM_00(INIT_RAM_00), .INIT_RAM_01(INIT_RAM_01), .INIT_RAM_02(INIT_RAM_02), \
    .INIT_RAM_03(INIT_RAM_03), .INIT_RAM_04(INIT_RAM_04), .INIT_RAM_05(INIT_RAM_05), \
    .INIT_RAM_06(INIT_RAM_06), .INIT_RAM_07(INIT_RAM_07), .INIT_RAM_08(INIT_RAM_08), \
    .INIT_RAM_09(INIT_RAM_09), .INIT_RAM_0A(INIT_RAM_0A), .INIT_RAM_0B(INIT_RAM_0B), \
    .INIT_RAM_0C(INIT_RAM_0C), .INIT_RAM_0D(INIT_RAM_0D), .INIT_RAM_0E(INIT_RAM_0E), \
    .INIT_RAM_0F(INIT_RAM_0F), .INIT_RAM_10(INIT_RAM_10), .INIT_RAM_11(INIT_RAM_11), \
    .INIT_RAM_12(INIT_RAM_12), .INIT_RAM_13(INIT_RAM_13), .INIT_RAM_14(INIT_RAM_14), \
    .INIT_RAM_15(INIT_RAM_15), .INIT_RAM_16(INIT_RAM_16), .INIT_RAM_17(INIT_RAM_17), \
    .INIT_RAM_18(INIT_RAM_18), .INIT_RAM_19(INIT_RAM_19), .INIT_RAM_1A(INIT_RAM_1A), \
    .INIT_RAM_1B(INIT_RAM_1B), .INIT_RAM_1C(INIT_RAM_1C), .INIT_RAM_1D(INIT_RAM_1D), \
    .INIT_RAM_1E(INIT_RAM_1E), .INIT_RAM_1F(INIT_RAM_1F), .INIT_RAM_20(INIT_RAM_20), \
    .INIT_RAM_21(INIT_RAM_21), .INIT_RAM_22(INIT_RAM_22), .INIT_RAM_23(INIT_RAM_23), \
    .INIT_RAM_24(INIT_RAM_24), .INIT_RAM_25(INIT_RAM_25), .INIT_RAM_26(INIT_RAM_26), \
    .INIT_RAM_27(INIT_RAM_27), .INIT_RAM_28(INIT_RAM_28), .INIT_RAM_29(INIT_RAM_29), \
    .INIT_RAM_2A(INIT_RAM_2A), .INIT_RAM_2B(INIT_RAM_2B), .INIT_RAM_2C(INIT_RAM_2C), \
    .INIT_RAM_2D(INIT_RAM_2D), .INIT_RAM_2E(INIT_RAM_2E), .INIT_RAM_2F(INIT_RAM_2F), \
    .INIT_RAM_30(INIT_RAM_30), .INIT_RAM_31(INIT_RAM_31), .INIT_RAM_32(INIT_RAM_32), \
    .INIT_RAM_33(INIT_RAM_33), .INIT_RAM_34(INIT_RAM_34), .INIT_RAM_35(INIT_RAM_35), \
    .INIT_RAM_36(INIT_RAM_36), .INIT_RAM_37(INIT_RAM_37), .INIT_RAM_38(INIT_RAM_38), \
    .INIT_RAM_39(INIT_RAM_39), .INIT_RAM_3A(INIT_RAM_3A), .INIT_RAM_3B(INIT_RAM_3B), \
    .INIT_RAM_3C(INIT_RAM_3C), .INIT_RAM_3D(INIT_RAM_3D), .INIT_RAM_3E(INIT_RAM_3E), \
    .INIT_RAM_3F(INIT_RAM_3F)

// A loop passes its reference on: a simulated cycle is a cycle of the design's own clock, whatever
// the loop makes it from. It locks after 32 cycles, so that the board's wait for it is simulated
// too.
module rPLL (
    input CLKIN, CLKFB, RESET, RESET_P,
    input [5:0] FBDSEL, IDSEL, ODSEL,
    input [3:0] PSDA, FDLY, DUTYDA,
    output CLKOUT, LOCK, CLKOUTP, CLKOUTD, CLKOUTD3
);
    parameter FCLKIN = "27";
    parameter IDIV_SEL = 0;
    parameter FBDIV_SEL = 0;
    parameter ODIV_SEL = 8;
    parameter DEVICE = "GW1N-9C";

    reg [5:0] count = 0;
    always @(posedge CLKIN)
        if (RESET) count <= 0;
        else if (!count[5]) count <= count + 1;
    assign LOCK = count[5];
    assign CLKOUT = CLKIN;
    assign CLKOUTP = CLKIN;
    assign CLKOUTD = CLKIN;
    assign CLKOUTD3 = CLKIN;
endmodule

// 2048 bytes of eight bits, or of nine, behind two ports. A port is 1, 2, 4, 8, 16 or 32 bits wide, or 9, 18 or
// 36; its address counts bits of eight to a byte. Of a port of several bytes the lowest bits of the address
// choose those that are written.
module GOWIN_MEMORY #(
    parameter NINTH = 1,
    parameter WIDTH_A = 9,
    parameter WIDTH_B = 9,
    parameter READ_MODE_A = 0,
    parameter READ_MODE_B = 0,
    parameter WRITE_MODE_A = 0,
    parameter WRITE_MODE_B = 0
) (
    input CLKA, CEA, WREA, OCEA, RESETA, CLKB, CEB, WREB, OCEB, RESETB,
    input [13:0] ADA, ADB,
    input [35:0] DIA, DIB,
    output [35:0] DOA, DOB
);
    `CONTENTS
    localparam BYTE = NINTH ? 9 : 8;

    reg [BYTE-1:0] memory [0:2047];
    integer i;
    initial
        for (i = 0; i < 32; i = i + 1) begin
            memory[0 + i] = INIT_RAM_00[BYTE * i +: BYTE];
            memory[32 + i] = INIT_RAM_01[BYTE * i +: BYTE];
            memory[64 + i] = INIT_RAM_02[BYTE * i +: BYTE];
            memory[96 + i] = INIT_RAM_03[BYTE * i +: BYTE];
            memory[128 + i] = INIT_RAM_04[BYTE * i +: BYTE];
            memory[160 + i] = INIT_RAM_05[BYTE * i +: BYTE];
            memory[192 + i] = INIT_RAM_06[BYTE * i +: BYTE];
            memory[224 + i] = INIT_RAM_07[BYTE * i +: BYTE];
            memory[256 + i] = INIT_RAM_08[BYTE * i +: BYTE];
            memory[288 + i] = INIT_RAM_09[BYTE * i +: BYTE];
            memory[320 + i] = INIT_RAM_0A[BYTE * i +: BYTE];
            memory[352 + i] = INIT_RAM_0B[BYTE * i +: BYTE];
            memory[384 + i] = INIT_RAM_0C[BYTE * i +: BYTE];
            memory[416 + i] = INIT_RAM_0D[BYTE * i +: BYTE];
            memory[448 + i] = INIT_RAM_0E[BYTE * i +: BYTE];
            memory[480 + i] = INIT_RAM_0F[BYTE * i +: BYTE];
            memory[512 + i] = INIT_RAM_10[BYTE * i +: BYTE];
            memory[544 + i] = INIT_RAM_11[BYTE * i +: BYTE];
            memory[576 + i] = INIT_RAM_12[BYTE * i +: BYTE];
            memory[608 + i] = INIT_RAM_13[BYTE * i +: BYTE];
            memory[640 + i] = INIT_RAM_14[BYTE * i +: BYTE];
            memory[672 + i] = INIT_RAM_15[BYTE * i +: BYTE];
            memory[704 + i] = INIT_RAM_16[BYTE * i +: BYTE];
            memory[736 + i] = INIT_RAM_17[BYTE * i +: BYTE];
            memory[768 + i] = INIT_RAM_18[BYTE * i +: BYTE];
            memory[800 + i] = INIT_RAM_19[BYTE * i +: BYTE];
            memory[832 + i] = INIT_RAM_1A[BYTE * i +: BYTE];
            memory[864 + i] = INIT_RAM_1B[BYTE * i +: BYTE];
            memory[896 + i] = INIT_RAM_1C[BYTE * i +: BYTE];
            memory[928 + i] = INIT_RAM_1D[BYTE * i +: BYTE];
            memory[960 + i] = INIT_RAM_1E[BYTE * i +: BYTE];
            memory[992 + i] = INIT_RAM_1F[BYTE * i +: BYTE];
            memory[1024 + i] = INIT_RAM_20[BYTE * i +: BYTE];
            memory[1056 + i] = INIT_RAM_21[BYTE * i +: BYTE];
            memory[1088 + i] = INIT_RAM_22[BYTE * i +: BYTE];
            memory[1120 + i] = INIT_RAM_23[BYTE * i +: BYTE];
            memory[1152 + i] = INIT_RAM_24[BYTE * i +: BYTE];
            memory[1184 + i] = INIT_RAM_25[BYTE * i +: BYTE];
            memory[1216 + i] = INIT_RAM_26[BYTE * i +: BYTE];
            memory[1248 + i] = INIT_RAM_27[BYTE * i +: BYTE];
            memory[1280 + i] = INIT_RAM_28[BYTE * i +: BYTE];
            memory[1312 + i] = INIT_RAM_29[BYTE * i +: BYTE];
            memory[1344 + i] = INIT_RAM_2A[BYTE * i +: BYTE];
            memory[1376 + i] = INIT_RAM_2B[BYTE * i +: BYTE];
            memory[1408 + i] = INIT_RAM_2C[BYTE * i +: BYTE];
            memory[1440 + i] = INIT_RAM_2D[BYTE * i +: BYTE];
            memory[1472 + i] = INIT_RAM_2E[BYTE * i +: BYTE];
            memory[1504 + i] = INIT_RAM_2F[BYTE * i +: BYTE];
            memory[1536 + i] = INIT_RAM_30[BYTE * i +: BYTE];
            memory[1568 + i] = INIT_RAM_31[BYTE * i +: BYTE];
            memory[1600 + i] = INIT_RAM_32[BYTE * i +: BYTE];
            memory[1632 + i] = INIT_RAM_33[BYTE * i +: BYTE];
            memory[1664 + i] = INIT_RAM_34[BYTE * i +: BYTE];
            memory[1696 + i] = INIT_RAM_35[BYTE * i +: BYTE];
            memory[1728 + i] = INIT_RAM_36[BYTE * i +: BYTE];
            memory[1760 + i] = INIT_RAM_37[BYTE * i +: BYTE];
            memory[1792 + i] = INIT_RAM_38[BYTE * i +: BYTE];
            memory[1824 + i] = INIT_RAM_39[BYTE * i +: BYTE];
            memory[1856 + i] = INIT_RAM_3A[BYTE * i +: BYTE];
            memory[1888 + i] = INIT_RAM_3B[BYTE * i +: BYTE];
            memory[1920 + i] = INIT_RAM_3C[BYTE * i +: BYTE];
            memory[1952 + i] = INIT_RAM_3D[BYTE * i +: BYTE];
            memory[1984 + i] = INIT_RAM_3E[BYTE * i +: BYTE];
            memory[2016 + i] = INIT_RAM_3F[BYTE * i +: BYTE];
        end

    GOWIN_PORT #(.BYTE(BYTE), .WIDTH(WIDTH_A), .READ_MODE(READ_MODE_A), .WRITE_MODE(WRITE_MODE_A)) a (
        .clk(CLKA), .enable(CEA), .write(WREA), .out_enable(OCEA), .reset(RESETA),
        .address(ADA), .in(DIA), .out(DOA),
        .places(places_a), .olds(olds_a), .news(news_a), .writes(writes_a)
    );
    GOWIN_PORT #(.BYTE(BYTE), .WIDTH(WIDTH_B), .READ_MODE(READ_MODE_B), .WRITE_MODE(WRITE_MODE_B)) b (
        .clk(CLKB), .enable(CEB), .write(WREB), .out_enable(OCEB), .reset(RESETB),
        .address(ADB), .in(DIB), .out(DOB),
        .places(places_b), .olds(olds_b), .news(news_b), .writes(writes_b)
    );
    wire [43:0] places_a, places_b;
    wire [4*BYTE-1:0] olds_a, olds_b, news_a, news_b;
    wire [3:0] writes_a, writes_b;
    genvar at;
    generate
        for (at = 0; at < 4; at = at + 1) begin: bytes
            assign olds_a[BYTE*at +: BYTE] = memory[places_a[11*at +: 11]];
            assign olds_b[BYTE*at +: BYTE] = memory[places_b[11*at +: 11]];
            if (at == 0 || WIDTH_A > at * BYTE)
                always @(posedge CLKA)
                    if (writes_a[at]) memory[places_a[11*at +: 11]] <= news_a[BYTE*at +: BYTE];
            if (at == 0 || WIDTH_B > at * BYTE)
                always @(posedge CLKB)
                    if (writes_b[at]) memory[places_b[11*at +: 11]] <= news_b[BYTE*at +: BYTE];
        end
    endgenerate
endmodule

// A port: which bytes it reads and writes, and what it gives out.
module GOWIN_PORT #(
    parameter BYTE = 9,
    parameter WIDTH = 9,
    parameter READ_MODE = 0,
    parameter WRITE_MODE = 0
) (
    input clk, enable, write, out_enable, reset,
    input [13:0] address,
    input [35:0] in,
    output [35:0] out,
    output [43:0] places,
    input [4*BYTE-1:0] olds,
    output [4*BYTE-1:0] news,
    output [3:0] writes
);
    // Where a narrow port's bits lie in the byte.
    wire [2:0] shift =
        WIDTH >= 8 ? 3'd0 : WIDTH == 4 ? {address[2], 2'b0} : WIDTH == 2 ? {address[2:1], 1'b0} : address[2:0];
    wire [BYTE-1:0] mask = WIDTH >= 8 ? {BYTE{1'b1}} : (1 << WIDTH) - 1 << shift;
    genvar at;
    generate
        for (at = 0; at < 4; at = at + 1) begin: bytes
            localparam [1:0] AT = at;
            assign places[11*at +: 11] =
                WIDTH > 18 ? {address[13:5], AT} : WIDTH > 9 ? {address[13:4], AT[0]} : address[13:3];
            assign writes[at] = enable && write && (WIDTH > 9 ? address[at] : at == 0);
            assign news[BYTE*at +: BYTE] =
                WIDTH >= 8 ? in[BYTE*at +: BYTE] : olds[BYTE-1:0] & ~mask | in[BYTE-1:0] << shift & mask;
        end
    endgenerate
    // Mode 0 keeps what was read before, 1 passes on what is written, 2 gives what was there.
    wire [4*BYTE-1:0] passed;
    generate
        for (at = 0; at < 4; at = at + 1) begin: seen
            assign passed[BYTE*at +: BYTE] =
                WRITE_MODE == 1 && writes[at] ? news[BYTE*at +: BYTE] : olds[BYTE*at +: BYTE];
        end
    endgenerate
    reg [4*BYTE-1:0] latched = 0, registered = 0;
    always @(posedge clk, posedge reset)
        if (reset) latched <= 0;
        else if (enable && !(write && WRITE_MODE == 0)) latched <= passed >> shift;
    always @(posedge clk, posedge reset)
        if (reset) registered <= 0;
        else if (out_enable) registered <= latched;
    assign out = READ_MODE ? registered : latched;
endmodule

module SP (
    output [31:0] DO,
    input [31:0] DI,
    input [2:0] BLKSEL,
    input [13:0] AD,
    input WRE, CLK, CE, OCE, RESET
);
    parameter READ_MODE = 0;
    parameter WRITE_MODE = 0;
    parameter BIT_WIDTH = 32;
    parameter BLK_SEL = 0;
    parameter RESET_MODE = "SYNC";
    `CONTENTS
    GOWIN_MEMORY #(
        .NINTH(0), .WIDTH_A(BIT_WIDTH), .WIDTH_B(BIT_WIDTH), .READ_MODE_A(READ_MODE), .WRITE_MODE_A(WRITE_MODE),
        `ITS_CONTENTS
    ) both (
        .CLKA(CLK), .CEA(CE && BLKSEL == BLK_SEL), .WREA(WRE), .OCEA(OCE), .RESETA(RESET), .ADA(AD), .DIA({4'b0, DI}),
        .DOA(DO), .CLKB(CLK), .CEB(1'b0), .WREB(1'b0), .OCEB(1'b0), .RESETB(1'b0), .ADB(14'b0), .DIB(36'b0)
    );
endmodule

module SPX9 (
    output [35:0] DO,
    input [35:0] DI,
    input [2:0] BLKSEL,
    input [13:0] AD,
    input WRE, CLK, CE, OCE, RESET
);
    parameter READ_MODE = 0;
    parameter WRITE_MODE = 0;
    parameter BIT_WIDTH = 36;
    parameter BLK_SEL = 0;
    parameter RESET_MODE = "SYNC";
    `CONTENTS
    GOWIN_MEMORY #(
        .NINTH(1), .WIDTH_A(BIT_WIDTH), .WIDTH_B(BIT_WIDTH), .READ_MODE_A(READ_MODE), .WRITE_MODE_A(WRITE_MODE),
        `ITS_CONTENTS
    ) both (
        .CLKA(CLK), .CEA(CE && BLKSEL == BLK_SEL), .WREA(WRE), .OCEA(OCE), .RESETA(RESET), .ADA(AD), .DIA({4'b0, DI}),
        .DOA(DO), .CLKB(CLK), .CEB(1'b0), .WREB(1'b0), .OCEB(1'b0), .RESETB(1'b0), .ADB(14'b0), .DIB(36'b0)
    );
endmodule

module SDPB (
    output [31:0] DO,
    input [31:0] DI,
    input [2:0] BLKSELA, BLKSELB,
    input [13:0] ADA, ADB,
    input CLKA, CEA, RESETA, CLKB, CEB, RESETB, OCE
);
    parameter READ_MODE = 0;
    parameter BIT_WIDTH_0 = 32;
    parameter BIT_WIDTH_1 = 32;
    parameter BLK_SEL_0 = 0;
    parameter BLK_SEL_1 = 0;
    parameter RESET_MODE = "SYNC";
    `CONTENTS
    GOWIN_MEMORY #(
        .NINTH(0), .WIDTH_A(BIT_WIDTH_0), .WIDTH_B(BIT_WIDTH_1), .READ_MODE_B(READ_MODE),
        `ITS_CONTENTS
    ) both (
        .CLKA(CLKA), .CEA(CEA && BLKSELA == BLK_SEL_0), .WREA(1'b1), .OCEA(1'b0), .RESETA(1'b0), .ADA(ADA),
        .DIA({4'b0, DI}),
        .CLKB(CLKB), .CEB(CEB && BLKSELB == BLK_SEL_1), .WREB(1'b0), .OCEB(OCE), .RESETB(RESETB), .ADB(ADB),
        .DIB(36'b0), .DOB(DO)
    );
endmodule

module SDPX9B (
    output [35:0] DO,
    input [35:0] DI,
    input [2:0] BLKSELA, BLKSELB,
    input [13:0] ADA, ADB,
    input CLKA, CEA, RESETA, CLKB, CEB, RESETB, OCE
);
    parameter READ_MODE = 0;
    parameter BIT_WIDTH_0 = 36;
    parameter BIT_WIDTH_1 = 36;
    parameter BLK_SEL_0 = 0;
    parameter BLK_SEL_1 = 0;
    parameter RESET_MODE = "SYNC";
    `CONTENTS
    GOWIN_MEMORY #(
        .NINTH(1), .WIDTH_A(BIT_WIDTH_0), .WIDTH_B(BIT_WIDTH_1), .READ_MODE_B(READ_MODE),
        `ITS_CONTENTS
    ) both (
        .CLKA(CLKA), .CEA(CEA && BLKSELA == BLK_SEL_0), .WREA(1'b1), .OCEA(1'b0), .RESETA(1'b0), .ADA(ADA),
        .DIA({4'b0, DI}),
        .CLKB(CLKB), .CEB(CEB && BLKSELB == BLK_SEL_1), .WREB(1'b0), .OCEB(OCE), .RESETB(RESETB), .ADB(ADB),
        .DIB(36'b0), .DOB(DO)
    );
endmodule

module DPB (
    output [15:0] DOA, DOB,
    input [15:0] DIA, DIB,
    input [2:0] BLKSELA, BLKSELB,
    input [13:0] ADA, ADB,
    input CLKA, CEA, OCEA, WREA, RESETA, CLKB, CEB, OCEB, WREB, RESETB
);
    parameter READ_MODE0 = 0;
    parameter READ_MODE1 = 0;
    parameter WRITE_MODE0 = 0;
    parameter WRITE_MODE1 = 0;
    parameter BIT_WIDTH_0 = 16;
    parameter BIT_WIDTH_1 = 16;
    parameter BLK_SEL_0 = 0;
    parameter BLK_SEL_1 = 0;
    parameter RESET_MODE = "SYNC";
    `CONTENTS
    GOWIN_MEMORY #(
        .NINTH(0), .WIDTH_A(BIT_WIDTH_0), .WIDTH_B(BIT_WIDTH_1), .READ_MODE_A(READ_MODE0),
        .READ_MODE_B(READ_MODE1), .WRITE_MODE_A(WRITE_MODE0), .WRITE_MODE_B(WRITE_MODE1),
        `ITS_CONTENTS
    ) both (
        .CLKA(CLKA), .CEA(CEA && BLKSELA == BLK_SEL_0), .WREA(WREA), .OCEA(OCEA), .RESETA(RESETA), .ADA(ADA),
        .DIA({20'b0, DIA}), .DOA(DOA),
        .CLKB(CLKB), .CEB(CEB && BLKSELB == BLK_SEL_1), .WREB(WREB), .OCEB(OCEB), .RESETB(RESETB), .ADB(ADB),
        .DIB({20'b0, DIB}), .DOB(DOB)
    );
endmodule

module DPX9B (
    output [17:0] DOA, DOB,
    input [17:0] DIA, DIB,
    input [2:0] BLKSELA, BLKSELB,
    input [13:0] ADA, ADB,
    input CLKA, CEA, OCEA, WREA, RESETA, CLKB, CEB, OCEB, WREB, RESETB
);
    parameter READ_MODE0 = 0;
    parameter READ_MODE1 = 0;
    parameter WRITE_MODE0 = 0;
    parameter WRITE_MODE1 = 0;
    parameter BIT_WIDTH_0 = 18;
    parameter BIT_WIDTH_1 = 18;
    parameter BLK_SEL_0 = 0;
    parameter BLK_SEL_1 = 0;
    parameter RESET_MODE = "SYNC";
    `CONTENTS
    GOWIN_MEMORY #(
        .NINTH(1), .WIDTH_A(BIT_WIDTH_0), .WIDTH_B(BIT_WIDTH_1), .READ_MODE_A(READ_MODE0),
        .READ_MODE_B(READ_MODE1), .WRITE_MODE_A(WRITE_MODE0), .WRITE_MODE_B(WRITE_MODE1),
        `ITS_CONTENTS
    ) both (
        .CLKA(CLKA), .CEA(CEA && BLKSELA == BLK_SEL_0), .WREA(WREA), .OCEA(OCEA), .RESETA(RESETA), .ADA(ADA),
        .DIA({20'b0, DIA}), .DOA(DOA),
        .CLKB(CLKB), .CEB(CEB && BLKSELB == BLK_SEL_1), .WREB(WREB), .OCEB(OCEB), .RESETB(RESETB), .ADB(ADB),
        .DIB({20'b0, DIB}), .DOB(DOB)
    );
endmodule
