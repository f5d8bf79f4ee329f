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
"${NEXTPNR_ECP5:-nextpnr-ecp5}" --85k --package CSFBGA285 --speed 8 --lpf orangecrab.lpf --textcfg top.config --json top.json --report nextpnr.json --write routed.json --seed 1 --freq 60 --timing-allow-fail

#!/bin/sh
# Repeats this run by hand: the same steps on the files beside it.
# Set YOSYS, NEXTPNR_ICE40, ... to use other programs.
set -eu
cd "$(dirname "$0")"
"${ECPPACK:-ecppack}" --compress --freq 38.8 top.config top.bit
