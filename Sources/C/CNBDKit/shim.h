#pragma once
// The interface is fixed by this, before the header.
#define NBDKIT_API_VERSION 2
#include <nbdkit-plugin.h>

// nbdkit_error(3) is variadic, which Swift does not import; the text is never a format.
static inline void nbdkit_error_text(const char *text) { nbdkit_error("%s", text); }
