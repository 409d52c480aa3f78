#pragma once
// The interface of libfuse 3.12; Debian 12 has 3.14.
#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>
