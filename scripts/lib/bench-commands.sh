# The command lines that scripts/bench measures, program by program, and what is said about each.
# shellcheck shell=bash
# shellcheck disable=SC2154 # scripts/bench sets work and checkout
# shellcheck disable=SC2016 # the commands' variables are set by scripts/bench, and shown by name in its report

# Writes to the medium what a peer left in the page cache of its repository or target.
flush_repository='sync -f "$REPOSITORY"'
flush_target='sync "$TARGET"'
# Lifeboat reads back from the medium and compares by SHA-256; none of the peers does (restic's --verify reads the page
# cache), so they get the fastest equivalent at hand: direct reads into openssl, which uses the processor's SHA instructions.
read_back='[[ $(dd if="$TARGET" bs=4M iflag=direct status=none | openssl dgst -sha256 -r | cut -c1-64) == "$CHECKSUM" ]]'

# The text of one operation of a program: prepare, capture, restore, verify. Empty: nothing to do.
command_of() {
    case "$1 $2" in
    'lifeboat prepare') echo 'lifeboat repository init "$REPOSITORY"' ;;
    'lifeboat capture') echo 'lifeboat capture --repository "$REPOSITORY" --host "$NAME" --quiet "$IMAGE"' ;;
    'lifeboat restore')
        echo 'lifeboat restore "$NAME" --repository "$REPOSITORY" --disk 0="$TARGET" --confirm "$TARGET" --quiet --json'
        ;;
    'lifeboat verify') ;;

    'restic prepare') echo 'restic -q -r "$REPOSITORY" init' ;;
    'restic capture') echo "restic -q -r \"\$REPOSITORY\" backup --compression auto \"\$IMAGE\"; $flush_repository" ;;
    'restic restore')
        echo "restic -q -r \"\$REPOSITORY\" dump --path \"\$PWD/images/\$NAME.raw\" latest \"/images/\$NAME.raw\" |
                        dd of=\"\$TARGET\" bs=1M iflag=fullblock conv=sparse status=none; $flush_target"
        ;;

    'borg prepare') echo 'borg init -e none "$REPOSITORY"' ;;
    'borg capture') echo "borg create -C zstd,3 \"\$REPOSITORY::\$NAME\" \"\$IMAGE\"; $flush_repository" ;;
    'borg restore') echo "(cd target && borg extract --sparse \"\$REPOSITORY::\$NAME\"); $flush_target" ;;

    'casync prepare') echo 'mkdir -p "$REPOSITORY/store"' ;;
    'casync capture')
        echo "casync make --compression=zstd --store=\"\$REPOSITORY/store\" \"\$REPOSITORY/\$NAME.caibx\" \"\$IMAGE\"
                        $flush_repository"
        ;;
    'casync restore')
        echo "casync extract --store=\"\$REPOSITORY/store\" \"\$REPOSITORY/\$NAME.caibx\" \"\$TARGET\"; $flush_target"
        ;;

    'zstd-dd prepare' | 'zstd-dd-direct prepare') echo 'mkdir -p "$REPOSITORY"' ;;
    'zstd-dd capture' | 'zstd-dd-direct capture')
        echo "dd if=\"\$IMAGE\" bs=4M status=none | zstd -q -T0 -3 -o \"\$REPOSITORY/\$NAME.zst\"; $flush_repository"
        ;;
    'zstd-dd restore')
        echo "zstd -dc \"\$REPOSITORY/\$NAME.zst\" |
                        dd of=\"\$TARGET\" bs=4M iflag=fullblock conv=sparse status=none; $flush_target"
        ;;
    'zstd-dd-direct restore')
        echo "zstd -dc \"\$REPOSITORY/\$NAME.zst\" |
                        dd of=\"\$TARGET\" bs=4M iflag=fullblock oflag=direct conv=sparse status=none; $flush_target"
        ;;
    *' verify') echo "$read_back" ;;
    esac
}

# Where the restored image appears; borg restores paths.
target_of() { if [[ $1 == borg ]]; then echo "$work/target/images/host1.raw"; else echo "$work/target/disk.raw"; fi; }

# Seconds of the verifying phase, from Lifeboat's report $1.
verify_seconds() {
    tr -d ' "\n' <"$1" | grep -o '{[^{}]*name:Verifying[^{}]*}' | grep -o 'seconds:[0-9.]*' | cut -d: -f2
}

version_of() {
    case "$1" in
    lifeboat) echo "Lifeboat at commit $(git -C "$checkout" rev-parse --short HEAD), zstd level 3" ;;
    restic) echo "$(restic version | cut -d' ' -f1,2), \`--compression auto\` (its own zstd encoder at about level 3); it cannot leave out encryption" ;;
    borg) echo "$(borg --version), \`-C zstd,3\`, no encryption" ;;
    casync) echo "casync $(dpkg-query -W -f '${Version}' casync), \`--compression=zstd\` (its only level)" ;;
    zstd-dd) echo "zstd $(dpkg-query -W -f '${Version}' zstd), \`-T0 -3\`, and dd of coreutils $(dpkg-query -W -f '${Version}' coreutils); does not deduplicate" ;;
    zstd-dd-direct) echo 'zstd-dd-direct: the same, dd writes past the page cache (`oflag=direct`)' ;;
    esac
}

describe_machine() {
    local model disk
    model=$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)
    disk=$(df --output=source,fstype "$work" | tail -1 | awk '{ print $2 " on " $1 }')
    echo "- Machine: $(nproc) × $model, $(awk '/MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo) GiB, Linux $(uname -r), $disk"
}

describe_image() {
    local size=$(($(stat -c %s "$1") >> 20)) used=$(($(stat -c '%b * %B' "$1") >> 20))
    echo "$size MiB, $used MiB not holes"
}
