// A signed product of 16 by 16 bits with the registers of its factors and its own inside the cell. This is one of the
// ways of using it that the maker gives a clock for: "bypassing pipeline register".
module multiplier #(parameter BITS = 32)(
   input wire clock,
   input wire signed [15:0] a,
   input wire signed [15:0] b,
   output wire signed [BITS-1:0] product
);
wire [31:0] all;
assign product = all[BITS-1:0];
SB_MAC16 #(
   .NEG_TRIGGER(1'b0),
   .A_REG(1'b1),
   .B_REG(1'b1),
   .C_REG(1'b0),
   .D_REG(1'b0),
   .TOP_8x8_MULT_REG(1'b0),
   .BOT_8x8_MULT_REG(1'b0),
   .PIPELINE_16x16_MULT_REG1(1'b0),
   .PIPELINE_16x16_MULT_REG2(1'b1),
   .TOPOUTPUT_SELECT(2'b11),
   .TOPADDSUB_LOWERINPUT(2'b00),
   .TOPADDSUB_UPPERINPUT(1'b0),
   .TOPADDSUB_CARRYSELECT(2'b00),
   .BOTOUTPUT_SELECT(2'b11),
   .BOTADDSUB_LOWERINPUT(2'b00),
   .BOTADDSUB_UPPERINPUT(1'b0),
   .BOTADDSUB_CARRYSELECT(2'b00),
   .MODE_8x8(1'b0),
   .A_SIGNED(1'b1),
   .B_SIGNED(1'b1)
) cell_inside(
   .CLK(clock),
   .CE(1'b1),
   .A(a),
   .B(b),
   .C(16'd0),
   .D(16'd0),
   .AHOLD(1'b0),
   .BHOLD(1'b0),
   .CHOLD(1'b0),
   .DHOLD(1'b0),
   .IRSTTOP(1'b0),
   .IRSTBOT(1'b0),
   .ORSTTOP(1'b0),
   .ORSTBOT(1'b0),
   .OLOADTOP(1'b0),
   .OLOADBOT(1'b0),
   .ADDSUBTOP(1'b0),
   .ADDSUBBOT(1'b0),
   .OHOLDTOP(1'b0),
   .OHOLDBOT(1'b0),
   .CI(1'b0),
   .ACCUMCI(1'b0),
   .SIGNEXTIN(1'b0),
   .O(all)
);
endmodule
