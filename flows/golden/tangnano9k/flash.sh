openFPGALoader -b tangnano9k -f top.fs
openFPGALoader -b tangnano9k -m top.fs
