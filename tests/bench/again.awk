# After read.awk: libtorch's measurements of `shape` that took at most a fifth longer than its best of
# that cell in the first round, as lines of cell, variant and threads.

function best_first(cell,   i, part, least) {
  for (i = 1; i <= key_count; i++) {
    split(keys[i], part, "|")
    if (part[2] != shape || part[3] != cell || part[5] != "torch") continue
    if (!least || round_ms[keys[i], 1] < least) least = round_ms[keys[i], 1]
  }
  return least
}

END {
  for (i = 1; i <= key_count; i++) {
    split(keys[i], part, "|")
    if (part[2] != shape || part[5] != "torch") continue
    if (round_ms[keys[i], 1] <= 1.2 * best_first(part[3])) print part[3], part[6], part[7]
  }
}
