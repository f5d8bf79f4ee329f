icesprog top.bin
