// UPduino v3, internal oscillator at 24 MHz: written by spikestream, do not edit.
module board (
    output led_status,
    output led_pass,
    output led_fail,
    output flash_cs
);
    assign flash_cs = 1'b1;
    wire core_clk;
    SB_HFOSC #(
        .CLKHF_DIV("0b01")
    ) oscillator (
        .CLKHFPU(1'b1),
        .CLKHFEN(1'b1),
        .CLKHF(core_clk)
    );
    top core (
        .clk(core_clk),
        .hold(1'b0),
        .uart_rx(1'b1),
        .uart_tx(),
        .button(1'b1),
        .led_status(led_status),
        .led_pass(led_pass),
        .led_fail(led_fail)
    );
endmodule
