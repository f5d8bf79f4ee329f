# Compiles what Verilator wrote. `all` is a model with its C interface: shim.o and model.a. `runtime.a` is
# Verilator's own C++, which is the same for all models.
# Run in the folder that holds Verilator's output: make -C obj -f ../model.mk

# An environment's CXX counts; Verilator's makefile would set another.
ifeq ($(origin CXX),default)
CXX := c++
endif
COMPILER := $(CXX)

# None of Verilator's rules: its precompiled headers cost as much as they save, even on a netlist.
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
MODEL := $(addsuffix .o,$(MODEL_FAST) $(MODEL_SLOW))
SHARED := $(addsuffix .o,$(RUNTIME))
FLAGS := -std=gnu++17 -fPIC -fvisibility=hidden -DVL_USER_FATAL -DVL_TIME_CONTEXT
FLAGS += -DMODEL=Vmodel -DMODEL_HEADER='"Vmodel.h"'

all: $(DRIVERS) model.a

model.a: $(MODEL)
	$(AR) -rcs $@ $^

runtime.a: $(SHARED)
	$(AR) -rcs $@ $^

# The time goes into the model and the loop around it; setting up and the runtime do not matter.
$(DRIVERS) $(addsuffix .o,$(MODEL_FAST)): OPTIMISE := $(EFFORT)
$(addsuffix .o,$(MODEL_SLOW)): OPTIMISE := -O0
$(SHARED): OPTIMISE := -O1

%.o: %.cpp
	$(COMPILER) $(FLAGS) $(CPPFLAGS) $(OPTIMISE) -c -o $@ $<
