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
"${NEXTPNR_HIMBAECHEL_GOWIN:-nextpnr-himbaechel-gowin}" --device GW1NR-LV9QN88PC6/I5 --vopt family=GW1N-9C --vopt cst=tangnano9k.cst --json top.json --report nextpnr.json --write routed.json --seed 1 --freq 27 --timing-allow-fail

#!/bin/sh
# Repeats this run by hand: the same steps on the files beside it.
# Set YOSYS, NEXTPNR_ICE40, ... to use other programs.
set -eu
cd "$(dirname "$0")"
"${GOWIN_PACK:-gowin_pack}" -d GW1N-9C -o top.fs top.json
