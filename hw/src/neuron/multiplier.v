module multiplier #(parameter BITS = 32)(
   input wire clock,
   input wire signed [15:0] a,
   input wire signed [15:0] b,
   output reg signed [BITS-1:0] product
);
reg signed [15:0] a_inside;
reg signed [15:0] b_inside;
wire signed [BITS-1:0] made = a_inside * b_inside;
initial begin
   a_inside = 0;
   b_inside = 0;
   product = 0;
end
always @(posedge clock) begin
   a_inside <= a;
   b_inside <= b;
   product <= made;
end
endmodule
