// Sipeed Tang Nano 9K at 27 MHz: written by spikestream, do not edit.
module board (
    input clk,
    input uart_rx,
    input button,
    output uart_tx,
    output led_status,
    output led_pass,
    output led_fail
);
    top core (
        .clk(clk),
        .hold(1'b0),
        .uart_rx(uart_rx),
        .uart_tx(uart_tx),
        .button(button),
        .led_status(led_status),
        .led_pass(led_pass),
        .led_fail(led_fail)
    );
endmodule
