// Colorlight i9 v7.2 on its extension board at 50 MHz: written by spikestream, do not edit.
module board (
    input clk,
    input uart_rx,
    output uart_tx,
    output led_pass
);
    wire core_clk;
    wire locked;
    (* ICP_CURRENT="12", LPF_RESISTOR="8", MFG_ENABLE_FILTEROPAMP="1", MFG_GMCREF_SEL="2" *)
    EHXPLLL #(
        .CLKI_DIV(1),
        .CLKFB_DIV(2),
        .CLKOP_DIV(12),
        .CLKOP_CPHASE(5),
        .CLKOP_FPHASE(0),
        .CLKOP_ENABLE("ENABLED"),
        .FEEDBK_PATH("CLKOP"),
        .PLLRST_ENA("DISABLED"),
        .INTFB_WAKE("DISABLED"),
        .STDBY_ENABLE("DISABLED"),
        .DPHASE_SOURCE("DISABLED"),
        .OUTDIVIDER_MUXA("DIVA")
    ) pll (
        .RST(1'b0),
        .STDBY(1'b0),
        .CLKI(clk),
        .CLKFB(core_clk),
        .CLKOP(core_clk),
        .PHASESEL0(1'b0),
        .PHASESEL1(1'b0),
        .PHASEDIR(1'b1),
        .PHASESTEP(1'b1),
        .PHASELOADREG(1'b1),
        .PLLWAKESYNC(1'b0),
        .ENCLKOP(1'b0),
        .LOCK(locked)
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
