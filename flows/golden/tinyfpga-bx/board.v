// TinyFPGA BX at 40 MHz: written by spikestream, do not edit.
module board (
    input clk,
    input uart_rx,
    output uart_tx,
    output led_pass,
    output usb_pull_up
);
    assign usb_pull_up = 1'b0;
    wire core_clk;
    wire locked;
    SB_PLL40_CORE #(
        .FEEDBACK_PATH("SIMPLE"),
        .DIVR(4'd0),
        .DIVF(7'd39),
        .DIVQ(3'd4),
        .FILTER_RANGE(3'd1)
    ) pll (
        .REFERENCECLK(clk),
        .PLLOUTGLOBAL(core_clk),
        .LOCK(locked),
        .RESETB(1'b1),
        .BYPASS(1'b0)
    );
    top core (
        .clk(core_clk),
        .hold(~locked),
        .uart_rx(uart_rx),
        .uart_tx(uart_tx),
        .button(1'b1),
        .led_status(),
        .led_pass(led_pass),
        .led_fail()
    );
endmodule
