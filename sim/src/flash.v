/* verilator lint_off DECLFILENAME */
/* verilator lint_off TIMESCALEMOD */
// A flash of up to 16 MiB over SPI, mode 0, as W25Q, N25Q and their like answer to what a design asks of them: wake (0xab),
// read (0x03), and read two bits a clock (0x3b), of which eight clocks pass first and the lower is said on the wire of mosi.
// It is asleep at first, and whatever it is asked then is lost. What is stored begins at BASE; all else is erased. Where
// a design drives that wire when the flash does, both get a wrong bit, and each bit after it is wrong.
module flash_model #(parameter BASE = 0, parameter BYTES = 1, parameter FILE = "") (
   input wire cs,
   input wire sck,
   input wire mosi,
   input wire mosi_drive,
   output wire mosi_in,
   output reg miso
);
reg [7:0] memory [0:BYTES-1];
reg asleep;
// Clocks of a command, its address and what passes then, and bits said.
reg [5:0] heard;
reg [31:0] said;
reg [31:0] asked;
reg [31:0] at;
reg [7:0] stored;
// Whether the wire of mosi is the flash's, with which bit, and whether it ever was the design's too.
reg drives;
reg low;
reg fought;
wire two = asked[31:24] == 8'h3b;
wire known = two || asked[31:24] == 8'h03;
initial begin
   $readmemh(FILE, memory);
   asleep = 1'b1;
   heard = 6'd0;
   said = 32'd0;
   asked = 32'd0;
   miso = 1'b1;
   drives = 1'b0;
   low = 1'b1;
   fought = 1'b0;
end
assign mosi_in = drives ? low ^ mosi_drive : mosi || !mosi_drive;
always @(posedge sck or posedge cs)
   if (cs) begin
      if (heard == 6'd8 && asked[7:0] == 8'hab) asleep <= 1'b0;
      heard <= 6'd0;
   end else begin
      if (heard < 6'd32) asked <= {asked[30:0], mosi};
      if (heard < 6'd40) heard <= heard + 6'd1;
      if (drives && mosi_drive) fought <= 1'b1;
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
      drives <= 1'b0;
   end else if (heard >= (two ? 6'd40 : 6'd32) && known && !asleep) begin
      miso <= stored[3'd7 - said[2:0]] ^ fought;
      low <= stored[3'd6 - said[2:0]] ^ fought;
      drives <= two;
      said <= said + (two ? 32'd2 : 32'd1);
   end
endmodule
