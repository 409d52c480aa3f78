# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# image/manifest.tsv: every file that Debian gives to this image, by version and SHA-256. A build takes these and no others.

# The status of a build whose inputs cannot be had any more, so that a caller can tell it from every other failure.
status_not_to_be_had=3

# The lines of the manifest that are files, as "entry package version architecture sha256 since archive path".
manifest_rows() { grep -vE '^(#|$)' "$manifest" || true; }

# "file entry" for every file that the image wants: the packages of packages.list, and the source of curl.
wanted_entries() {
    awk '/^[^#]/ && NF { print $1 }' "$recipe/packages.list"
    echo curl
}

# Fails unless the manifest is of this packages.list.
check_manifest() {
    local missing surplus
    [[ -f $manifest ]] || fail "there is no $manifest. Run scripts/build-iso --update-manifest."
    missing=$(LC_ALL=C comm -23 <(wanted_entries | LC_ALL=C sort -u) <(manifest_rows | cut -f1 | LC_ALL=C sort -u) | xargs)
    surplus=$(LC_ALL=C comm -13 <(wanted_entries | LC_ALL=C sort -u) <(manifest_rows | cut -f1 | LC_ALL=C sort -u) | xargs)
    [[ -z $missing ]] || fail "image/packages.list has $missing, and $manifest does not." \
        'Run scripts/build-iso --update-manifest and commit what it changes.'
    [[ -z $surplus ]] || fail "$manifest has $surplus, and image/packages.list does not." \
        'Run scripts/build-iso --update-manifest and commit what it changes.'
}

