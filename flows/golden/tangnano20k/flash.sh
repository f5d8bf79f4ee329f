openFPGALoader -b tangnano20k -f top.fs
openFPGALoader -b tangnano20k -m top.fs
