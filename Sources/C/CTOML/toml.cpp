#include "CTOML.h"
#include <cstdio>
#include <cstring>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>
#define TOML_EXCEPTIONS 1
// Bytes from outside reach the parser's assertions (3.3.0: dates that are cut off): they must not end the process.
#define TOML_ASSERT(condition) \
    do { \
        if (!(condition)) throw std::runtime_error("something in it is not written as TOML is"); \
    } while (false)
// It throws in functions that are "noexcept" too: none of them is called here.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wexceptions"
#include <toml++/toml.h>
#pragma GCC diagnostic pop

// Nothing is thrown through Swift.
extern "C" char *lifeboat_toml_to_json(const char *text, size_t length, char *error, size_t room) {
    try {
        toml::table table = toml::parse(std::string_view(text, length));
        std::ostringstream json;
        json << toml::json_formatter{table};
        return strdup(json.str().c_str());
    } catch (const toml::parse_error &why) {
        std::snprintf(error, room, "line %u, column %u: %.*s", why.source().begin.line, why.source().begin.column,
                      static_cast<int>(why.description().size()), why.description().data());
    } catch (const std::exception &why) {
        std::snprintf(error, room, "%s", why.what());
    }
    return nullptr;
}