# Brings every file of the manifest into the cache. Names all that cannot be had before it fails.
fetch_inputs() {
    local _ name version digest since archive path lost=()
    check_manifest
    while IFS=$'\t' read -r _ name version _ digest since archive path; do
        fetch_input "$name" "$version" "$digest" "$since" "$archive" "$path" || lost+=("$name $version")
    done < <(manifest_rows)
    if ((${#lost[@]})); then
        for name in "${lost[@]}"; do
            say "$manifest wants $name, which neither Debian's mirrors nor $snapshots has."
        done
        say 'Debian drops what it has superseded. Run scripts/build-iso --update-manifest, which takes the newest versions and' \
            'shows what changed; nothing was built.'
        exit "$status_not_to_be_had"
    fi
}

# Brings one file into the cache. Fails when what is there has another SHA-256; returns 1 when no place has it.
fetch_input() {
    local name="$1" version="$2" digest="$3" since="$4" archive="$5" path="$6" url got part
    [[ ! -e $cache/files/$digest ]] || return 0
    mkdir -p "$cache/files"
    part="$cache/files/$digest.$$"
    while read -r url; do
        rm -f "$part"
        private_apt /usr/lib/apt/apt-helper -qq download-file "$url" "$part" >/dev/null 2>"$scratch/download.log" || continue
        got=$(sha256sum <"$part" | cut -d' ' -f1)
        if [[ $got == "$digest" ]]; then
            mv "$part" "$cache/files/$digest"
            return 0
        fi
        rm -f "$part"
        fail "$manifest wants $name $version with SHA-256 $digest; got $got from $url. Nothing was built." \
            'Run scripts/build-iso --update-manifest only when you know why.'
    done < <(
        { mirrors && printf 'debian http://deb.debian.org/debian/\ndebian-security http://deb.debian.org/debian-security/\n'; } |
            awk -v archive="$archive" -v path="$path" '$1 == archive && !seen[$2]++ { print $2 path }'
        # A file is in the snapshots from some hours after it appeared.
        echo "$snapshots/$archive/$since/$path"
        echo "$snapshots/$archive/$(date -u -d "${since:0:8} + 1 day" +%Y%m%d)T000000Z/$path"
    )
    rm -f "$part"
    return 1
}

# Writes "name version sha256 url" for every Debian package to the file $1. The same manifest gives the same file, whatever
# mirror this machine uses.
write_packages() {
    manifest_rows | awk -F '\t' '$4 != "source" { print $2, $3, $5, "http://deb.debian.org/" $7 "/" $8 }' | LC_ALL=C sort >"$1"
}

# Writes "name sha256 url version" for the files of source package $1 to the file $2.
write_source() {
    manifest_rows | awk -F '\t' -v entry="$1" '$1 == entry && $4 == "source" {
        name = $8; sub(/.*\//, "", name); print name, $5, "http://deb.debian.org/" $7 "/" $8 }' | LC_ALL=C sort >"$2"
    [[ -s $2 ]] || fail "$manifest has no source of $1. Run scripts/build-iso --update-manifest."
}

# Takes the newest versions of the archive into the manifest, and says what changed.
update_manifest() {
    local names now fresh="$scratch/manifest.tsv" before="$scratch/manifest.before"
    rm -f "$cache/apt/updated"
    read_archive
    now=$(date -u +%Y%m%dT%H%M%SZ)
    mapfile -t names < <(package_names | cut -d' ' -f2)
    private_apt apt-get download -qq --print-uris "${names[@]}" >"$scratch/uris"
    private_apt apt-get source -qq --print-uris curl >>"$scratch/uris"
    sed -nE "s|^'([^']+)' ([^ ]+) [0-9]+ SHA256:([0-9a-f]{64})\$|\1 \2 \3|p" "$scratch/uris" >"$scratch/files"
    touch "$before"
    [[ ! -f $manifest ]] || manifest_rows >"$before"
    {
        cat <<'TEXT'
# Every file that Debian gives to the rescue image. Written by scripts/build-iso --update-manifest; a build takes these bytes only.
# entry: of packages.list, or the source package. since: when the file was first seen, in UTC: where snapshot.debian.org has it.
# entry	package	version	architecture	sha256	since	archive	path
TEXT
        awk -v now="$now" -v OFS='\t' '
            FILENAME == ARGV[1] { split($0, old, "\t"); since[old[5]] = old[6]; next }
            FILENAME == ARGV[2] { entry[$2] = $1; next }
            FILENAME == ARGV[3] { archive[$2] = $1; next }
            {
                url = $1; path = ""
                for (prefix in archive) if (index(url, prefix) == 1) { path = substr(url, length(prefix) + 1); where = archive[prefix] }
                if (path == "") { print "build-iso: no archive is known for " url > "/dev/stderr"; exit 1 }
                name = $2; version = ""; architecture = "source"
                if (name ~ /\.deb$/) {
                    split(name, parts, "_")
                    name = parts[1]; version = parts[2]; architecture = parts[3]; sub(/\.deb$/, "", architecture)
                    gsub(/%3a/, ":", version)
                } else {
                    version = name; name = "curl"
                    sub(/^curl_/, "", version); sub(/\.(orig|debian)\..*$|\.dsc$/, "", version)
                }
                first = ($3 in since) ? since[$3] : now
                print (name in entry) ? entry[name] : name, name, version, architecture, $3, first, where, path
            }' "$before" <(package_names) <(mirrors) "$scratch/files" | LC_ALL=C sort
    } >"$fresh"
    for name in "${names[@]}"; do
        cut -f2 "$fresh" | grep -qxF "$name" || fail "the archive does not have $name of image/packages.list"
    done
    mv "$fresh" "$manifest"
    check_manifest
    what_changed "$before" "$manifest"
}

# Says which files of the manifest $2 are not those of the rows $1.
what_changed() {
    awk -F '\t' -v OFS='\t' '/^#/ { next } {
        key = $4 == "source" ? $8 : $2
        if ($4 == "source") sub(/.*\//, "source ", key)
        if (FILENAME == ARGV[1]) { version[key] = $3; digest[key] = $5; next }
        seen[key] = 1
        if (!(key in version)) print "  new      " key " " $3
        else if (version[key] != $3) print "  changed  " key " " version[key] " -> " $3
        else if (digest[key] != $5) print "  changed  " key " " $3 ": OTHER BYTES under the same version"
        else same++
    } END {
        for (key in version) if (!(key in seen)) print "  gone     " key " " version[key]
        print "  as before: " same + 0
    }' "$1" "$2" >&2
}
