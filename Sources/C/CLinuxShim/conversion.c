// iconv(3) for programs that are linked statically; see "conversion" in CLinuxShim.h.
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#pragma GCC visibility push(hidden)

enum encoding { none, utf8, latin1, utf16le };

static enum encoding encoding(const char *name) {
    if (!strcasecmp(name, "UTF-8")) return utf8;
    if (!strcasecmp(name, "LATIN1")) return latin1;
    if (!strcasecmp(name, "UTF-16LE")) return utf16le;
    return none;
}

// A descriptor is a number: 4 * to + from.
iconv_t iconv_open(const char *to, const char *from) {
    if (encoding(to) == none || encoding(from) == none) {
        errno = EINVAL;
        return (iconv_t)-1;
    }
    return (iconv_t)(intptr_t)(4 * encoding(to) + encoding(from));
}

int iconv_close(iconv_t descriptor) {
    (void)descriptor;
    return 0;
}

// Takes one character: its length, 0 where it is cut off, -1 where it is none.
static int take(enum encoding from, const uint8_t *in, size_t left, uint32_t *character) {
    if (from == latin1) return *character = in[0], 1;
    if (from == utf16le) {
        if (left < 2) return 0;
        uint32_t unit = in[0] | in[1] << 8;
        *character = unit;
        if (unit < 0xd800 || unit > 0xdfff) return 2;
        if (unit > 0xdbff) return -1;
        if (left < 4) return 0;
        uint32_t low = in[2] | in[3] << 8;
        if (low < 0xdc00 || low > 0xdfff) return -1;
        *character = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        return 4;
    }
    uint32_t first = in[0];
    if (first < 0x80) return *character = first, 1;
    int length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : -1;
    if (length < 0) return -1;
    uint32_t value = first & (0x7f >> length);
    for (int next = 1; next < length; next++) {
        if ((size_t)next >= left) return 0;
        if ((in[next] & 0xc0) != 0x80) return -1;
        value = value << 6 | (in[next] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) return -1;
    return *character = value, length;
}

// Writes one character to `out` (4 bytes): its length, -1 where the encoding has none.
static int give(enum encoding to, uint32_t character, uint8_t *out) {
    if (to == latin1) return character > 0xff ? -1 : (out[0] = (uint8_t)character, 1);
    if (to == utf16le) {
        if (character < 0x10000) return out[0] = (uint8_t)character, out[1] = (uint8_t)(character >> 8), 2;
        uint32_t rest = character - 0x10000, high = 0xd800 + (rest >> 10), low = 0xdc00 + (rest & 0x3ff);
        out[0] = (uint8_t)high, out[1] = (uint8_t)(high >> 8), out[2] = (uint8_t)low, out[3] = (uint8_t)(low >> 8);
        return 4;
    }
    if (character < 0x80) return out[0] = (uint8_t)character, 1;
    int length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (int place = length - 1; place > 0; place--, character >>= 6) out[place] = 0x80 | (character & 0x3f);
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    out[0] = (uint8_t)(lead[length] | character);
    return length;
}

size_t iconv(iconv_t descriptor, char **in, size_t *inLeft, char **out, size_t *outLeft) {
    enum encoding to = (enum encoding)((intptr_t)descriptor / 4), from = (enum encoding)((intptr_t)descriptor % 4);
    if (in == NULL || *in == NULL) return 0;  // nothing is kept between calls
    while (*inLeft > 0) {
        uint32_t character = 0;
        uint8_t bytes[4];
        int taken = take(from, (const uint8_t *)*in, *inLeft, &character);
        int given = taken > 0 ? give(to, character, bytes) : 0;
        if (taken <= 0 || given < 0) return errno = taken == 0 ? EINVAL : EILSEQ, (size_t)-1;
        if ((size_t)given > *outLeft) return errno = E2BIG, (size_t)-1;
        memcpy(*out, bytes, (size_t)given);
        *in += taken, *inLeft -= (size_t)taken, *out += given, *outLeft -= (size_t)given;
    }
    return 0;
}

#pragma GCC visibility pop
