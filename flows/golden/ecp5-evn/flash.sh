openFPGALoader -b ecp5_evn -f top.bit
openFPGALoader -b ecp5_evn -m top.bit
