openFPGALoader -b ulx3s -f top.bit
openFPGALoader -b ulx3s -m top.bit
fujprog -j FLASH top.bit
fujprog top.bit
