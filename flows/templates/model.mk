# Compiles what Verilator wrote together with the C interface: shim.o and model.a.
# Run in the folder that holds Verilator's output: make -C obj -f ../model.mk

# An environment's CXX counts; Verilator's makefile would set another.
ifeq ($(origin CXX),default)
CXX := c++
endif
COMPILER := $(CXX)

# None of Verilator's rules: its precompiled headers cost more than they save on small models.
VM_DEFAULT_RULES := 0
# Verilator's makefile refuses a folder whose path has a space. No rule here names the folder by its
# path, so it may have one.
CURDIR := .
include Vmodel.mk
.DEFAULT_GOAL := all

FAST := $(VM_CLASSES_FAST) $(VM_SUPPORT_FAST)
SLOW := $(VM_CLASSES_SLOW) $(VM_SUPPORT_SLOW)
RUNTIME := $(VM_GLOBAL_FAST) $(VM_GLOBAL_SLOW)

# A small model compiles fastest as two files, a large one in parallel.
ifneq ($(VM_PARALLEL_BUILDS),1)
fast.cpp: Vmodel.mk
	printf '#include "%s.cpp"\n' $(FAST) > $@
slow.cpp: Vmodel.mk
	printf '#include "%s.cpp"\n' $(SLOW) > $@
MODEL_FAST := fast
MODEL_SLOW := slow
else
MODEL_FAST := $(FAST)
MODEL_SLOW := $(SLOW)
endif

DRIVERS := $(addsuffix .o,shim $(PROGRAMS))
OBJECTS := $(addsuffix .o,$(MODEL_FAST) $(MODEL_SLOW) $(RUNTIME))
FLAGS := -std=gnu++17 -fPIC -fvisibility=hidden -DVL_USER_FATAL -DVL_TIME_CONTEXT
FLAGS += -DMODEL=Vmodel -DMODEL_HEADER='"Vmodel.h"'

all: $(DRIVERS) model.a

model.a: $(OBJECTS)
	$(AR) -rcs $@ $^

# The time goes into the model and the loop around it; setting up and the runtime do not matter.
$(DRIVERS) $(addsuffix .o,$(MODEL_FAST)): OPTIMISE := -O3
$(addsuffix .o,$(MODEL_SLOW)): OPTIMISE := -O0
$(addsuffix .o,$(RUNTIME)): OPTIMISE := -O1

%.o: %.cpp
	$(COMPILER) $(FLAGS) $(CPPFLAGS) $(OPTIMISE) -c -o $@ $<
