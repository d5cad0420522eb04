# Reads the programs' lines of JSON, one shape and variant each, and prints a table, or with
# `-v json=1` one JSON object. A round is one line of each variant: its number is the median of its
# steps. A shape's time is the median over rounds, and the ratio is made round by round before its
# median is taken, since both sides of a round saw the same machine.

function median(values, n,   i, j, v) {
  for (i = 2; i <= n; i++) {
    v = values[i]
    for (j = i - 1; j >= 1 && values[j] > v; j--) values[j + 1] = values[j]
    values[j + 1] = v
  }
  return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

# The text between `before` and `after` in this line.
function between(before, after,   rest) {
  rest = substr($0, index($0, before) + length(before))
  return substr(rest, 1, index(rest, after) - 1)
}

# Median, smallest and largest of round medians m[key, 1..rounds].
function gather(m, key, rounds,   i, v, middle) {
  for (i = 1; i <= rounds; i++) v[i] = m[key, i]
  middle = median(v, rounds)  # sorts v
  low[key] = v[1]
  high[key] = v[rounds]
  return middle
}

/"library"/ {
  shape = between("\"shape\":[", "]")
  key = shape SUBSEP between("\"library\":\"", "\"") SUBSEP between("\"variant\":\"", "\"")
  n = split(between("\"ms\":[", "]"), steps, ",")
  for (i = 1; i <= n; i++) steps[i] += 0
  round_ms[key, ++rounds_of[key]] = median(steps, n)
  if (!(shape in seen)) { seen[shape] = 1; shapes[++shape_count] = shape }
}

END {
  split("carousel packed|carousel gates|torch lstm_cell|torch by_hand", columns, "|")
  if (json) {
    printf "{\"format\":1,\"unit\":\"ms\",%s,\"shapes\":[", about
  } else {
    printf "%-17s %23s %23s %23s %23s   %-18s %s\n", "input,hidden,", "carousel", "carousel",
           "torch", "torch", "torch / packed", "torch / gates"
    printf "%-17s %23s %23s %23s %23s\n", "batch,time", "packed", "gates", "lstm_cell", "by_hand"
  }
  for (s = 1; s <= shape_count; s++) {
    shape = shapes[s]
    rounds = 0
    for (c = 1; c <= 4; c++) {
      split(columns[c], name, " ")
      key = shape SUBSEP name[1] SUBSEP name[2]
      ms[c] = gather(round_ms, key, rounds_of[key])
      from[c] = low[key]
      to[c] = high[key]
      if (rounds == 0 || rounds_of[key] < rounds) rounds = rounds_of[key]
    }
    # The comparison is with the quicker of libtorch's two.
    best = ms[3] <= ms[4] ? "lstm_cell" : "by_hand"
    for (c = 1; c <= 2; c++) {
      split(columns[c], name, " ")
      key = shape SUBSEP "ratio" SUBSEP name[2]
      for (i = 1; i <= rounds; i++) {
        ratio_of[key, i] = round_ms[shape SUBSEP "torch" SUBSEP best, i] \
                           / round_ms[shape SUBSEP "carousel" SUBSEP name[2], i]
      }
      ratio[c] = gather(ratio_of, key, rounds)
      ratio_from[c] = low[key]
      ratio_to[c] = high[key]
    }
    if (json) {
      printf "%s{\"shape\":[%s],\"rounds\":%d,\"torch_best\":\"%s\"", (s > 1 ? "," : ""), shape,
             rounds, best
      for (c = 1; c <= 4; c++) {
        split(columns[c], name, " ")
        printf ",\"%s_%s\":{\"median\":%.4f,\"min\":%.4f,\"max\":%.4f}", name[1], name[2], ms[c],
               from[c], to[c]
      }
      for (c = 1; c <= 2; c++) {
        split(columns[c], name, " ")
        printf ",\"torch_over_%s\":{\"median\":%.3f,\"min\":%.3f,\"max\":%.3f}", name[2], ratio[c],
               ratio_from[c], ratio_to[c]
      }
      printf "}"
    } else {
      printf "%-17s", shape
      for (c = 1; c <= 4; c++) {
        printf " %23s", sprintf("%.2f (%.2f-%.2f)", ms[c], from[c], to[c])
      }
      printf "   %-18s %s\n", sprintf("%.2f (%.2f-%.2f)", ratio[1], ratio_from[1], ratio_to[1]),
             sprintf("%.2f (%.2f-%.2f)", ratio[2], ratio_from[2], ratio_to[2])
    }
  }
  if (json) print "]}"
}
