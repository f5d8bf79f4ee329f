#!/bin/sh
# Repeats this run by hand: the same steps on the files beside it.
# Set YOSYS, NEXTPNR_ICE40, ... to use other programs.
set -eu
cd "$(dirname "$0")"
"${YOSYS:-yosys}" -q -l yosys.txt -s top.ys

#!/bin/sh
# Repeats this run by hand: the same steps on the files beside it.
# Set YOSYS, NEXTPNR_ICE40, ... to use other programs.
set -eu
cd "$(dirname "$0")"
"${NEXTPNR_ICE40:-nextpnr-ice40}" --lp8k --package cm81 --pcf tinyfpga-bx.pcf --asc top.asc --json top.json --report nextpnr.json --write routed.json --seed 1 --freq 40 --timing-allow-fail

#!/bin/sh
# Repeats this run by hand: the same steps on the files beside it.
# Set YOSYS, NEXTPNR_ICE40, ... to use other programs.
set -eu
cd "$(dirname "$0")"
"${ICEPACK:-icepack}" top.asc top.bin
