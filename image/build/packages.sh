# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# Finds, downloads and checks the Debian packages of image/packages.list with an apt of our own: its sources are
# those Debian mirrors that this machine uses, plus non-free-firmware; nothing of the machine's apt is changed.

debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# Days after which a fresh look at the archive is taken.
archive_age=1

private_apt() {
    APT_CONFIG="$cache/apt/apt.conf" "$@"
}

# Makes $cache/apt: configuration, sources, package lists. Goes on with old lists when the archive is out of reach.
prepare_apt() {
    local root="$cache/apt" sources
    mkdir -p "$root/state" "$root/lists/partial" "$root/archives/partial"
    touch "$root/status"
    # Proxies and time limits of the machine stay; its hooks would run programs that are not ours to run.
    cat >"$root/apt.conf" <<APT
$(apt-config dump Acquire | grep '^Acquire::')
APT::Architecture "amd64";
APT::Sandbox::User "$(id -un)";
Acquire::Languages "none";
Dir::State "$root/state";
Dir::State::lists "$root/lists";
Dir::State::status "$root/status";
Dir::Cache "$root";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourcelist "$root/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT
    # shellcheck disable=SC2016  # apt expands these
    sources=$(
        apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(ORIGIN)' 'Created-By: Packages' |
            awk -v key="signed-by=$debian_keyring" '$3 == "Debian" && !seen[$1, $2]++ {
                print "deb [" key "] " $1 " " $2 " main contrib non-free-firmware"
                print "deb-src [" key "] " $1 " " $2 " main"
            }'
    )
    [[ -n $sources ]] || fail 'apt of this machine knows no Debian archive. Run "apt-get update" first.'
    if [[ $sources != "$(cat "$root/sources.list" 2>/dev/null)" ]]; then
        printf '%s\n' "$sources" >"$root/sources.list"
        rm -f "$root/updated"
    fi
    if [[ -z $(find "$root/updated" -mtime "-$archive_age" 2>/dev/null) ]]; then
        say 'reading the package lists of Debian'
        if private_apt apt-get -qq update; then
            touch "$root/updated"
        elif [[ -e $root/updated ]]; then
            say 'the archive cannot be reached: using the lists of the last build'
        else
            fail 'the Debian archive cannot be reached, and no earlier lists are in the cache.'
        fi
    fi
}

# Names of the packages, with "a -> b" resolved to what "a" depends on.
package_names() {
    local name arrow
    while read -r name arrow _; do
        [[ -z $name || $name == \#* ]] && continue
        if [[ $arrow == '->' ]]; then
            private_apt apt-cache depends --important "$name" | awk '$1 == "Depends:" { print $2; exit }'
        else
            echo "$name"
        fi
    done <"$recipe/packages.list"
}

# Writes "name version sha256 url" for every package to the file $1: the inputs of this image.
resolve_packages() {
    local names
    mapfile -t names < <(package_names)
    private_apt apt-get download -qq --print-uris "${names[@]}" |
        sed -nE "s|^'([^']+)' ([^_]+)_([^_]+)_[^ ]+ [0-9]+ SHA256:([0-9a-f]{64})\$|\2 \3 \4 \1|p" | sort >"$1"
    [[ $(wc -l <"$1") -eq ${#names[@]} ]] ||
        fail "the archive does not name all packages of image/packages.list; it named: $(cut -d' ' -f1 "$1" | xargs)"
}

# Prints the path of a file in the cache whose SHA-256 is $1, downloaded from $2 when it is not there yet.
cached_file() {
    local digest="$1" url="$2" path="$cache/files/$1"
    if [[ ! -e $path ]]; then
        mkdir -p "$cache/files"
        private_apt /usr/lib/apt/apt-helper -qq download-file "$url" "$path.$$" "SHA256:$digest" >/dev/null ||
            fail "cannot download $url"
        mv "$path.$$" "$path"
    fi
    echo "$path"
}

# Unpacks package file $1 below $2, following the links of a merged /usr. More arguments limit what is unpacked.
unpack_package() {
    local package="$1" root="$2"
    shift 2
    dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink --no-same-owner -C "$root" "$@"
}

# Makes the links of a merged /usr in the directory $1.
merge_usr() {
    local name
    for name in bin sbin lib lib64; do
        mkdir -p "$1/usr/$name"
        ln -sfn "usr/$name" "$1/$name"
    done
}
