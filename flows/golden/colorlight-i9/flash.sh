openFPGALoader -b colorlight-i9 --unprotect-flash -f top.bit
openFPGALoader -b colorlight-i9 --unprotect-flash -m top.bit
ecpdap -p 0d28:0204 flash write top.bit
ecpdap -p 0d28:0204 program top.bit
