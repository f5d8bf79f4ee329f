module spram(
   input wire clock,
   input wire write,
   input wire [13:0] address,
   input wire [63:0] word,
   output reg [63:0] data
);
reg [63:0] memory [0:16383];
always @(posedge clock)
   if (write) memory[address] <= word;
   else data <= memory[address];
endmodule
