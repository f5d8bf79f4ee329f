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
"${NEXTPNR_ECP5:-nextpnr-ecp5}" --85k --package CABGA381 --speed 6 --lpf ulx3s.lpf --textcfg top.config --json top.json --report nextpnr.json --write routed.json --seed 1 --freq 50 --timing-allow-fail

#!/bin/sh
# Repeats this run by hand: the same steps on the files beside it.
# Set YOSYS, NEXTPNR_ICE40, ... to use other programs.
set -eu
cd "$(dirname "$0")"
"${ECPPACK:-ecppack}" --compress top.config top.bit
