# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# A static libcurl for the rescue agent, from Debian's source package: Debian's own libcurl.a needs Kerberos and LDAP,
# which have no static libraries. HTTP and HTTPS only.

curl_options=(
    --disable-shared --enable-static --with-openssl --with-ca-bundle=/etc/ssl/certs/ca-certificates.crt
    --disable-dependency-tracking --disable-manual
    --disable-{dict,file,ftp,gopher,imap,ldap,ldaps,mqtt,pop3,rtsp,smb,smtp,telnet,tftp,ntlm,ntlm-wb}
    --without-{brotli,gssapi,libidn2,libpsl,librtmp,libssh2,nghttp2,zstd}
)

# Sets $curl_prefix to a directory with lib/libcurl.a and include/curl.
build_curl() {
    local sources key work digest name
    write_source curl "$scratch/curl.tsv"
    sources=$(cat "$scratch/curl.tsv")
    key=$(printf '%s\n' "$sources" "${curl_options[@]}" "$(dpkg-query -W libssl-dev gcc)" | fingerprint)
    curl_prefix="$cache/curl/$key"
    [[ -e $curl_prefix/lib/libcurl.a ]] && return

    say 'building a static libcurl'
    work=$(mktemp -d "$scratch/curl.XXXXXX")
    while read -r name digest _; do
        cp "$cache/files/$digest" "$work/$name"
    done <<<"$sources"
    mkdir -p "$cache/curl"
    (
        cd "$work" &&
            dpkg-source --no-check -x ./*.dsc source &&
            cd source &&
            # The same path in every build, so that names of source files in messages do not differ.
            ./configure "${curl_options[@]}" --prefix="$work/prefix" CFLAGS="-O2 -g0 -ffile-prefix-map=$work=." &&
            make -j"$(nproc)" -C lib &&
            make -C lib install &&
            make -C include install
    ) >"$work/log" 2>&1 || { tail -20 "$work/log" >&2 && fail "libcurl did not build; the whole log: $work/log"; }
    rm -rf "$work/prefix/lib/pkgconfig" "$work/prefix/lib/libcurl.la"
    mv -T "$work/prefix" "$curl_prefix" 2>/dev/null || [[ -e $curl_prefix/lib/libcurl.a ]]
    rm -rf "$work"
}
