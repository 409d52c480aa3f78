#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif

// A TOML document as JSON (toml++, toml::parse and toml::json_formatter); dates and times are strings. The caller frees the
// result. NULL when it is no TOML: then `error` holds why and where, cut to `room` bytes.
char *lifeboat_toml_to_json(const char *text, size_t length, char *error, size_t room);

#ifdef __cplusplus
}
#endif
