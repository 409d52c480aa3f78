# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# The rescue agent: one static program, so that the image needs no Swift libraries.

# Writes a pkg-config file for every C library of Package.swift that names its static closure, into directory $1.
# SwiftPM reads only "Libs", never "Libs.private", and its "-L" of the system would find the wrong libcurl first.
write_static_pkgconfig() {
    local name libraries flags
    mkdir -p "$1"
    grep -oE 'pkgConfig: "[^"]+"' "$checkout/Package.swift" | cut -d'"' -f2 | sort -u | while read -r name; do
        if [[ $name == libcurl ]]; then
            libraries="-L$curl_prefix/lib -lcurl -lssl -lcrypto -lz"
            flags="-I$curl_prefix/include"
        else
            libraries=$(pkg-config --static --libs "$name" | sed 's/-pthread//g')
            flags=$(pkg-config --cflags "$name")
        fi
        printf 'Name: %s\nDescription: static closure\nVersion: 0\nLibs: %s\nCflags: %s\n' \
            "$name" "$libraries" "$flags" >"$1/$name.pc"
    done
}

# Builds lifeboat-rescue in $scratch_path and sets $agent to the stripped program, which names no directory of the build.
build_agent() {
    local pkgconfig
    pkgconfig=$(mktemp -d "$scratch/pkgconfig.XXXXXX")
    write_static_pkgconfig "$pkgconfig"
    # SwiftPM does not notice that a pkg-config file changed.
    if ! diff -rq "$pkgconfig" "$scratch_path/pkgconfig" >/dev/null 2>&1; then
        rm -rf "$scratch_path"
        mkdir -p "$scratch_path"
        cp -r "$pkgconfig" "$scratch_path/pkgconfig"
    fi
    say 'building lifeboat-rescue'
    (
        cd "$checkout" &&
            PKG_CONFIG_PATH="$scratch_path/pkgconfig" swift build -c release --scratch-path "$scratch_path" \
                --static-swift-stdlib -Xswiftc -static-executable --product lifeboat-rescue
    ) >"$scratch/agent.log" 2>&1 || { tail -40 "$scratch/agent.log" >&2 && fail 'lifeboat-rescue did not build.'; }
    agent="$scratch/lifeboat-rescue"
    # Without the two sections that are made from the compiler's arguments: all the rest is the same wherever it is built.
    strip -R .swift_modhash -R .note.gnu.build-id -o "$agent" "$scratch_path/release/lifeboat-rescue"
}

# A dynamic program would only fail at a dead server.
check_agent() {
    [[ -f $agent ]] || fail "there is no program at $agent"
    if LC_ALL=C readelf -l "$agent" 2>/dev/null | grep -q 'program interpreter'; then
        fail "$agent is not a static program: the image has no Swift libraries."
    fi
}
