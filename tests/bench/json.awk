# After ratios.awk: everything as one JSON object.

END {
  printf "{\"format\":2,\"unit\":\"ms\",\"processor\":\"%s\",\"cores\":\"%s\"", processor, cores
  printf ",\"blas_kernels\":\"%s\",\"commit\":\"%s\",\"agree\":%s", kernels, commit, (disagreements ? "false" : "true")
  for (library in version) printf ",\"%s\":\"%s\"", library, version[library]
  printf ",\"measurements\":["
  for (i = 1; i <= key_count; i++) {
    split(keys[i], part, "|")
    printf "%s{\"section\":\"%s\",\"shape\":[%s],\"cell\":\"%s\",\"kind\":\"%s\"", (i > 1 ? "," : ""),
           part[1], part[2], part[3], part[4]
    printf ",\"library\":\"%s\",\"variant\":\"%s\",\"threads\":%d", part[5], part[6], part[7]
    printf ",\"rounds\":%d,\"median\":%.4f,\"min\":%.4f,\"max\":%.4f,\"peak_kib\":%d",
           rounds[keys[i]], time[keys[i]], low[keys[i]], high[keys[i]], kib[keys[i]]
    if (keys[i] in kept) printf ",\"kept_bytes\":%d", kept[keys[i]]
    if (keys[i] in rates_of) printf ",\"gflops_forward_back_weights\":[%s]", rates_of[keys[i]]
    printf "}"
  }
  printf "],\"ratios\":["
  for (id in ratio) {
    split(id, part, SUBSEP)
    printf "%s{\"name\":\"%s\",\"shape\":[%s],\"cell\":\"%s\",\"value\":%.4f}", (more++ ? "," : ""), part[1],
           part[2], part[3], ratio[id]
  }
  print "]}"
}
