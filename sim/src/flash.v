/* verilator lint_off DECLFILENAME */
/* verilator lint_off TIMESCALEMOD */
// A flash of up to 16 MiB over SPI, mode 0, as W25Q, N25Q and their like answer to what a design asks of them: wake (0xab)
// and read (0x03). It is asleep at first, and whatever it is asked then is lost. What is stored begins at BASE; all else is
// erased.
module flash_model #(parameter BASE = 0, parameter BYTES = 1, parameter FILE = "") (
   input wire cs,
   input wire sck,
   input wire mosi,
   output reg miso
);
reg [7:0] memory [0:BYTES-1];
reg asleep;
// Bits heard of a command and its address, 32 at most, and bits said.
reg [5:0] heard;
reg [31:0] said;
reg [31:0] asked;
reg [31:0] at;
reg [7:0] stored;
initial begin
   $readmemh(FILE, memory);
   asleep = 1'b1;
   heard = 6'd0;
   said = 32'd0;
   asked = 32'd0;
   miso = 1'b1;
end
always @(posedge sck or posedge cs)
   if (cs) begin
      if (heard == 6'd8 && asked[7:0] == 8'hab) asleep <= 1'b0;
      heard <= 6'd0;
   end else if (heard != 6'd32) begin
      heard <= heard + 6'd1;
      asked <= {asked[30:0], mosi};
   end
always @(*) begin
   at = {8'd0, asked[23:0]} - BASE + {3'd0, said[31:3]};
   stored = 8'hff;
   if (at < BYTES) stored = memory[at[$clog2(BYTES+1)-1:0]];
end
always @(negedge sck or posedge cs)
   if (cs) begin
      said <= 32'd0;
      miso <= 1'b1;
   end else if (heard == 6'd32 && asked[31:24] == 8'h03 && !asleep) begin
      miso <= stored[3'd7 - said[2:0]];
      said <= said + 32'd1;
   end
endmodule
