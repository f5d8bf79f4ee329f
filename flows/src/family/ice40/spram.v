// 16,384 words of 64 bits: the four single-port RAMs, each with sixteen of them. What one shows in a cycle that writes is
// not known (FPGA-TN-02022), and nothing looks at it then.
module spram(
   input wire clock,
   input wire write,
   input wire [13:0] address,
   input wire [63:0] word,
   output wire [63:0] data
);
genvar i;
generate
   for (i = 0; i < 4; i = i + 1) begin: part
      SB_SPRAM256KA cell_inside(
         .CLOCK(clock),
         .ADDRESS(address),
         .DATAIN(word[16*i +: 16]),
         .MASKWREN(4'b1111),
         .WREN(write),
         .CHIPSELECT(1'b1),
         .STANDBY(1'b0),
         .SLEEP(1'b0),
         .POWEROFF(1'b1),
         .DATAOUT(data[16*i +: 16])
      );
   end
endgenerate
endmodule
