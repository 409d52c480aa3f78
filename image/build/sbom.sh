# shellcheck shell=bash disable=SC2154  # the variables of scripts/build-iso
# What the image was made from, for people and for scanners: SPDX 2.3 (https://spdx.github.io/spdx-spec/v2.3/), beside the ISO.

# Writes the SPDX document for the ISO $1 to $1.spdx.json. The same inputs give the same document.
write_sbom() {
    local digest inputs="$scratch/inputs.tsv"
    digest=$(sha256sum <"$1" | cut -d' ' -f1)
    {
        awk '{ print "deb", $1, $2, $3, $4 }' "$base/packages.tsv"
        # Without a line when the agent was given with --agent: what that was made from is not known here.
        [[ ! -e $scratch/curl.tsv ]] || awk '{ print "source", $1, "-", $2, $3 }' "$scratch/curl.tsv"
        [[ ! -e $scratch/curl.tsv ]] || swift_packages
        [[ ! -e $scratch/curl.tsv ]] || static_libraries
        echo "agent lifeboat-rescue - $(sha256sum <"$agent" | cut -d' ' -f1) NOASSERTION"
    } >"$inputs"
    awk -v name="$volume_label" -v digest="$digest" -v created="$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" '
        function package(id, name, version, algorithm, digest, url, purl) {
            printf "%s\n    {\"SPDXID\": \"SPDXRef-%s\", \"name\": \"%s\", ", separator, id, name
            if (version != "-") printf "\"versionInfo\": \"%s\", ", version
            printf "\"downloadLocation\": \"%s\", \"filesAnalyzed\": false", url
            if (algorithm) printf ", \"checksums\": [{\"algorithm\": \"%s\", \"checksumValue\": \"%s\"}]", algorithm, digest
            if (purl) printf ", \"externalRefs\": [{\"referenceCategory\": \"PACKAGE-MANAGER\", " \
                "\"referenceType\": \"purl\", \"referenceLocator\": \"%s\"}]", purl
            printf "}"
            separator = ","
        }
        BEGIN {
            printf "{\n  \"spdxVersion\": \"SPDX-2.3\", \"dataLicense\": \"CC0-1.0\", \"SPDXID\": \"SPDXRef-DOCUMENT\",\n"
            printf "  \"name\": \"%s\", \"documentNamespace\": \"https://lifeboat.invalid/spdx/%s\",\n", name, digest
            printf "  \"creationInfo\": {\"created\": \"%s\", \"creators\": [\"Tool: lifeboat-build-iso\"]},\n", created
            printf "  \"packages\": ["
            package("image", name, "-", "SHA256", digest, "NOASSERTION")
        }
        {
            purl = $1 == "deb" || ($1 == "static" && $2 != "swift") ? "pkg:deb/debian/" $2 "@" $3 : $1 == "swift" ? "pkg:swift/" substr($5, 9) "@" $3 : ""
            gsub(/\.git@/, "@", purl)
            # A commit of git is named by its SHA-1.
            package("input-" NR, $2, $3, $1 == "swift" ? "SHA1" : "SHA256", $4, $5, purl)
        }
        END {
            printf "\n  ],\n  \"relationships\": [\n"
            printf "    {\"spdxElementId\": \"SPDXRef-DOCUMENT\", \"relationshipType\": \"DESCRIBES\", " \
                "\"relatedSpdxElement\": \"SPDXRef-image\"}"
            for (i = 1; i <= NR; i++)
                printf ",\n    {\"spdxElementId\": \"SPDXRef-image\", \"relationshipType\": \"GENERATED_FROM\", " \
                    "\"relatedSpdxElement\": \"SPDXRef-input-%d\"}", i
            printf "\n  ]\n}\n"
        }' "$inputs" >"$1.spdx.json"
}

# "swift NAME VERSION COMMIT URL" of every package that Package.resolved pins: more than the agent links.
swift_packages() {
    sed -nE 's/^ *"(identity|location|revision|version)" : "([^"]*)",?$/\1 \2/p' "$checkout/Package.resolved" | awk '
        $1 == "identity" { name = $2 }
        $1 == "location" { url = $2 }
        $1 == "revision" { commit = $2 }
        $1 == "version" { print "swift", name, $2, commit, url }'
}

# "static PACKAGE VERSION SHA-256 NOASSERTION" of every static library of this machine that the agent may link, and the compiler.
static_libraries() {
    local name file package
    grep -hoE -- '-l[^ ]+' "$scratch_path"/pkgconfig/*.pc | sort -u | while read -r name; do
        file="/usr/lib/x86_64-linux-gnu/lib${name#-l}.a"
        [[ -e $file && ${name#-l} != curl ]] || continue
        package=$(dpkg-query -S "$(realpath "$file")" 2>/dev/null || dpkg-query -S "$file") && package=${package%%:*}
        echo "static $package $(dpkg-query -W -f '${Version}\n' "$package" | head -n 1) $(sha256sum <"$file" | cut -d' ' -f1) NOASSERTION"
    done | LC_ALL=C sort -u
    echo "static swift $(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([^ ]+).*/\1/p') $(sha256sum <"$(command -v swiftc)" | cut -d' ' -f1) NOASSERTION"
}
