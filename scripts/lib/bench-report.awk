# Makes Markdown tables of the results of scripts/bench: medians, ratios against the fastest peer, and the aims.
# Input: run, cache, tool, operation, seconds, CPU seconds, peak KiB, stored bytes, seconds of verifying; tab-separated.

{
    key = $2 SUBSEP $3 SUBSEP $4
    count[key]++
    for (field = 5; field <= 9; field++) value[key, field, count[key]] = $field
}

function sort_into(list, key, field, i, j, moving) {
    for (i = 1; i <= count[key]; i++) {
        moving = value[key, field, i] + 0
        for (j = i - 1; j >= 1 && list[j] > moving; j--) list[j + 1] = list[j]
        list[j + 1] = moving
    }
}

function median(cache, tool, operation, field, key, list, n) {
    key = cache SUBSEP tool SUBSEP operation
    n = count[key]
    sort_into(list, key, field)
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}

# "4.31 (4.20–4.80)": median and range.
function spread(cache, tool, operation, field, key, list) {
    key = cache SUBSEP tool SUBSEP operation
    sort_into(list, key, field)
    return sprintf("%.2f (%.2f–%.2f)", median(cache, tool, operation, field), list[1], list[count[key]])
}

function row(tool, operation, line) {
    line = sprintf("| %s | %s | %s | %.2f | %.0f |", tool, spread("cold", tool, operation, 5),
        spread("warm", tool, operation, 5), median("warm", tool, operation, 6), median("warm", tool, operation, 7) / 1024)
    if (operation == "restore")
        return line sprintf(" %.2f | %.2f |", median("cold", tool, operation, 9), median("warm", tool, operation, 9))
    return line sprintf(" %.1f |", median("warm", tool, operation, 8) / 1e6)
}

function table(title, operation, i) {
    print "\n### " title "\n"
    if (operation == "restore") {
        print "| program | cold, s | warm, s | CPU, s | peak, MiB | of it verifying, cold, s | warm, s |"
        print "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    } else {
        print "| program | cold, s | warm, s | CPU, s | peak, MiB | stored, MB |"
        print "| --- | ---: | ---: | ---: | ---: | ---: |"
    }
    for (i = 1; i <= tools_count; i++) print row(tool_names[i], operation)
}

function is_peer(tool, deduplicates) { return tool != "lifeboat" && !(deduplicates && tool ~ /^zstd/) }

# The peer with the smallest median.
function best(cache, operation, field, deduplicates, i, name, found) {
    found = ""
    for (i = 1; i <= tools_count; i++) {
        name = tool_names[i]
        if (!is_peer(name, deduplicates)) continue
        if (found == "" || median(cache, name, operation, field) < median(cache, found, operation, field)) found = name
    }
    return found
}

function verdict(reached) { return reached ? "reached" : "not reached" }

function speed_aim(words, operation, deduplicates, wanted, i, caches, peer, ratio) {
    split("cold warm", caches, " ")
    for (i = 1; i <= 2; i++) {
        peer = best(caches[i], operation, 5, deduplicates)
        ratio = median(caches[i], peer, operation, 5) / median(caches[i], "lifeboat", operation, 5)
        printf "| %s, %s | %.1f× %s | %s |\n", words, caches[i], ratio, peer, verdict(ratio >= wanted)
    }
}

function room_aim(words, operation, peer, mine, theirs) {
    peer = best("warm", operation, 8, 1)
    mine = median("warm", "lifeboat", operation, 8)
    theirs = median("warm", peer, operation, 8)
    printf "| %s | %.1f MB; %s %.1f MB | %s |\n", words, mine / 1e6, peer, theirs / 1e6, verdict(mine <= theirs)
}

END {
    tools_count = split(tools, tool_names, " ")
    table("Capture of the disk into an empty repository", "capture")
    table("Capture of the copy with a second VM into the same repository", "copy")
    table("Restore of the disk to a new file, written to the medium and verified", "restore")
    if (!index(" " tools " ", " lifeboat ") || best("warm", "capture", 5, 1) == "") exit
    print "\n### Aims\n"
    print "| aim | measured | |"
    print "| --- | --- | --- |"
    speed_aim("restore twice as fast as the fastest peer", "restore", 0, 2)
    speed_aim("capture faster than every deduplicating peer", "capture", 1, 1)
    speed_aim("capture of the copy faster than every deduplicating peer", "copy", 1, 1)
    room_aim("stored bytes at most those of the best peer", "capture")
    room_aim("additional stored bytes of the copy at most those of the best peer", "copy")
    peak = median("cold", "lifeboat", "restore", 7)
    if (median("warm", "lifeboat", "restore", 7) > peak) peak = median("warm", "lifeboat", "restore", 7)
    printf "| peak memory of the restore below 256 MiB | %.0f MiB | %s |\n", peak / 1024, verdict(peak < 262144)
}
