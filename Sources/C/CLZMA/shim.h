#pragma once
#include <lzma.h>
// LZMA_STREAM_INIT is a macro of designated zeros.
static inline lzma_stream lifeboat_lzma_stream(void) { lzma_stream stream = LZMA_STREAM_INIT; return stream; }
