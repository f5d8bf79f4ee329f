// A small design with a port of every kind, for the tests of the simulators.
module toy(clock, narrow, word, wide, start, sum, next, shifted, done);
    input wire clock;
    input wire [7:0] narrow;
    input wire [39:0] word;
    input wire [99:0] wide;
    input wire start;
    output reg [15:0] sum;
    output wire [39:0] next;
    output reg [99:0] shifted;
    output reg done;

    initial begin
        sum = 16'd0;
        shifted = 100'd0;
        done = 1'b0;
    end

    // Seen before the edge: a function of this cycle's inputs.
    assign next = word + 40'd1;

    always @(posedge clock) begin
        sum <= start ? 16'd0 : sum + {8'd0, narrow};
        shifted <= {wide[98:0], wide[99]};
        done <= sum >= 16'd200;
    end
endmodule
