# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# An apt of our own: its sources are those Debian mirrors that this machine uses, plus non-free-firmware; nothing of the
# machine's apt is changed. It downloads what image/manifest.tsv names, and finds what is newest for --update-manifest.

debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

private_apt() {
    APT_CONFIG="$cache/apt/apt.conf" "$@"
}

# Makes the configuration of $cache/apt.
prepare_apt() {
    local root="$cache/apt"
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
}

# "archive URL release" of the Debian mirrors that this machine uses; archive is debian or debian-security.
mirrors() {
    # shellcheck disable=SC2016  # apt expands these
    apt-get indextargets --format '$(LABEL) $(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
        awk '$1 ~ /^Debian(-Security)?$/ && !seen[$0]++ { $1 = tolower($1); print }'
}

# Reads the package lists of Debian.
read_archive() {
    local sources
    sources=$(
        mirrors | awk -v key="signed-by=$debian_keyring" '{
            print "deb [" key "] " $2 " " $3 " main contrib non-free-firmware"
            print "deb-src [" key "] " $2 " " $3 " main"
        }'
    )
    [[ -n $sources ]] || fail 'apt of this machine knows no Debian archive. Run "apt-get update" first.'
    printf '%s\n' "$sources" >"$cache/apt/sources.list"
    say 'reading the package lists of Debian'
    private_apt apt-get -qq update || fail 'the Debian archive cannot be reached.'
}

# "entry package" for every line of packages.list: "a -> b" means what "a" depends on.
package_names() {
    local name arrow
    while read -r name arrow _; do
        [[ -z $name || $name == \#* ]] && continue
        if [[ $arrow == '->' ]]; then
            echo "$name $(private_apt apt-cache depends --important "$name" | awk '$1 == "Depends:" { print $2; exit }')"
        else
            echo "$name $name"
        fi
    done <"$recipe/packages.list"
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
