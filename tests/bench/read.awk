# Reads the programs' lines of JSON, one measurement each, and keeps of each round the median of its
# steps. A measurement's key is section, shape, cell, kind, library, variant and threads; its number is
# the median over the rounds.

# Sorts values[1..n] and returns their median.
function median(values, n,   i, j, v) {
  for (i = 2; i <= n; i++) {
    v = values[i]
    for (j = i - 1; j >= 1 && values[j] > v; j--) values[j + 1] = values[j]
    values[j + 1] = v
  }
  return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}

# The text between `before` and `after` in this line; nothing where there is none.
function between(before, after,   rest) {
  if (!index($0, before)) return ""
  rest = substr($0, index($0, before) + length(before))
  return substr(rest, 1, index(rest, after) - 1)
}

function text(name) { return between("\"" name "\":\"", "\"") }
function number(name) { return between("\"" name "\":", ",") }

function key_of(section, shape, cell, kind, library, variant, threads) {
  return section "|" shape "|" cell "|" kind "|" library "|" variant "|" threads
}

# Median, smallest and largest over the rounds of a key, as time[], low[] and high[].
function gather(key,   i, v) {
  for (i = 1; i <= rounds[key]; i++) v[i] = round_ms[key, i]
  time[key] = median(v, rounds[key])
  low[key] = v[1]
  high[key] = v[rounds[key]]
}

# The quickest of a library's measurements of a cell, or 0: variants and threads may be left open by
# "*". Its key is left in best_key.
function best(section, shape, cell, kind, library, variant, threads,   i, key, part, least) {
  best_key = ""
  for (i = 1; i <= key_count; i++) {
    key = keys[i]
    split(key, part, "|")
    if (part[1] != section || part[2] != shape || part[3] != cell || part[4] != kind) continue
    if (part[5] != library || (variant != "*" && part[6] != variant)) continue
    if (threads != "*" && part[7] != threads) continue
    if (best_key == "" || time[key] < least) { best_key = key; least = time[key] }
  }
  return best_key == "" ? 0 : least
}

/"library"/ {
  shape = between("\"shape\":[", "]")
  key = key_of(section, shape, text("cell"), text("kind"), text("library"), text("variant"),
               number("threads"))
  n = split(between("\"ms\":[", "]"), steps, ",")
  for (i = 1; i <= n; i++) steps[i] += 0
  if (!(key in rounds)) {
    keys[++key_count] = key
    check[key] = number("check")
    kib[key] = number("kib")
  }
  round_ms[key, ++rounds[key]] = median(steps, n)
  gather(key)
  if (section == "times" && !(shape in seen)) { seen[shape] = 1; shapes[++shape_count] = shape }
  if (text("library") == "carousel") kernels = text("blas_kernels")
}

# What is kept from forward to backward belongs to the measurement before it.
/"kept_bytes"/ { kept[key] = between("\"kept_bytes\":", ",") }

/"version"/ { version[text("of")] = text("version") }
/"rates"/ { rates = between("\"rates\":[", "]"); next }
/"library":"limit"/ { rates_of[key] = rates }
