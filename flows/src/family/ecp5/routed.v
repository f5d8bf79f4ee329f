// The cells of nextpnr's netlist for ECP5 after place and route, beside those of ecp5.v. A pin
// without a net has been given its value by then (flows/src/proof/routed.rs).

// Half a slice's logic: a LUT, alone or in a carry chain, and the multiplexer that joins two LUTs
// to one of five inputs, or two such to a wider one (WIDE).
module TRELLIS_COMB (
    input A, B, C, D, M, FCI, F1, FXA, FXB, DI0, DI1, WD, WAD0, WAD1, WAD2, WAD3, WRE, WCK,
    output F, FCO, OFX
);
    parameter MODE = "LOGIC";
    parameter [15:0] INITVAL = 16'h0;
    parameter CCU2_INJECT1 = "NO";
    parameter WREMUX = "WRE";
    parameter WIDE = 0;

    wire [7:0] third = D ? INITVAL[15:8] : INITVAL[7:0];
    wire [3:0] second = C ? third[7:4] : third[3:0];
    wire [1:0] first = B ? second[3:2] : second[1:0];
    wire lut = A ? first[1] : first[0];
    wire [1:0] low = B ? INITVAL[3:2] : INITVAL[1:0];
    wire generates = A ? low[1] : low[0];
    generate
        if (MODE == "LOGIC") begin: logic_mode
            assign F = lut;
            assign FCO = 1'b0;
        end else if (MODE == "CCU2") begin: carry_mode
            assign F = lut ^ (CCU2_INJECT1 == "YES" ? 1'b0 : FCI);
            assign FCO = lut ? FCI : CCU2_INJECT1 == "YES" ? 1'b0 : generates;
        end else if (MODE == "DPRAM") begin: memory_mode
            reg [15:0] memory = INITVAL;
            always @(posedge WCK)
                if (WREMUX == "INV" ? ~WRE : WRE) memory[{WAD3, WAD2, WAD1, WAD0}] <= WD;
            assign F = memory[{D, C, B, A}];
            assign FCO = 1'b0;
        end else begin: unknown_mode
            TRELLIS_COMB_OF_ANOTHER_MODE unknown ();
        end
    endgenerate
    assign OFX = WIDE ? (M ? FXB : FXA) : (M ? F1 : F);
endmodule

// A flip-flop; its data come from the LUT beside it (DI) or from outside the slice (M).
module TRELLIS_FF (input CLK, LSR, CE, DI, M, output reg Q);
    parameter GSR = "ENABLED";
    parameter CEMUX = "CE";
    parameter CLKMUX = "CLK";
    parameter LSRMUX = "LSR";
    parameter LSRMODE = "LSR";
    parameter SRMODE = "LSR_OVER_CE";
    parameter REGSET = "RESET";
    parameter SD = "0";

    wire clk = CLKMUX == "INV" ? ~CLK : CLK;
    wire reset = LSRMUX == "INV" ? ~LSR : LSR;
    wire enable = CEMUX == "1" ? 1'b1 : CEMUX == "0" ? 1'b0 : CEMUX == "INV" ? ~CE : CE;
    wire data = SD == "1" ? DI : M;
    wire set = LSRMODE == "PRLD" ? M : REGSET == "SET";
    initial Q = REGSET == "SET";
    generate
        if (SRMODE == "ASYNC") begin: asynchronous
            always @(posedge clk, posedge reset)
                if (reset) Q <= set;
                else if (enable) Q <= data;
        end else if (SRMODE == "LSR_OVER_CE") begin: reset_first
            always @(posedge clk)
                if (reset) Q <= set;
                else if (enable) Q <= data;
        end else begin: enable_first
            always @(posedge clk)
                if (enable) Q <= reset ? set : data;
        end
    endgenerate
endmodule

// A pad that is only driven or only read.
module TRELLIS_IO (inout B, input I, T, IOLDO, IOLTO, output O);
    parameter DIR = "INPUT";
    parameter DATAMUX_MDDR = "PADDO";
    parameter DATAMUX_ODDR = "PADDO";
    generate
        if (DIR == "INPUT") begin: in
            assign O = B;
        end else if (DIR == "OUTPUT") begin: out
            assign B = I;
        end else begin: unknown
            TRELLIS_IO_OF_ANOTHER_DIRECTION unknown ();
        end
    endgenerate
endmodule

// The driver of a clock network.
module DCCA (input CLKI, CE, output CLKO);
    assign CLKO = CE & CLKI;
endmodule
