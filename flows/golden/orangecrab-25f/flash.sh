dfu-util -d 1209:5af0 --alt 0 -D top.bit
