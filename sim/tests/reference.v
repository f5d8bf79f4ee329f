// The designs whose currents flows/energy.toml has, as their measurer describes them: a counter whose highest bit leaves
// through a pin, and with PRODUCT two counters of eight bits, in steps of 3 and 5, and their product. The product is
// kept: no two bytes have one of ones alone, so what is left of it at the pin is nothing.
module board #(parameter PRODUCT = 0) (input wire clk, output wire pin);
reg [23:0] count = 0;
always @(posedge clk) count <= count + 1;
generate
   if (PRODUCT) begin
      reg [7:0] first = 0;
      reg [7:0] second = 0;
      (* keep *) wire [15:0] product = first * second;
      always @(posedge clk) begin
         first <= first + 8'd3;
         second <= second + 8'd5;
      end
      assign pin = count[23] | (&first) | (&second) | (&product);
   end else assign pin = count[23];
endgenerate
endmodule
