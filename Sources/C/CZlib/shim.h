#pragma once
#include <zlib.h>
// inflateInit2 is a macro over sizeof(z_stream).
static inline int lifeboat_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
