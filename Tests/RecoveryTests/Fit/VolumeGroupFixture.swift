import Foundation
import LinuxSystem
import Recovery
import Testing

/// A volume group in the last partition of a disk that is to become smaller, made by lvm without device mapper: what lies in a volume is made
/// in a file, and put where lvm says that its segments lie. Judged the same way.
struct VolumeGroupFixture {
    let fit: FitFixture
    let partition: Int

    /// Shell functions: `lvm2 COMMAND…` on `$dev`; `volume in|out NAME FILE` copies a whole volume from or to a file.
    private static let functions = #"""
        lvm2() {
            lvm "$@" --config "global{activation=0} devices{use_devicesfile=0 filter=[\"a,^$dev\$,\",\"r,.*,\"]} backup{backup=0 archive=0}" \
                2> >(grep -v -e leaked -e WARNING -e '^$' >&2)
        }
        volume() {
            local start size area first fields=lv_name,seg_start,seg_size,seg_pe_ranges,vg_extent_size
            first=$(lvm2 pvs --noheadings --units s --nosuffix -o pe_start)
            lvm2 lvs --noheadings --segments --units s --nosuffix -o $fields |
                awk -v name="$2" -v first="$first" \
                    '$1 == name { split($4, p, ":"); split(p[2], q, "-"); print $2, $3, q[1] * $5 + first }' | sort -n > "$3.map"
            [ -s "$3.map" ]
            [ "$1" = in ] || rm -f "$3"
            while read -r start size area; do
                if [ "$1" = in ]; then
                    dd if="$3" of="$dev" bs=512 skip="$start" seek="$area" count="$size" conv=notrunc status=none iflag=fullblock
                else
                    dd if="$dev" of="$3" bs=512 skip="$area" seek="$start" count="$size" conv=notrunc status=none iflag=fullblock
                fi
            done < "$3.map"
            rm "$3.map"
        }
        """#

    init(_ table: String, mebibytes: UInt64, partition: Int) throws {
        fit = try FitFixture(table, mebibytes: mebibytes)
        self.partition = partition
    }

    @discardableResult
    func run(_ script: String, of image: String? = nil) throws -> String {
        try fit.on(partition, of: image ?? fit.disk, "\(Self.functions)\n\(script)")
    }

    /// Fills a volume with what `make` makes of `$image`, an empty file of its size; `$in` is a place to mount it at. Returns what
    /// `census` says of it.
    func fill(_ volume: String, _ make: String, census: String = GrowthFixture.sums) throws -> String {
        let size = "$(lvm2 lvs --noheadings --units b --nosuffix -o lv_size group\(partition)/\(volume) | tr -d ' ')"
        return try run(
            """
            image='\(fit.scratch["volume"])'; rm -f "$image"; truncate -s \(size) "$image"; in="$dir.in"; mkdir -p "$in"
            \(make)
            volume in \(volume) "$image"; \(Self.mounted("mount", census))
            """)
    }

    /// What `census` says of a volume of a restored disk, after `check` found nothing wrong with `$image`.
    func judge(
        _ volume: String, of target: String, check: String, options: String = "-o ro",
        census: String = GrowthFixture.sums
    ) throws -> String {
        try run(
            """
            image='\(fit.scratch["volume"])'; in="$dir.in"; mkdir -p "$in"
            volume out \(volume) "$image"; { \(check); } >&2; \(Self.mounted("mount \(options)", census))
            """, of: target)
    }

    private static func mounted(_ mount: String, _ census: String) -> String {
        """
        \(mount) "$image" "$in"; ( dir="$in"; \(census) ) > "$image.census"; umount "$in"
        cat "$image.census"; rm "$image"
        """
    }

    /// Names, UUIDs and kinds of the volumes, after lvm found nothing wrong.
    func identities(_ image: String) throws -> String {
        try run(
            """
            lvm2 pvck "$dev" >&2; lvm2 vgck group\(partition) >&2
            lvm2 pvs --noheadings -o pv_uuid,vg_uuid,pv_missing; lvm2 lvs --noheadings -o lv_name,lv_uuid,lv_attr
            """, of: image)
    }

    /// Segments of a volume.
    func pieces(of volume: String, _ image: String) throws -> Int {
        try run("lvm2 lvs --noheadings --segments -o lv_name group\(partition)/\(volume)", of: image)
            .split(whereSeparator: \.isNewline).count
    }

    /// By volume, in bytes.
    func sizes(_ image: String) throws -> [String: UInt64] {
        let text = try run("lvm2 lvs --noheadings --units b --nosuffix -o lv_name,lv_size", of: image)
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        return Dictionary(
            uniqueKeysWithValues: stride(from: 0, to: words.count - 1, by: 2).map {
                (words[$0], UInt64(words[$0 + 1]) ?? 0)
            })
    }
}
