tinyprog -p top.bin
